//! How a log entry is wrapped: `{"entry":…,"mac":"…","sha256":"…"}` and a line feed.
//!
//! The MAC covers the bytes of the entry; the SHA-256 covers everything before it, so that a flipped bit shows without
//! any key, in the newest entry too.

use crate::hash::{Digest, sha256};
use crate::hex;

const HEAD: &str = "{\"entry\":";
const MAC: &str = ",\"mac\":\"";
const SHA256: &str = "\",\"sha256\":\"";
const TAIL: &str = "\"}\n";

/// Wraps the JSON of an entry.
pub(crate) fn seal(entry: &str, mac: impl FnOnce(&[u8]) -> Digest) -> String {
    let mut text = format!("{HEAD}{entry}{MAC}{}", hex::encode(&mac(entry.as_bytes())));
    let digest = hex::encode(&sha256(text.as_bytes()));
    text.push_str(SHA256);
    text.push_str(&digest);
    text.push_str(TAIL);
    text
}

/// An unwrapped entry. Its MAC is not checked yet.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) entry: &'a str,
    pub(crate) mac: Digest,
}

/// Unwraps an entry and checks its SHA-256; nothing if any bit is not as written.
pub(crate) fn open(bytes: &[u8]) -> Option<Envelope<'_>> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix(TAIL)?;
    let (text, digest) = text.split_at_checked(text.len().checked_sub(64)?)?;
    let signed = text.strip_suffix(SHA256)?;
    if hex::decode(digest)? != sha256(signed.as_bytes()) {
        return None;
    }
    let (text, mac) = signed.split_at_checked(signed.len().checked_sub(64)?)?;
    let entry = text.strip_suffix(MAC)?.strip_prefix(HEAD)?;
    Some(Envelope { entry, mac: hex::decode(mac)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let sealed = seal("{\"number\":1}", |_| [9; 32]).into_bytes();
        assert_eq!(open(&sealed).expect("as written").entry, "{\"number\":1}");
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&flipped).is_none(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(open(&sealed[..length]).is_none(), "cut to {length}");
        }
    }

    #[test]
    fn it_is_json() {
        let sealed = seal("{\"number\":1}", |_| [9; 32]);
        let json: serde_json::Value = serde_json::from_str(&sealed).expect("JSON");
        assert_eq!(json["entry"]["number"], 1);
    }
}
