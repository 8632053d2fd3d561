//! Worklogs of the whole site, and their properties.

use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::worklogs::expands_properties;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::issues::view::View;
use crate::issues::{access, properties};
use crate::site::{SharedSite, Site};
use crate::state::{RawJson, SiteState, Worklog};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/worklog/updated"),
    ("GET", "/rest/api/3/worklog/deleted"),
    ("POST", "/rest/api/3/worklog/list"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/worklog/{worklogId}/properties"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/worklog/{worklogId}/properties/{propertyKey}"),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}/worklog/{worklogId}/properties/{propertyKey}"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/worklog/{worklogId}/properties/{propertyKey}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/worklog/updated", get(updated))
        .route("/rest/api/3/worklog/deleted", get(deleted))
        .route("/rest/api/3/worklog/list", post(list))
        .route("/rest/api/3/issue/{issueIdOrKey}/worklog/{worklogId}/properties", get(property_keys))
        .route(
            "/rest/api/3/issue/{issueIdOrKey}/worklog/{worklogId}/properties/{propertyKey}",
            get(property).put(set_property).delete(remove_property),
        )
}

const PAGE: usize = 1000;

/// The feeds do not tell of the last minute.
const DELAY_MS: i64 = 60_000;

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: i64,
}

async fn updated(
    State(site): State<SharedSite>,
    Caller(_): Caller,
    OriginalUri(uri): OriginalUri,
    Params(Since { since }): Params<Since>,
) -> Json<Value> {
    let state = site.read();
    let changes = state.worklogs.values().map(|worklog| (worklog.updated.as_millisecond(), worklog.id)).collect();
    Json(page(&site, &uri, since, changes))
}

async fn deleted(
    State(site): State<SharedSite>,
    Caller(_): Caller,
    OriginalUri(uri): OriginalUri,
    Params(Since { since }): Params<Since>,
) -> Json<Value> {
    let state = site.read();
    let gone = state.worklog_tombstones.iter().map(|gone| (gone.deleted.as_millisecond(), gone.id)).collect();
    Json(page(&site, &uri, since, gone))
}

/// A page of (time, id). A page holds all changes of its last millisecond, so that the next page can start with it.
fn page(site: &Site, uri: &Uri, since: i64, mut changes: Vec<(i64, u64)>) -> Value {
    let horizon = site.now().as_millisecond() - DELAY_MS;
    changes.retain(|(at, _)| (since..=horizon).contains(at));
    changes.sort_unstable();
    let end = match changes.get(PAGE - 1) {
        Some((last, _)) => changes.partition_point(|(at, _)| at <= last),
        None => changes.len(),
    };
    let is_last = end == changes.len();
    let until = changes[..end].last().map_or(since, |(at, _)| *at);
    let values: Vec<Value> =
        changes[..end].iter().map(|(at, id)| json!({ "worklogId": id, "updatedTime": at, "properties": [] })).collect();
    let here = site.here(uri);
    let mut shown =
        json!({ "values": values, "since": since, "until": until, "self": here.as_str(), "lastPage": is_last });
    if !is_last {
        let mut next = here;
        next.set_query(Some(&format!("since={until}")));
        shown["nextPage"] = json!(next.as_str());
    }
    shown
}

#[derive(Deserialize)]
struct ByIds {
    ids: Vec<u64>,
}

#[derive(Deserialize)]
struct Expand {
    expand: Option<String>,
}

async fn list(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Params(query): Params<Expand>,
    JsonBody(body): JsonBody<ByIds>,
) -> JiraResult {
    if body.ids.len() > PAGE {
        return Err(JiraError::bad_request(format!("At most {PAGE} worklogs can be asked for.")));
    }
    let state = site.read();
    let view = View::new(&site, &state, caller.as_ref());
    let with_properties = expands_properties(query.expand.as_deref());
    let is_visible = |worklog: &&Worklog| {
        caller.is_some() && state.issues.get(&worklog.issue).is_some_and(|issue| access::is_visible(&state, issue))
    };
    let found = body.ids.iter().filter_map(|id| state.worklogs.get(id)).filter(is_visible);
    let worklogs: Vec<RawJson> = found.map(|worklog| view.worklog(worklog, with_properties)).collect();
    Ok(Json(worklogs).into_response())
}

type WorklogPath = Path<(String, String)>;
type PropertyPath = Path<(String, String, String)>;

fn find_id(state: &SiteState, caller: Option<&str>, issue: &str, id: &str) -> JiraResult<u64> {
    let issue = access::find(state, caller, issue)?;
    let worklog = id.parse::<u64>().ok().and_then(|id| state.worklogs.get(&id));
    worklog.filter(|worklog| worklog.issue == issue.id).map(|worklog| worklog.id).ok_or_else(not_found)
}

fn not_found() -> JiraError {
    JiraError::not_found("The worklog does not exist or you do not have permission to see it.")
}

async fn property_keys(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((issue, id)): WorklogPath,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let worklog = state.worklogs.get(&find_id(&state, caller.as_deref(), &issue, &id)?).ok_or_else(not_found)?;
    let base = format!("/rest/api/3/issue/{}/worklog/{id}/properties", worklog.issue);
    Ok(Json(properties::keys(&site, &base, &worklog.properties)))
}

async fn property(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((issue, id, key)): PropertyPath,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let worklog = state.worklogs.get(&find_id(&state, caller.as_deref(), &issue, &id)?).ok_or_else(not_found)?;
    Ok(Json(properties::show(&worklog.properties, &key)?))
}

async fn set_property(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((issue, id, key)): PropertyPath,
    body: Bytes,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let value = properties::value(&body)?;
    let mut state = site.write();
    let id = find_id(&state, Some(&caller), &issue, &id)?;
    let worklog = state.worklogs.get_mut(&id).ok_or_else(not_found)?;
    Ok((properties::put(&mut worklog.properties, key, value)?, Json(json!({}))))
}

async fn remove_property(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((issue, id, key)): PropertyPath,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let id = find_id(&state, Some(&caller), &issue, &id)?;
    properties::remove(&mut state.worklogs.get_mut(&id).ok_or_else(not_found)?.properties, &key)
}
