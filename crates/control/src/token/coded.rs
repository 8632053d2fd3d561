//! The written form that recovery tokens and API keys share: `<prefix>_<id:12>_<secret:43>_<crc:6>` in base62.

use secrecy::{SecretBox, SecretString};

use super::{TokenError, TokenId};
use crate::base62;

pub(super) const ID_WIDTH: usize = 12;
const SECRET_WIDTH: usize = 43;
const CHECKSUM_WIDTH: usize = 6;

/// Writes a secret with its check characters.
pub(crate) fn write(prefix: &str, id: &TokenId, secret: &[u8; 32]) -> SecretString {
    let secret = base62::encode(secret, SECRET_WIDTH);
    let checked = format!("{prefix}_{id}_{secret}");
    SecretString::from(format!("{checked}_{}", checksum_of(&checked)))
}

/// Reads a secret that was typed or sent without space around it.
pub(crate) fn parse(typed: &str, prefix: &str) -> Result<(TokenId, SecretBox<[u8; 32]>), TokenError> {
    if typed.is_empty() {
        return Err(TokenError::Empty);
    }
    let parts: Vec<&str> = typed.split('_').collect();
    let family = prefix.trim_end_matches(|character: char| character.is_ascii_digit());
    if parts[0].len() == prefix.len() && parts[0].starts_with(family) && parts[0] != prefix {
        return Err(TokenError::NewerFormat);
    }
    let &[found, id, secret, checksum] = parts.as_slice() else { return Err(TokenError::NotAToken) };
    if found != prefix {
        return Err(TokenError::NotAToken);
    }
    if let Some(position) = typed.chars().position(|character| character != '_' && !base62::contains(character)) {
        return Err(TokenError::Character { position: position + 1 });
    }
    require_length("id", id, ID_WIDTH)?;
    require_length("secret", secret, SECRET_WIDTH)?;
    require_length("check part", checksum, CHECKSUM_WIDTH)?;
    let checked = &typed[..typed.len() - CHECKSUM_WIDTH - 1];
    if checksum_of(checked) != checksum {
        return Err(TokenError::Checksum);
    }
    let secret = base62::decode(secret).ok_or(TokenError::Checksum)?;
    Ok((TokenId(id.to_owned()), SecretBox::new(Box::new(secret))))
}

fn require_length(part: &'static str, text: &str, expected: usize) -> Result<(), TokenError> {
    match text.len() {
        found if found == expected => Ok(()),
        found => Err(TokenError::Length { part, found, expected }),
    }
}

fn checksum_of(checked: &str) -> String {
    base62::encode(&crc32fast::hash(checked.as_bytes()).to_be_bytes(), CHECKSUM_WIDTH)
}
