//! One commit, as it is stored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::envelope;
use super::state::Sealed;
use crate::error::{Error, Result};
use crate::hash::sha256;
use crate::hex;
use crate::point::{Counts, Head};

/// The newest format of log entries, checkpoints and `vault.json` that this program knows.
pub(crate) const FORMAT: u32 = 1;

/// What a commit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CommitKind {
    /// A coordinator took the vault over. The first commit of a vault is one.
    Epoch,
    /// A part of a capture, durable but not a recovery point.
    Progress,
    /// A recovery point.
    Capture,
    /// Points retired, segments merged, objects removed.
    Prune,
    /// A recovery claims a point, or somebody pins it.
    Hold,
    /// A claim is given up.
    Release,
}

/// An object that a commit adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// Of the object's bytes, in hex.
    pub(crate) sha256: String,
    /// The epoch whose keys open it.
    pub(crate) epoch: u64,
    /// The number of rows of a segment or an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rows: Option<u64>,
}

impl Object {
    /// Refuses stored bytes, told by their length and SHA-256, that are not those that were written.
    pub(crate) fn check(&self, length: u64, sha256: &[u8]) -> Result<()> {
        if length == self.size && hex::encode(sha256) == self.sha256 {
            return Ok(());
        }
        let reason = "it is not what was written: its length or SHA-256 differs from the log's".to_owned();
        Err(Error::Damaged { object: self.name.clone(), reason })
    }
}

/// A claim on a point: a running recovery's, or a pin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HoldEntry {
    pub(crate) id: String,
    pub(crate) point: u64,
    pub(crate) reason: String,
    /// The claim ends by itself then, in case its owner died.
    pub(crate) until: Timestamp,
    /// Somebody wants this point kept. Nothing else waits for that: what other points needed may go.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) pin: bool,
}

/// `log/<number>.json`, without its envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) format: u32,
    pub(crate) vault: String,
    pub(crate) number: u64,
    pub(crate) kind: CommitKind,
    pub(crate) epoch: u64,
    pub(crate) run: String,
    pub(crate) time: Timestamp,
    /// SHA-256 of the whole object of the commit before, in hex; zeros for the first.
    pub(crate) previous: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) add: Vec<Object>,
    /// Names of objects that no longer belong to the vault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) remove: Vec<String>,
    /// Names of objects, removed by earlier commits, that have been deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deleted: Vec<String>,
    /// Recovery points that are not kept any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) retired: Vec<u64>,
    /// Of a capture or its progress: all kinds, counted since the recovery point before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) counts: Option<BTreeMap<String, Counts>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hold: Option<HoldEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) release: Option<String>,
    /// The capture's state and note, encrypted, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sealed: Option<String>,
}

impl Entry {
    /// The capture's state that it brings, still sealed.
    pub(crate) fn sealed_state(&self) -> Option<Sealed> {
        let (number, epoch) = (self.number, self.epoch);
        self.sealed.as_ref().map(|text| Sealed { number, epoch, run: self.run.clone(), text: text.clone() })
    }
}

/// The name of a log entry's object.
pub(crate) fn name(number: u64) -> String {
    format!("log/{number:020}.json")
}

/// The number in the name of a log entry's object.
pub(crate) fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("log/")?.strip_suffix(".json")?;
    (digits.len() == 20 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// A log entry that was read, with what the next one refers to.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) entry: Entry,
    pub(crate) head: Head,
    /// SHA-256 of the whole object, in hex.
    pub(crate) sha256: String,
}

/// Reads a log entry's object. The MAC is left to whoever has the key: [`Stored`] keeps it in `head`.
pub(crate) fn read(expected: u64, bytes: &[u8]) -> Result<Stored> {
    let object = name(expected);
    let damaged = |reason: String| Error::Damaged { object: object.clone(), reason };
    let opened = envelope::open(bytes).ok_or_else(|| damaged("its checksum does not match".to_owned()))?;
    let entry: Entry = parse(&object, opened.entry)?;
    if entry.number != expected {
        return Err(damaged(format!("it is commit {}", entry.number)));
    }
    Ok(Stored {
        entry,
        head: Head { number: expected, mac: hex::encode(&opened.mac) },
        sha256: hex::encode(&sha256(bytes)),
    })
}

/// Reads JSON that has a `format`, telling a newer format from damage.
pub(crate) fn parse<T: for<'a> Deserialize<'a>>(object: &str, text: &str) -> Result<T> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let damaged = |error: serde_json::Error| Error::Damaged { object: object.to_owned(), reason: error.to_string() };
    let Format { format } = serde_json::from_str(text).map_err(damaged)?;
    if format > FORMAT {
        return Err(Error::NewerFormat { object: object.to_owned(), found: format, known: FORMAT });
    }
    serde_json::from_str(text).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_numbers() {
        assert_eq!(number(&name(42)), Some(42));
        assert_eq!(number("log/42.json"), None);
        assert_eq!(number("log/0000000000000000004x.json"), None);
        assert!(name(9) < name(10));
    }

    #[test]
    fn a_newer_format_is_not_called_damage() {
        let sealed = envelope::seal(r#"{"format":2,"number":1,"surprise":true}"#, |_| [0; 32]);
        assert!(matches!(read(1, sealed.as_bytes()), Err(Error::NewerFormat { found: 2, .. })));
    }
}
