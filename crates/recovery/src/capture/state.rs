//! What a capture remembers: in a recovery point for the next increment, in a progress commit for going on after a crash.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The format of both states. States of another format are not used: the next capture is then a full one.
const FORMAT: u32 = 1;

/// An object that the site had and that could not be read. The next capture tries again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unread {
    /// Its kind.
    pub kind: String,
    /// Its key in the vault; ends in `/` when everything of the kind on that issue is meant.
    pub key: String,
    /// Why.
    pub reason: String,
}

/// The state in a recovery point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointState {
    format: u32,
    /// When the capture began: the next one asks for what was changed since.
    pub started: Timestamp,
    /// When all ids of the site were last compared with those of the vault.
    pub swept: Timestamp,
    /// The last issue of the deep re-read; the next slice begins after it.
    pub reread_after: u64,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// The state in a progress commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgressState {
    format: u32,
    /// Number of the recovery point that this capture continues; `None` for a full one.
    pub base: Option<u64>,
    /// When the capture began.
    pub started: Timestamp,
    /// Whether configuration is read.
    pub configuration_done: bool,
    /// Ids of the projects that are read.
    pub projects_done: BTreeSet<String>,
    /// The project being read; empty in an increment, which has one list of issues.
    pub project: String,
    /// The last issue of that project (or list) up to which everything is in the vault.
    pub after: u64,
    /// What could not be read so far.
    pub unread: Vec<Unread>,
}

impl PointState {
    /// The state of a capture that began and swept at `started`.
    pub fn new(started: Timestamp) -> Self {
        Self { format: FORMAT, started, swept: started, reread_after: 0, unread: Vec::new() }
    }

    /// Reads the state of a point; `None` if it is not this version's.
    pub fn parse(value: &Value) -> Option<Self> {
        parse(value)
    }
}

impl ProgressState {
    /// The state of a capture that begins now.
    pub fn new(base: Option<u64>, started: Timestamp) -> Self {
        Self {
            format: FORMAT,
            base,
            started,
            configuration_done: false,
            projects_done: BTreeSet::new(),
            project: String::new(),
            after: 0,
            unread: Vec::new(),
        }
    }

    /// Reads the state of a progress commit; `None` if it is not this version's.
    pub fn parse(value: &Value) -> Option<Self> {
        parse(value)
    }

    /// As JSON.
    ///
    /// # Panics
    /// Never: the state is plain data.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("plain data is JSON")
    }
}

fn parse<T: DeserializeOwned>(value: &Value) -> Option<T> {
    let format = value.get("format").and_then(Value::as_u64);
    (format == Some(u64::from(FORMAT))).then(|| serde_json::from_value(value.clone()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_and_one_of_another_format_does_not() {
        let state = PointState::new(Timestamp::UNIX_EPOCH);
        let mut value = serde_json::to_value(&state).unwrap();
        assert_eq!(PointState::parse(&value), Some(state));
        value["format"] = 99.into();
        assert_eq!(PointState::parse(&value), None);
    }
}
