//! Pacing as a whole, on a clock that only sleeping turns.

use ambient::Ambient;
use jiff::Timestamp;

use super::*;

fn pacer(concurrency: usize) -> (Arc<Pacer>, Arc<ambient::ManualClock>, Arc<Counters>) {
    let (ambient, clock) = Ambient::manual(Timestamp::UNIX_EPOCH, 1);
    let counters = Arc::new(Counters::default());
    (Arc::new(Pacer::new(ambient.clock, counters.clone(), concurrency, 2 * PATIENCE)), clock, counters)
}

fn comment(issue: &str) -> Call {
    Call::post("/rest/api/3/issue/{issue}/comment").arg("issue", issue).writes_issue(issue)
}

const PATIENCE: Duration = Duration::from_mins(5);

#[tokio::test]
async fn writes_to_one_issue_wait_while_those_to_another_go() {
    let (pacer, clock, _) = pacer(4);
    for _ in 0..20 {
        pacer.admit(&comment("A-1"), PATIENCE).await.unwrap();
    }
    let before = clock.elapsed();
    pacer.admit(&comment("A-2"), PATIENCE).await.unwrap();
    assert!(clock.elapsed() < before + Duration::from_millis(100));
    pacer.admit(&comment("A-1"), PATIENCE).await.unwrap();
    assert!(clock.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_link_counts_for_both_its_ends() {
    let (pacer, clock, _) = pacer(4);
    let link = Call::post("/rest/api/3/issueLink").writes_issue("A-1").writes_issue("A-2");
    for _ in 0..20 {
        pacer.admit(&link, PATIENCE).await.unwrap();
    }
    pacer.admit(&comment("A-2"), PATIENCE).await.unwrap();
    assert!(clock.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_pause_of_an_endpoint_leaves_the_others_alone() {
    let (pacer, clock, counters) = pacer(4);
    let (paused, other) = (Call::get("/rest/api/3/field"), Call::get("/rest/api/3/status"));
    pacer.pause(&paused, Scope::Endpoint, Duration::from_secs(30), "jira-burst-based");
    pacer.admit(&other, PATIENCE).await.unwrap();
    assert_eq!(clock.elapsed(), Duration::ZERO);
    pacer.admit(&paused, PATIENCE).await.unwrap();
    assert!(clock.elapsed() >= Duration::from_secs(30));
    assert!(counters.snapshot().waited >= Duration::from_secs(30));
}

#[tokio::test]
async fn a_pause_of_the_site_holds_everything() {
    let (pacer, clock, _) = pacer(4);
    pacer.pause(&Call::get("/rest/api/3/field"), Scope::Site, Duration::from_mins(1), "jira-quota-global-based");
    pacer.admit(&Call::get("/rest/api/3/status"), PATIENCE).await.unwrap();
    assert!(clock.elapsed() >= Duration::from_mins(1));
}

#[tokio::test]
async fn a_pause_beyond_patience_is_an_error_that_says_how_long() {
    let (pacer, clock, _) = pacer(4);
    let call = Call::get("/rest/api/3/field");
    pacer.pause(&call, Scope::Endpoint, Duration::from_secs(301), "jira-burst-based");
    insta::assert_snapshot!(pacer.admit(&call, PATIENCE).await.unwrap_err(),
        @"GET /rest/api/3/field: Jira asked to wait 301 s (jira-burst-based)");
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_rest_of_the_site_has_a_patience_of_its_own_and_is_told_once() {
    let (pacer, clock, _) = pacer(4);
    let mut rests = pacer.rests();
    let call = Call::get("/rest/api/3/field");
    for seconds in [599, 600, 600] {
        pacer.pause(&call, Scope::Site, Duration::from_secs(seconds), "jira-quota-global-based");
    }
    pacer.admit(&call, PATIENCE).await.unwrap();
    assert!(clock.elapsed() >= Duration::from_mins(10));
    let told = rests.borrow_and_update().clone().unwrap();
    assert_eq!((told.wait.as_secs(), told.reason.as_str()), (599, "jira-quota-global-based"));
    pacer.pause(&call, Scope::Site, Duration::from_secs(601), "jira-quota-global-based");
    assert!(rests.has_changed().unwrap());
    assert!(matches!(pacer.admit(&call, PATIENCE).await, Err(Error::Throttled { .. })));
}

#[tokio::test]
async fn a_limit_that_is_near_slows_the_endpoint_before_it_is_reached() {
    async fn hundred(pacer: &Pacer, clock: &ambient::ManualClock) -> Duration {
        let start = clock.elapsed();
        for _ in 0..100 {
            pacer.admit(&Call::get("/rest/api/3/field"), PATIENCE).await.unwrap();
        }
        clock.elapsed().saturating_sub(start)
    }
    let (pacer, clock, _) = pacer(4);
    hundred(&pacer, &clock).await;
    let before = hundred(&pacer, &clock).await;
    pacer.heed(&Call::get("/rest/api/3/field"), &Signals { near_limit: true, ..Signals::default() });
    let after = hundred(&pacer, &clock).await;
    assert!(after > before.mul_f64(1.1), "{before:?}, then {after:?}");
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_was_agreed() {
    let (pacer, ..) = pacer(2);
    let call = Call::get("/rest/api/3/field");
    let first = pacer.admit(&call, PATIENCE).await.unwrap();
    let _second = pacer.admit(&call, PATIENCE).await.unwrap();
    let waiting = tokio::spawn({
        let (pacer, call) = (pacer.clone(), call.clone());
        async move { pacer.admit(&call, PATIENCE).await.map(drop) }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    drop(first);
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_busy_issue_does_not_slow_the_endpoint_for_the_others() {
    let (pacer, clock, _) = pacer(4);
    for _ in 0..20 {
        pacer.admit(&comment("A-1"), PATIENCE).await.unwrap();
        pacer.heed(&comment("A-1"), &Signals { near_limit: true, ..Signals::default() });
    }
    let start = clock.elapsed();
    for issue in 0..200 {
        pacer.admit(&comment(&format!("B-{issue}")), PATIENCE).await.unwrap();
    }
    let seconds = clock.elapsed().saturating_sub(start).as_secs_f64();
    // The first 20 gave about 9 signs; those that came before the issue was busy may count once.
    assert!(seconds < 2.6, "{seconds}");
}
