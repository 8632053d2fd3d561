//! The local index: which row of which segment holds which version of which record.
//!
//! An SQLite file, a cache: it may be deleted at any time and is rebuilt from the vault's `index/` objects. It knows
//! committed versions only. Several processes may share one file: rows are added by any of them and removed only when the
//! log says that their segment is gone, and a reader never looks beyond its own recovery point.

mod fill;
mod query;

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use crate::error::{Error, Result};
use crate::hash::RecordHash;
use crate::log::entry::Object;

pub(crate) use query::AnyLocated;

/// Changes when the tables do: an index of another layout is made anew.
const LAYOUT: i64 = 2;

/// The local index.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pool: SqlitePool,
    path: String,
}

/// Where a version of a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) key: String,
    pub(crate) version: u64,
    pub(crate) deleted: bool,
    pub(crate) hash: RecordHash,
    /// The index's own number of the segment.
    pub(crate) segment: i64,
    pub(crate) row: u64,
}

/// A segment that the index knows.
#[derive(Clone, Debug)]
pub(crate) struct KnownSegment {
    pub(crate) id: i64,
    pub(crate) object: Object,
}

impl Index {
    /// Opens the index of a vault, or makes it. A file that is damaged, of another vault or of another layout is
    /// replaced: it is only a cache.
    pub(crate) async fn open(path: Option<&Path>, vault: &str) -> Result<Self> {
        let Some(path) = path else {
            // An empty name is SQLite's private file that vanishes when it is closed.
            let index = Self {
                pool: connect(SqliteConnectOptions::new().filename("")).await.map_err(temporary)?,
                path: "in a temporary file".to_owned(),
            };
            index.lay_out(vault).await?;
            return Ok(index);
        };
        let shown = path.display().to_string();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Error::Index { path: shown.clone(), reason: error.to_string() })?;
        }
        for attempt in 0..2 {
            match Self::open_file(path, &shown, vault).await {
                Ok(Some(index)) => return Ok(index),
                Ok(None) => remove(path),
                Err(_) if attempt == 0 => remove(path),
                Err(error) => return Err(error),
            }
        }
        let index = Self::open_file(path, &shown, vault).await?;
        index.ok_or_else(|| Error::Index { path: shown, reason: "it cannot be made anew".to_owned() })
    }

    /// `None`: it is an index of something else.
    async fn open_file(path: &Path, shown: &str, vault: &str) -> Result<Option<Self>> {
        let options = SqliteConnectOptions::from_str("sqlite:")
            .map_err(|error| Error::Index { path: shown.to_owned(), reason: error.to_string() })?
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool = connect(options).await.map_err(|error| failed(shown, &error))?;
        let index = Self { pool, path: shown.to_owned() };
        index.lay_out(vault).await?;
        let meta: (i64, String) = sqlx::query_as("SELECT layout, vault FROM meta")
            .fetch_one(&index.pool)
            .await
            .map_err(|error| index.failed(&error))?;
        if meta == (LAYOUT, vault.to_owned()) {
            return Ok(Some(index));
        }
        index.pool.close().await;
        Ok(None)
    }

    async fn lay_out(&self, vault: &str) -> Result<()> {
        sqlx::raw_sql(include_str!("tables.sql")).execute(&self.pool).await.map_err(|error| self.failed(&error))?;
        sqlx::query("INSERT INTO meta (one, layout, vault) VALUES (1, $1, $2) ON CONFLICT DO NOTHING")
            .bind(LAYOUT)
            .bind(vault)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(())
    }

    fn failed(&self, error: &sqlx::Error) -> Error {
        failed(&self.path, error)
    }
}

/// One connection: SQLite has one writer, and a private file belongs to one connection.
async fn connect(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let options = options.synchronous(SqliteSynchronous::Off).busy_timeout(Duration::from_mins(1));
    SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_mins(10))
        .test_before_acquire(false)
        .connect_with(options)
        .await
}

fn failed(path: &str, error: &sqlx::Error) -> Error {
    // SQLITE_FULL, and SQLITE_IOERR_SHMSIZE, which a full disk gives too: there is nothing wrong with the file.
    if error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "13" || code == "4874")
    {
        return Error::Full { place: format!("the disk of the local index {path}") };
    }
    Error::Index { path: path.to_owned(), reason: error.to_string() }
}

fn temporary(error: sqlx::Error) -> Error {
    Error::Temporary { reason: error.to_string() }
}

fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // What cannot be removed shows when the file is opened again.
        let _ = std::fs::remove_file(name);
    }
}
