use std::collections::BTreeSet;

use control::id::RecoveryId;

use super::Bench;
use super::sample::{begin_recovery, claim, furnish, id, moment, other_tenant, tenant};
use crate::StoreError;
use crate::journal::{JournalRow, JournalState, StateCount};

fn recovery() -> RecoveryId {
    id(1)
}

fn row(kind: &str, number: u64, state: JournalState) -> JournalRow {
    JournalRow {
        recovery: recovery(),
        operation: u128::from(number).to_be_bytes(),
        kind: kind.to_owned(),
        source: format!("{number:06}"),
        state,
        attempt: 0,
        expected: None,
        target: None,
        target_key: None,
        reason: None,
        lease: 1,
    }
}

fn confirmed(kind: &str, number: u64) -> JournalRow {
    JournalRow {
        attempt: 2,
        expected: Some(format!("ABC-{number}")),
        target: Some((number + 10_000).to_string()),
        target_key: Some(format!("ABC-{number}")),
        reason: Some("adopted by its marker".to_owned()),
        ..row(kind, number, JournalState::Confirmed)
    }
}

pub async fn a_row_reads_back_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let journal = store.journal(tenant());
    let rows = [confirmed("issue", 1), row("issue", 2, JournalState::Planned), confirmed("comment", 1)];
    journal.record(&rows).await.unwrap();
    journal.record(&[]).await.unwrap();
    let mut found = journal.find(recovery(), "issue", &["000001", "000002", "000003", "' OR 1=1"]).await.unwrap();
    found.sort_by(|one, other| one.source.cmp(&other.source));
    assert_eq!(found, rows[..2]);
    assert_eq!(journal.find(recovery(), "comment", &["000001"]).await.unwrap(), rows[2..]);
    assert_eq!(journal.find(recovery(), "issue", &[]).await.unwrap(), []);
}

pub async fn recording_again_replaces(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let journal = store.journal(tenant());
    for state in [JournalState::Planned, JournalState::Intent, JournalState::Ambiguous] {
        journal.record(&[row("issue", 1, state)]).await.unwrap();
    }
    journal.record(&[confirmed("issue", 1)]).await.unwrap();
    assert_eq!(journal.of_kind(recovery(), "issue", "", 10).await.unwrap(), [confirmed("issue", 1)]);
}

pub async fn a_stale_lease_is_refused_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let mut repository = store.write().await.unwrap();
    repository.jobs().recall(moment(30), 9).await.unwrap();
    let taken = repository.jobs().take(tenant(), id(1), &claim("b", 30, 60)).await.unwrap().unwrap();
    repository.save().await.unwrap();
    let (journal, lease) = (store.journal(tenant()), taken.lease.unwrap().token);
    let fresh = JournalRow { lease, ..row("issue", 1, JournalState::Intent) };
    let stale = row("issue", 2, JournalState::Intent);
    let refused = journal.record(&[fresh.clone(), stale]).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    assert_eq!(journal.counts(recovery()).await.unwrap(), []);
    journal.record(&[fresh]).await.unwrap();
    let mut repository = store.write().await.unwrap();
    repository.jobs().seize(tenant(), id(1), crate::JobState::Paused, moment(9)).await.unwrap();
    repository.save().await.unwrap();
    for lease in 0..6 {
        let unheld = JournalRow { lease, ..row("issue", 3, JournalState::Intent) };
        assert!(matches!(journal.record(&[unheld]).await, Err(StoreError::LeaseLost { .. })), "lease {lease}");
    }
}

pub async fn a_refusal_costs_others_nothing(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let tasks = (0..60u64).map(|number| {
        let journal = store.journal(tenant());
        tokio::spawn(async move {
            let row = JournalRow { lease: number % 2, ..row("issue", number, JournalState::Intent) };
            (number, journal.record(&[row]).await.is_ok())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        let (number, recorded) = task.await.unwrap();
        assert_eq!(recorded, number % 2 == 1);
    }
    let count = StateCount { kind: "issue".to_owned(), state: JournalState::Intent, count: 30 };
    assert_eq!(store.journal(tenant()).counts(recovery()).await.unwrap(), [count]);
}

pub async fn pages_see_every_row_once(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let journal = store.journal(tenant());
    let rows: Vec<_> = (0..25).rev().map(|number| row("issue", number, JournalState::Planned)).collect();
    journal.record(&rows).await.unwrap();
    let (mut after, mut seen) = (0, vec![]);
    loop {
        let page = journal.in_state(recovery(), JournalState::Planned, after, 10).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.place;
        seen.extend(page.into_iter().map(|entry| entry.row));
    }
    assert_eq!(seen, rows);
    let (mut after, mut keys) = (String::new(), vec![]);
    loop {
        let page = journal.of_kind(recovery(), "issue", &after, 10).await.unwrap();
        let Some(last) = page.last() else { break };
        after.clone_from(&last.source);
        keys.extend(page.into_iter().map(|row| row.source));
    }
    assert_eq!(keys, (0..25).map(|number| format!("{number:06}")).collect::<Vec<_>>());
}

pub async fn keys_are_in_the_order_of_their_bytes(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let journal = store.journal(tenant());
    // A dictionary has them in another order.
    let sources = ["A-10", "A-9", "B", "Z", "_", "a", "a b", "a-b", "aB", "z", "\u{e4}", "\u{1f600}"];
    let named = |source: &&str| JournalRow { source: (*source).to_owned(), ..confirmed("Kind", 1) };
    let mut rows: Vec<_> = sources.iter().rev().map(named).collect();
    rows.push(JournalRow { kind: "kind".to_owned(), ..named(&"a") });
    journal.record(&rows).await.unwrap();
    let (mut after, mut seen, mut targets) = (String::new(), vec![], vec![]);
    loop {
        let page = journal.of_kind(recovery(), "Kind", &after, 5).await.unwrap();
        targets.extend(journal.targets(recovery(), "Kind", &after, 5).await.unwrap().into_iter().map(|it| it.source));
        let Some(last) = page.last() else { break };
        after.clone_from(&last.source);
        seen.extend(page.into_iter().map(|row| row.source));
    }
    assert_eq!(seen, sources);
    assert_eq!(targets, sources);
    let kinds: Vec<_> = journal.counts(recovery()).await.unwrap().into_iter().map(|count| count.kind).collect();
    assert_eq!(kinds, ["Kind", "kind"]);
}

pub async fn a_row_that_changes_state_is_not_lost(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    let journal = store.journal(tenant());
    let rows: Vec<_> = (0..20).map(|number| row("issue", number, JournalState::Planned)).collect();
    journal.record(&rows).await.unwrap();
    let (mut after, mut seen) = (0, BTreeSet::new());
    loop {
        let page = journal.in_state(recovery(), JournalState::Planned, after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.place;
        for entry in page {
            assert!(seen.insert(entry.row.source.clone()), "{} came twice", entry.row.source);
            journal.record(&[JournalRow { state: JournalState::Confirmed, ..entry.row }]).await.unwrap();
        }
    }
    assert_eq!(seen.len(), 20);
}

pub async fn counts_and_targets(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    begin_recovery(&*store, 2).await;
    let journal = store.journal(tenant());
    let mut rows: Vec<_> =
        JournalState::ALL.iter().zip(0..).map(|(&state, number)| row("issue", number, state)).collect();
    rows.push(confirmed("issue", 90));
    rows.push(confirmed("comment", 91));
    rows.push(JournalRow { recovery: id(2), ..confirmed("issue", 92) });
    journal.record(&rows).await.unwrap();
    let count = |kind: &str, state, count| StateCount { kind: kind.to_owned(), state, count };
    let mut expected: Vec<_> = JournalState::ALL.iter().map(|&state| count("issue", state, 1)).collect();
    expected[2].count = 2;
    expected.insert(0, count("comment", JournalState::Confirmed, 1));
    assert_eq!(journal.counts(recovery()).await.unwrap(), expected);
    let targets = journal.targets(recovery(), "issue", "", 10).await.unwrap();
    let targets: Vec<_> =
        targets.iter().map(|it| (it.source.as_str(), it.target.as_str(), it.target_key.as_deref())).collect();
    assert_eq!(targets, [("000090", "10090", Some("ABC-90"))]);
    assert!(journal.targets(recovery(), "issue", "000090", 10).await.unwrap().is_empty());
}

pub async fn another_tenants_recovery_is_missing(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    store.journal(tenant()).record(&[confirmed("issue", 1)]).await.unwrap();
    let journal = store.journal(other_tenant());
    let recorded = journal.record(&[confirmed("issue", 1)]).await;
    assert!(matches!(recorded, Err(StoreError::Missing { .. })));
    assert!(matches!(journal.counts(recovery()).await, Err(StoreError::Missing { .. })));
    assert!(matches!(journal.find(recovery(), "issue", &["000001"]).await, Err(StoreError::Missing { .. })));
}

pub async fn many_recorders_at_once(bench: &dyn Bench) {
    let stores = [bench.open().await, bench.open().await];
    furnish(&*stores[0]).await;
    begin_recovery(&*stores[0], 1).await;
    let tasks = (0..50u64).map(|task| {
        let journal = stores[task as usize % 2].journal(tenant());
        tokio::spawn(async move {
            for step in 0..10 {
                journal.record(&[row("issue", task * 10 + step, JournalState::Intent)]).await.unwrap();
                journal.record(&[confirmed("issue", task * 10 + step)]).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let count = StateCount { kind: "issue".to_owned(), state: JournalState::Confirmed, count: 500 };
    assert_eq!(stores[1].journal(tenant()).counts(recovery()).await.unwrap(), [count]);
}

pub async fn what_was_recorded_is_there_after_reopening(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    begin_recovery(&*store, 1).await;
    store.journal(tenant()).record(&[confirmed("issue", 1)]).await.unwrap();
    // Another process would see it without this one closing anything: it is durable when `record` returns.
    let beside = bench.open().await;
    assert_eq!(beside.journal(tenant()).of_kind(recovery(), "issue", "", 9).await.unwrap(), [confirmed("issue", 1)]);
    store.close().await;
    let again = bench.open().await;
    assert_eq!(again.journal(tenant()).of_kind(recovery(), "issue", "", 9).await.unwrap(), [confirmed("issue", 1)]);
}
