//! `/_emulator/`: what [`crate::SiteHandle`] does, over HTTP and without credentials.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /_emulator/site` | name, cloud id, current outage and time |
//! | `PUT /_emulator/outage` `{"outage":"refuse"}` | `none`, `refuse`, `hang`, `unavailable`, `gone`; `requests` or `milliseconds` say when it ends by itself |
//! | `PUT /_emulator/latency` `{"milliseconds":20}` | delays every answer |
//! | `PUT /_emulator/search-lag` `{"milliseconds":2000}` | lets search lag behind; `"flickering":true` lets every other search lag twice as long, so that what was there is gone and comes back |
//! | `PUT /_emulator/clock` `{"now":"2026-01-01T00:00:00Z"}` | stops the clock; `{"now":null}` lets it run |
//! | `POST /_emulator/clock/advance` `{"milliseconds":1000}` | moves the clock |
//! | `PUT /_emulator/limits` | sets the rate limits ([`crate::Limits`] as JSON; what is left out is as in Jira): `{"quota":{"points":65000,"everybody":true}}` |
//! | `GET`, `POST`, `DELETE /_emulator/faults` | lists, adds ([`crate::Fault`] as JSON), clears: `{"method":"POST","endpoint":"/rest/api/3/issue/bulk","skip":1,"times":2,"action":{"kind":"apply_then_reset"}}`; `"lasting":5000` makes a storm |
//! | `GET`, `POST`, `DELETE /_emulator/events` | lists, adds ([`crate::Scheduled`] as JSON), clears what happens to the site after so many requests: `{"after":100,"event":{"kind":"revoke_token"}}` |
//! | `GET /_emulator/requests`, `/_emulator/statistics`; `DELETE /_emulator/requests` | what was asked of the site |
//! | `POST /_emulator/reset` | puts the site back to its seed |
//!
//! Kinds of faults: `fail_before`, `apply_then_fail` (`status`), `reset_before`, `apply_then_reset`, `half_body`,
//! `apply_then_hang`, `hang_then_apply` (`milliseconds`), `web_page` (`status`, `applied`), `too_many_requests` (`retry_after`,
//! `reason`), `refuse_elements` (`which`: `every_second`, `second_half`, `bare`; `status`), `answer_half`. Kinds of events: `edit`
//! (`method`, `path`, `body`, `account`), `revoke_token`, `restore_token`, `withdraw_permissions`, `grant_permissions`,
//! `outage` (`outage`, `requests`, `milliseconds`), `search_lag` (`milliseconds`, `flickering`), `advance` (`milliseconds`).

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::error::JiraError;
use crate::http::events::Scheduled;
use crate::http::faults::Fault;
use crate::http::limits::Limits;
use crate::http::log::{LoggedRequest, Statistics};
use crate::http::outage::{Outage, OutageEnd};
use crate::site::SharedSite;

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/_emulator/site", get(site))
        .route("/_emulator/outage", put(outage))
        .route("/_emulator/latency", put(latency))
        .route("/_emulator/search-lag", put(search_lag))
        .route("/_emulator/clock", put(clock))
        .route("/_emulator/clock/advance", post(advance))
        .route("/_emulator/limits", put(limits))
        .route("/_emulator/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_emulator/events", get(events).post(add_event).delete(clear_events))
        .route("/_emulator/requests", get(requests).delete(clear_requests))
        .route("/_emulator/statistics", get(statistics))
        .route("/_emulator/reset", post(reset))
}

#[derive(Deserialize)]
struct OutageBody {
    outage: Outage,
    requests: Option<u32>,
    milliseconds: Option<u64>,
}

#[derive(Deserialize)]
struct SearchLag {
    milliseconds: u64,
    #[serde(default)]
    flickering: bool,
}

#[derive(Deserialize)]
struct Milliseconds {
    milliseconds: u64,
}

#[derive(Deserialize)]
struct ClockBody {
    now: Option<Timestamp>,
}

async fn site(State(site): State<SharedSite>) -> Json<Value> {
    Json(json!({
        "name": site.name,
        "cloudId": site.cloud_id,
        "outage": site.outage.get(),
        "now": site.now(),
        "searchLagMilliseconds": site.search_lag().as_millis() as u64,
    }))
}

async fn outage(State(site): State<SharedSite>, Json(body): Json<OutageBody>) -> StatusCode {
    let time = body.milliseconds.map(|span| OutageEnd::After(Duration::from_millis(span)));
    site.outage.set(body.outage, time.or(body.requests.map(OutageEnd::Requests)));
    StatusCode::NO_CONTENT
}

async fn latency(State(site): State<SharedSite>, Json(body): Json<Milliseconds>) -> StatusCode {
    site.set_latency(Duration::from_millis(body.milliseconds));
    StatusCode::NO_CONTENT
}

async fn search_lag(State(site): State<SharedSite>, Json(body): Json<SearchLag>) -> StatusCode {
    site.set_search_lag(Duration::from_millis(body.milliseconds));
    site.searches.flicker(body.flickering);
    StatusCode::NO_CONTENT
}

async fn clock(State(site): State<SharedSite>, Json(body): Json<ClockBody>) -> StatusCode {
    match body.now {
        Some(now) => site.clock.set(now),
        None => site.clock.run(),
    }
    StatusCode::NO_CONTENT
}

async fn advance(State(site): State<SharedSite>, Json(body): Json<Milliseconds>) -> StatusCode {
    site.clock.advance(Duration::from_millis(body.milliseconds));
    StatusCode::NO_CONTENT
}

async fn limits(State(site): State<SharedSite>, Json(limits): Json<Limits>) -> StatusCode {
    site.limiter.set(limits);
    StatusCode::NO_CONTENT
}

async fn faults(State(site): State<SharedSite>) -> Json<Vec<Fault>> {
    Json(site.faults.pending())
}

async fn add_fault(State(site): State<SharedSite>, Json(fault): Json<Fault>) -> StatusCode {
    site.faults.add(fault);
    StatusCode::CREATED
}

async fn clear_faults(State(site): State<SharedSite>) -> StatusCode {
    site.faults.clear();
    StatusCode::NO_CONTENT
}

async fn events(State(site): State<SharedSite>) -> Json<Vec<Scheduled>> {
    Json(site.events.pending())
}

async fn add_event(State(site): State<SharedSite>, Json(scheduled): Json<Scheduled>) -> StatusCode {
    site.events.add(scheduled);
    StatusCode::CREATED
}

async fn clear_events(State(site): State<SharedSite>) -> StatusCode {
    site.events.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(site): State<SharedSite>) -> Json<Vec<LoggedRequest>> {
    Json(site.log.recent())
}

async fn clear_requests(State(site): State<SharedSite>) -> StatusCode {
    site.log.clear();
    StatusCode::NO_CONTENT
}

async fn statistics(State(site): State<SharedSite>) -> Json<Statistics> {
    Json(site.log.statistics())
}

async fn reset(State(site): State<SharedSite>) -> Result<StatusCode, JiraError> {
    let reset = tokio::task::spawn_blocking(move || site.reset()).await.expect("loading a seed does not panic");
    reset.map_err(|error| JiraError::message(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}
