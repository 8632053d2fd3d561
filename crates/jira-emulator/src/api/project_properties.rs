//! Entity properties of projects.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use super::Operation;
use super::projects::find;
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::issues::properties;
use crate::site::{SharedSite, Site};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/project/{projectIdOrKey}/properties"),
    ("GET", "/rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}"),
    ("PUT", "/rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}"),
    ("DELETE", "/rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/project/{projectIdOrKey}/properties", get(keys))
        .route("/rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}", get(one).put(set).delete(remove))
}

async fn keys(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(project): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let project = find(&state, &caller, &project)?;
    let base = format!("/rest/api/3/project/{}/properties", project.key);
    Ok(Json(properties::keys(&site, &base, &project.properties)))
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((project, key)): Path<(String, String)>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    properties::show(&find(&state, &caller, &project)?.properties, &key).map(Json)
}

fn change<T>(
    site: &Site,
    caller: &str,
    project: &str,
    change: impl FnOnce(&mut properties::Properties) -> JiraResult<T>,
) -> JiraResult<T> {
    let mut state = site.write();
    let id = find(&state, caller, project)?.id;
    let found = state.projects.get_mut(&id).ok_or_else(|| JiraError::project_not_found(project))?;
    change(&mut found.properties)
}

async fn set(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((project, key)): Path<(String, String)>,
    body: Bytes,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let value = properties::value(&body)?;
    let status = change(&site, &caller, &project, |held| properties::put(held, key, value))?;
    Ok((status, Json(Value::Null)))
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((project, key)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    change(&site, &caller, &project, |held| properties::remove(held, &key))
}
