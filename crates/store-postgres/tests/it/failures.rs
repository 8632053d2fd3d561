//! What a person is told when the server refuses something, and that nothing comes of it.

use sqlx::AssertSqlSafe;
use store::conformance::sample::{happening, site, tenant};
use store::{Store as _, StoreError};

use crate::bench;
use crate::server::PostgresBench;

async fn run(bench: &PostgresBench, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut bench.raw().await).await.unwrap();
}

/// Makes every insert into `table` fail as the server does under this condition
/// (<https://www.postgresql.org/docs/15/errcodes-appendix.html>).
async fn fail_inserts(bench: &PostgresBench, table: &str, condition: &str) {
    let statement = format!(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'told by the test' USING ERRCODE = '{condition}'; END; $$;
         CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
    );
    run(bench, &statement).await;
}

type Is = fn(&StoreError) -> bool;

#[tokio::test]
async fn each_condition_is_told_for_what_it_is() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_here().await;
    let conditions: [(&str, Is); 9] = [
        ("disk_full", |error| matches!(error, StoreError::Full { .. })),
        ("io_error", |error| matches!(error, StoreError::Disk { .. })),
        ("data_corrupted", |error| matches!(error, StoreError::Damaged { .. })),
        ("serialization_failure", |error| matches!(error, StoreError::Busy { .. })),
        ("query_canceled", |error| matches!(error, StoreError::Busy { .. })),
        ("too_many_connections", |error| matches!(error, StoreError::Unreachable { .. })),
        ("insufficient_privilege", |error| matches!(error, StoreError::Denied { .. })),
        ("read_only_sql_transaction", |error| matches!(error, StoreError::ReadOnly { .. })),
        ("internal_error", |error| matches!(error, StoreError::Driver { .. })),
    ];
    for (condition, is) in conditions {
        fail_inserts(&bench, "sites", condition).await;
        let mut repository = store.write().await.unwrap();
        let failure = repository.sites().add(&site(tenant(), 1)).await.unwrap_err();
        assert!(is(&failure), "{condition}: {failure:?}");
    }
    run(&bench, "DROP TRIGGER refuse ON sites").await;
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), []);
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
}

#[tokio::test]
async fn what_writes_in_a_reading_transaction_is_told() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_here().await;
    let mut reader = store.read().await.unwrap();
    let refused = reader.sites().add(&site(tenant(), 1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused:?}");
}

#[tokio::test]
async fn audit_events_cannot_be_changed_or_deleted_on_the_server() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_here().await;
    let mut repository = store.write().await.unwrap();
    repository.audit().append(tenant(), happening(1)).await.unwrap();
    repository.save().await.unwrap();
    let mut connection = bench.raw().await;
    for statement in ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"] {
        let refused = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("audit events are never"), "{refused}");
    }
}
