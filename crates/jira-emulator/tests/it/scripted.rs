//! Everything that can go wrong on a site, asked for through `/_emulator/` alone: by endpoint, by count, on a clock that is
//! driven.

use std::collections::BTreeSet;
use std::time::Duration;

use jira_emulator::{Fault, FaultAction, SiteEvent};
use serde_json::{Value, json};

use crate::support::TestSite;

const BULK: &str = "rest/api/3/issue/bulk";
const MYSELF: &str = "rest/api/3/myself";

/// What a caller sees of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Status(u16),
    /// The connection broke, before the answer or in it.
    Broken,
    /// Nothing came within the time that it waited.
    Nothing,
}

async fn seen(site: &TestSite, method: &str, path: &str, body: Option<Value>) -> Seen {
    let answer = tokio::time::timeout(Duration::from_millis(500), site.try_send(method, path, body)).await;
    match answer {
        Ok(Ok((status, _))) => Seen::Status(status.as_u16()),
        Ok(Err(_)) => Seen::Broken,
        Err(_) => Seen::Nothing,
    }
}

/// A project, and a request that makes two issues in it.
async fn project() -> (TestSite, Value) {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let types = site.get(&format!("rest/api/3/project/{project}")).await["issueTypes"].clone();
    let task = types.as_array().unwrap().iter().find(|kind| kind["name"] == "Task").unwrap()["id"].clone();
    let element = |summary: &str| {
        let (project, issue_type) = (json!({ "id": project }), json!({ "id": task }));
        json!({ "fields": { "project": project, "issuetype": issue_type, "summary": summary } })
    };
    let two = json!({ "issueUpdates": [element("a"), element("b")] });
    (site, two)
}

fn count(site: &TestSite) -> usize {
    site.handle().inspect(|state| state.issues.len())
}

async fn control(site: &TestSite, method: &str, path: &str, body: Value) {
    site.ok(method, &format!("_emulator/{path}"), body).await;
}

/// The kind of a fault. A new one does not compile before it is here, and fails before it is among those that are tried.
fn kind(action: FaultAction) -> &'static str {
    match action {
        FaultAction::FailBefore { .. } => "fail_before",
        FaultAction::ApplyThenFail { .. } => "apply_then_fail",
        FaultAction::ResetBefore => "reset_before",
        FaultAction::ApplyThenReset => "apply_then_reset",
        FaultAction::HalfBody => "half_body",
        FaultAction::ApplyThenHang => "apply_then_hang",
        FaultAction::HangThenApply { .. } => "hang_then_apply",
        FaultAction::WebPage { .. } => "web_page",
        FaultAction::TooManyRequests { .. } => "too_many_requests",
        FaultAction::RefuseElements { .. } => "refuse_elements",
        FaultAction::AnswerHalf => "answer_half",
    }
}

const KINDS: [&str; 11] = [
    "fail_before",
    "apply_then_fail",
    "reset_before",
    "apply_then_reset",
    "half_body",
    "apply_then_hang",
    "hang_then_apply",
    "web_page",
    "too_many_requests",
    "refuse_elements",
    "answer_half",
];

#[tokio::test]
async fn every_fault_strikes_the_request_that_was_meant_and_no_other() {
    let (site, two) = project().await;
    // What is asked for, what the caller sees, and how many of its two issues are there then.
    let cases = [
        (json!({ "kind": "fail_before", "status": 500 }), Seen::Status(500), 0),
        (json!({ "kind": "apply_then_fail", "status": 502 }), Seen::Status(502), 2),
        (json!({ "kind": "reset_before" }), Seen::Broken, 0),
        (json!({ "kind": "apply_then_reset" }), Seen::Broken, 2),
        (json!({ "kind": "half_body" }), Seen::Broken, 2),
        (json!({ "kind": "apply_then_hang" }), Seen::Nothing, 2),
        (json!({ "kind": "hang_then_apply", "milliseconds": 60_000 }), Seen::Nothing, 0),
        (json!({ "kind": "web_page", "status": 200, "applied": true }), Seen::Status(200), 2),
        (json!({ "kind": "web_page", "status": 503, "applied": false }), Seen::Status(503), 0),
        (json!({ "kind": "too_many_requests", "retry_after": 5, "reason": "burst" }), Seen::Status(429), 0),
        (json!({ "kind": "refuse_elements", "which": "second_half", "status": 429 }), Seen::Status(201), 1),
        (json!({ "kind": "refuse_elements", "which": "every_second", "status": 400 }), Seen::Status(201), 1),
        (json!({ "kind": "refuse_elements", "which": "bare", "status": 400 }), Seen::Status(400), 0),
        (json!({ "kind": "answer_half" }), Seen::Status(201), 2),
    ];
    let mut tried = BTreeSet::new();
    for (action, expected, made) in cases {
        let fault = json!({ "method": "POST", "endpoint": format!("/{BULK}"), "skip": 1, "action": action });
        tried.insert(kind(serde_json::from_value::<Fault>(fault.clone()).unwrap().action));
        control(&site, "POST", "faults", fault).await;
        // Another endpoint, and the request that it lets pass.
        assert_eq!(seen(&site, "GET", MYSELF, None).await, Seen::Status(200), "{action}");
        assert_eq!(seen(&site, "POST", BULK, Some(two.clone())).await, Seen::Status(201), "{action}");
        let before = count(&site);
        assert_eq!(seen(&site, "POST", BULK, Some(two.clone())).await, expected, "{action}");
        assert_eq!(count(&site) - before, made, "{action}");
        assert_eq!(site.get("_emulator/faults").await, json!([]), "{action}");
    }
    assert_eq!(tried, BTreeSet::from(KINDS));
}

#[tokio::test]
async fn a_request_that_hangs_is_applied_when_its_time_has_come() {
    let (site, two) = project().await;
    let action = json!({ "kind": "hang_then_apply", "milliseconds": 60_000 });
    control(&site, "POST", "faults", json!({ "endpoint": "*", "action": action })).await;
    assert_eq!(seen(&site, "POST", BULK, Some(two)).await, Seen::Nothing);
    control(&site, "POST", "clock/advance", json!({ "milliseconds": 59_000 })).await;
    assert_eq!(count_before_long(&site, 1).await, 0);
    control(&site, "POST", "clock/advance", json!({ "milliseconds": 1_000 })).await;
    assert_eq!(count_before_long(&site, 2).await, 2);
}

/// How many issues there are when there are as many as are waited for, or after so many other requests.
async fn count_before_long(site: &TestSite, wanted: usize) -> usize {
    for _ in 0..200 {
        if count(site) >= wanted {
            break;
        }
        site.get("_emulator/site").await;
    }
    count(site)
}

/// Whether an event is among those that the tests of this file script. A new one does not compile before it is here.
fn is_scripted(event: &SiteEvent) -> bool {
    match event {
        SiteEvent::Edit { .. }
        | SiteEvent::RevokeToken
        | SiteEvent::RestoreToken
        | SiteEvent::WithdrawPermissions
        | SiteEvent::GrantPermissions
        | SiteEvent::Outage { .. }
        | SiteEvent::SearchLag { .. }
        | SiteEvent::Advance { .. } => true,
    }
}

/// Lets something happen before the request after the next one.
async fn schedule(site: &TestSite, event: Value) {
    assert!(is_scripted(&serde_json::from_value(event.clone()).unwrap()));
    control(site, "POST", "events", json!({ "after": 1, "event": event })).await;
}

#[tokio::test]
async fn a_token_dies_and_comes_back_and_a_permission_too() {
    let (site, two) = project().await;
    for (gone, back, status) in
        [("revoke_token", "restore_token", 401), ("withdraw_permissions", "grant_permissions", 403)]
    {
        schedule(&site, json!({ "kind": gone })).await;
        let mut statuses = Vec::new();
        for _ in 0..2 {
            statuses.push(seen(&site, "POST", BULK, Some(two.clone())).await);
        }
        schedule(&site, json!({ "kind": back })).await;
        for _ in 0..2 {
            statuses.push(seen(&site, "POST", BULK, Some(two.clone())).await);
        }
        assert_eq!(statuses, [201, status, status, 201].map(Seen::Status), "{gone}");
    }
}

#[tokio::test]
async fn the_whole_site_goes_down_in_every_way_for_some_requests_and_for_some_time() {
    let (site, _) = project().await;
    let ways = [
        ("refuse", Seen::Broken),
        ("hang", Seen::Nothing),
        ("unavailable", Seen::Status(503)),
        ("gone", Seen::Status(404)),
    ];
    for (outage, expected) in ways {
        schedule(&site, json!({ "kind": "outage", "outage": outage, "requests": 1 })).await;
        let mut sight = Vec::new();
        for _ in 0..3 {
            sight.push(seen(&site, "GET", MYSELF, None).await);
        }
        assert_eq!(sight, [Seen::Status(200), expected, Seen::Status(200)], "{outage}");
        control(&site, "PUT", "outage", json!({ "outage": outage, "milliseconds": 60_000 })).await;
        assert_eq!(seen(&site, "GET", MYSELF, None).await, expected, "{outage}");
        control(&site, "POST", "clock/advance", json!({ "milliseconds": 60_000 })).await;
        assert_eq!(seen(&site, "GET", MYSELF, None).await, Seen::Status(200), "{outage}");
    }
}

#[tokio::test]
async fn search_lags_and_goes_back_and_forth() {
    let (site, two) = project().await;
    let found = async || {
        let found = site.ok("POST", "rest/api/3/search/jql", json!({ "jql": "project = SEA" })).await;
        found["issues"].as_array().unwrap().len()
    };
    schedule(&site, json!({ "kind": "search_lag", "milliseconds": 60_000 })).await;
    site.ok("POST", BULK, two.clone()).await;
    assert_eq!(found().await, 0);
    control(&site, "POST", "clock/advance", json!({ "milliseconds": 60_000 })).await;
    assert_eq!(found().await, 2);
    control(&site, "PUT", "search-lag", json!({ "milliseconds": 60_000, "flickering": true })).await;
    site.ok("POST", BULK, two).await;
    control(&site, "POST", "clock/advance", json!({ "milliseconds": 60_000 })).await;
    let mut counts = BTreeSet::new();
    for _ in 0..4 {
        counts.insert(found().await);
    }
    assert_eq!(counts, BTreeSet::from([2, 4]), "what was there is gone and comes back");
}

#[tokio::test]
async fn somebody_else_edits_the_site_meanwhile() {
    let (site, two) = project().await;
    site.ok("POST", BULK, two).await;
    let body = json!({ "fields": { "summary": "theirs" } });
    schedule(&site, json!({ "kind": "edit", "method": "PUT", "path": "/rest/api/3/issue/SEA-1", "body": body })).await;
    let mut summaries = Vec::new();
    for _ in 0..2 {
        summaries.push(site.get("rest/api/3/issue/SEA-1").await["fields"]["summary"].clone());
    }
    assert_eq!(summaries, ["a", "theirs"]);
}

#[tokio::test]
async fn a_storm_and_an_hourly_quota_pass_on_the_clock_that_is_driven() {
    let (site, _) = project().await;
    let me = async || seen(&site, "GET", MYSELF, None).await;
    let storm = json!({ "endpoint": "*", "lasting": 30_000, "action": { "kind": "too_many_requests" } });
    control(&site, "POST", "faults", storm).await;
    assert_eq!((me().await, me().await), (Seen::Status(429), Seen::Status(429)));
    control(&site, "POST", "clock/advance", json!({ "milliseconds": 30_000 })).await;
    assert_eq!(me().await, Seen::Status(200));
    // A clock that stands still, with one quota and no other limit.
    let quota = json!({ "points": 4, "everybody": true });
    let limits = json!({ "enabled": false, "quota": quota });
    control(&site, "PUT", "limits", limits).await;
    let mut statuses = Vec::new();
    while statuses.last() != Some(&Seen::Status(429)) && statuses.len() < 10 {
        statuses.push(me().await);
    }
    assert!(statuses.len() > 1 && statuses.ends_with(&[Seen::Status(429)]), "{statuses:?}");
    schedule(&site, json!({ "kind": "advance", "milliseconds": 3_600_000 })).await;
    assert_eq!((me().await, me().await), (Seen::Status(429), Seen::Status(200)));
}
