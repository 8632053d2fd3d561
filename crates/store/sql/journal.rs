//! The journal: reads go to the readers, writes to one task that gathers them.
//!
//! Start at [`store::adapter::group_commit`]; what a database does of its own is in `journal_writer` of its adapter.

use std::sync::Arc;

use async_trait::async_trait;
use control::id::{RecoveryId, TenantId};
use store::adapter::group_commit::{GroupCommit, no_such};
use store::adapter::value::{bytes, signed, small, unreadable, unsigned};
use store::{Entry, Journal, JournalRow, JournalState, Result, StateCount, Target};
use uuid::Uuid;

use crate::Pool;
use crate::failure::OrFail as _;

/// The journal of one tenant.
pub(crate) struct TenantJournal {
    tenant: TenantId,
    writer: GroupCommit,
    pub(crate) readers: Pool,
    pub(crate) database: Arc<str>,
}

impl TenantJournal {
    pub(crate) fn new(tenant: TenantId, writer: GroupCommit, readers: Pool, database: Arc<str>) -> Self {
        Self { tenant, writer, readers, database }
    }

    /// The number that the rows of a recovery carry instead of its id.
    async fn run(&self, recovery: RecoveryId) -> Result<i64> {
        let run = sqlx::query_file!("../store/sql/journal/run.sql", Uuid::from(self.tenant), Uuid::from(recovery));
        let run = run.fetch_optional(&self.readers).await.or_fail(&self.database, "reading a recovery")?;
        Ok(run.ok_or_else(|| no_such(recovery))?.number)
    }
}

#[async_trait]
impl Journal for TenantJournal {
    async fn record(&self, rows: &[JournalRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.writer.record(self.tenant, rows.to_vec()).await
    }

    async fn find(&self, recovery: RecoveryId, kind: &str, sources: &[&str]) -> Result<Vec<JournalRow>> {
        let run = self.run(recovery).await?;
        let rows = self.rows_of(run, kind, sources).await?;
        rows.into_iter().map(|row| row.into_row(recovery)).collect()
    }

    async fn in_state(&self, recovery: RecoveryId, state: JournalState, after: u64, limit: u32) -> Result<Vec<Entry>> {
        let (run, after) = (self.run(recovery).await?, signed(after)?);
        let rows = sqlx::query_file_as!(
            Row,
            "../store/sql/journal/in_state.sql",
            run,
            number(state),
            after,
            i64::from(limit),
        );
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.database, READING)?;
        let entry = |row: Row| Ok(Entry { place: unsigned(row.place)?, row: row.into_row(recovery)? });
        rows.into_iter().map(entry).collect()
    }

    async fn of_kind(&self, recovery: RecoveryId, kind: &str, after: &str, limit: u32) -> Result<Vec<JournalRow>> {
        let run = self.run(recovery).await?;
        let rows = sqlx::query_file_as!(Row, "../store/sql/journal/of_kind.sql", run, kind, after, i64::from(limit));
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.database, READING)?;
        rows.into_iter().map(|row| row.into_row(recovery)).collect()
    }

    async fn counts(&self, recovery: RecoveryId) -> Result<Vec<StateCount>> {
        let run = self.run(recovery).await?;
        let rows = sqlx::query_file!("../store/sql/journal/counts.sql", run).fetch_all(&self.readers).await;
        let rows = rows.or_fail(&self.database, READING)?.into_iter();
        rows.map(|row| Ok(StateCount { kind: row.kind, state: state(row.state)?, count: unsigned(row.count)? }))
            .collect()
    }

    async fn targets(&self, recovery: RecoveryId, kind: &str, after: &str, limit: u32) -> Result<Vec<Target>> {
        let run = self.run(recovery).await?;
        let rows = sqlx::query_file!("../store/sql/journal/targets.sql", run, kind, after, i64::from(limit));
        let rows = rows.fetch_all(&self.readers).await.or_fail(&self.database, READING)?.into_iter();
        Ok(rows.map(|row| Target { source: row.source, target: row.target, target_key: row.target_key }).collect())
    }
}

pub(crate) const READING: &str = "reading the journal";

/// The place of a state in [`JournalState::ALL`]; the schemas have the same list.
pub(crate) fn number(state: JournalState) -> i64 {
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

/// A row of `journal`.
pub(crate) struct Row {
    pub(crate) place: i64,
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) operation: Vec<u8>,
    pub(crate) state: i64,
    pub(crate) attempt: i64,
    pub(crate) expected: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) target_key: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) lease: i64,
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
