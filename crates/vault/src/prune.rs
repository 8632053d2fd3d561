//! Retention: which recovery points are kept, and how the rest is removed.
use crate::{error::Result, vault::Inner};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// Which recovery points are kept. The newest always is.
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
    /// How long a removed object stays before it is deleted; at least 24 hours, whatever is said here.
    pub grace: Duration,
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

/// A running recovery's claim on a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The hold's id.
    pub id: String,
}

pub(crate) async fn prune(_inner: &Arc<Inner>, _policy: &KeepPolicy, _dry_run: bool) -> Result<PruneReport> {
    unimplemented!()
}
pub(crate) async fn hold(_inner: &Inner, _point: u64, _reason: &str, _until: Timestamp) -> Result<Hold> {
    unimplemented!()
}
pub(crate) async fn release(_inner: &Inner, _hold: &Hold) -> Result<()> {
    unimplemented!()
}
