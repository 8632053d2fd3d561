//! How fast a journal is.

use std::sync::Arc;
use std::time::Duration;

use ambient::{Clock as _, SystemClock};
use control::id::{RecoveryId, TenantId};

use super::Bench;
use super::sample::{begin_recovery, furnish, happening, id, tenant};
use crate::{Journal, JournalRow, JournalState};

fn row(recovery: RecoveryId, number: u64, state: JournalState) -> JournalRow {
    JournalRow {
        recovery,
        operation: u128::from(number).to_be_bytes(),
        kind: ["issue", "comment", "worklog", "attachment"][(number % 4) as usize].to_owned(),
        source: (10_000 + number).to_string(),
        state,
        attempt: 1,
        expected: Some(format!("ABC-{number}")),
        target: (state == JournalState::Confirmed).then(|| (20_000 + number).to_string()),
        target_key: None,
        reason: None,
        lease: 1,
    }
}

/// Records each row as intent and as confirmed, as a recovery does; so many workers at once, so many rows a call.
pub async fn work(journal: Arc<dyn Journal>, recovery: RecoveryId, workers: u64, calls: u64, batch: u64) -> Duration {
    let clock = SystemClock::new();
    let begun = clock.elapsed();
    let tasks = (0..workers).map(|worker| {
        let journal = journal.clone();
        tokio::spawn(async move {
            for call in 0..calls {
                let first = (worker * calls + call) * batch;
                for state in [JournalState::Intent, JournalState::Confirmed] {
                    let rows: Vec<_> = (first..first + batch).map(|number| row(recovery, number, state)).collect();
                    journal.record(&rows).await.unwrap();
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    clock.elapsed().saturating_sub(begun)
}

/// [`work`] in a database of its own: prints how many rows a second were written, and gives it.
pub async fn measure(bench: &dyn Bench, workers: u64, calls: u64, batch: u64) -> f64 {
    let store = bench.open().await;
    furnish(&*store).await;
    let (recovery, _) = begin_recovery(&*store, 1).await;
    let journal: Arc<dyn Journal> = store.journal(tenant()).into();
    let took = work(journal.clone(), recovery, workers, calls, batch).await;
    let confirmed: u64 = journal.counts(recovery).await.unwrap().iter().map(|count| count.count).sum();
    assert_eq!(confirmed, workers * calls * batch);
    let rate = (2 * confirmed) as f64 / took.as_secs_f64();
    println!("{workers} workers, {batch} rows a call: {rate:.0} rows/s, {:.0} calls/s", rate / batch as f64);
    rate
}

/// Two million rows, each written twice, and what reading takes then: printed. Minutes.
pub async fn two_million_rows(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let (recovery, _) = begin_recovery(&*store, 1).await;
    let journal: Arc<dyn Journal> = store.journal(tenant()).into();
    let clock = SystemClock::new();
    let took = work(journal.clone(), recovery, 4, 500, 1000).await;
    println!("2,000,000 rows twice: {took:.1?}, {:.0} rows/s", 4e6 / took.as_secs_f64());
    let begun = clock.elapsed();
    journal.counts(recovery).await.unwrap();
    println!("counts: {:.1?}", clock.elapsed().saturating_sub(begun));
    let begun = clock.elapsed();
    let page = journal.in_state(recovery, JournalState::Confirmed, 1_000_000, 1000).await.unwrap();
    println!("a page of {} in the middle: {:.1?}", page.len(), clock.elapsed().saturating_sub(begun));
    let sources: Vec<String> = (0..1000).map(|number| (10_000 + number * 1996).to_string()).collect();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let begun = clock.elapsed();
    let found = journal.find(recovery, "issue", &sources).await.unwrap();
    println!("{} of 1000 found: {:.1?}", found.len(), clock.elapsed().saturating_sub(begun));
    let after = work(journal, recovery, 16, 50, 1).await;
    println!("on top of it, 16 workers, single rows: {:.0} rows/s", 1600.0 / after.as_secs_f64());
}

/// How many transactions a second write, each an audit event, with so many tenants and so many workers for each of them:
/// prints it, and gives it.
pub async fn measure_transactions(bench: &dyn Bench, tenants: u128, workers: u128) -> f64 {
    const EACH: u128 = 100;
    let store = bench.open().await;
    let clock = SystemClock::new();
    let begun = clock.elapsed();
    let tasks = (0..tenants * workers).map(|task| {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                let mut repository = store.write().await.unwrap();
                repository.audit().append(id::<TenantId>(task % tenants + 1), happening(number as i64)).await.unwrap();
                repository.save().await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let took = clock.elapsed().saturating_sub(begun);
    let rate = (tenants * workers * EACH) as f64 / took.as_secs_f64();
    println!("{tenants} tenants, {workers} workers each: {rate:.0} transactions/s");
    rate
}
