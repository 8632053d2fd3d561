//! The tests of the SQLite adapter: the suite that all adapters share, and what only a file can do.

#![expect(clippy::unwrap_used, reason = "a test panics to say that it failed")]

mod failures;
mod journal_speed;
mod statements;
mod torn;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use store::Store;
use store::conformance::Bench;
use store_sqlite::SqliteStore;
use tempfile::TempDir;

/// A database in a folder that goes away with it.
struct SqliteBench {
    folder: TempDir,
}

impl SqliteBench {
    fn path(&self) -> PathBuf {
        self.folder.path().join("control.db")
    }

    async fn open_here(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).await.unwrap()
    }
}

#[async_trait]
impl Bench for SqliteBench {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.open_here().await)
    }
}

async fn bench() -> SqliteBench {
    SqliteBench { folder: TempDir::new().unwrap() }
}

store::conformance_suite!(crate::bench);
