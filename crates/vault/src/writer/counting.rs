//! Counting what a writer did since the last commit.

use std::collections::BTreeMap;

use crate::hash::RecordHash;
use crate::point::Counts;

/// What was done to the records of each kind since the last commit.
#[derive(Debug, Default)]
pub(super) struct Deltas(BTreeMap<String, Delta>);

#[derive(Clone, Copy, Debug, Default)]
struct Delta {
    added: i64,
    changed: i64,
    deleted: i64,
}

impl Delta {
    /// What a record contributes that was `committed` and is `now`.
    fn of(committed: Option<RecordHash>, now: Option<RecordHash>) -> Self {
        let one = |condition: bool| i64::from(condition);
        Self {
            added: one(committed.is_none() && now.is_some()),
            changed: one(committed.is_some() && now.is_some() && committed != now),
            deleted: one(committed.is_some() && now.is_none()),
        }
    }
}

impl Deltas {
    /// A record's uncommitted state changes from `old` to `new`.
    pub(super) fn replace(
        &mut self,
        kind: &str,
        committed: Option<RecordHash>,
        old: Option<RecordHash>,
        new: Option<RecordHash>,
    ) {
        let (old, new) = (Delta::of(committed, old), Delta::of(committed, new));
        let delta = match self.0.get_mut(kind) {
            Some(delta) => delta,
            None => self.0.entry(kind.to_owned()).or_default(),
        };
        delta.added += new.added - old.added;
        delta.changed += new.changed - old.changed;
        delta.deleted += new.deleted - old.deleted;
    }

    /// The counts after these deltas.
    pub(super) fn counts(&self, before: &BTreeMap<String, Counts>) -> BTreeMap<String, Counts> {
        let mut counts = before.clone();
        for (kind, delta) in &self.0 {
            let counts = counts.entry(kind.clone()).or_default();
            counts.live = counts.live.saturating_add_signed(delta.added - delta.deleted);
            counts.added = counts.added.saturating_add_signed(delta.added);
            counts.changed = counts.changed.saturating_add_signed(delta.changed);
            counts.deleted = counts.deleted.saturating_add_signed(delta.deleted);
        }
        counts
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
