//! The pipeline from end to end, over HTTP.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::operations;
use crate::http::limits::Limits;
use crate::{Emulator, EmulatorClock, Fault, FaultAction, LimitReason, Options, Outage, Seed, SiteHandle, SiteOptions};

async fn start(limits: Limits) -> Emulator {
    let sites = vec![SiteOptions::new("source", Seed::Empty), SiteOptions::new("standby", Seed::Empty)];
    Emulator::start(Options { sites, limits, clock: EmulatorClock::manual(Timestamp::UNIX_EPOCH) }).await.unwrap()
}

fn request(site: &SiteHandle, method: Method, path: &str) -> RequestBuilder {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().unwrap();
    client.request(method, site.url().join(path).unwrap())
}

async fn get(site: &SiteHandle, path: &str) -> reqwest::Result<Response> {
    request(site, Method::GET, path).basic_auth(site.admin_email(), Some(site.admin_token())).send().await
}

async fn json(site: &SiteHandle, path: &str) -> Value {
    serde_json::from_slice(&get(site, path).await.unwrap().bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn every_claimed_operation_is_routed() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    for (method, template) in operations() {
        let path = template.replace(['{', '}'], "");
        request(site, method.parse().unwrap(), &path).send().await.unwrap();
        // The router gives a place of the path one name for all operations; Atlassian's documents do not.
        let wanted = unnamed(&format!("{method} {template}"));
        assert!(site.statistics().endpoints.keys().any(|endpoint| unnamed(endpoint) == wanted), "{wanted}");
    }
}

/// A template without the names of its parameters.
fn unnamed(template: &str) -> String {
    template.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn sites_have_their_own_addresses_and_cloud_ids() {
    let emulator = start(Limits::off()).await;
    let (source, standby) = (emulator.site("source"), emulator.site("standby"));
    assert_ne!(source.url(), standby.url());
    let tenant = json(source, "_edge/tenant_info").await;
    assert_eq!(tenant["cloudId"], source.cloud_id().to_string());
    assert_ne!(source.cloud_id(), standby.cloud_id());
    assert_eq!(json(source, "rest/api/3/serverInfo").await["serverTime"], "1970-01-01T00:00:00.000+0000");
}

#[tokio::test]
async fn account_of_the_token_is_told() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    let answer = get(site, "rest/api/3/myself").await.unwrap();
    let header = answer.headers()["x-aaccountid"].to_str().unwrap().to_owned();
    let myself: Value = answer.json().await.unwrap();
    assert_eq!(myself["accountId"], header);
    assert_eq!(myself["emailAddress"], site.admin_email());
    let permission = json(site, "rest/api/3/mypermissions?permissions=ADMINISTER").await;
    assert_eq!(permission["permissions"]["ADMINISTER"]["havePermission"], true);
}

#[tokio::test]
async fn dead_token_is_refused_where_an_account_is_needed_and_nobody_elsewhere() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    site.revoke_token(site.admin_token());
    let myself = get(site, "rest/api/3/myself").await.unwrap();
    assert_eq!(myself.status(), StatusCode::UNAUTHORIZED);
    let permissions = get(site, "rest/api/3/mypermissions?permissions=ADMINISTER").await.unwrap();
    assert_eq!(permissions.status(), StatusCode::OK);
    assert_eq!(permissions.headers()["x-seraph-loginreason"], "AUTHENTICATED_FAILED");
    assert!(!permissions.headers().contains_key("x-aaccountid"));
    let permissions: Value = permissions.json().await.unwrap();
    assert_eq!(permissions["permissions"]["ADMINISTER"]["havePermission"], false);
}

#[tokio::test]
async fn burst_is_refused_with_the_headers_of_jira_until_time_passes() {
    let emulator = start(Limits::default()).await;
    let site = emulator.site("source");
    let mut limited = None;
    for _ in 0..101 {
        limited = Some(get(site, "rest/api/3/myself").await.unwrap());
    }
    let limited = limited.unwrap();
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers()["retry-after"], "1");
    assert_eq!(limited.headers()["ratelimit-reason"], "jira-burst-based");
    assert_eq!(limited.headers()["x-ratelimit-reset"], "1970-01-01T00:00:01Z");
    site.clock().advance(Duration::from_secs(1));
    assert_eq!(get(site, "rest/api/3/myself").await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn outages_differ_and_leave_the_other_site_alone() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    site.outage(Outage::Unavailable);
    assert_eq!(get(site, "rest/api/3/myself").await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    site.outage(Outage::Gone);
    assert_eq!(get(site, "_edge/tenant_info").await.unwrap().status(), StatusCode::NOT_FOUND);
    site.outage(Outage::Refuse);
    assert!(get(site, "rest/api/3/myself").await.unwrap_err().is_request());
    assert_eq!(get(emulator.site("standby"), "rest/api/3/myself").await.unwrap().status(), StatusCode::OK);
    site.outage(Outage::None);
    assert_eq!(get(site, "rest/api/3/myself").await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn hanging_site_gives_no_answer_and_its_control_api_does() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    site.outage(Outage::Hang);
    let hanging = request(site, Method::GET, "rest/api/3/serverInfo").timeout(Duration::from_millis(100)).send().await;
    assert!(hanging.unwrap_err().is_timeout());
    let body = serde_json::json!({ "outage": "none" });
    let ended = request(site, Method::PUT, "_emulator/outage").json(&body).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(get(site, "rest/api/3/myself").await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn injected_faults_strike_once_each() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    let endpoint = "/rest/api/3/myself";
    site.fault(Fault::once("GET", endpoint, FaultAction::FailBefore { status: 502 }));
    site.fault(Fault::once("GET", endpoint, FaultAction::ApplyThenReset));
    site.fault(Fault::once(
        "GET",
        endpoint,
        FaultAction::TooManyRequests { retry_after: Some(7), reason: LimitReason::Burst },
    ));
    site.fault(Fault::once("GET", endpoint, FaultAction::HalfBody));
    assert_eq!(get(site, endpoint).await.unwrap().status(), StatusCode::BAD_GATEWAY);
    assert!(get(site, endpoint).await.is_err());
    assert_eq!(get(site, endpoint).await.unwrap().headers()["retry-after"], "7");
    assert!(get(site, endpoint).await.unwrap().bytes().await.is_err(), "the body breaks off");
    assert_eq!(get(site, endpoint).await.unwrap().status(), StatusCode::OK);
    let statuses = &site.statistics().endpoints["GET /rest/api/3/myself"].statuses;
    assert_eq!(statuses.get(&0), Some(&1));
    assert_eq!(statuses.get(&200), Some(&2));
}

#[tokio::test]
async fn control_api_resets_the_site_to_its_seed() {
    let emulator = start(Limits::off()).await;
    let site = emulator.site("source");
    site.alter(|state| state.users.clear());
    let reset = request(site, Method::POST, "_emulator/reset").send().await.unwrap();
    assert_eq!(reset.status(), StatusCode::NO_CONTENT);
    assert_eq!(site.inspect(|state| state.users.len()), 1);
}
