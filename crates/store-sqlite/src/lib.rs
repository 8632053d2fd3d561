//! The SQLite adapter of `store`: one file, one writer, several readers.
//!
//! [`SqliteStore::open`] makes or migrates the file. Statements are the files under `crates/store/sql`, checked against the
//! schema when this crate is compiled; the result of the check is in `.sqlx`, so that builds need no database. After
//! changing a statement or adding a migration, run `cargo sqlx prepare` in this crate with `LIFEBOAT_SQLITE_URL` set to a
//! migrated file.
//!
//! One connection writes, because SQLite has one writer anyway and queueing in the process is fair and never busy; others
//! read, in write-ahead mode, without waiting for it. Each commit is synced to the disk. `journal` gathers what is recorded
//! at the same time into one commit.

mod audit;
mod capture;
mod challenge;
mod connection;
mod failure;
mod journal;
mod open;
mod person;
mod recovery;
mod repository;
mod request;
mod site;
mod value;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use control::id::TenantId;
use sqlx::SqlitePool;
use store::{Journal, Repository, Result, Store};

pub use crate::open::Settings;

use crate::failure::OrFail as _;
use crate::journal::{JournalWriter, SqliteJournal};
use crate::repository::SqliteRepository;

/// The control plane's state in one SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    path: Arc<str>,
    writer: SqlitePool,
    readers: SqlitePool,
    journal: JournalWriter,
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
        let journal = JournalWriter::start(writer.clone(), name.clone());
        Ok(Self { path: name, writer, readers, journal })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn write(&self) -> Result<Box<dyn Repository>> {
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let transaction = begun.or_fail(&self.path, "beginning to write")?;
        Ok(Box::new(SqliteRepository::new(transaction, self.path.clone())))
    }

    async fn read(&self) -> Result<Box<dyn Repository>> {
        let transaction = self.readers.begin().await.or_fail(&self.path, "beginning to read")?;
        Ok(Box::new(SqliteRepository::new(transaction, self.path.clone())))
    }

    fn journal(&self, tenant: TenantId) -> Box<dyn Journal> {
        Box::new(SqliteJournal::new(tenant, self.journal.clone(), self.readers.clone(), self.path.clone()))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
