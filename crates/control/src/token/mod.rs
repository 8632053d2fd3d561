//! The recovery token: the secret that links a standby to its source, shown once.
//!
//! `lbr1_<id:12>_<secret:43>_<crc:6>` in base62. The id is public and only finds the connection; the secret is 256 random
//! bits; the CRC-32 of all that stands before lets a typing error be told at once, and lets secret scanners be sure.
//! What is stored is a [`Verifier`]. Start at [`Token`].

pub(crate) mod coded;
mod verifier;

use std::fmt;

use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use serde::{Deserialize, Serialize};

pub use verifier::{Pepper, Verifier, VerifierContext};

use crate::base62;
use coded::ID_WIDTH;

const PREFIX: &str = "lbr1";

/// The public part of a token: it finds the connection and gives no access.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenId(String);

impl TokenId {
    /// Reads a stored or shown id of 12 base62 digits.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == ID_WIDTH && text.chars().all(base62::contains)).then(|| Self(text.to_owned()))
    }

    /// An id from random bytes.
    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(base62::encode(&bytes, ID_WIDTH))
    }

    /// Its 12 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A whole token, with its secret. Neither `Debug` nor any error shows the secret.
pub struct Token {
    id: TokenId,
    secret: SecretBox<[u8; 32]>,
}

/// What is wrong with a typed token. Found without asking anybody, and shows nothing of the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing was typed.
    #[error("no recovery token was given; it begins with \"lbr1_\"")]
    Empty,
    /// It is something else: a password, an API token.
    #[error("this is not a recovery token: it begins with \"lbr1_\" and has four parts joined by \"_\"")]
    NotAToken,
    /// Made by a later version of the format.
    #[error("this recovery token has a newer format; update Lifeboat and try again")]
    NewerFormat,
    /// Characters are missing or too many.
    #[error("the recovery token's {part} has {found} characters instead of {expected}: some are missing or too many")]
    Length {
        /// Which part.
        part: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A character that no token contains.
    #[error("character {position} of the recovery token cannot be right: tokens have only letters, digits and \"_\"")]
    Character {
        /// Counted from 1.
        position: usize,
    },
    /// All characters are possible, but one or more are wrong.
    #[error("the recovery token has a typing error: its check characters do not match; copy it again as a whole")]
    Checksum,
}

impl Token {
    /// A token from random bytes.
    pub fn generate(id: [u8; 8], secret: [u8; 32]) -> Self {
        Self { id: TokenId::from_bytes(id), secret: SecretBox::new(Box::new(secret)) }
    }

    /// Reads what somebody typed or pasted; space around it is dropped.
    pub fn parse(typed: &str) -> Result<Self, TokenError> {
        let (id, secret) = coded::parse(typed.trim(), PREFIX)?;
        Ok(Self { id, secret })
    }

    /// The public part.
    pub fn id(&self) -> &TokenId {
        &self.id
    }

    /// The whole token, to be shown once and then forgotten.
    pub fn reveal(&self) -> SecretString {
        coded::write(PREFIX, &self.id, self.secret.expose_secret())
    }

    fn secret(&self) -> &[u8; 32] {
        self.secret.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Token({PREFIX}_{}_[hidden])", self.id)
    }
}

#[cfg(test)]
mod tests;
