//! The PostgreSQL adapter of `store`: one database for several machines.
//!
//! [`PostgresStore::open`] connects and makes or migrates the schema. Statements and the code around them are under
//! `crates/store/sql`, shared with the SQLite adapter and checked here against this schema; the result of the check is in
//! `.sqlx`, so that builds need no database. After changing a statement or adding a migration, run
//! `cargo xtask prepare-queries`.
//!
//! Whoever writes for a tenant waits for whoever else does, on every machine ([`session`], docs/adr/0005); readers see one
//! moment and wait for nobody. The journal is written in groups, one statement for each ([`journal_writer`]).

mod address;
mod failure;
mod journal_writer;
mod open;
mod queue;
mod server;
mod session;
mod tables;

// The aggregates: written once for all adapters, compiled and checked here against this schema.
#[path = "../../store/sql/account.rs"]
mod account;
#[path = "../../store/sql/api_key.rs"]
mod api_key;
#[path = "../../store/sql/audit.rs"]
mod audit;
#[path = "../../store/sql/backup.rs"]
mod backup;
#[path = "../../store/sql/capture.rs"]
mod capture;
#[path = "../../store/sql/challenge.rs"]
mod challenge;
#[path = "../../store/sql/connection.rs"]
mod connection;
#[path = "../../store/sql/errand.rs"]
mod errand;
#[path = "../../store/sql/idempotency.rs"]
mod idempotency;
#[path = "../../store/sql/job.rs"]
mod job;
#[path = "../../store/sql/journal.rs"]
mod journal;
#[path = "../../store/sql/message.rs"]
mod message;
#[path = "../../store/sql/passkey.rs"]
mod passkey;
#[path = "../../store/sql/person.rs"]
mod person;
#[path = "../../store/sql/recovery.rs"]
mod recovery;
#[path = "../../store/sql/repository.rs"]
mod repository;
#[path = "../../store/sql/request.rs"]
mod request;
#[path = "../../store/sql/safeguard.rs"]
mod safeguard;
#[path = "../../store/sql/schedule.rs"]
mod schedule;
#[path = "../../store/sql/signed_in.rs"]
mod signed_in;
#[path = "../../store/sql/site.rs"]
mod site;
#[path = "../../store/sql/webhook.rs"]
mod webhook;

use std::time::Duration;

use async_trait::async_trait;
use control::id::TenantId;
use sqlx::PgPool;
use store::adapter::group_commit::GroupCommit;
use store::backup::Rows;
use store::{Journal, Repository, Result, Store};

pub use crate::address::{Address, NotAnAddress};

use crate::journal::TenantJournal;
use crate::journal_writer::JournalWriter;
use crate::server::Server;
use crate::session::Begun;

/// What the shared sources call a pool of this database's connections.
pub(crate) type Pool = PgPool;

/// How a database is used.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long to wait for a connection, or for others who write, before `Busy` or `Unreachable` is told.
    pub patience: Duration,
    /// How long a transaction may stand still before the server ends it: a process that hangs keeps nobody out for longer.
    pub standstill: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(20), standstill: Duration::from_mins(1) }
    }
}

/// The control plane's state in a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    server: Server,
    writers: PgPool,
    readers: PgPool,
    recorder: PgPool,
    journal: GroupCommit,
}

impl PostgresStore {
    /// Connects, and brings the schema up to date; the first time it is made. Refuses a schema that a newer program has
    /// written. The database itself must be there.
    pub async fn open(address: &Address) -> Result<Self> {
        Self::open_with(address, &Settings::default()).await
    }

    /// [`Self::open`] with other settings than the default ones.
    pub async fn open_with(address: &Address, settings: &Settings) -> Result<Self> {
        let server = Server::new(address);
        open::migrate(&server).await?;
        let writers = open::pool(&server, settings, open::WRITERS);
        let readers = open::pool(&server, settings, open::READERS);
        let recorder = open::recorder(&server, settings);
        let journal = GroupCommit::start(JournalWriter::new(server.clone(), recorder.clone()));
        Ok(Self { server, writers, readers, recorder, journal })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn write(&self) -> Result<Box<dyn Repository>> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let transaction = self.server.begin(&self.writers, begin, "beginning to write").await?;
        Ok(Box::new(Begun::to_write(transaction, self.server.name())))
    }

    async fn read(&self) -> Result<Box<dyn Repository>> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let transaction = self.server.begin(&self.readers, begin, "beginning to read").await?;
        Ok(Box::new(Begun::to_read(transaction, self.server.name())))
    }

    async fn rows(&self) -> Result<Rows<'static>> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let transaction = self.server.begin(&self.readers, begin, "beginning to copy it").await?;
        Ok(backup::rows(transaction, self.server.name()))
    }

    async fn fill(&self, rows: Rows<'_>) -> Result<u64> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let transaction = self.server.begin(&self.writers, begin, "beginning to fill it").await?;
        backup::fill(transaction, &self.server.name(), rows).await
    }

    fn journal(&self, tenant: TenantId) -> Box<dyn Journal> {
        Box::new(TenantJournal::new(tenant, self.journal.clone(), self.readers.clone(), self.server.name()))
    }

    async fn close(&self) {
        self.recorder.close().await;
        self.readers.close().await;
        self.writers.close().await;
    }
}
