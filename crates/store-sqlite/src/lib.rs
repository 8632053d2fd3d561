//! The SQLite adapter of `store`: one file, one writer, several readers.
//!
//! [`SqliteStore::open`] makes or migrates the file. Statements and the code around them are under `crates/store/sql`, checked
//! against the schema when this crate is compiled; the result of the check is in `.sqlx`, so that builds need no database.
//! After changing a statement or adding a migration, run `cargo xtask prepare-queries`.
//!
//! One connection writes, because SQLite has one writer anyway and queueing in the process is fair and never busy; others
//! read, in write-ahead mode, without waiting for it. Each commit is synced to the disk. `journal` gathers what is recorded
//! at the same time into one commit.

mod failure;
mod journal_writer;
mod open;
mod queue;
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

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use control::id::TenantId;
use sqlx::SqlitePool;
use store::adapter::group_commit::GroupCommit;
use store::backup::Rows;
use store::{Journal, Repository, Result, Store};

pub use crate::open::Settings;

use crate::failure::OrFail as _;
use crate::journal::TenantJournal;
use crate::journal_writer::JournalWriter;
use crate::session::Begun;

/// What the shared sources call a pool of this database's connections.
pub(crate) type Pool = SqlitePool;

/// The control plane's state in one SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    path: Arc<str>,
    writer: SqlitePool,
    readers: SqlitePool,
    journal: GroupCommit,
}

impl SqliteStore {
    /// Opens the file at `path`, makes it if there is none, and brings its schema up to date. Refuses a file that a newer
    /// program has written.
    pub async fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, &Settings::default()).await
    }

    /// [`Self::open`] with other settings than the default ones.
    pub async fn open_with(path: &Path, settings: &Settings) -> Result<Self> {
        let name: Arc<str> = path.display().to_string().into();
        let writer = open::writer(path, &name, settings).await?;
        open::migrate(&writer, &name).await?;
        let readers = open::readers(path, &name, settings).await?;
        let journal = GroupCommit::start(JournalWriter::new(writer.clone(), name.clone()));
        Ok(Self { path: name, writer, readers, journal })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn write(&self) -> Result<Box<dyn Repository>> {
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let transaction = begun.or_fail(&self.path, "beginning to write")?;
        Ok(Box::new(Begun::new(transaction, self.path.clone())))
    }

    async fn read(&self) -> Result<Box<dyn Repository>> {
        let transaction = self.readers.begin().await.or_fail(&self.path, "beginning to read")?;
        Ok(Box::new(Begun::new(transaction, self.path.clone())))
    }

    async fn rows(&self) -> Result<Rows<'static>> {
        let transaction = self.readers.begin().await.or_fail(&self.path, "beginning to copy it")?;
        Ok(backup::rows(transaction, self.path.clone()))
    }

    async fn fill(&self, rows: Rows<'_>) -> Result<u64> {
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        backup::fill(begun.or_fail(&self.path, "beginning to fill it")?, &self.path, rows).await
    }

    fn journal(&self, tenant: TenantId) -> Box<dyn Journal> {
        Box::new(TenantJournal::new(tenant, self.journal.clone(), self.readers.clone(), self.path.clone()))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
