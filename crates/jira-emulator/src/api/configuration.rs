//! Which features are on, and time tracking.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::site::SharedSite;
use crate::state::Settings;

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/configuration"),
    ("GET", "/rest/api/3/configuration/timetracking"),
    ("GET", "/rest/api/3/configuration/timetracking/options"),
    ("PUT", "/rest/api/3/configuration/timetracking/options"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/configuration", get(features))
        .route("/rest/api/3/configuration/timetracking", get(provider))
        .route("/rest/api/3/configuration/timetracking/options", get(options).put(set_options))
}

const CHANGED: Event = Event::new("Time tracking settings changed", "system", "TIME_TRACKING");

async fn features(State(site): State<SharedSite>, _: Caller) -> Json<Value> {
    let settings = &site.read().settings;
    let mut shown = json!({
        "votingEnabled": settings.voting,
        "watchingEnabled": settings.watching,
        "unassignedIssuesAllowed": true,
        "subTasksEnabled": true,
        "issueLinkingEnabled": settings.issue_linking,
        "timeTrackingEnabled": settings.time_tracking,
        "attachmentsEnabled": settings.attachments,
    });
    if settings.time_tracking {
        shown["timeTrackingConfiguration"] = shown_options(settings);
    }
    Json(shown)
}

fn shown_options(settings: &Settings) -> Value {
    json!({
        "workingHoursPerDay": settings.hours_per_day,
        "workingDaysPerWeek": settings.days_per_week,
        "timeFormat": "pretty",
        "defaultUnit": "minute",
    })
}

/// 204 while time tracking is off.
async fn provider(State(site): State<SharedSite>, _: Administrator) -> Response {
    if site.read().settings.time_tracking {
        Json(json!({ "key": "JIRA", "name": "JIRA provided time tracking" })).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    }
}

async fn options(State(site): State<SharedSite>, _: Administrator) -> Json<Value> {
    Json(shown_options(&site.read().settings))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    working_hours_per_day: f64,
    working_days_per_week: f64,
}

async fn set_options(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(options): JsonBody<Options>,
) -> JiraResult<Json<Value>> {
    let (hours, days) = (options.working_hours_per_day, options.working_days_per_week);
    if !(1.0..=24.0).contains(&hours) || !(1.0..=7.0).contains(&days) {
        return Err(JiraError::bad_request("A day has 1 to 24 working hours, a week 1 to 7 working days."));
    }
    let mut state = site.write();
    state.settings.hours_per_day = hours as u32;
    state.settings.days_per_week = days as u32;
    audit::note(&site, &mut state, &caller, CHANGED, "timetracking", "Time tracking");
    Ok(Json(shown_options(&state.settings)))
}
