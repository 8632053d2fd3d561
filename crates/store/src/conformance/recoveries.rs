use control::id::RecoveryId;
use serde_json::json;

use super::Bench;
use super::sample::{furnish, id, moment, other_tenant, run, tenant};
use crate::{Lease, Repository, RunState, Stop, StoreError};

/// A repository with one run that nobody holds.
async fn begun(bench: &dyn Bench) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.recoveries().add(&run(1)).await.unwrap();
    repository
}

fn first() -> RecoveryId {
    id(1)
}

fn is_lost<T: std::fmt::Debug>(result: crate::Result<T>) -> bool {
    matches!(result, Err(StoreError::LeaseLost { .. }))
}

pub async fn a_run_reads_back_whole(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    assert_eq!(repository.recoveries().get(tenant(), first()).await.unwrap(), Some(run(1)));
    let claimed = repository.recoveries().claim(tenant(), first(), "host 7", moment(0), moment(30)).await.unwrap();
    assert_eq!(claimed, Some(1));
    let progress = json!({"done": 5, "of": 9});
    repository.recoveries().progress(tenant(), first(), 1, "apply", &progress).await.unwrap();
    let mut expected = run(1);
    expected.lease = Some(Lease { token: 1, holder: "host 7".to_owned(), until: moment(30) });
    expected.phase = "apply".into();
    expected.progress = progress;
    assert_eq!(repository.recoveries().get(tenant(), first()).await.unwrap().as_ref(), Some(&expected));
    let report = json!({"restored": 9});
    let release = repository.recoveries().release(tenant(), first(), 1, RunState::Done, Some(&report), moment(9)).await;
    release.unwrap();
    expected.lease = None;
    expected.state = RunState::Done;
    expected.report = Some(report);
    expected.ended = Some(moment(9));
    assert_eq!(repository.recoveries().list(tenant()).await.unwrap(), [expected]);
    assert_eq!(repository.recoveries().get(other_tenant(), first()).await.unwrap(), None);
}

pub async fn one_holder_at_a_time(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    let mut runs = repository.recoveries();
    assert_eq!(runs.claim(tenant(), first(), "a", moment(0), moment(30)).await.unwrap(), Some(1));
    assert_eq!(runs.claim(tenant(), first(), "b", moment(29), moment(60)).await.unwrap(), None);
    assert_eq!(runs.renew(tenant(), first(), 1, moment(60)).await.unwrap(), None);
    assert_eq!(runs.claim(tenant(), first(), "b", moment(59), moment(90)).await.unwrap(), None);
    assert_eq!(runs.claim(other_tenant(), first(), "b", moment(99), moment(190)).await.unwrap(), None);
}

pub async fn a_lease_that_ran_out_is_taken_over(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    let mut runs = repository.recoveries();
    runs.claim(tenant(), first(), "a", moment(0), moment(30)).await.unwrap();
    runs.progress(tenant(), first(), 1, "apply", &json!(4)).await.unwrap();
    assert_eq!(runs.claim(tenant(), first(), "b", moment(30), moment(60)).await.unwrap(), Some(2));
    let run = runs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((run.phase.as_str(), &run.progress), ("apply", &json!(4)));
    assert_eq!(run.lease.unwrap().holder, "b");
}

pub async fn a_stale_lease_writes_nothing(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    let mut runs = repository.recoveries();
    runs.claim(tenant(), first(), "a", moment(0), moment(30)).await.unwrap();
    runs.claim(tenant(), first(), "b", moment(30), moment(60)).await.unwrap();
    let before = runs.get(tenant(), first()).await.unwrap();
    assert!(is_lost(runs.renew(tenant(), first(), 1, moment(99)).await));
    assert!(is_lost(runs.progress(tenant(), first(), 1, "prove", &json!(1)).await));
    assert!(is_lost(runs.release(tenant(), first(), 1, RunState::Done, None, moment(40)).await));
    assert_eq!(runs.get(tenant(), first()).await.unwrap(), before);
}

pub async fn a_request_to_stop_reaches_the_worker(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    let mut runs = repository.recoveries();
    runs.claim(tenant(), first(), "a", moment(0), moment(30)).await.unwrap();
    runs.ask_to_stop(tenant(), first(), Stop::Pause).await.unwrap();
    assert_eq!(runs.renew(tenant(), first(), 1, moment(60)).await.unwrap(), Some(Stop::Pause));
    runs.release(tenant(), first(), 1, RunState::Paused, None, moment(10)).await.unwrap();
    let paused = runs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((paused.state, paused.stop, paused.ended), (RunState::Paused, None, None));
    runs.ask_to_stop(tenant(), first(), Stop::CancelRemove).await.unwrap();
    let lease = runs.claim(tenant(), first(), "b", moment(11), moment(60)).await.unwrap().unwrap();
    assert_eq!(runs.renew(tenant(), first(), lease, moment(90)).await.unwrap(), Some(Stop::CancelRemove));
    assert!(matches!(runs.ask_to_stop(tenant(), id(9), Stop::Pause).await, Err(StoreError::Missing { .. })));
}

pub async fn a_seized_run_is_nobodys(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    let mut runs = repository.recoveries();
    let lease = runs.claim(tenant(), first(), "a", moment(0), moment(30)).await.unwrap().unwrap();
    runs.seize(tenant(), first(), RunState::Paused, moment(5)).await.unwrap();
    assert!(is_lost(runs.renew(tenant(), first(), lease, moment(60)).await));
    assert_eq!(runs.get(tenant(), first()).await.unwrap().unwrap().lease, None);
    assert_eq!(runs.claim(tenant(), first(), "b", moment(6), moment(36)).await.unwrap(), Some(3));
}

pub async fn a_run_that_is_over_cannot_be_taken(bench: &dyn Bench) {
    let mut repository = begun(bench).await;
    let mut runs = repository.recoveries();
    runs.seize(tenant(), first(), RunState::Cancelled, moment(5)).await.unwrap();
    assert_eq!(runs.get(tenant(), first()).await.unwrap().unwrap().ended, Some(moment(5)));
    assert_eq!(runs.claim(tenant(), first(), "b", moment(6), moment(36)).await.unwrap(), None);
    assert!(matches!(
        runs.seize(tenant(), first(), RunState::Paused, moment(7)).await,
        Err(StoreError::Missing { .. })
    ));
}
