//! What a vault says of itself: whose it is, its head, its recovery points.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whose data a vault keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The tenant: an organisation that uses Lifeboat.
    pub tenant: String,
    /// The source site's cloud id.
    pub site: String,
    /// The source site's address.
    pub site_url: String,
}

/// The newest commit of a vault. Kept elsewhere too, it shows that a vault was rolled back or cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The commit's number.
    pub number: u64,
    /// The commit's MAC, in hex.
    pub mac: String,
}

/// A state of the site that can be recovered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoveryPoint {
    /// The number of the commit.
    pub number: u64,
    /// When it was committed.
    pub taken: Timestamp,
    /// For each kind, what there is and what was done since the point before.
    pub counts: BTreeMap<String, Counts>,
    /// The capture's own state (cursors of change feeds and the like): the next increment starts from it.
    pub state: Value,
    /// A sentence for people.
    pub note: String,
    /// Bytes of all objects that belonged to the vault when it was committed, the log's own aside. Unknown of old points:
    /// checkpoints of earlier versions do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// Numbers of records of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records at this point.
    pub live: u64,
    /// Records that the point before did not have.
    pub added: u64,
    /// Records with a new version since the point before.
    pub changed: u64,
    /// Records deleted since the point before.
    pub deleted: u64,
}

/// A capture that was interrupted: what it had done is in the vault, though no recovery point shows it yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The run that wrote it.
    pub run: String,
    /// The capture's own state, to go on from.
    pub state: Value,
}
