//! Every step of a job goes wrong in every way, and is gone on with: each happens once.

use std::time::Duration;

use ambient::Ambient;
use store::job::ErrorClass;
use store::{JobState, Stop, StopRequest};
use testkit::VirtualClock;
use tokio_util::sync::CancellationToken;
use worker::Error;

use std::sync::Arc;

use crate::bench::Bench;
use crate::still::StillStore;

const STEPS: u64 = 5;

/// A bench on virtual time.
pub(crate) async fn bench() -> Bench {
    let clock = Arc::new(VirtualClock::new("2026-11-02T08:00:00Z".parse().unwrap()));
    let ambient = Ambient { clock, entropy: Arc::new(ambient::SeededEntropy::new(1)) };
    Bench::new(ambient, |store| Arc::new(StillStore(store))).await
}

async fn until_nothing_is_due(bench: &Bench) {
    bench.worker().serve(4, true, &CancellationToken::new()).await.unwrap();
}

fn unreachable() -> Error {
    jira::Error::Unreachable { site: "https://a.example".to_owned(), reason: "refused".to_owned() }.into()
}

fn forbidden() -> Error {
    jira::Error::Forbidden { call: "GET /x".to_owned(), messages: vec!["no".to_owned()] }.into()
}

#[tokio::test(start_paused = true)]
async fn an_undisturbed_job_does_each_step_once() {
    let bench = bench().await;
    let id = bench.enqueue(STEPS, None).await;
    until_nothing_is_due(&bench).await;
    let job = bench.job(id).await;
    assert_eq!((job.state, job.attempt, job.lost), (JobState::Done, 0, 0));
    assert_eq!(job.result.unwrap()["steps"], STEPS);
    bench.all_done_once(id, STEPS).await;
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_again_at_the_step_where_it_was() {
    for step in 0..STEPS {
        let bench = bench().await;
        let id = bench.enqueue(STEPS, None).await;
        bench.steps.mishaps.lock().unwrap().insert(step, Box::new(unreachable));
        until_nothing_is_due(&bench).await;
        let waiting = bench.job(id).await;
        assert_eq!((waiting.state, waiting.attempt), (JobState::Waiting, 1), "step {step}");
        let wait = waiting.run_at.duration_since(bench.around.ambient.now()).as_secs();
        assert!((23..=36).contains(&wait), "half a minute, scattered: {wait} s");
        let error = waiting.error.unwrap();
        assert_eq!(error.class, ErrorClass::Passing);
        assert!(error.text.contains("cannot be reached"), "{}", error.text);
        bench.around.ambient.clock.sleep(Duration::from_secs(36)).await;
        until_nothing_is_due(&bench).await;
        assert_eq!(bench.job(id).await.state, JobState::Done, "step {step}");
        bench.all_done_once(id, STEPS).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_fails_after_its_attempts() {
    let bench = bench().await;
    let id = bench.enqueue(STEPS, None).await;
    for attempt in 1..=3 {
        bench.steps.mishaps.lock().unwrap().insert(2, Box::new(unreachable));
        until_nothing_is_due(&bench).await;
        let state = bench.job(id).await.state;
        assert_eq!(state, if attempt < 3 { JobState::Waiting } else { JobState::Failed });
        bench.around.ambient.clock.sleep(Duration::from_mins(10)).await;
    }
    // Somebody looked, and tries it once more.
    let mut repository = bench.around.store.write().await.unwrap();
    repository.jobs().wake(bench.tenant, id, bench.around.ambient.now()).await.unwrap();
    repository.save().await.unwrap();
    until_nothing_is_due(&bench).await;
    assert_eq!(bench.job(id).await.state, JobState::Done);
    bench.all_done_once(id, STEPS).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_person_must_mend_is_not_tried_again() {
    let bench = bench().await;
    let id = bench.enqueue(STEPS, None).await;
    bench.steps.mishaps.lock().unwrap().insert(2, Box::new(forbidden));
    until_nothing_is_due(&bench).await;
    let job = bench.job(id).await;
    assert_eq!((job.state, job.error.unwrap().class), (JobState::Failed, ErrorClass::Person));
}

#[tokio::test(start_paused = true)]
async fn a_quota_is_waited_for_as_long_as_jira_says() {
    let bench = bench().await;
    let id = bench.enqueue(STEPS, None).await;
    let throttled = || {
        let (call, reason) = ("GET /x".to_owned(), "quota".to_owned());
        jira::Error::Throttled { call, wait: Duration::from_mins(40), reason }.into()
    };
    bench.steps.mishaps.lock().unwrap().insert(2, Box::new(throttled));
    until_nothing_is_due(&bench).await;
    let wait = bench.job(id).await.run_at.duration_since(bench.around.ambient.now()).as_secs();
    assert_eq!(wait, 40 * 60);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_dies_after_any_step_is_followed_within_half_a_minute() {
    for step in 0..STEPS {
        let bench = bench().await;
        let id = bench.enqueue(STEPS, None).await;
        *bench.steps.hang_after.lock().unwrap() = Some(step);
        let worker = bench.worker();
        let doomed = tokio::spawn(async move { worker.serve(1, false, &CancellationToken::new()).await });
        while bench.done().await.len() <= step as usize {
            bench.around.ambient.clock.sleep(Duration::from_millis(100)).await;
        }
        // It lives and renews its lease for a while, and then is gone.
        bench.around.ambient.clock.sleep(Duration::from_secs(45)).await;
        assert_eq!(bench.job(id).await.state, JobState::Running);
        doomed.abort();
        let died = bench.around.ambient.clock.elapsed();
        let (worker, drain) = (bench.worker(), CancellationToken::new());
        let ended = drain.clone();
        let next = tokio::spawn(async move { worker.serve(1, false, &ended).await });
        while bench.job(id).await.state != JobState::Done {
            bench.around.ambient.clock.sleep(Duration::from_millis(100)).await;
            assert!(bench.around.ambient.clock.elapsed().saturating_sub(died) < Duration::from_secs(30), "step {step}");
        }
        drain.cancel();
        next.await.unwrap().unwrap();
        bench.all_done_once(id, STEPS).await;
        assert_eq!(bench.job(id).await.attempt, 0, "a death is no attempt");
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_drained_gives_its_job_back_at_a_safe_point() {
    let bench = bench().await;
    *bench.steps.pause.lock().unwrap() = Duration::from_secs(10);
    let id = bench.enqueue(STEPS, None).await;
    let (worker, drain) = (bench.worker(), CancellationToken::new());
    let drained = drain.clone();
    let serving = tokio::spawn(async move { worker.serve(1, false, &drained).await });
    bench.around.ambient.clock.sleep(Duration::from_secs(25)).await;
    drain.cancel();
    serving.await.unwrap().unwrap();
    let job = bench.job(id).await;
    assert_eq!((job.state, job.attempt, job.lost, &job.lease), (JobState::Waiting, 0, 0, &None));
    assert_eq!(job.checkpoint["next"], 2);
    until_nothing_is_due(&bench).await;
    bench.all_done_once(id, STEPS).await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_within_two_seconds_and_done_at_the_next_safe_point() {
    for (stop, state) in [(Stop::Pause, JobState::Paused), (Stop::CancelKeep, JobState::Cancelled)] {
        let bench = bench().await;
        *bench.steps.pause.lock().unwrap() = Duration::from_millis(100);
        let id = bench.enqueue(10_000, None).await;
        let (worker, drain) = (bench.worker(), CancellationToken::new());
        let drained = drain.clone();
        let serving = tokio::spawn(async move { worker.serve(1, false, &drained).await });
        bench.around.ambient.clock.sleep(Duration::from_secs(25)).await;
        let mut repository = bench.around.store.write().await.unwrap();
        repository.jobs().ask_to_stop(bench.tenant, id, Some(StopRequest { stop, by: None })).await.unwrap();
        repository.save().await.unwrap();
        bench.around.ambient.clock.sleep(Duration::from_millis(2_200)).await;
        let job = bench.job(id).await;
        assert_eq!((job.state, job.stop), (state, None), "{stop:?}");
        drain.cancel();
        serving.await.unwrap().unwrap();
    }
}

/// What a veto does: the lease is dead at once, and its worker is dropped when it hears of it.
#[tokio::test(start_paused = true)]
async fn a_seized_job_is_dropped_within_two_seconds() {
    let bench = bench().await;
    *bench.steps.pause.lock().unwrap() = Duration::from_millis(100);
    let id = bench.enqueue(10_000, None).await;
    let (worker, drain) = (bench.worker(), CancellationToken::new());
    let drained = drain.clone();
    let serving = tokio::spawn(async move { worker.serve(1, false, &drained).await });
    bench.around.ambient.clock.sleep(Duration::from_secs(25)).await;
    // As if the worker stood in something long: it takes no step in which it would hear of its loss by itself.
    *bench.steps.pause.lock().unwrap() = Duration::from_hours(1);
    bench.around.ambient.clock.sleep(Duration::from_secs(1)).await;
    let mut repository = bench.around.store.write().await.unwrap();
    repository.jobs().seize(bench.tenant, id, JobState::Paused, bench.around.ambient.now()).await.unwrap();
    repository.save().await.unwrap();
    let (seized, before) = (bench.around.ambient.clock.elapsed(), bench.done().await.len());
    drain.cancel();
    // Draining waits for the work: it ends because the work was dropped.
    serving.await.unwrap().unwrap();
    let took = bench.around.ambient.clock.elapsed().saturating_sub(seized);
    assert!(took < Duration::from_millis(2_500), "{took:?}");
    assert_eq!(bench.done().await.len(), before, "nothing was written under the dead lease");
    assert_eq!(bench.job(id).await.state, JobState::Paused);
}

#[tokio::test(start_paused = true)]
async fn jobs_that_write_to_the_same_thing_follow_each_other_and_others_run_beside_them() {
    let bench = bench().await;
    *bench.steps.pause.lock().unwrap() = Duration::from_secs(1);
    for writes in [Some("vault/a"), Some("vault/a"), Some("vault/b"), None] {
        bench.enqueue(10, writes).await;
    }
    let begun = bench.around.ambient.clock.elapsed();
    until_nothing_is_due(&bench).await;
    let took = bench.around.ambient.clock.elapsed().saturating_sub(begun);
    // Three side by side, and the second one on the same vault after the first: it has its turn in the same run.
    assert!((Duration::from_secs(20)..Duration::from_secs(24)).contains(&took), "{took:?}");
    let done = bench.done().await;
    assert_eq!((done.len(), done.values().max()), (40, Some(&1)));
}
