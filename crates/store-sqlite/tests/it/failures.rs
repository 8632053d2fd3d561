//! What a person is told when the file cannot be used.

use std::error::Error as _;
use std::fs;
use std::time::Duration;

use control::id::TenantId;
use sqlx::{Connection as _, SqliteConnection};
use store::{Store as _, StoreError};
use store_sqlite::{Settings, SqliteStore};
use uuid::Uuid;

use crate::{SqliteBench, made};

async fn raw(bench: &SqliteBench) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", bench.path().display())).await.unwrap()
}

async fn open_with(bench: &SqliteBench, settings: Settings) -> SqliteStore {
    SqliteStore::open_with(&bench.path(), &settings).await.unwrap()
}

/// What is shown: the message and what caused it.
fn told(bench: &SqliteBench, error: &StoreError) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}").replace(&bench.path().display().to_string(), "PATH")
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let bench = made();
    bench.open_here().await.close().await;
    let mut connection = raw(&bench).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (20991231000000, 'later', TRUE, X'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let refused = SqliteStore::open(&bench.path()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 20_991_231_000_000, .. }), "{refused:?}");
    assert!(told(&bench, &refused).contains("update Lifeboat"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let bench = made();
    fs::write(bench.path(), "this is not a database, and long enough to be looked at as one".repeat(20)).unwrap();
    let refused = SqliteStore::open(&bench.path()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_refused() {
    let bench = made();
    fs::create_dir(bench.path()).unwrap();
    let refused = SqliteStore::open(&bench.path()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unopenable { .. }), "{refused:?}");
}

#[tokio::test]
async fn missing_folders_are_made() {
    let bench = made();
    let path = bench.folder.path().join("a/b/control.db");
    SqliteStore::open(&path).await.unwrap().close().await;
    assert!(fs::exists(path).unwrap());
}

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing() {
    let bench = made();
    let store = bench.open_here().await;
    store.close().await;
    let mut connection = raw(&bench).await;
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut connection).await.unwrap();
    drop(connection);
    let store = open_with(&bench, Settings { page_limit: Some(pages as u32), ..Settings::default() }).await;
    let tenant = TenantId::from(Uuid::from_u128(1));
    let mut repository = store.write().await.unwrap();
    let failure = loop {
        let happening = control::audit::Happening::done(
            jiff::Timestamp::UNIX_EPOCH,
            control::audit::Actor::Lifeboat,
            "site.add",
            "x".repeat(2000),
        );
        if let Err(failure) = repository.audit().append(tenant, happening).await {
            break failure;
        }
    };
    assert!(matches!(failure, StoreError::Full { .. }), "{failure:?}");
    drop(repository);
    let mut repository = store.read().await.unwrap();
    assert_eq!(repository.audit().head(tenant).await.unwrap().number, 0);
}

#[tokio::test]
async fn a_database_in_use_elsewhere_is_told() {
    let bench = made();
    let store = open_with(&bench, Settings { patience: Duration::from_millis(50), ..Settings::default() }).await;
    let mut other = raw(&bench).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let refused = store.write().await.err().unwrap();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused:?}");
    assert!(told(&bench, &refused).starts_with("the database PATH is in use by another process"));
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    store.write().await.unwrap();
}

#[tokio::test]
async fn audit_events_cannot_be_changed_or_deleted_in_the_file() {
    let bench = made();
    let store = bench.open_here().await;
    let tenant = TenantId::from(Uuid::from_u128(1));
    let mut repository = store.write().await.unwrap();
    let (at, actor) = (jiff::Timestamp::UNIX_EPOCH, control::audit::Actor::Lifeboat);
    repository.audit().append(tenant, control::audit::Happening::done(at, actor, "a.b", "c/1")).await.unwrap();
    repository.save().await.unwrap();
    let mut connection = raw(&bench).await;
    for statement in ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"] {
        let refused = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("audit events are never"), "{refused}");
    }
}
