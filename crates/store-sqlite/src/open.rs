//! Opening the file, and its schema.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqlitePool};
use store::{Result, StoreError};

use crate::failure::OrFail as _;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How a file is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long to wait for another process, or for a turn in this one, before `Busy` is told.
    pub patience: Duration,
    /// How many pages (of 4 KiB) the file may have; reached, it is as if the disk were full.
    pub page_limit: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(20), page_limit: None }
    }
}

/// Readers beside the one writer. SQLite's readers are short; more would only cost memory.
const READERS: u32 = 4;

/// The one connection that writes.
pub(crate) async fn writer(path: &Path, name: &str, settings: &Settings) -> Result<SqlitePool> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let made = tokio::fs::create_dir_all(folder).await;
        made.map_err(|error| StoreError::Unopenable { database: name.to_owned(), reason: error.to_string() })?;
    }
    let mut options = options(path, settings).create_if_missing(true);
    if let Some(pages) = settings.page_limit {
        options = options.pragma("max_page_count", pages.to_string());
    }
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(settings.patience);
    // SQLite ends a transaction by itself when the disk is full, and sqlx goes on believing in it: such a connection could
    // not begin another one, so it is not used again. The ping lets a roll-back that is still on its way arrive.
    let pool = pool.after_release(|connection, _| {
        Box::pin(async move {
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    });
    pool.connect_with(options).await.or_fail(name, "opening it to write")
}

/// The connections that read.
pub(crate) async fn readers(path: &Path, name: &str, settings: &Settings) -> Result<SqlitePool> {
    let pool = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(settings.patience);
    pool.connect_with(options(path, settings).read_only(true)).await.or_fail(name, "opening it to read")
}

/// `FULL`: a commit is on the disk before it returns, in write-ahead mode too, where `NORMAL` would let a power cut take
/// back the last commits. The journal promises durability, and so does everything else here.
fn options(path: &Path, settings: &Settings) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(settings.patience)
}

/// Brings the schema up to date.
pub(crate) async fn migrate(writer: &SqlitePool, name: &str) -> Result<()> {
    match MIGRATIONS.run(writer).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => {
            let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
            Err(StoreError::Newer { database: name.to_owned(), found, known })
        }
        Err(MigrateError::VersionMismatch(version)) => {
            let reason = format!("migration {version} is not the one that this program has");
            Err(StoreError::Damaged { database: name.to_owned(), reason })
        }
        Err(MigrateError::Execute(error)) => Err(error).or_fail(name, "bringing its schema up to date"),
        Err(other) => Err(sqlx::Error::from(other)).or_fail(name, "bringing its schema up to date"),
    }
}
