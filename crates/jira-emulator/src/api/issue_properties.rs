//! Entity properties of issues.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::issues::{access, properties};
use crate::site::SharedSite;
use crate::state::{Issue, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/properties"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}"),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/{issueIdOrKey}/properties", get(keys))
        .route("/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}", get(read).put(set).delete(remove))
}

async fn keys(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let base = format!("/rest/api/3/issue/{}/properties", state.key_of(issue));
    Ok(Json(properties::keys(&site, &base, &issue.properties)))
}

async fn read(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((name, key)): Path<(String, String)>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(properties::show(&access::find(&state, caller.as_deref(), &name)?.properties, &key)?))
}

fn find_mut<'a>(state: &'a mut SiteState, caller: &str, name: &str) -> JiraResult<&'a mut Issue> {
    let id = access::find_id(state, caller, name)?;
    state.issues.get_mut(&id).ok_or_else(JiraError::issue_not_found)
}

async fn set(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, key)): Path<(String, String)>,
    body: Bytes,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let value = properties::value(&body)?;
    let status = properties::put(&mut find_mut(&mut site.write(), &caller, &name)?.properties, key, value)?;
    Ok((status, Json(json!({}))))
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, key)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    properties::remove(&mut find_mut(&mut site.write(), &caller, &name)?.properties, &key)
}
