//! Deleting what no longer belongs to the vault, after the grace time.

use std::time::Duration;

use futures::TryStreamExt as _;
use jiff::Timestamp;

use super::PruneReport;
use crate::error::Result;
use crate::log::state::LogState;
use crate::names::is_deletable;
use crate::storage::Deleted;
use crate::vault::Inner;

/// What may be deleted.
#[derive(Default)]
pub(super) struct Sweep {
    /// Removed by a commit longer ago than the grace time.
    removed: Vec<(String, u64)>,
    /// Older than the grace time, and never named by a commit: leftovers of interrupted work.
    unnamed: Vec<(String, u64)>,
}

impl Sweep {
    pub(super) async fn find(inner: &Inner, log: &LogState, now: Timestamp, grace: Duration) -> Result<Self> {
        let over = |since: Timestamp| {
            let age = now.duration_since(since);
            age.is_positive() && age.unsigned_abs() > grace
        };
        let removed = log.removed.values().filter(|removed| over(removed.time));
        let mut sweep = Self {
            removed: removed.map(|removed| (removed.object.name.clone(), removed.object.size)).collect(),
            unnamed: Vec::new(),
        };
        let mut listed = inner.storage.list("");
        while let Some(found) = listed.try_next().await? {
            let named = log.objects.contains_key(&found.name) || log.removed.contains_key(&found.name);
            // The log is not among them: a process that comes back late must find its number taken.
            if !named && is_deletable(&found.name) && over(found.modified) {
                sweep.unnamed.push((found.name, found.size));
            }
        }
        Ok(sweep)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.objects() == 0
    }

    pub(super) fn objects(&self) -> u64 {
        (self.removed.len() + self.unnamed.len()) as u64
    }

    pub(super) fn bytes(&self) -> u64 {
        self.removed.iter().chain(&self.unnamed).map(|(_, size)| size).sum()
    }

    /// What the commit says to be deleted. If the deletion is interrupted, a later pruning finds them unnamed.
    pub(super) fn removed_names(&self) -> Vec<String> {
        self.removed.iter().map(|(name, _)| name.clone()).collect()
    }

    pub(super) async fn delete(&self, inner: &Inner, report: &mut PruneReport) -> Result<()> {
        for (name, size) in self.removed.iter().chain(&self.unnamed) {
            match inner.storage.delete(name).await? {
                Deleted::Gone => {
                    report.deleted += 1;
                    report.freed += size;
                }
                Deleted::Retained => report.retained += 1,
            }
        }
        Ok(())
    }
}
