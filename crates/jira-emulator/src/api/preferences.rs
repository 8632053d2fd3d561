//! Preferences of the caller: any key, with the text that was sent as its value.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::Operation;
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::Params;
use crate::site::SharedSite;

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/mypreferences"),
    ("PUT", "/rest/api/3/mypreferences"),
    ("DELETE", "/rest/api/3/mypreferences"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/api/3/mypreferences", get(read).put(set).delete(reset))
}

/// Longest key and longest value.
const LONGEST: usize = 255;

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    key: String,
}

fn absent() -> JiraError {
    JiraError::not_found("The preference key is not provided or not found.")
}

async fn read(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(Query { key }): Params<Query>,
) -> JiraResult<Response> {
    let state = site.read();
    let value = state.preferences.get(&caller).and_then(|preferences| preferences.get(&key)).ok_or_else(absent)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], value.clone()).into_response())
}

async fn set(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(Query { key }): Params<Query>,
    value: String,
) -> JiraResult<StatusCode> {
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= LONGEST;
    if !fits(&key) || !fits(&value) {
        return Err(JiraError::not_found("The key or value is not provided or invalid."));
    }
    site.write().preferences.entry(caller).or_default().insert(key, value);
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(Query { key }): Params<Query>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let removed =
        state.preferences.get_mut(&caller).and_then(|preferences: &mut BTreeMap<_, _>| preferences.remove(&key));
    removed.map(|_| StatusCode::NO_CONTENT).ok_or_else(absent)
}
