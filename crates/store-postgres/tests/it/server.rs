//! The server that the tests use, and places of their own on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use store::Store;
use store::conformance::Bench;
use store_postgres::{Address, PostgresStore, Settings};

/// A schema, or a whole database, that only one test uses.
pub(crate) struct PostgresBench {
    pub(crate) url: String,
}

/// The server's address, or none, which is said.
pub(crate) fn server() -> Option<String> {
    let server = std::env::var("LIFEBOAT_TEST_POSTGRES").ok();
    if server.is_none() {
        eprintln!("skipped: LIFEBOAT_TEST_POSTGRES names no server (`cargo xtask test` starts one)");
    }
    server
}

/// A name that nothing else on the server has.
pub(crate) fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Does something on the server, as its owner.
pub(crate) async fn on(url: &str, statement: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn with(url: &str, parameter: &str) -> String {
    format!("{url}{}{parameter}", if url.contains('?') { '&' } else { '?' })
}

/// An empty schema.
pub(crate) async fn bench() -> Option<PostgresBench> {
    let server = server()?;
    let schema = fresh_name();
    on(&server, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")).await;
    Some(PostgresBench { url: with(&server, &format!("options[search_path]={schema}")) })
}

/// An empty database: it, its name, and the server's address.
pub(crate) async fn database() -> Option<(PostgresBench, String, String)> {
    let server = server()?;
    let (bench, name) = database_on(&server, "").await;
    Some((bench, name, server))
}

/// An empty database that is made with these options.
pub(crate) async fn database_on(server: &str, options: &str) -> (PostgresBench, String) {
    let name = fresh_name();
    on(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    on(server, &format!("CREATE DATABASE {name} {options}")).await;
    (PostgresBench { url: with(server, &format!("dbname={name}")) }, name)
}

impl PostgresBench {
    pub(crate) fn address(&self) -> Address {
        Address::parse(&self.url).unwrap()
    }

    /// The same place as somebody else.
    pub(crate) fn address_as(&self, user: &str, password: &str) -> Address {
        Address::parse(&with(&self.url, &format!("user={user}&password={password}"))).unwrap()
    }

    pub(crate) async fn open_here(&self) -> PostgresStore {
        PostgresStore::open(&self.address()).await.unwrap()
    }

    pub(crate) async fn open_with(&self, settings: &Settings) -> PostgresStore {
        PostgresStore::open_with(&self.address(), settings).await.unwrap()
    }

    /// A connection beside the store.
    pub(crate) async fn raw(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }
}

#[async_trait]
impl Bench for PostgresBench {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.open_here().await)
    }

    async fn tables(&self) -> Vec<String> {
        let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
        sqlx::query_scalar(tables).fetch_all(&mut self.raw().await).await.unwrap()
    }

    async fn another(&self) -> Box<dyn Bench> {
        Box::new(bench().await.unwrap())
    }

    async fn dump(&self) -> String {
        let (mut database, tables) = (self.raw().await, self.tables().await);
        let mut text = String::new();
        for table in tables {
            let all = AssertSqlSafe(format!("SELECT row_to_json(t)::text FROM \"{table}\" AS t"));
            let rows: Vec<String> = sqlx::query_scalar(all).fetch_all(&mut database).await.unwrap();
            for row in &rows {
                text.extend([&table, " ", row, "\n"]);
            }
        }
        text
    }
}
