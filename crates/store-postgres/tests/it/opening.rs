//! Opening a database for the first time, again, at once, and in vain.

use std::error::Error as _;

use control::id::TenantId;
use sqlx::AssertSqlSafe;
use store::conformance::sample::{id, site, tenant};
use store::{Store as _, StoreError};
use store_postgres::{Address, PostgresStore};

use crate::bench;
use crate::server::{PostgresBench, database, fresh_name, on};

/// What is shown: the message and what caused it.
fn told(error: &StoreError) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause} {error:?}")
}

async fn refused(address: &Address) -> StoreError {
    PostgresStore::open(address).await.unwrap_err()
}

/// Somebody who may connect and nothing else; their name and password.
async fn stranger(bench: &PostgresBench) -> (String, &'static str) {
    let (name, password) = (format!("stranger_{}", fresh_name()), "canary-7261");
    on(&bench.url, &format!("DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN PASSWORD '{password}'")).await;
    (name, password)
}

#[tokio::test]
async fn several_machines_open_an_empty_database_at_once() {
    let Some(bench) = bench().await else { return };
    let tasks = (0..8).map(|number| {
        let address = bench.address();
        tokio::spawn(async move {
            let store = PostgresStore::open(&address).await.unwrap();
            let mut repository = store.write().await.unwrap();
            let only = repository.only_tenant(id::<TenantId>(number + 1)).await.unwrap();
            repository.save().await.unwrap();
            only
        })
    });
    let mut tenants = vec![];
    for task in tasks.collect::<Vec<_>>() {
        tenants.push(task.await.unwrap());
    }
    tenants.dedup();
    assert_eq!(tenants.len(), 1, "all of them have one tenant: {tenants:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let Some(bench) = bench().await else { return };
    bench.open_here().await.close().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (20991231000000, 'later', TRUE, ''::bytea, 0)",
    )
    .execute(&mut bench.raw().await)
    .await
    .unwrap();
    let refused = refused(&bench.address()).await;
    assert!(matches!(refused, StoreError::Newer { found: 20_991_231_000_000, .. }), "{refused:?}");
    assert!(told(&refused).contains("update Lifeboat"));
}

#[tokio::test]
async fn a_schema_of_another_making_is_refused() {
    let Some(bench) = bench().await else { return };
    bench.open_here().await.close().await;
    sqlx::query("UPDATE _sqlx_migrations SET checksum = ''::bytea").execute(&mut bench.raw().await).await.unwrap();
    let refused = refused(&bench.address()).await;
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_once() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = Address::parse(&format!("postgres://ann:canary-7261@127.0.0.1:{free}/lifeboat")).unwrap();
    let refused = refused(&address).await;
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
    let told = told(&refused);
    assert!(told.starts_with(&format!("the database postgres://ann@127.0.0.1:{free}/lifeboat cannot be reached")));
    assert!(!told.contains("canary"), "{told}");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_repeated() {
    let Some(bench) = bench().await else { return };
    let (stranger, _) = stranger(&bench).await;
    let refused = refused(&bench.address_as(&stranger, "canary-0000")).await;
    assert!(matches!(refused, StoreError::Denied { .. }), "{refused:?}");
    let told = told(&refused);
    assert!(told.contains("password") && !told.contains("canary"), "{told}");
}

#[tokio::test]
async fn a_database_that_was_never_made_is_told() {
    let Some((bench, name, server)) = database().await else { return };
    on(&server, &format!("DROP DATABASE {name}")).await;
    let refused = refused(&bench.address()).await;
    assert!(matches!(refused, StoreError::Unopenable { .. }), "{refused:?}");
    assert!(told(&refused).contains("does not exist"), "{refused}");
}

#[tokio::test]
async fn somebody_without_permissions_is_told() {
    let Some((bench, _, _)) = database().await else { return };
    let (stranger, password) = stranger(&bench).await;
    let address = bench.address_as(&stranger, password);
    let denied = refused(&address).await;
    assert!(matches!(denied, StoreError::Denied { .. }), "they may not make tables: {denied:?}");
    bench.open_here().await.close().await;
    let mut owner = bench.raw().await;
    let grant = format!(
        "GRANT CREATE ON SCHEMA public TO {stranger}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {stranger}"
    );
    sqlx::raw_sql(AssertSqlSafe(grant)).execute(&mut owner).await.unwrap();
    let store = PostgresStore::open(&address).await.unwrap();
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), []);
    let denied = repository.sites().add(&site(tenant(), 1)).await.unwrap_err();
    assert!(matches!(denied, StoreError::Denied { .. }), "they may only read: {denied:?}");
    assert!(!told(&denied).contains(password));
}
