//! What a removal did.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Recovery;

/// How many of those that are left are listed. The counts are exact.
const LISTED: usize = 10_000;

/// Something that the recovery made and that is still on the standby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Its kind.
    pub kind: String,
    /// What it is called on the standby: an issue's key, a project's key, a name.
    pub name: String,
    /// Why it is left, or what can be done by hand.
    pub reason: String,
}

/// What a removal did. Counts are of the whole removal, however often it was interrupted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalReport {
    /// The recovery.
    pub recovery: String,
    /// The standby's address.
    pub standby: String,
    /// Whether nothing that the recovery made is left.
    pub complete: bool,
    /// How many objects are gone, by kind. What hung on issues went with them.
    pub removed: BTreeMap<String, u64>,
    /// How many objects were kept because others made them their own.
    pub kept_count: u64,
    /// Those.
    pub kept: Vec<Left>,
    /// How many objects Jira did not delete, or cannot.
    pub failed_count: u64,
    /// Those.
    pub failed: Vec<Left>,
}

impl RemovalReport {
    pub(super) fn new(recovery: &Recovery) -> Self {
        Self {
            recovery: recovery.id.to_string(),
            standby: recovery.standby_address.clone(),
            complete: false,
            removed: BTreeMap::new(),
            kept_count: 0,
            kept: Vec::new(),
            failed_count: 0,
            failed: Vec::new(),
        }
    }

    /// Notes what others made their own.
    pub(super) fn keep(&mut self, kind: &str, name: &str, reason: impl Into<String>) {
        self.kept_count += 1;
        if self.kept.len() < LISTED {
            self.kept.push(left(kind, name, reason));
        }
    }

    /// Notes what Jira did not delete.
    pub(super) fn fail(&mut self, kind: &str, name: &str, reason: impl Into<String>) {
        self.failed_count += 1;
        if self.failed.len() < LISTED {
            self.failed.push(left(kind, name, reason));
        }
    }
}

fn left(kind: &str, name: &str, reason: impl Into<String>) -> Left {
    Left { kind: kind.to_owned(), name: name.to_owned(), reason: reason.into() }
}
