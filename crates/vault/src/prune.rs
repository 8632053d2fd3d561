//! Retention: which recovery points are kept, and how the rest is removed.
//!
//! In this order: [`policy`] says which points stay; [`plan`] which versions live and which segments are worth merging;
//! [`merge`] writes what lives of those into new segments; one commit says all that; only then [`sweep`] deletes what
//! earlier commits removed longer ago than the grace time. A process that was fenced fails at the commit, before it
//! deletes anything.

mod hold;
mod merge;
mod plan;
mod policy;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::log::entry::CommitKind;
use crate::vault::{Draft, Inner};

pub use hold::Hold;
pub(crate) use hold::{hold, pin, release, unpin};
use sweep::Sweep;

/// Removed objects stay at least so long, whatever a policy says.
const SHORTEST_GRACE: Duration = Duration::from_hours(24);

/// Which recovery points are kept. The newest always is, and those that are pinned or that a running recovery holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepPolicy {
    /// The newest point of each of the last so many hours that have one.
    pub hourly: usize,
    /// The newest point of each of the last so many days that have one (UTC).
    pub daily: usize,
    /// The newest point of each of the last so many weeks that have one (ISO weeks).
    pub weekly: usize,
    /// The newest point of each of the last so many months that have one.
    pub monthly: usize,
    /// Points younger than this are kept.
    pub minimum_age: Duration,
    /// How long a removed object stays before it is deleted: longer than any capture takes, and at least 24 hours,
    /// whatever is said here.
    pub grace: Duration,
}

impl Default for KeepPolicy {
    /// Everything of the last two days, then hours, days, weeks and months that thin out over two years.
    fn default() -> Self {
        let day = Duration::from_hours(24);
        Self { hourly: 48, daily: 30, weekly: 13, monthly: 24, minimum_age: 2 * day, grace: 3 * day }
    }
}

/// What a pruning did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PruneReport {
    /// Numbers of the points that stay.
    pub kept: Vec<u64>,
    /// Numbers of the points that go.
    pub retired: Vec<u64>,
    /// Segments that were merged into fewer.
    pub merged: u64,
    /// Objects that no longer belong to the vault; deleted once the grace time is over.
    pub removed: u64,
    /// Objects that were deleted.
    pub deleted: u64,
    /// Bytes that were freed.
    pub freed: u64,
    /// Objects that the bucket retains (Object Lock) although their time is over.
    pub retained: u64,
    /// Why nothing was deleted: running recoveries.
    pub held_by: Vec<String>,
}

pub(crate) async fn prune(inner: &Arc<Inner>, policy: &KeepPolicy, dry_run: bool) -> Result<PruneReport> {
    let _turn = inner.turn.clone().try_lock_owned().map_err(|_| Error::Busy)?;
    if dry_run {
        inner.refresh_to_read().await?;
    } else {
        inner.storage.prepare()?;
        inner.refresh_to_write().await?;
    }
    let now = inner.ambient.now();
    let log = inner.state().log.clone();
    let holds: Vec<_> = log.holds.values().filter(|hold| hold.until > now).collect();
    let kept = policy::keep(&log.points, policy, now, &holds);
    let retired: Vec<u64> = log.points.keys().copied().filter(|point| !kept.contains(point)).collect();
    let recoveries = holds.iter().filter(|hold| !hold.pin);
    let held_by: Vec<String> = recoveries.map(|hold| format!("point {}: {}", hold.point, hold.reason)).collect();

    let grace = policy.grace.max(SHORTEST_GRACE);
    // Before anything new is stored: whatever the store's clock says, this run's own objects are not leftovers.
    let sweep = if held_by.is_empty() { Sweep::find(inner, &log, now, grace).await? } else { Sweep::default() };
    let plan = plan::plan(inner, &log, &kept).await?;
    let merged = merge::merge(inner, &plan, dry_run).await?;
    let remove = plan.removals(&log, &merged.blobs);

    let mut report = PruneReport {
        kept: kept.into_iter().collect(),
        retired: retired.clone(),
        merged: plan.merge.len() as u64,
        removed: remove.len() as u64,
        held_by,
        ..PruneReport::default()
    };
    if dry_run {
        (report.deleted, report.freed) = (sweep.objects(), sweep.bytes());
        return Ok(report);
    }
    if !(retired.is_empty() && remove.is_empty() && sweep.is_empty()) {
        let deleted = sweep.removed_names();
        let draft = Draft { add: merged.add, remove, deleted, retired, ..Draft::new(CommitKind::Prune, "prune") };
        inner.commit(&draft).await?;
        sweep.delete(inner, &mut report).await?;
    }
    Ok(report)
}
