//! What people call a connection.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a connection: 3 to 65 letters, digits, spaces, `_` or `-`, with no space at either end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConnectionName(String);

/// Why a name was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Fewer than 3 or more than 65 characters.
    #[error("the connection name has {0} characters; it needs 3 to 65")]
    Length(usize),
    /// A character that is not allowed.
    #[error("the connection name contains {0:?}; use letters, digits, spaces, '_' and '-'")]
    Character(char),
}

impl ConnectionName {
    /// Takes a typed name; spaces around it are dropped.
    pub fn parse(typed: &str) -> Result<Self, NameError> {
        let name = typed.trim_matches(' ');
        if let Some(wrong) = name.chars().find(|&character| !is_allowed(character)) {
            return Err(NameError::Character(wrong));
        }
        match name.chars().count() {
            3..=65 => Ok(Self(name.to_owned())),
            length => Err(NameError::Length(length)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '_' | '-')
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl TryFrom<String> for ConnectionName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::parse(&name)
    }
}

impl From<ConnectionName> for String {
    fn from(name: ConnectionName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("abc", "abc")]
    #[case("  Fallback site_2 - Köln ", "Fallback site_2 - Köln")]
    fn accepts(#[case] typed: &str, #[case] name: &str) {
        assert_eq!(ConnectionName::parse(typed).unwrap().as_str(), name);
    }

    #[rstest]
    #[case("ab", NameError::Length(2))]
    #[case("   ab   ", NameError::Length(2))]
    #[case("a/b/c", NameError::Character('/'))]
    #[case("tab\there", NameError::Character('\t'))]
    #[case("zero\u{200b}width", NameError::Character('\u{200b}'))]
    fn refuses(#[case] typed: &str, #[case] why: NameError) {
        assert_eq!(ConnectionName::parse(typed), Err(why));
    }

    #[test]
    fn counts_characters_at_both_limits() {
        assert!(ConnectionName::parse(&"é".repeat(65)).is_ok());
        assert_eq!(ConnectionName::parse(&"é".repeat(66)), Err(NameError::Length(66)));
        assert!(ConnectionName::parse("éçà").is_ok());
    }
}
