//! Claims on points. A running recovery's: its point stays, and nothing is deleted meanwhile. A pin: its point stays.

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
    claim(inner, HoldEntry { id: ulid(&inner.ambient), point, reason: reason.to_owned(), until, pin: false }).await
}

/// Pins a point, unless it is pinned.
pub(crate) async fn pin(inner: &Inner, point: u64) -> Result<()> {
    inner.refresh_to_read().await?;
    if !pins(inner, point).is_empty() {
        return Ok(());
    }
    let (id, reason, until) = (ulid(&inner.ambient), "pinned".to_owned(), Timestamp::MAX);
    claim(inner, HoldEntry { id, point, reason, until, pin: true }).await.map(drop)
}

/// Lets a pinned point go: the next pruning treats it as the others.
pub(crate) async fn unpin(inner: &Inner, point: u64) -> Result<()> {
    inner.refresh_to_read().await?;
    if !inner.state().points.contains_key(&point) {
        return Err(Error::NoSuchPoint(point));
    }
    // Two processes may have pinned it at the same time.
    for pin in pins(inner, point) {
        release(inner, &pin).await?;
    }
    Ok(())
}

fn pins(inner: &Inner, point: u64) -> Vec<Hold> {
    let state = inner.state();
    let pins = state.log.holds.values().filter(|hold| hold.pin && hold.point == point);
    pins.map(|hold| Hold { id: hold.id.clone() }).collect()
}

async fn claim(inner: &Inner, entry: HoldEntry) -> Result<Hold> {
    let point = entry.point;
    if !inner.state().points.contains_key(&point) {
        return Err(Error::NoSuchPoint(point));
    }
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
