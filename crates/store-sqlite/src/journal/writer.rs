//! Group commit: one task takes whatever was recorded since its last commit and commits it at once.
//!
//! A commit waits for the disk, and waiting once for forty callers costs as much as waiting for one. Whoever records alone
//! is not kept waiting for others: the task starts with what there is.

use std::collections::HashMap;
use std::sync::Arc;

use control::id::{RecoveryId, TenantId};
use sqlx::{SqliteConnection, SqlitePool};
use store::{JournalRow, Result, StoreError};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{no_such, number};
use crate::failure::{OrFail as _, exactly_one};
use crate::value::{signed, unsigned};

/// How many calls may wait; more wait for a place in the queue.
const QUEUE: usize = 1024;

/// How many calls share a commit at most.
const GROUP: usize = 512;

/// Hands rows to the writing task. Cheap to clone; the task ends with the last handle.
#[derive(Clone, Debug)]
pub(crate) struct JournalWriter {
    queue: mpsc::Sender<Call>,
}

#[derive(Debug)]
struct Call {
    tenant: TenantId,
    rows: Vec<JournalRow>,
    answer: oneshot::Sender<Result<()>>,
}

impl JournalWriter {
    pub(crate) fn start(writer: SqlitePool, path: Arc<str>) -> Self {
        let (queue, calls) = mpsc::channel(QUEUE);
        tokio::spawn(write_all(calls, writer, path));
        Self { queue }
    }

    pub(crate) async fn record(&self, tenant: TenantId, rows: Vec<JournalRow>) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        let call = Call { tenant, rows, answer };
        self.queue.send(call).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

fn ended() -> StoreError {
    let source = Box::new(std::io::Error::other("the task that writes it has ended"));
    StoreError::Driver { action: "writing the journal".to_owned(), source }
}

async fn write_all(mut calls: mpsc::Receiver<Call>, writer: SqlitePool, path: Arc<str>) {
    let mut group = Vec::new();
    while calls.recv_many(&mut group, GROUP).await > 0 {
        write_group(group.drain(..), &writer, &path).await;
    }
}

/// Commits a group of calls. A call that is refused costs the others nothing; a failure of the database fails all.
async fn write_group(calls: impl Iterator<Item = Call>, writer: &SqlitePool, path: &str) {
    let mut group: Vec<(Call, Result<()>)> = calls.map(|call| (call, Ok(()))).collect();
    let failure = commit(&mut group, writer, path).await.err();
    for (call, refused) in group {
        let answer = match &failure {
            Some(failure) => Err(copy_of(failure)),
            None => refused,
        };
        // Whoever recorded may have been dropped meanwhile; the rows are durable all the same.
        let _ = call.answer.send(answer);
    }
}

/// Writes the rows of every call whose leases are good, and notes the others' refusals.
async fn commit(group: &mut [(Call, Result<()>)], writer: &SqlitePool, path: &str) -> Result<()> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.or_fail(path, WRITING)?;
    let mut leases = Leases { path, known: HashMap::new() };
    for (call, outcome) in group {
        match leases.runs_of(&mut transaction, call).await? {
            Ok(runs) => write_rows(&mut transaction, &call.rows, &runs, path).await?,
            Err(refused) => *outcome = Err(refused),
        }
    }
    transaction.commit().await.or_fail(path, WRITING)
}

async fn write_rows(connection: &mut SqliteConnection, rows: &[JournalRow], runs: &[i64], path: &str) -> Result<()> {
    for (row, run) in rows.iter().zip(runs) {
        let written = sqlx::query_file!(
            "../store/sql/journal/record.sql",
            run,
            row.kind,
            row.source,
            row.operation.as_slice(),
            number(row.state),
            row.attempt,
            row.expected,
            row.target,
            row.target_key,
            row.reason,
            signed(row.lease)?,
        );
        exactly_one(WRITING, written.execute(&mut *connection).await.or_fail(path, WRITING)?)?;
    }
    Ok(())
}

const WRITING: &str = "writing the journal";

/// The runs and their present leases, looked up once for a commit.
struct Leases<'a> {
    path: &'a str,
    known: HashMap<(TenantId, RecoveryId), Option<Held>>,
}

#[derive(Clone, Copy)]
struct Held {
    run: i64,
    lease: Option<u64>,
}

impl Leases<'_> {
    /// The run of each row, or why the call is refused.
    async fn runs_of(&mut self, connection: &mut SqliteConnection, call: &Call) -> Result<Result<Vec<i64>>> {
        let mut runs = Vec::with_capacity(call.rows.len());
        for row in &call.rows {
            let Some(held) = self.held(connection, call.tenant, row.recovery).await? else {
                return Ok(Err(no_such(row.recovery)));
            };
            if held.lease != Some(row.lease) {
                return Ok(Err(StoreError::LeaseLost { what: format!("recovery {}", row.recovery) }));
            }
            runs.push(held.run);
        }
        Ok(Ok(runs))
    }

    async fn held(
        &mut self,
        connection: &mut SqliteConnection,
        tenant: TenantId,
        recovery: RecoveryId,
    ) -> Result<Option<Held>> {
        if let Some(held) = self.known.get(&(tenant, recovery)) {
            return Ok(*held);
        }
        let run = sqlx::query_file!("../store/sql/journal/run.sql", Uuid::from(tenant), Uuid::from(recovery));
        let run = run.fetch_optional(connection).await.or_fail(self.path, WRITING)?;
        let held = match run {
            Some(run) => {
                let lease = run.lease_holder.map(|_| unsigned(run.lease_token)).transpose()?;
                Some(Held { run: run.number, lease })
            }
            None => None,
        };
        self.known.insert((tenant, recovery), held);
        Ok(held)
    }
}

/// One failure of the database, told to each caller of the group.
fn copy_of(failure: &StoreError) -> StoreError {
    match failure {
        StoreError::Busy { path } => StoreError::Busy { path: path.clone() },
        StoreError::Full { path } => StoreError::Full { path: path.clone() },
        StoreError::Disk { path, reason } => StoreError::Disk { path: path.clone(), reason: reason.clone() },
        StoreError::ReadOnly { path } => StoreError::ReadOnly { path: path.clone() },
        StoreError::Unopenable { path, reason } => {
            StoreError::Unopenable { path: path.clone(), reason: reason.clone() }
        }
        StoreError::Damaged { path, reason } => StoreError::Damaged { path: path.clone(), reason: reason.clone() },
        StoreError::Driver { action, source } => {
            StoreError::Driver { action: action.clone(), source: source.to_string().into() }
        }
        other => StoreError::Driver { action: WRITING.to_owned(), source: other.to_string().into() },
    }
}
