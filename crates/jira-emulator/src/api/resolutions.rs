//! Resolutions and their order.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::priorities::{NewDefault, Shift};
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, Resolution, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/resolution"),
    ("GET", "/rest/api/3/resolution/search"),
    ("PUT", "/rest/api/3/resolution/move"),
    ("PUT", "/rest/api/3/resolution/default"),
    ("GET", "/rest/api/3/resolution/{id}"),
    ("PUT", "/rest/api/3/resolution/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/resolution", post(create))
        .route("/rest/api/3/resolution/search", get(search))
        .route("/rest/api/3/resolution/move", put(shift))
        .route("/rest/api/3/resolution/default", put(set_default))
        .route("/rest/api/3/resolution/{id}", get(one).put(change))
}

const CREATED: Event = Event::new("Resolution created", "resolutions", "RESOLUTION");
const CHANGED: Event = Event::new("Resolution updated", "resolutions", "RESOLUTION");

fn shown(site: &Site, resolution: &Resolution) -> Value {
    json!({
        "self": site.link(&format!("/rest/api/3/resolution/{}", resolution.id)),
        "id": resolution.id.to_string(),
        "name": resolution.name,
        "description": resolution.description,
    })
}

/// Ids in order: those that were moved as they were put, then the rest as they were made.
fn order(state: &SiteState) -> Vec<u64> {
    let mut order = state.resolution_order.clone();
    order.retain(|id| state.resolutions.contains_key(id));
    let rest: Vec<u64> = state.resolutions.keys().copied().filter(|id| !order.contains(id)).collect();
    order.extend(rest);
    order
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    only_default: Option<bool>,
}

async fn search(
    State(site): State<SharedSite>,
    _: Caller,
    Params(query): Params<SearchQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let ids = repeated_ids(raw.as_deref(), "id");
    let state = site.read();
    let mut found: Vec<&Resolution> = order(&state).iter().filter_map(|id| state.resolutions.get(id)).collect();
    found.retain(|one| ids.is_empty() || ids.contains(&one.id));
    found.retain(|one| query.only_default != Some(true) || one.is_default);
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), found.len());
    let with_default = |resolution: &Resolution| {
        let mut shown = shown(&site, resolution);
        shown["default"] = json!(resolution.is_default);
        shown
    };
    let values = window.of(found).into_iter().map(with_default).collect();
    Json(window.page(&site.here(&uri), total, values))
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("The resolution with id '{id}' does not exist."))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(shown(&site, by_id(&state.resolutions, &id).ok_or_else(|| not_found(&id))?)))
}

#[derive(Deserialize)]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
}

fn check_name(state: &SiteState, name: Option<&str>, own: Option<u64>) -> JiraResult<()> {
    let name = name.filter(|name| !name.trim().is_empty() && name.chars().count() <= 60);
    let name = name.ok_or_else(|| JiraError::bad_request("The resolution name must have 1 to 60 characters."))?;
    let mut others = state.resolutions.values().filter(|other| Some(other.id) != own);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        Err(JiraError::bad_request(format!("The resolution name '{name}' is already in use.")))
    } else {
        Ok(())
    }
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    check_name(&state, body.name.as_deref(), None)?;
    let (name, description) = (body.name.unwrap_or_default(), body.description.unwrap_or_default());
    let id = state.ids.take(IdKind::Resolution);
    audit::note(&site, &mut state, &caller, CREATED, id, &name);
    state.resolutions.insert(id, Resolution { id, name, description, is_default: false });
    Ok((StatusCode::CREATED, Json(json!({ "id": id.to_string() }))))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let mut resolution = by_id(&state.resolutions, &id).ok_or_else(|| not_found(&id))?.clone();
    check_name(&state, body.name.as_deref(), Some(resolution.id))?;
    resolution.name = body.name.unwrap_or(resolution.name);
    resolution.description = body.description.unwrap_or(resolution.description);
    audit::note(&site, &mut state, &caller, CHANGED, resolution.id, &resolution.name);
    state.resolutions.insert(resolution.id, resolution);
    Ok(StatusCode::NO_CONTENT)
}

async fn shift(
    State(site): State<SharedSite>,
    _: Administrator,
    JsonBody(shift): JsonBody<Shift>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let mut order = order(&state);
    shift.apply(&mut order)?;
    state.resolution_order = order;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_default(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewDefault>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let chosen = match new.id {
        Some(id) => Some(by_id(&state.resolutions, &id).ok_or_else(|| not_found(&id))?.clone()),
        None => None,
    };
    let id = chosen.as_ref().map(|chosen| chosen.id);
    state.resolutions.values_mut().for_each(|resolution| resolution.is_default = Some(resolution.id) == id);
    if let Some(chosen) = chosen {
        audit::note(&site, &mut state, &caller, CHANGED, chosen.id, chosen.name);
    }
    Ok(StatusCode::NO_CONTENT)
}
