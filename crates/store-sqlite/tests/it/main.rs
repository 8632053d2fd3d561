//! The tests of the SQLite adapter: the suite that all adapters share, and what only a file can do.

#![expect(clippy::unwrap_used, reason = "a test panics to say that it failed")]

mod failures;
mod journal_speed;
mod statements;
mod torn;
mod upgrade;

use std::future::{Ready, ready};
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
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

    async fn tables(&self) -> Vec<String> {
        let mut database = SqliteConnection::connect(&format!("sqlite://{}", self.path().display())).await.unwrap();
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
        sqlx::query_scalar(tables).fetch_all(&mut database).await.unwrap()
    }

    async fn another(&self) -> Box<dyn Bench> {
        Box::new(made())
    }

    async fn dump(&self) -> String {
        let mut database = SqliteConnection::connect(&format!("sqlite://{}", self.path().display())).await.unwrap();
        let columns = "SELECT m.name, group_concat('quote(\"' || c.name || '\")', ' || '' '' || ') FROM sqlite_master AS m, \
                       pragma_table_info(m.name) AS c WHERE m.type = 'table' GROUP BY m.name";
        let tables: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&mut database).await.unwrap();
        let mut text = String::new();
        for (table, columns) in tables {
            let all = AssertSqlSafe(format!("SELECT {columns} FROM \"{table}\""));
            let rows: Vec<String> = sqlx::query_scalar(all).fetch_all(&mut database).await.unwrap();
            for row in &rows {
                text.extend([&table, " ", row, "\n"]);
            }
        }
        text
    }
}

fn made() -> SqliteBench {
    SqliteBench { folder: TempDir::new().unwrap() }
}

fn bench() -> Ready<Option<SqliteBench>> {
    ready(Some(made()))
}

store::conformance_suite!(crate::bench);
