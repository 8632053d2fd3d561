//! What follows from the commits so far.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry::{CommitKind, HoldEntry, Object, Stored, name};
use crate::error::{Error, Result};
use crate::point::{Counts, Head, RecoveryPoint};

/// The vault after a number of commits. Everything in it can be computed from the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogState {
    pub(crate) head: Head,
    /// SHA-256 of the head's object, in hex.
    pub(crate) head_sha256: String,
    pub(crate) epoch: u64,
    /// The objects that belong to the vault, by name.
    pub(crate) objects: BTreeMap<String, Object>,
    /// The objects that were removed and have not been deleted.
    pub(crate) removed: BTreeMap<String, Removed>,
    pub(crate) points: BTreeMap<u64, Point>,
    /// When each commit that brought records was made.
    pub(crate) times: BTreeMap<u64, Timestamp>,
    pub(crate) holds: BTreeMap<String, HoldEntry>,
    /// Records since the newest recovery point, those of commits of progress included.
    pub(crate) counts: BTreeMap<String, Counts>,
    pub(crate) progress: Option<Sealed>,
    /// Bytes of all objects that belong to the vault; counted when it is first needed.
    #[serde(skip)]
    size: Option<u64>,
}

/// An object that no longer belongs to the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Removed {
    pub(crate) time: Timestamp,
    pub(crate) object: Object,
}

/// A recovery point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) taken: Timestamp,
    pub(crate) counts: BTreeMap<String, Counts>,
    pub(crate) state: Sealed,
    /// Bytes of all objects that belonged to the vault then; unknown of points in checkpoints of before this was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
}

impl Point {
    /// The point with what it says of itself.
    pub(crate) fn opened(&self, number: u64, state: Value, note: String) -> RecoveryPoint {
        let Self { taken, counts, size, .. } = self;
        RecoveryPoint { number, taken: *taken, counts: counts.clone(), state, note, size: *size }
    }
}

/// A capture's state, encrypted with the keys of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sealed {
    pub(crate) number: u64,
    pub(crate) epoch: u64,
    pub(crate) run: String,
    /// In base64.
    pub(crate) text: String,
}

impl LogState {
    /// Before the first commit.
    pub(crate) fn empty() -> Self {
        Self {
            head: Head { number: 0, mac: String::new() },
            head_sha256: "0".repeat(64),
            epoch: 0,
            objects: BTreeMap::new(),
            removed: BTreeMap::new(),
            points: BTreeMap::new(),
            times: BTreeMap::new(),
            holds: BTreeMap::new(),
            counts: BTreeMap::new(),
            progress: None,
            size: None,
        }
    }

    /// Takes in the next commit. Its place in the chain is checked, its MAC is not.
    pub(crate) fn apply(&mut self, stored: &Stored) -> Result<()> {
        let entry = &stored.entry;
        let broken = |reason: String| Error::Damaged { object: name(entry.number), reason };
        if entry.number != self.head.number + 1 {
            return Err(broken(format!("it follows commit {}", self.head.number)));
        }
        if entry.previous != self.head_sha256 {
            return Err(broken("it does not continue the commit before it".to_owned()));
        }
        let expected = self.epoch + u64::from(entry.kind == CommitKind::Epoch);
        if entry.epoch != expected {
            return Err(broken(format!("it is of epoch {}, not {expected}", entry.epoch)));
        }
        self.apply_objects(stored);
        self.apply_meaning(stored);
        self.epoch = entry.epoch;
        self.head = stored.head.clone();
        self.head_sha256.clone_from(&stored.sha256);
        Ok(())
    }

    /// Goes on after a commit that cannot be read: for verification only, which reports it. `sha256` is that of the
    /// commit's object, empty if it is not known.
    pub(crate) fn skip(&mut self, number: u64, sha256: String) {
        self.head.number = number;
        self.head_sha256 = sha256;
    }

    fn apply_objects(&mut self, stored: &Stored) {
        let entry = &stored.entry;
        let mut size = self.size.unwrap_or_else(|| self.objects.values().map(|object| object.size).sum());
        for name in &entry.remove {
            if let Some(object) = self.objects.remove(name) {
                size = size.saturating_sub(object.size);
                self.removed.insert(name.clone(), Removed { time: entry.time, object });
            }
        }
        for name in &entry.deleted {
            self.removed.remove(name);
        }
        for object in &entry.add {
            self.removed.remove(&object.name);
            let before = self.objects.insert(object.name.clone(), object.clone());
            size = size.saturating_sub(before.map_or(0, |before| before.size)).saturating_add(object.size);
        }
        self.size = Some(size);
    }

    fn apply_meaning(&mut self, stored: &Stored) {
        let entry = &stored.entry;
        let sealed = entry.sealed_state();
        if let Some(counts) = &entry.counts {
            self.counts.clone_from(counts);
            self.times.insert(entry.number, entry.time);
        }
        match (entry.kind, sealed) {
            (CommitKind::Capture, Some(state)) => {
                let point =
                    Point { taken: entry.time, counts: std::mem::take(&mut self.counts), state, size: self.size };
                self.counts = live_only(&point.counts);
                self.points.insert(entry.number, point);
                self.progress = None;
            }
            (CommitKind::Progress, Some(state)) => self.progress = Some(state),
            _ => {}
        }
        for point in &entry.retired {
            self.points.remove(point);
        }
        if let Some(hold) = &entry.hold {
            self.holds.insert(hold.id.clone(), hold.clone());
        }
        if let Some(hold) = &entry.release {
            self.holds.remove(hold);
        }
    }

    /// The objects in a folder that belong to the vault.
    pub(crate) fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Object> {
        self.objects
            .range(folder.to_owned()..)
            .take_while(move |(name, _)| name.starts_with(folder))
            .map(|(_, object)| object)
    }
}

/// The counts at the beginning of an interval: what there is, nothing done yet.
fn live_only(counts: &BTreeMap<String, Counts>) -> BTreeMap<String, Counts> {
    counts.iter().map(|(kind, counts)| (kind.clone(), Counts { live: counts.live, ..Counts::default() })).collect()
}
