//! Words, texts and signs of a query.

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word: field, keyword, value.
    Word(String),
    /// A text in quotes.
    Quoted(String),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `!~`, `(`, `)`, `,`.
    Sign(&'static str),
}

impl Token {
    /// Whether it is this keyword, in any case. Texts in quotes are never keywords.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
}

const SIGNS: [&str; 13] = ["!=", "<=", ">=", "!~", "&&", "||", "=", "<", ">", "~", "(", ")", ","];

/// Takes a query apart.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if matches!(first, '"' | '\'') {
            let (quoted, after) = quoted(rest, first)?;
            tokens.push(Token::Quoted(quoted));
            rest = after;
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(match sign {
                "&&" => Token::Word("and".into()),
                "||" => Token::Word("or".into()),
                sign => Token::Sign(sign),
            });
            rest = &rest[sign.len()..];
        } else {
            let end = rest.find(|letter: char| letter.is_whitespace() || "\"'=!<>~(),&|".contains(letter));
            let end = end.unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("Error in the JQL Query: The character '{first}' is a reserved JQL character."));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut content = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => content.extend(letters.next().map(|(_, escaped)| escaped)),
            letter if letter == quote => return Ok((content, &text[at + letter.len_utf8()..])),
            letter => content.push(letter),
        }
    }
    Err(format!("Error in the JQL Query: The quoted string '{content}' has not been completed."))
}
