//! How the journal is written to the server, and found on it.
//!
//! A group is one transaction of two statements: the leases of its runs, locked so that nobody takes a run over before the
//! commit, and all rows at once. What comes in the way of others, or loses its connection, is written again: a row replaces
//! itself.

use std::collections::HashMap;

use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};
use store::adapter::changed::changed;
use store::adapter::group_commit::{Call, Commit, Leases, WRITING, recoveries};
use store::adapter::value::signed;
use store::{JournalRow, Result, StoreError};
use uuid::Uuid;

use crate::failure::{OrFail as _, may_pass, translate};
use crate::journal::{READING, Row, TenantJournal, number};
use crate::server::{ATTEMPTS, Server};

/// Writes groups through one connection.
pub(crate) struct JournalWriter {
    server: Server,
    pool: PgPool,
}

/// Why a group was not written.
enum Failed {
    /// It may be the next time.
    Now(StoreError),
    /// Nor will it be.
    ForGood(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::ForGood(error)
    }
}

#[async_trait]
impl Commit for JournalWriter {
    async fn commit(&self, group: &mut [Call]) -> Result<()> {
        let mut attempt = 1;
        loop {
            match self.try_to_commit(group).await {
                Ok(()) => return Ok(()),
                Err(Failed::Now(_)) if attempt < ATTEMPTS => attempt += 1,
                Err(Failed::Now(error) | Failed::ForGood(error)) => return Err(error),
            }
        }
    }
}

impl JournalWriter {
    pub(crate) fn new(server: Server, pool: PgPool) -> Self {
        Self { server, pool }
    }

    async fn try_to_commit(&self, group: &mut [Call]) -> std::result::Result<(), Failed> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let mut transaction = self.server.begin(&self.pool, begin, WRITING).await?;
        let leases = self.leases(&mut transaction, group).await?;
        let mut rows = Latest::default();
        for call in group {
            call.outcome = leases.runs_of(call).map(|runs| rows.add(&runs, &call.rows));
        }
        self.write(&mut transaction, &rows).await?;
        transaction.commit().await.map_err(|error| self.failed(error))
    }

    /// The present leases of the group's runs. Nobody changes them before the end of the transaction.
    async fn leases(&self, connection: &mut PgConnection, group: &[Call]) -> std::result::Result<Leases, Failed> {
        let (tenants, ids): (Vec<Uuid>, Vec<Uuid>) =
            recoveries(group).into_iter().map(|(tenant, id)| (Uuid::from(tenant), Uuid::from(id))).unzip();
        let runs = sqlx::query_file!("../store/sql/journal/runs.postgres.sql", &tenants, &ids);
        let mut leases = Leases::default();
        for run in runs.fetch_all(connection).await.map_err(|error| self.failed(error))? {
            leases.add((run.tenant.into(), run.id.into()), run.number, &run.state, run.lease_token)?;
        }
        Ok(leases)
    }

    async fn write(&self, connection: &mut PgConnection, rows: &Latest<'_>) -> std::result::Result<(), Failed> {
        if rows.rows.is_empty() {
            return Ok(());
        }
        let leases = rows.rows.iter().map(|row| signed(row.lease)).collect::<Result<Vec<i64>>>()?;
        let written = sqlx::query_file!(
            "../store/sql/journal/record.postgres.sql",
            &rows.runs,
            &rows.each(|row| row.kind.as_str()) as &[&str],
            &rows.each(|row| row.source.as_str()) as &[&str],
            &rows.each(|row| row.operation.as_slice()) as &[&[u8]],
            &rows.each(|row| number(row.state)),
            &rows.each(|row| i64::from(row.attempt)),
            &rows.each(|row| row.expected.as_deref()) as &[Option<&str>],
            &rows.each(|row| row.target.as_deref()) as &[Option<&str>],
            &rows.each(|row| row.target_key.as_deref()) as &[Option<&str>],
            &rows.each(|row| row.reason.as_deref()) as &[Option<&str>],
            &leases,
        );
        let written = written.execute(connection).await.map_err(|error| self.failed(error))?;
        Ok(changed(WRITING, rows.rows.len() as u64, written.rows_affected())?)
    }

    fn failed(&self, error: sqlx::Error) -> Failed {
        let again = may_pass(&error);
        let error = translate(&self.server.name(), WRITING, error);
        if again { Failed::Now(error) } else { Failed::ForGood(error) }
    }
}

/// Rows of which each replaces an earlier one of the same object: a statement cannot write a row twice.
#[derive(Default)]
struct Latest<'a> {
    runs: Vec<i64>,
    rows: Vec<&'a JournalRow>,
    places: HashMap<(i64, &'a str, &'a str), usize>,
}

impl<'a> Latest<'a> {
    fn add(&mut self, runs: &[i64], rows: &'a [JournalRow]) {
        for (&run, row) in runs.iter().zip(rows) {
            let place = *self.places.entry((run, &row.kind, &row.source)).or_insert(self.rows.len());
            if place == self.rows.len() {
                self.runs.push(run);
                self.rows.push(row);
            } else {
                self.rows[place] = row;
            }
        }
    }

    fn each<T>(&self, column: impl Fn(&'a JournalRow) -> T) -> Vec<T> {
        self.rows.iter().map(|row| column(row)).collect()
    }
}

impl TenantJournal {
    /// The rows of these source keys.
    pub(crate) async fn rows_of(&self, run: i64, kind: &str, sources: &[&str]) -> Result<Vec<Row>> {
        let rows = sqlx::query_file_as!(Row, "../store/sql/journal/find.postgres.sql", run, kind, sources as &[&str]);
        rows.fetch_all(&self.readers).await.or_fail(&self.database, READING)
    }
}
