//! Records that a writer has taken and no commit names yet.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use bytes::Bytes;
use jiff::Timestamp;

use crate::hash::RecordHash;
use crate::record::{Content, NewRecord};
use crate::segment::write::Row;

/// Memory that a buffered record takes beside its own bytes, about.
const OVERHEAD: usize = 256;

/// What is known of a record: hashes, `None` where it is not there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// In the newest commit (or in a stored segment).
    pub(super) committed: Option<RecordHash>,
    /// Now.
    pub(super) now: Option<RecordHash>,
}

/// Records that are not in a segment yet, by kind and key.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    kinds: BTreeMap<String, BTreeMap<String, Buffered>>,
    weight: usize,
}

#[derive(Debug)]
struct Buffered {
    updated: Option<Timestamp>,
    /// `None`: deleted.
    body: Option<Bytes>,
    content: Option<Content>,
    hash: RecordHash,
    committed: Option<RecordHash>,
}

impl Buffered {
    fn weight(&self, key: &str) -> usize {
        let content = match &self.content {
            Some(Content::Inline(bytes)) => bytes.len(),
            _ => 0,
        };
        OVERHEAD + key.len() + self.body.as_ref().map_or(0, Bytes::len) + content
    }

    fn now(&self) -> Option<RecordHash> {
        self.body.is_some().then_some(self.hash)
    }
}

impl Buffer {
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    pub(super) fn known(&self, kind: &str, key: &str) -> Option<Known> {
        let buffered = self.kinds.get(kind)?.get(key)?;
        Some(Known { committed: buffered.committed, now: buffered.now() })
    }

    pub(super) fn put(&mut self, record: NewRecord<'_>, hash: RecordHash, committed: Option<RecordHash>) {
        let NewRecord { kind, key, updated, body, content } = record;
        self.insert(kind, key, Buffered { updated, body: Some(body), content, hash, committed });
    }

    pub(super) fn delete(&mut self, kind: &str, key: &str, hash: RecordHash, committed: Option<RecordHash>) {
        self.insert(kind, key.to_owned(), Buffered { updated: None, body: None, content: None, hash, committed });
    }

    fn insert(&mut self, kind: &str, key: String, buffered: Buffered) {
        self.remove(kind, &key);
        // Back to what the vault has: there is nothing to write.
        if buffered.now() == buffered.committed {
            return;
        }
        self.weight += buffered.weight(&key);
        match self.kinds.get_mut(kind) {
            Some(records) => records.insert(key, buffered),
            None => self.kinds.entry(kind.to_owned()).or_default().insert(key, buffered),
        };
    }

    fn remove(&mut self, kind: &str, key: &str) {
        let Some(records) = self.kinds.get_mut(kind) else { return };
        if let Some(old) = records.remove(key) {
            self.weight -= old.weight(key);
        }
        if records.is_empty() {
            self.kinds.remove(kind);
        }
    }

    /// The rows of a segment, in order.
    pub(super) fn rows(&self, version: u64) -> impl Iterator<Item = Row> {
        self.kinds.iter().flat_map(move |(kind, records)| {
            records.iter().map(move |(key, buffered)| Row {
                kind: kind.clone(),
                key: key.clone(),
                version,
                updated: buffered.updated,
                hash: buffered.hash,
                body: buffered.body.clone(),
                content: buffered.content.clone(),
            })
        })
    }

    /// Corrects a set of live keys by what is buffered.
    pub(super) fn overlay(&self, kind: &str, prefix: &str, keys: &mut BTreeSet<String>) {
        let records =
            self.kinds.get(kind).map(|records| from(records, prefix).map(|(key, record)| (key, record.now())));
        overlay(records, prefix, keys);
    }
}

/// Hashes of the records in segments that no commit names yet; `None` where they are deleted.
#[derive(Debug, Default)]
pub(super) struct Uncommitted {
    kinds: BTreeMap<String, BTreeMap<String, Option<RecordHash>>>,
    count: usize,
}

impl Uncommitted {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn contains(&self, kind: &str, key: &str) -> bool {
        self.get(kind, key).is_some()
    }

    #[expect(clippy::option_option, reason = "not here, and here as deleted, are two things")]
    pub(super) fn get(&self, kind: &str, key: &str) -> Option<Option<RecordHash>> {
        self.kinds.get(kind)?.get(key).copied()
    }

    /// Takes over what a buffer held, now that it is stored.
    pub(super) fn take(&mut self, buffer: &mut Buffer) {
        for (kind, records) in std::mem::take(buffer).kinds {
            self.count += records.len();
            let known = self.kinds.entry(kind).or_default();
            known.extend(records.into_iter().map(|(key, buffered)| (key, buffered.now())));
        }
    }

    pub(super) fn overlay(&self, kind: &str, prefix: &str, keys: &mut BTreeSet<String>) {
        let records = self.kinds.get(kind).map(|records| from(records, prefix).map(|(key, now)| (key, *now)));
        overlay(records, prefix, keys);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The records from a prefix on: those with the prefix come first, so that asking for a few keys does not cost them all.
fn from<'a, V>(records: &'a BTreeMap<String, V>, prefix: &str) -> impl Iterator<Item = (&'a String, &'a V)> {
    records.range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
}

fn overlay<'a>(
    records: Option<impl Iterator<Item = (&'a String, Option<RecordHash>)>>,
    prefix: &str,
    keys: &mut BTreeSet<String>,
) {
    for (key, now) in records.into_iter().flatten().take_while(|(key, _)| key.starts_with(prefix)) {
        if now.is_some() {
            keys.insert(key.clone());
        } else {
            keys.remove(key);
        }
    }
}
