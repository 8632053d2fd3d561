//! Servers that end connections, databases that go away, and rows that others hold: whoever records does not notice what can
//! be repeated, and everybody else is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ambient::{Clock as _, SystemClock};
use control::id::RecoveryId;
use sqlx::AssertSqlSafe;
use store::conformance::sample::{begin_recovery, furnish, site, tenant};
use store::{Journal, JournalRow, JournalState, Store as _, StoreError};

use crate::bench;
use crate::server::{database, on};

fn row(recovery: RecoveryId, number: u64) -> JournalRow {
    JournalRow {
        recovery,
        operation: u128::from(number).to_be_bytes(),
        kind: "issue".to_owned(),
        source: number.to_string(),
        state: JournalState::Intent,
        attempt: 1,
        expected: None,
        target: None,
        target_key: None,
        reason: None,
        lease: 1,
    }
}

/// Ends all connections to a database.
fn ending(database: &str) -> String {
    format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    )
}

#[tokio::test]
async fn a_transaction_whose_connection_is_ended_is_told_and_the_next_one_works() {
    let Some((bench, name, server)) = database().await else { return };
    let store = bench.open_here().await;
    let mut repository = store.write().await.unwrap();
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    on(&server, &ending(&name)).await;
    let lost = repository.sites().add(&site(tenant(), 2)).await.unwrap_err();
    assert!(matches!(lost, StoreError::Unreachable { .. }), "{lost:?}");
    assert!(lost.to_string().contains("nothing that was confirmed is lost"), "{lost}");
    drop(repository);
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), []);
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    on(&server, &ending(&name)).await;
    let lost = repository.save().await.unwrap_err();
    assert!(matches!(lost, StoreError::Unreachable { .. }), "{lost:?}");
}

#[tokio::test]
async fn whoever_records_does_not_notice_that_connections_are_ended() {
    let Some((bench, name, server)) = database().await else { return };
    let store = bench.open_here().await;
    furnish(&store).await;
    let (recovery, _) = begin_recovery(&store, 1).await;
    let journal: Arc<dyn Journal> = store.journal(tenant()).into();
    let enough = Arc::new(AtomicBool::new(false));
    let recording = {
        let (journal, enough) = (journal.clone(), enough.clone());
        tokio::spawn(async move {
            let mut recorded = 0;
            while !enough.load(Ordering::Relaxed) {
                journal.record(&[row(recovery, recorded)]).await.unwrap();
                recorded += 1;
            }
            recorded
        })
    };
    for _ in 0..8 {
        SystemClock::new().sleep(Duration::from_millis(250)).await;
        on(&server, &ending(&name)).await;
    }
    enough.store(true, Ordering::Relaxed);
    let recorded: u64 = recording.await.unwrap();
    assert!(recorded > 8, "{recorded}");
    let counts = journal.counts(recovery).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), recorded);
}

#[tokio::test]
async fn whoever_records_does_not_notice_a_deadlock() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_here().await;
    furnish(&store).await;
    let (recovery, _) = begin_recovery(&store, 1).await;
    let journal: Arc<dyn Journal> = store.journal(tenant()).into();
    journal.record(&[row(recovery, 1), row(recovery, 2)]).await.unwrap();
    let mut raw = bench.raw().await;
    let touch = |number| AssertSqlSafe(format!("UPDATE journal SET attempt = 9 WHERE source = '{number}'"));
    sqlx::raw_sql("BEGIN; SET LOCAL deadlock_timeout = '1min'").execute(&mut raw).await.unwrap();
    sqlx::raw_sql(touch(2)).execute(&mut raw).await.unwrap();
    let recording = {
        let journal = journal.clone();
        tokio::spawn(async move { journal.record(&[row(recovery, 1), row(recovery, 2)]).await })
    };
    // It has the first row now and waits for the second; with this each waits for the other, until the server ends one.
    SystemClock::new().sleep(Duration::from_millis(300)).await;
    sqlx::raw_sql(touch(1)).execute(&mut raw).await.unwrap();
    sqlx::raw_sql("COMMIT").execute(&mut raw).await.unwrap();
    recording.await.unwrap().unwrap();
    let rows = journal.of_kind(recovery, "issue", "", 9).await.unwrap();
    assert_eq!(rows, [row(recovery, 1), row(recovery, 2)]);
}

#[tokio::test]
async fn a_database_that_goes_away_is_told() {
    let Some((bench, name, server)) = database().await else { return };
    let store = bench.open_here().await;
    furnish(&store).await;
    let (recovery, _) = begin_recovery(&store, 1).await;
    let mut repository = store.write().await.unwrap();
    repository.sites().list(tenant()).await.unwrap();
    on(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    let gone = repository.sites().list(tenant()).await.unwrap_err();
    assert!(matches!(gone, StoreError::Unreachable { .. }), "{gone:?}");
    let gone = store.write().await.err().unwrap();
    assert!(matches!(gone, StoreError::Unopenable { .. }), "{gone:?}");
    let gone = store.journal(tenant()).record(&[row(recovery, 1)]).await.unwrap_err();
    assert!(matches!(gone, StoreError::Unopenable { .. }), "{gone:?}");
    let gone = store.journal(tenant()).counts(recovery).await.unwrap_err();
    assert!(matches!(gone, StoreError::Unopenable { .. }), "{gone:?}");
}
