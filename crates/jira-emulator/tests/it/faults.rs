//! What goes wrong on a site when a test wants it to.

use std::time::Duration;

use jira_emulator::{
    Elements, Fault, FaultAction, LimitReason, Limits, Outage, OutageEnd, Quota, QuotaTier, Scheduled, SiteEvent,
};
use serde_json::{Value, json};

use crate::support::TestSite;

const BULK: &str = "/rest/api/3/issue/bulk";

async fn project() -> (TestSite, String, String) {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let types = site.get(&format!("rest/api/3/project/{project}")).await["issueTypes"].clone();
    let task = types.as_array().unwrap().iter().find(|kind| kind["name"] == "Task").unwrap()["id"].clone();
    (site, project, task.as_str().unwrap().to_owned())
}

fn batch(project: &str, task: &str, summaries: &[&str]) -> Value {
    let element = |summary: &&str| json!({ "fields": { "project": { "id": project }, "issuetype": { "id": task }, "summary": summary } });
    json!({ "issueUpdates": summaries.iter().map(element).collect::<Vec<_>>() })
}

fn summaries(site: &TestSite) -> Vec<String> {
    site.handle().inspect(|state| state.issues.values().map(|issue| issue.summary.to_string()).collect())
}

#[tokio::test]
async fn elements_of_a_batch_are_refused_one_by_one_and_the_others_created() {
    let (site, project, task) = project().await;
    let action = FaultAction::RefuseElements { which: Elements::EverySecond, status: 429 };
    site.handle().fault(Fault::once("POST", BULK, action));
    let answer = site.ok("POST", BULK, batch(&project, &task, &["a", "b", "", "d", "e"])).await;
    assert_eq!(summaries(&site), ["a", "e"]);
    let keys: Vec<_> = answer["issues"].as_array().unwrap().iter().map(|issue| &issue["key"]).collect();
    assert_eq!(keys, ["SEA-1", "SEA-2"]);
    let errors: Vec<_> =
        answer["errors"].as_array().unwrap().iter().map(|e| (&e["failedElementNumber"], &e["status"])).collect();
    assert_eq!(errors, [(&json!(1), &json!(429)), (&json!(2), &json!(400)), (&json!(3), &json!(429))]);
}

#[tokio::test]
async fn a_batch_that_is_refused_whole_answers_400() {
    let (site, project, task) = project().await;
    let action = FaultAction::RefuseElements { which: Elements::SecondHalf, status: 400 };
    site.handle().fault(Fault::once("POST", BULK, action));
    let answer = site.refused("POST", BULK, batch(&project, &task, &["a"]), 400).await;
    assert_eq!(answer["errors"][0]["elementErrors"]["errorMessages"], json!(["Injected fault."]));
    assert_eq!(summaries(&site), Vec::<String>::new());
}

#[tokio::test]
async fn a_batch_is_created_whole_and_told_by_half() {
    let (site, project, task) = project().await;
    site.handle().fault(Fault::once("POST", BULK, FaultAction::AnswerHalf));
    let answer = site.ok("POST", BULK, batch(&project, &task, &["a", "b", "c"])).await;
    assert_eq!(answer["issues"].as_array().unwrap().len(), 1);
    assert_eq!(summaries(&site), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_request_is_applied_and_its_caller_waits_in_vain() {
    let (site, project, task) = project().await;
    site.handle().fault(Fault::once("POST", BULK, FaultAction::ApplyThenHang));
    let body = batch(&project, &task, &["a"]);
    let waited = tokio::time::timeout(Duration::from_millis(300), site.send("POST", BULK, Some(body))).await;
    assert!(waited.is_err());
    assert_eq!(summaries(&site), ["a"]);
}

#[tokio::test]
async fn a_web_page_comes_instead_of_json_with_any_status() {
    let (site, project, task) = project().await;
    for (status, applied) in [(200, true), (503, false)] {
        site.handle().fault(Fault::once("POST", BULK, FaultAction::WebPage { status, applied }));
        let (answered, body) = site.send("POST", BULK, Some(batch(&project, &task, &["a"]))).await;
        assert_eq!((answered.as_u16(), body), (status, Value::Null));
    }
    assert_eq!(summaries(&site), ["a"]);
}

#[tokio::test]
async fn a_storm_refuses_everything_until_its_time_is_over() {
    let (site, ..) = project().await;
    let action = FaultAction::TooManyRequests { retry_after: None, reason: LimitReason::Unsaid };
    site.handle().fault(Fault::any("*", action).lasting(Duration::from_secs(30)));
    assert_eq!(site.send("GET", "rest/api/3/myself", None).await.0, 429);
    site.handle().clock().advance(Duration::from_secs(29));
    assert_eq!(site.send("GET", "rest/api/3/field", None).await.0, 429);
    site.handle().clock().advance(Duration::from_secs(1));
    assert_eq!(site.send("GET", "rest/api/3/field", None).await.0, 200);
}

#[tokio::test]
async fn somebody_else_takes_the_next_number_and_the_next_key() {
    let (site, project, task) = project().await;
    let theirs = batch(&project, &task, &["theirs"])["issueUpdates"][0].clone();
    let edit = |path: &str, body: Value| SiteEvent::Edit {
        method: "POST".to_owned(),
        path: path.to_owned(),
        body,
        account: None,
    };
    site.handle().schedule(Scheduled::after(1, edit("/rest/api/3/issue", theirs)).at("POST", BULK));
    site.ok("POST", BULK, batch(&project, &task, &["a"])).await;
    let answer = site.ok("POST", BULK, batch(&project, &task, &["b"])).await;
    assert_eq!(answer["issues"][0]["key"], "SEA-3");
    assert_eq!(summaries(&site), ["a", "theirs", "b"]);
}

#[tokio::test]
async fn a_token_dies_and_a_permission_goes_in_the_middle() {
    let (site, project, task) = project().await;
    let handle = site.handle();
    handle.schedule(Scheduled::after(1, SiteEvent::RevokeToken).at("GET", "/rest/api/3/mypermissions"));
    let path = "rest/api/3/mypermissions?permissions=ADMINISTER";
    let may = async || site.get(path).await["permissions"]["ADMINISTER"]["havePermission"].clone();
    assert_eq!((may().await, may().await), (json!(true), json!(false)));
    assert_eq!(site.send("GET", "rest/api/3/myself", None).await.0, 401);
    handle.happen(SiteEvent::RestoreToken).await;
    handle.happen(SiteEvent::WithdrawPermissions).await;
    site.refused("POST", BULK, batch(&project, &task, &["a"]), 403).await;
    site.ok("POST", "rest/api/3/issue/bulkfetch", json!({ "issueIdsOrKeys": ["SEA-1"] })).await;
    handle.happen(SiteEvent::GrantPermissions).await;
    site.ok("POST", BULK, batch(&project, &task, &["a"])).await;
}

#[tokio::test]
async fn the_site_goes_down_in_the_middle_and_comes_back() {
    let (site, ..) = project().await;
    let outage = SiteEvent::Outage { outage: Outage::Unavailable, requests: Some(2), milliseconds: None };
    site.handle().schedule(Scheduled::after(1, outage));
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(site.send("GET", "rest/api/3/myself", None).await.0.as_u16());
    }
    assert_eq!(statuses, [200, 503, 503, 200, 200]);
    site.handle().outage_until(Outage::Gone, OutageEnd::After(Duration::from_mins(1)));
    assert_eq!(site.send("GET", "rest/api/3/myself", None).await.0, 404);
    site.handle().clock().advance(Duration::from_mins(1));
    assert_eq!(site.send("GET", "rest/api/3/myself", None).await.0, 200);
}

#[tokio::test]
async fn points_of_an_hour_are_counted_told_and_come_back() {
    let (site, ..) = project().await;
    let quota = Quota { points: 30, tier: QuotaTier::Global, everybody: true };
    site.handle().limits(Limits { quota: Some(quota), ..Limits::off() });
    // One for the request and two for a person.
    let answer = site.answer("rest/api/3/myself").await;
    assert_eq!(answer.headers()["beta-ratelimit-policy"], "\"global-app-quota\";q=30;w=3600");
    assert_eq!(answer.headers()["beta-ratelimit"], "\"global-app-quota\";r=27;t=3600");
    // Fields are many: the last request that is let in may cost more than is left.
    site.get("rest/api/3/field").await;
    let refused = site.answer("rest/api/3/myself").await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "3600");
    assert_eq!(refused.headers()["ratelimit-reason"], "jira-quota-global-based");
    site.handle().clock().advance(Duration::from_hours(1));
    site.get("rest/api/3/myself").await;
}

#[tokio::test]
async fn the_control_api_takes_faults_events_and_outages() {
    let (site, ..) = project().await;
    let put = async |method: &str, path: &str, body: Value| site.ok(method, path, body).await;
    let fault =
        json!({ "endpoint": "/rest/api/3/myself", "action": { "kind": "web_page", "status": 502, "applied": false } });
    put("POST", "_emulator/faults", fault).await;
    put("POST", "_emulator/events", json!({ "after": 1, "event": { "kind": "advance", "milliseconds": 5000 } })).await;
    put("PUT", "_emulator/search-lag", json!({ "milliseconds": 1000, "flickering": true })).await;
    assert_eq!(site.get("_emulator/events").await.as_array().unwrap().len(), 1);
    assert_eq!(site.send("GET", "rest/api/3/myself", None).await.0, 502);
    let before = site.handle().clock().now();
    site.get("rest/api/3/myself").await;
    assert_eq!(site.handle().clock().now().duration_since(before).as_secs(), 5);
    put("PUT", "_emulator/outage", json!({ "outage": "refuse", "requests": 1 })).await;
    assert!(site.try_answer("rest/api/3/myself").await.is_err());
    site.get("rest/api/3/myself").await;
}
