//! Statuses and status categories as everybody sees them.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{Operation, issue_types};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::by_id;
use crate::site::{SharedSite, Site};
use crate::state::{SiteState, Status, StatusCategory};

pub(crate) const OPERATIONS: &[Operation] =
    &[("GET", "/rest/api/3/status"), ("GET", "/rest/api/3/status/{idOrName}"), ("GET", "/rest/api/3/statuscategory")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/status", get(all))
        .route("/rest/api/3/status/{idOrName}", get(one))
        .route("/rest/api/3/statuscategory", get(categories))
}

fn shown(site: &Site, state: &SiteState, status: &Status) -> Value {
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/status/{}", status.id)),
        "id": status.id.to_string(),
        "name": status.name,
        "description": status.description,
        "iconUrl": site.link("/images/icons/statuses/generic.png"),
        "statusCategory": category(site, status.category),
    });
    if let Some(scope) = issue_types::scope(site, state, status.project) {
        shown["scope"] = scope;
    }
    shown
}

fn category(site: &Site, category: StatusCategory) -> Value {
    json!({
        "self": site.link(&format!("/rest/api/3/statuscategory/{}", category.id())),
        "id": category.id(),
        "key": category.key(),
        "colorName": category.color(),
        "name": category.name(),
    })
}

/// Only statuses that a workflow uses are listed.
async fn all(State(site): State<SharedSite>, _: Caller) -> Json<Vec<Value>> {
    let state = site.read();
    let used = |status: &&Status| state.workflows.values().any(|workflow| workflow.statuses.contains(&status.id));
    Json(state.statuses.values().filter(used).map(|status| shown(&site, &state, status)).collect())
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id_or_name): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let by_name = || state.statuses.values().find(|status| status.name.to_lowercase() == id_or_name.to_lowercase());
    let status = by_id(&state.statuses, &id_or_name).or_else(by_name);
    let status = status.ok_or_else(|| JiraError::not_found("The status does not exist."))?;
    Ok(Json(shown(&site, &state, status)))
}

async fn categories(State(site): State<SharedSite>, _: Caller) -> Json<Vec<Value>> {
    Json(StatusCategory::ALL.into_iter().map(|one| category(&site, one)).collect())
}
