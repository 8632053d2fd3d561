//! Group commit: one task takes whatever was recorded since its last commit and commits it at once.
//!
//! A commit waits for the disk, and waiting once for forty callers costs as much as waiting for one. Whoever records alone
//! is not kept waiting for others: the task starts with what there is. An adapter gives a [`Commit`]; a call that is refused
//! costs the others of its group nothing, a failure of the database fails all of them.

use std::collections::HashMap;

use async_trait::async_trait;
use control::id::{RecoveryId, TenantId};
use tokio::sync::{mpsc, oneshot};

use super::value::{Word as _, unsigned};
use crate::{JobState, JournalRow, Result, StoreError};

/// How many calls may wait; more wait for a place in the queue.
const QUEUE: usize = 1024;

/// How many calls share a commit at most.
const GROUP: usize = 512;

/// What is being done, for errors.
pub const WRITING: &str = "writing the journal";

/// The adapter's part.
#[async_trait]
pub trait Commit: Send + Sync + 'static {
    /// Writes the rows of every call whose leases are good, all in one transaction, durable when it returns; the others'
    /// refusals are noted in their `outcome`. After a failure nothing was written, or all of it.
    async fn commit(&self, group: &mut [Call]) -> Result<()>;
}

/// What one caller records.
#[derive(Debug)]
pub struct Call {
    /// Whose recoveries.
    pub tenant: TenantId,
    /// The rows: all or none.
    pub rows: Vec<JournalRow>,
    /// Why they were refused, if they were.
    pub outcome: Result<()>,
    answer: oneshot::Sender<Result<()>>,
}

/// Hands rows to the writing task. Cheap to clone; the task ends with the last handle.
#[derive(Clone, Debug)]
pub struct GroupCommit {
    queue: mpsc::Sender<Call>,
}

impl GroupCommit {
    /// Starts the task, on the runtime of whoever calls.
    pub fn start(commit: impl Commit) -> Self {
        let (queue, calls) = mpsc::channel(QUEUE);
        tokio::spawn(write_all(calls, commit));
        Self { queue }
    }

    /// Returns when the rows are durable, or refused.
    pub async fn record(&self, tenant: TenantId, rows: Vec<JournalRow>) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        let call = Call { tenant, rows, outcome: Ok(()), answer };
        self.queue.send(call).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

fn ended() -> StoreError {
    let source = Box::new(std::io::Error::other("the task that writes it has ended"));
    StoreError::Driver { action: WRITING.to_owned(), source }
}

async fn write_all(mut calls: mpsc::Receiver<Call>, commit: impl Commit) {
    let mut group = Vec::new();
    while calls.recv_many(&mut group, GROUP).await > 0 {
        let failure = commit.commit(&mut group).await.err();
        for call in group.drain(..) {
            let answer = match &failure {
                Some(failure) => Err(copy_of(failure)),
                None => call.outcome,
            };
            // Whoever recorded may have been dropped meanwhile; the rows are durable all the same.
            let _ = call.answer.send(answer);
        }
    }
}

/// The runs that a group writes to and their present leases, read in the transaction that writes.
#[derive(Debug, Default)]
pub struct Leases {
    held: HashMap<(TenantId, RecoveryId), Held>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    run: i64,
    lease: Option<u64>,
}

impl Leases {
    /// Adds the number of a run, and what its job says: where it stands, and its token.
    pub fn add(&mut self, of: (TenantId, RecoveryId), run: i64, state: &str, token: i64) -> Result<()> {
        let lease = (state == JobState::Running.word()).then(|| unsigned(token)).transpose()?;
        self.held.insert(of, Held { run, lease });
        Ok(())
    }

    /// The number of the run that each row of a call belongs to, or why the call is refused.
    pub fn runs_of(&self, call: &Call) -> Result<Vec<i64>> {
        call.rows.iter().map(|row| self.run_of(call.tenant, row)).collect()
    }

    fn run_of(&self, tenant: TenantId, row: &JournalRow) -> Result<i64> {
        let held = self.held.get(&(tenant, row.recovery)).ok_or_else(|| no_such(row.recovery))?;
        if held.lease != Some(row.lease) {
            return Err(StoreError::LeaseLost { what: format!("recovery {}", row.recovery) });
        }
        Ok(held.run)
    }
}

/// The recoveries that a group writes to, each once, in a fixed order.
pub fn recoveries(group: &[Call]) -> Vec<(TenantId, RecoveryId)> {
    let all = group.iter().flat_map(|call| call.rows.iter().map(|row| (call.tenant, row.recovery)));
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The refusal of a recovery that the tenant does not have.
pub fn no_such(recovery: RecoveryId) -> StoreError {
    StoreError::Missing { what: format!("recovery {recovery}") }
}

/// One failure of the database, told to each caller of the group.
fn copy_of(failure: &StoreError) -> StoreError {
    use StoreError as E;
    match failure {
        E::Busy { database } => E::Busy { database: database.clone() },
        E::Full { database } => E::Full { database: database.clone() },
        E::Disk { database, reason } => E::Disk { database: database.clone(), reason: reason.clone() },
        E::ReadOnly { database } => E::ReadOnly { database: database.clone() },
        E::Unopenable { database, reason } => E::Unopenable { database: database.clone(), reason: reason.clone() },
        E::Unreachable { database, reason } => E::Unreachable { database: database.clone(), reason: reason.clone() },
        E::Denied { database, reason } => E::Denied { database: database.clone(), reason: reason.clone() },
        E::Damaged { database, reason } => E::Damaged { database: database.clone(), reason: reason.clone() },
        E::Driver { action, source } => E::Driver { action: action.clone(), source: source.to_string().into() },
        other => E::Driver { action: WRITING.to_owned(), source: other.to_string().into() },
    }
}
