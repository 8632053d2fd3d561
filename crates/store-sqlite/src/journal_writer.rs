//! How the journal is written to the file, and found in it.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{SqliteConnection, SqlitePool};
use store::adapter::changed::exactly_one;
use store::adapter::group_commit::{Call, Commit, Leases, WRITING, recoveries};
use store::adapter::value::{json, signed};
use store::{JournalRow, Result};
use uuid::Uuid;

use crate::failure::OrFail as _;
use crate::journal::{READING, Row, TenantJournal, number};

/// Writes groups through the one connection that writes.
pub(crate) struct JournalWriter {
    writer: SqlitePool,
    database: Arc<str>,
}

impl JournalWriter {
    pub(crate) fn new(writer: SqlitePool, database: Arc<str>) -> Self {
        Self { writer, database }
    }

    async fn leases(&self, connection: &mut SqliteConnection, group: &[Call]) -> Result<Leases> {
        let mut leases = Leases::default();
        for (tenant, recovery) in recoveries(group) {
            let run = sqlx::query_file!("../store/sql/journal/run.sql", Uuid::from(tenant), Uuid::from(recovery));
            let run = run.fetch_optional(&mut *connection).await.or_fail(&self.database, WRITING)?;
            let Some(run) = run else { continue };
            leases.add((tenant, recovery), run.number, &run.state, run.lease_token)?;
        }
        Ok(leases)
    }

    async fn write(&self, connection: &mut SqliteConnection, rows: &[JournalRow], runs: &[i64]) -> Result<()> {
        for (row, run) in rows.iter().zip(runs) {
            let written = sqlx::query_file!(
                "../store/sql/journal/record.sqlite.sql",
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
            let written = written.execute(&mut *connection).await.or_fail(&self.database, WRITING)?;
            exactly_one(WRITING, written.rows_affected())?;
        }
        Ok(())
    }
}

#[async_trait]
impl Commit for JournalWriter {
    async fn commit(&self, group: &mut [Call]) -> Result<()> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.or_fail(&self.database, WRITING)?;
        let leases = self.leases(&mut transaction, group).await?;
        for call in group {
            match leases.runs_of(call) {
                Ok(runs) => self.write(&mut transaction, &call.rows, &runs).await?,
                Err(refused) => call.outcome = Err(refused),
            }
        }
        transaction.commit().await.or_fail(&self.database, WRITING)
    }
}

impl TenantJournal {
    /// The rows of these source keys.
    pub(crate) async fn rows_of(&self, run: i64, kind: &str, sources: &[&str]) -> Result<Vec<Row>> {
        let sources = json("source keys", sources)?;
        let rows = sqlx::query_file_as!(Row, "../store/sql/journal/find.sqlite.sql", run, kind, sources);
        rows.fetch_all(&self.readers).await.or_fail(&self.database, READING)
    }
}
