//! Checking what is stored.
use crate::{error::Result, point::Head, storage::Storage};

/// How deep a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Every byte of every object against the log.
    Keyless,
    /// And every record and attachment, decrypted, against its hash; row counts against the log.
    Full,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Objects that were read and found sound.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Versions of records whose hashes were recomputed; zero without the key.
    pub records: u64,
    /// What is wrong. Empty: all is well.
    pub problems: Vec<Problem>,
    /// Objects that no commit names: leftovers of interrupted work, deleted by a later pruning.
    pub unnamed: Vec<String>,
}

/// Something that is wrong with a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The object's name within the vault.
    pub object: String,
    /// What is wrong with it.
    pub what: String,
}

/// Checks a vault without any key.
pub async fn verify_keyless(_storage: &Storage, _known_head: Option<&Head>) -> Result<VerifyReport> {
    unimplemented!()
}

pub(crate) async fn verify(_inner: &std::sync::Arc<crate::vault::Inner>, _depth: Depth) -> Result<VerifyReport> {
    unimplemented!()
}
