//! Checking what is stored: [`keyless`] every byte against the log, [`full`] also what the bytes mean.

mod full;
mod keyless;

use crate::error::{Error, Result};
use crate::point::Head;
use crate::storage::Storage;
use crate::vault::Inner;

/// How deep a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Every byte of every object against the log.
    Keyless,
    /// And every record and attachment, decrypted, against its hash; row counts against the log; the log's MACs.
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
    /// What is wrong, by object. Empty: all is well.
    pub problems: Vec<Problem>,
    /// Objects that no commit names: leftovers of interrupted work, deleted by a later pruning.
    pub unnamed: Vec<String>,
}

/// Something that is wrong with a vault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The object's name within the vault.
    pub object: String,
    /// What is wrong with it.
    pub what: String,
}

impl VerifyReport {
    fn problem(&mut self, object: &str, what: impl Into<String>) {
        self.problems.push(Problem { object: object.to_owned(), what: what.into() });
    }

    /// Takes in what a check of one object gave: damage is noted, anything else stops the verification.
    fn note<T>(&mut self, object: &str, checked: Result<T>) -> Result<Option<T>> {
        match checked {
            Ok(checked) => Ok(Some(checked)),
            Err(Error::Damaged { object, reason }) => {
                self.problem(&object, reason);
                Ok(None)
            }
            Err(Error::Missing { object }) => {
                self.problem(&object, "is missing");
                Ok(None)
            }
            Err(error @ (Error::NewerFormat { .. } | Error::KeyService(_))) => {
                self.problem(object, error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Checks a vault without any key: every byte of every object against the log, and the log against `known_head`, if the
/// newest commit is known from elsewhere.
pub async fn verify_keyless(storage: &Storage, known_head: Option<&Head>) -> Result<VerifyReport> {
    keyless::verify(storage, known_head).await
}

pub(crate) async fn verify(inner: &Inner, depth: Depth) -> Result<VerifyReport> {
    let head = inner.state().log.head.clone();
    let mut report = keyless::verify(&inner.storage, Some(&head)).await?;
    if depth == Depth::Full {
        full::verify(inner, &mut report).await?;
        report.problems.sort();
        report.problems.dedup();
    }
    Ok(report)
}
