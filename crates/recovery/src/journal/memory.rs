//! A journal that is forgotten with the process.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use uuid::Uuid;

use super::{Entry, Error, Journal, Result, Row, State};

type Key = (Uuid, String, String);

/// Keeps rows in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    rows: BTreeMap<Key, Entry>,
    newest_lease: BTreeMap<Uuid, u64>,
}

impl MemoryJournal {
    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every row, in the order of kind and source key.
    pub fn all(&self) -> Vec<Row> {
        self.lock().rows.values().map(|entry| entry.row.clone()).collect()
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn record(&self, rows: &[Row]) -> Result<()> {
        let mut journal = self.lock();
        for row in rows {
            let newest = journal.newest_lease.entry(row.recovery).or_insert(row.lease);
            if row.lease < *newest {
                return Err(Error::LeaseLost);
            }
            *newest = row.lease;
        }
        for row in rows {
            let next = journal.rows.len() as u64 + 1;
            let key = (row.recovery, row.kind.clone(), row.source.clone());
            let place = journal.rows.get(&key).map_or(next, |entry| entry.place);
            journal.rows.insert(key, Entry { place, row: row.clone() });
        }
        Ok(())
    }

    async fn find(&self, recovery: Uuid, kind: &str, sources: &[&str]) -> Result<Vec<Row>> {
        let journal = self.lock();
        let found = sources.iter().filter_map(|source| {
            journal.rows.get(&(recovery, kind.to_owned(), (*source).to_owned())).map(|entry| entry.row.clone())
        });
        Ok(found.collect())
    }

    async fn in_state(&self, recovery: Uuid, state: State, after: u64, limit: u32) -> Result<Vec<Entry>> {
        let journal = self.lock();
        let mut entries: Vec<Entry> = journal
            .rows
            .values()
            .filter(|entry| entry.row.recovery == recovery && entry.row.state == state && entry.place > after)
            .cloned()
            .collect();
        entries.sort_by_key(|entry| entry.place);
        entries.truncate(limit as usize);
        Ok(entries)
    }

    async fn of_kind(&self, recovery: Uuid, kind: &str, after: &str, limit: u32) -> Result<Vec<Row>> {
        let journal = self.lock();
        let start = Bound::Excluded((recovery, kind.to_owned(), after.to_owned()));
        let rows = journal
            .rows
            .range((start, Bound::Unbounded))
            .take_while(|((of, named, _), _)| *of == recovery && named == kind)
            .take(limit as usize);
        Ok(rows.map(|(_, entry)| entry.row.clone()).collect())
    }

    async fn counts(&self, recovery: Uuid) -> Result<BTreeMap<(String, State), u64>> {
        let journal = self.lock();
        let mut counts = BTreeMap::new();
        for entry in journal.rows.values().filter(|entry| entry.row.recovery == recovery) {
            *counts.entry((entry.row.kind.clone(), entry.row.state)).or_insert(0) += 1;
        }
        Ok(counts)
    }
}
