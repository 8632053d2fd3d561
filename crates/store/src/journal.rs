//! The journal of a recovery: what was planned, what was sent, what came of it.
//!
//! A row is durable before `record` returns, so a request to Jira that follows it is never forgotten. Each recovery has one
//! row for each object (kind and source key); recording it again replaces it. Every row carries the lease under which it
//! is written, and one that is no longer that of the recovery's job is refused: a worker that was taken over cannot write.

use async_trait::async_trait;
use control::id::RecoveryId;

use crate::Result;
use crate::job::LeaseToken;

/// Where one operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JournalState {
    /// In the plan.
    Planned,
    /// About to be sent, or sent without an answer yet.
    Intent,
    /// It exists on the standby.
    Confirmed,
    /// The answer did not tell whether it exists.
    Ambiguous,
    /// Jira refused it for good.
    Failed,
    /// Left out on purpose.
    Skipped,
}

impl JournalState {
    /// All states, in their order.
    pub const ALL: [Self; 6] =
        [Self::Planned, Self::Intent, Self::Confirmed, Self::Ambiguous, Self::Failed, Self::Skipped];
}

/// One object of a recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Which recovery.
    pub recovery: RecoveryId,
    /// The operation's deterministic id.
    pub operation: [u8; 16],
    /// The kind of the object.
    pub kind: String,
    /// Its key on the source; unique for a recovery and kind.
    pub source: String,
    /// Where it stands.
    pub state: JournalState,
    /// Which attempt; 0 until the first.
    pub attempt: u32,
    /// The key that it is expected to get.
    pub expected: Option<String>,
    /// Its id on the standby.
    pub target: Option<String>,
    /// Its key on the standby.
    pub target_key: Option<String>,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// Under which lease it is written.
    pub lease: LeaseToken,
}

/// A row with its place in the order in which rows were first recorded. Pages go on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place; grows, with gaps.
    pub place: u64,
    /// The row.
    pub row: JournalRow,
}

/// How many rows of one kind are in one state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateCount {
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: JournalState,
    /// How many rows.
    pub count: u64,
}

/// What an object of the source became on the standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its key on the source.
    pub source: String,
    /// Its id on the standby.
    pub target: String,
    /// Its key on the standby, if it has one.
    pub target_key: Option<String>,
}

/// The journal of one tenant's recoveries. Pages are in the order of their cursor and never skip a row that is there when
/// the first page is read and stays.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Writes rows, all or none, durable when it returns. Calls at the same time share one commit. `LeaseLost` if a row's
    /// lease is not the present one of the recovery's job, `Missing` if the tenant has no such recovery.
    async fn record(&self, rows: &[JournalRow]) -> Result<()>;
    /// The rows of these source keys that exist, in no particular order.
    async fn find(&self, recovery: RecoveryId, kind: &str, sources: &[&str]) -> Result<Vec<JournalRow>>;
    /// Up to `limit` rows in `state` after the place `after`, in the order in which they were first recorded. Begin with 0.
    async fn in_state(&self, recovery: RecoveryId, state: JournalState, after: u64, limit: u32) -> Result<Vec<Entry>>;
    /// Up to `limit` rows of a kind after the source key `after`, in the order of these keys as bytes. Begin with `""`.
    async fn of_kind(&self, recovery: RecoveryId, kind: &str, after: &str, limit: u32) -> Result<Vec<JournalRow>>;
    /// How many rows there are, by kind and state, sorted.
    async fn counts(&self, recovery: RecoveryId) -> Result<Vec<StateCount>>;
    /// Up to `limit` objects of a kind that have an id on the standby, after the source key `after`, in the order of these
    /// keys as bytes. Begin with `""`.
    async fn targets(&self, recovery: RecoveryId, kind: &str, after: &str, limit: u32) -> Result<Vec<Target>>;
}
