//! The journal: reads go to the readers, writes to one task that gathers them.
//!
//! Start at [`writer`].

mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use control::id::{RecoveryId, TenantId};
use sqlx::SqlitePool;
use store::{Entry, Journal, JournalRow, JournalState, Result, StateCount, StoreError, Target};
use uuid::Uuid;

use crate::failure::OrFail as _;
use crate::value::{bytes, json, signed, small, unreadable, unsigned};

pub(crate) use writer::JournalWriter;

/// The journal of one tenant.
pub(crate) struct SqliteJournal {
    tenant: TenantId,
    writer: JournalWriter,
    readers: SqlitePool,
    path: Arc<str>,
}

impl SqliteJournal {
    pub(crate) fn new(tenant: TenantId, writer: JournalWriter, readers: SqlitePool, path: Arc<str>) -> Self {
        Self { tenant, writer, readers, path }
    }

    /// The number that the rows of a recovery carry instead of its id.
    async fn run(&self, recovery: RecoveryId) -> Result<i64> {
        let run = sqlx::query_file!("../store/sql/journal/run.sql", Uuid::from(self.tenant), Uuid::from(recovery));
        let run = run.fetch_optional(&self.readers).await.or_fail(&self.path, "reading a recovery")?;
        Ok(run.ok_or_else(|| no_such(recovery))?.number)
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn record(&self, rows: &[JournalRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.writer.record(self.tenant, rows.to_vec()).await
    }

    async fn find(&self, recovery: RecoveryId, kind: &str, sources: &[&str]) -> Result<Vec<JournalRow>> {
        let run = self.run(recovery).await?;
        let sources = json("source keys", sources)?;
        let rows = sqlx::query_file_as!(Row, "../store/sql/journal/find.sql", run, kind, sources);
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.path, READING)?;
        rows.into_iter().map(|row| row.into_row(recovery)).collect()
    }

    async fn in_state(&self, recovery: RecoveryId, state: JournalState, after: u64, limit: u32) -> Result<Vec<Entry>> {
        let (run, after) = (self.run(recovery).await?, signed(after)?);
        let rows = sqlx::query_file_as!(Row, "../store/sql/journal/in_state.sql", run, number(state), after, limit);
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.path, READING)?;
        let entry = |row: Row| Ok(Entry { place: unsigned(row.place)?, row: row.into_row(recovery)? });
        rows.into_iter().map(entry).collect()
    }

    async fn of_kind(&self, recovery: RecoveryId, kind: &str, after: &str, limit: u32) -> Result<Vec<JournalRow>> {
        let run = self.run(recovery).await?;
        let rows = sqlx::query_file_as!(Row, "../store/sql/journal/of_kind.sql", run, kind, after, limit);
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.path, READING)?;
        rows.into_iter().map(|row| row.into_row(recovery)).collect()
    }

    async fn counts(&self, recovery: RecoveryId) -> Result<Vec<StateCount>> {
        let run = self.run(recovery).await?;
        let rows = sqlx::query_file!("../store/sql/journal/counts.sql", run).fetch_all(&self.readers).await;
        let rows = rows.or_fail(&self.path, READING)?.into_iter();
        rows.map(|row| Ok(StateCount { kind: row.kind, state: state(row.state)?, count: unsigned(row.count)? }))
            .collect()
    }

    async fn targets(&self, recovery: RecoveryId, kind: &str, after: &str, limit: u32) -> Result<Vec<Target>> {
        let run = self.run(recovery).await?;
        let rows = sqlx::query_file!("../store/sql/journal/targets.sql", run, kind, after, limit);
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.path, READING)?.into_iter();
        Ok(rows.map(|row| Target { source: row.source, target: row.target, target_key: row.target_key }).collect())
    }
}

const READING: &str = "reading the journal";

fn no_such(recovery: RecoveryId) -> StoreError {
    StoreError::Missing { what: format!("recovery {recovery}") }
}

/// The place of a state in [`JournalState::ALL`]; the schema has the same list.
fn number(state: JournalState) -> i64 {
    match state {
        JournalState::Planned => 0,
        JournalState::Intent => 1,
        JournalState::Confirmed => 2,
        JournalState::Ambiguous => 3,
        JournalState::Failed => 4,
        JournalState::Skipped => 5,
    }
}

fn state(stored: i64) -> Result<JournalState> {
    let known = usize::try_from(stored).ok().and_then(|place| JournalState::ALL.get(place));
    known.copied().ok_or_else(|| unreadable("state of an operation", stored))
}

struct Row {
    place: i64,
    kind: String,
    source: String,
    operation: Vec<u8>,
    state: i64,
    attempt: i64,
    expected: Option<String>,
    target: Option<String>,
    target_key: Option<String>,
    reason: Option<String>,
    lease: i64,
}

impl Row {
    fn into_row(self, recovery: RecoveryId) -> Result<JournalRow> {
        Ok(JournalRow {
            recovery,
            operation: bytes("operation id", &self.operation)?,
            kind: self.kind,
            source: self.source,
            state: state(self.state)?,
            attempt: small(self.attempt)?,
            expected: self.expected,
            target: self.target,
            target_key: self.target_key,
            reason: self.reason,
            lease: unsigned(self.lease)?,
        })
    }
}
