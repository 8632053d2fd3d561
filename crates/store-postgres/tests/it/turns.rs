//! Whoever writes for a tenant waits for whoever else does.

use std::time::Duration;

use ambient::{Clock as _, SystemClock};
use control::id::TenantId;
use store::conformance::sample::{claim, furnish, id, job, moment, other_tenant, site, tenant};
use store::{JobState, Store as _, StoreError};
use store_postgres::Settings;

use crate::bench;

const IMPATIENT: Settings = Settings { patience: Duration::from_millis(150), standstill: Duration::from_mins(1) };

#[tokio::test]
async fn nobody_writes_for_a_tenant_in_between_and_others_are_not_kept_waiting() {
    let Some(bench) = bench().await else { return };
    let (here, there) = (bench.open_here().await, bench.open_with(&IMPATIENT).await);
    let mut holder = here.write().await.unwrap();
    // It has only read so far, and whatever it decides by that must stay true.
    assert_eq!(holder.sites().list(tenant()).await.unwrap(), []);
    let mut waiting = there.write().await.unwrap();
    let refused = waiting.sites().add(&site(tenant(), 1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused:?}");
    drop(waiting);
    let mut beside = there.write().await.unwrap();
    beside.sites().add(&site(other_tenant(), 2)).await.unwrap();
    beside.save().await.unwrap();
    let mut reader = there.read().await.unwrap();
    assert_eq!(reader.sites().list(tenant()).await.unwrap(), []);
    holder.cancel().await.unwrap();
    let mut next = there.write().await.unwrap();
    next.sites().add(&site(tenant(), 1)).await.unwrap();
    next.save().await.unwrap();
}

#[tokio::test]
async fn what_was_read_before_a_turn_is_read_again_after_it() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_here().await;
    furnish(&store).await;
    let mut first = store.write().await.unwrap();
    first.jobs().enqueue(&job(1)).await.unwrap();
    let other = store.clone();
    let second = tokio::spawn(async move {
        let mut second = other.write().await.unwrap();
        // Another tenant's turn, and so a moment that lies before the other one's end.
        assert_eq!(second.sites().list(other_tenant()).await.unwrap(), []);
        second.jobs().take(tenant(), id(1), &claim("b", 1, 30)).await.unwrap()
    });
    SystemClock::new().sleep(Duration::from_millis(200)).await;
    first.save().await.unwrap();
    let taken = second.await.unwrap().expect("it sees what was saved while it waited");
    assert_eq!(taken.lease.unwrap().token, 1);
}

#[tokio::test]
async fn all_writers_busy_is_told_as_such() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_with(&IMPATIENT).await;
    let mut held = vec![];
    let refused = loop {
        match store.write().await {
            Ok(repository) => held.push(repository),
            Err(refused) => break refused,
        }
    };
    assert!(held.len() > 1, "writers of several tenants at once");
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_transaction_that_stands_still_is_ended_and_keeps_nobody_out() {
    let Some(bench) = bench().await else { return };
    let still = Settings { standstill: Duration::from_millis(300), ..Settings::default() };
    let (hanging, lively) = (bench.open_with(&still).await, bench.open_here().await);
    let mut stuck = hanging.write().await.unwrap();
    stuck.sites().add(&site(tenant(), 1)).await.unwrap();
    let mut next = lively.write().await.unwrap();
    next.sites().add(&site(tenant(), 1)).await.unwrap();
    next.save().await.unwrap();
    let late = stuck.save().await.unwrap_err();
    assert!(matches!(late, StoreError::Unreachable { .. }), "{late:?}");
    let mut repository = hanging.write().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), [site(tenant(), 1)]);
}

#[tokio::test]
async fn a_job_is_not_taken_away_while_its_journal_is_written() {
    let Some(bench) = bench().await else { return };
    let store = bench.open_with(&IMPATIENT).await;
    furnish(&store).await;
    store::conformance::sample::begin_recovery(&store, 1).await;
    // What the journal does, held in the middle.
    let mut raw = bench.raw().await;
    sqlx::raw_sql("BEGIN; SELECT lease_token FROM jobs FOR SHARE").execute(&mut raw).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let seized = repository.jobs().seize(tenant(), id(1), JobState::Paused, moment(1)).await;
    assert!(matches!(seized, Err(StoreError::Busy { .. })), "{seized:?}");
    drop(repository);
    sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
    let mut repository = store.write().await.unwrap();
    repository.jobs().seize(tenant(), id(1), JobState::Paused, moment(1)).await.unwrap();
}

#[tokio::test]
async fn two_schemas_of_a_database_have_turns_of_their_own() {
    let (Some(one), Some(other)) = (bench().await, bench().await) else { return };
    let (one, other) = (one.open_here().await, other.open_with(&IMPATIENT).await);
    let mut holder = one.write().await.unwrap();
    holder.only_tenant(id::<TenantId>(1)).await.unwrap();
    let mut beside = other.write().await.unwrap();
    beside.only_tenant(id::<TenantId>(1)).await.unwrap();
    beside.save().await.unwrap();
}
