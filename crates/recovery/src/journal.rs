//! The journal of a recovery: what was planned, what was sent, what came of it.
//!
//! Every write to the standby is in the journal before it is sent, so that a run which dies knows afterwards what may have
//! happened. The journal lies in the control store; this crate only says what it needs of it. [`MemoryJournal`] is for
//! tests and for recoveries that nobody wants to go on with after a crash.

mod memory;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
pub use memory::MemoryJournal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The result of the journal's calls.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the journal did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else has taken the recovery over. Whoever is told this must stop at once.
    #[error("another process has taken this recovery over; this one stops")]
    LeaseLost,
    /// The journal's store failed, in its own words.
    #[error("the journal failed: {0}")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Where one operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// To be done: never sent, or certainly not done.
    Planned,
    /// About to be sent, or sent without an answer yet.
    Intent,
    /// It exists on the standby.
    Confirmed,
    /// The answer did not tell whether it exists.
    Ambiguous,
    /// Jira refused it.
    Failed,
    /// Not made by this recovery: it was there already (then it has a target), or it cannot be made.
    Skipped,
}

/// One object of a recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which recovery.
    pub recovery: Uuid,
    /// The operation's deterministic id.
    pub operation: [u8; 16],
    /// The kind of the object.
    pub kind: String,
    /// Its key on the source; unique within a recovery and kind.
    pub source: String,
    /// Where it stands.
    pub state: State,
    /// Which attempt; 0 until the first.
    pub attempt: u32,
    /// The issue key that it is to get.
    pub expected: Option<String>,
    /// Its id on the standby.
    pub target: Option<String>,
    /// Its key on the standby.
    pub target_key: Option<String>,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// Under which lease it is written.
    pub lease: u64,
}

/// A row with its place in the order in which rows were first recorded. Pages go on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place; grows, with gaps.
    pub place: u64,
    /// The row.
    pub row: Row,
}

/// The journal, as the pipeline needs it.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Writes rows, all or none, durable when it returns. A row with the same kind and source is replaced.
    async fn record(&self, rows: &[Row]) -> Result<()>;

    /// The rows of these source keys that exist, in no particular order.
    async fn find(&self, recovery: Uuid, kind: &str, sources: &[&str]) -> Result<Vec<Row>>;

    /// Up to `limit` rows in `state` after the place `after`, in the order in which they were first recorded. Begins with 0.
    async fn in_state(&self, recovery: Uuid, state: State, after: u64, limit: u32) -> Result<Vec<Entry>>;

    /// Up to `limit` rows of a kind after the source key `after`, in the order of these keys as bytes. Begins with `""`.
    async fn of_kind(&self, recovery: Uuid, kind: &str, after: &str, limit: u32) -> Result<Vec<Row>>;

    /// How many rows there are, by kind and state.
    async fn counts(&self, recovery: Uuid) -> Result<BTreeMap<(String, State), u64>>;
}

/// How many rows a page has.
const PAGE: u32 = 1000;

/// All rows of a kind, in the order of their source keys, a page at a time.
pub(crate) fn rows_of_kind(
    journal: Arc<dyn Journal>,
    recovery: Uuid,
    kind: &'static str,
) -> BoxStream<'static, Result<Row>> {
    let pages = stream::try_unfold(Some(String::new()), move |after| {
        let journal = journal.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let rows = journal.of_kind(recovery, kind, &after, PAGE).await?;
            let next = rows.last().filter(|_| rows.len() == PAGE as usize).map(|row| row.source.clone());
            Ok::<_, Error>(Some((stream::iter(rows.into_iter().map(Ok)), next)))
        }
    });
    pages.try_flatten().boxed()
}

/// All rows in a state, in the order in which they were recorded, a page at a time. Rows may leave the state meanwhile.
pub(crate) fn rows_in_state(
    journal: Arc<dyn Journal>,
    recovery: Uuid,
    state: State,
) -> BoxStream<'static, Result<Row>> {
    let pages = stream::try_unfold(Some(0), move |after| {
        let journal = journal.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let entries = journal.in_state(recovery, state, after, PAGE).await?;
            let next = entries.last().filter(|_| entries.len() == PAGE as usize).map(|entry| entry.place);
            let rows = entries.into_iter().map(|entry| Ok(entry.row));
            Ok::<_, Error>(Some((stream::iter(rows), next)))
        }
    });
    pages.try_flatten().boxed()
}
