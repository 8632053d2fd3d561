//! What a vault keeps: records of a site, each with its versions.

use bytes::Bytes;
use jiff::Timestamp;

/// A record as it is on the site now, on its way into the vault.
#[derive(Clone, Debug)]
pub struct NewRecord<'a> {
    /// What it is: `issue`, `comment`…
    pub kind: &'a str,
    /// Its id on the site; what hangs on an issue is `{issueId}/{ownId}`. Never the issue key, which moves.
    pub key: String,
    /// When the site says that it was changed.
    pub updated: Option<Timestamp>,
    /// The JSON as the site gave it, byte for byte. UTF-8.
    pub body: Bytes,
    /// An attachment's bytes, from [`Writer::blob`](crate::Writer::blob).
    pub content: Option<Content>,
}

/// A record as it was at a recovery point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub kind: String,
    /// Its id on the site.
    pub key: String,
    /// The number of the commit that brought this version.
    pub version: u64,
    /// When the site said that it was changed.
    pub updated: Option<Timestamp>,
    /// The JSON as the site gave it.
    pub body: Bytes,
    /// An attachment's bytes, to be read with [`View::content`](crate::View::content).
    pub content: Option<Content>,
}

/// The bytes of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Fewer than 128 kB: kept in the record.
    Inline(Bytes),
    /// More: a file of its own, kept once however many records have the same content.
    Blob {
        /// The keyed hash of the content, in hex: the file's name.
        id: String,
        /// The number of bytes.
        length: u64,
        /// SHA-256 of the bytes, in hex.
        sha256: String,
    },
}

impl Content {
    /// The number of bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Blob { length, .. } => *length,
        }
    }

    /// SHA-256 of the bytes, in hex.
    pub fn sha256(&self) -> String {
        match self {
            Self::Inline(bytes) => crate::hex::encode(&crate::hash::sha256(bytes)),
            Self::Blob { sha256, .. } => sha256.clone(),
        }
    }
}

/// What [`Writer::put`](crate::Writer::put) found out about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The vault did not have it, or only as deleted.
    Added,
    /// The vault had another version.
    Changed,
    /// The vault has exactly this: nothing was written.
    Unchanged,
}
