//! Claims of running recoveries: their point stays, and nothing is deleted meanwhile.

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::log::entry::{CommitKind, HoldEntry};
use crate::names::ulid;
use crate::vault::{Draft, Inner};

/// A running recovery's claim on a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The claim's id.
    pub id: String,
}

pub(crate) async fn hold(inner: &Inner, point: u64, reason: &str, until: Timestamp) -> Result<Hold> {
    inner.refresh_to_read().await?;
    if !inner.state().points.contains_key(&point) {
        return Err(Error::NoSuchPoint(point));
    }
    let entry = HoldEntry { id: ulid(&inner.ambient), point, reason: reason.to_owned(), until };
    let hold = Hold { id: entry.id.clone() };
    inner.commit_claim(&Draft { hold: Some(entry), ..Draft::new(CommitKind::Hold, "hold") }).await?;
    // A pruning may have retired the point just before the claim was made.
    if inner.state().points.contains_key(&point) {
        return Ok(hold);
    }
    release(inner, &hold).await?;
    Err(Error::NoSuchPoint(point))
}

pub(crate) async fn release(inner: &Inner, hold: &Hold) -> Result<()> {
    inner.refresh_to_read().await?;
    if !inner.state().log.holds.contains_key(&hold.id) {
        return Ok(());
    }
    let release = Some(hold.id.clone());
    inner.commit_claim(&Draft { release, ..Draft::new(CommitKind::Release, "hold") }).await
}
