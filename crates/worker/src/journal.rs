//! Joins the pipeline's journal to the one in the database: the two crates do not know each other.

use std::collections::BTreeMap;

use async_trait::async_trait;
use control::id::RecoveryId;
use recovery::journal::{Entry, Error, Journal, Result, Row, State};
use store::{JournalRow, JournalState, StoreError};
use uuid::Uuid;

/// The database's journal, as the pipeline wants it.
pub struct StoredJournal(Box<dyn store::Journal>);

impl StoredJournal {
    /// Wraps the journal of a tenant.
    pub fn new(journal: Box<dyn store::Journal>) -> Self {
        Self(journal)
    }
}

#[async_trait]
impl Journal for StoredJournal {
    async fn record(&self, rows: &[Row]) -> Result<()> {
        let rows: Vec<JournalRow> = rows.iter().map(stored).collect();
        self.0.record(&rows).await.map_err(failed)
    }

    async fn find(&self, recovery: Uuid, kind: &str, sources: &[&str]) -> Result<Vec<Row>> {
        let rows = self.0.find(RecoveryId::from(recovery), kind, sources).await.map_err(failed)?;
        Ok(rows.into_iter().map(row).collect())
    }

    async fn in_state(&self, recovery: Uuid, state: State, after: u64, limit: u32) -> Result<Vec<Entry>> {
        let state = stored_state(state);
        let entries = self.0.in_state(RecoveryId::from(recovery), state, after, limit).await.map_err(failed)?;
        Ok(entries.into_iter().map(|entry| Entry { place: entry.place, row: row(entry.row) }).collect())
    }

    async fn of_kind(&self, recovery: Uuid, kind: &str, after: &str, limit: u32) -> Result<Vec<Row>> {
        let rows = self.0.of_kind(RecoveryId::from(recovery), kind, after, limit).await.map_err(failed)?;
        Ok(rows.into_iter().map(row).collect())
    }

    async fn counts(&self, recovery: Uuid) -> Result<BTreeMap<(String, State), u64>> {
        let counts = self.0.counts(RecoveryId::from(recovery)).await.map_err(failed)?;
        Ok(counts.into_iter().map(|count| ((count.kind, state(count.state)), count.count)).collect())
    }
}

fn failed(error: StoreError) -> Error {
    match error {
        StoreError::LeaseLost { .. } => Error::LeaseLost,
        error => Error::Store(Box::new(error)),
    }
}

fn stored(row: &Row) -> JournalRow {
    JournalRow {
        recovery: RecoveryId::from(row.recovery),
        operation: row.operation,
        kind: row.kind.clone(),
        source: row.source.clone(),
        state: stored_state(row.state),
        attempt: row.attempt,
        expected: row.expected.clone(),
        target: row.target.clone(),
        target_key: row.target_key.clone(),
        reason: row.reason.clone(),
        lease: row.lease,
    }
}

fn row(row: JournalRow) -> Row {
    Row {
        recovery: row.recovery.into(),
        operation: row.operation,
        kind: row.kind,
        source: row.source,
        state: state(row.state),
        attempt: row.attempt,
        expected: row.expected,
        target: row.target,
        target_key: row.target_key,
        reason: row.reason,
        lease: row.lease,
    }
}

fn stored_state(state: State) -> JournalState {
    match state {
        State::Planned => JournalState::Planned,
        State::Intent => JournalState::Intent,
        State::Confirmed => JournalState::Confirmed,
        State::Ambiguous => JournalState::Ambiguous,
        State::Failed => JournalState::Failed,
        State::Skipped => JournalState::Skipped,
    }
}

fn state(state: JournalState) -> State {
    match state {
        JournalState::Planned => State::Planned,
        JournalState::Intent => State::Intent,
        JournalState::Confirmed => State::Confirmed,
        JournalState::Ambiguous => State::Ambiguous,
        JournalState::Failed => State::Failed,
        JournalState::Skipped => State::Skipped,
    }
}
