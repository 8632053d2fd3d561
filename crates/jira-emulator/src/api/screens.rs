//! Screens with their tabs and fields.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id, by_id_mut, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{Screen, ScreenTab, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/screens"),
    ("POST", "/rest/api/3/screens/addToDefault/{fieldId}"),
    ("GET", "/rest/api/3/screens/{screenId}/tabs"),
    ("GET", "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields"),
    ("POST", "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/screens", get(all))
        .route("/rest/api/3/screens/addToDefault/{fieldId}", post(add_to_default))
        .route("/rest/api/3/screens/{screenId}/tabs", get(tabs))
        .route("/rest/api/3/screens/{screenId}/tabs/{tabId}/fields", get(fields).post(add))
}

const CHANGED: Event = Event::new("Screen updated", "screens", "SCREEN");

async fn all(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let ids = repeated_ids(query.as_deref(), "id");
    let state = site.read();
    let found: Vec<&Screen> = state.screens.values().filter(|one| ids.is_empty() || ids.contains(&one.id)).collect();
    let (window, total) = (page.window(100, 100), found.len());
    let shown = |screen: &Screen| json!({ "id": screen.id, "name": screen.name, "description": screen.description });
    let values = window.of(found).into_iter().map(shown).collect();
    Json(window.page(&site.here(&uri), total, values))
}

fn not_found() -> JiraError {
    JiraError::not_found("The screen or tab does not exist.")
}

async fn tabs(
    State(site): State<SharedSite>,
    _: Administrator,
    Path(id): Path<String>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    let screen = by_id(&state.screens, &id).ok_or_else(not_found)?;
    Ok(Json(screen.tabs.iter().map(|tab| json!({ "id": tab.id, "name": tab.name })).collect()))
}

fn field(state: &SiteState, id: &str) -> Value {
    json!({ "id": id, "name": state.fields.get(id).map_or(id, |field| &*field.name) })
}

async fn fields(
    State(site): State<SharedSite>,
    _: Administrator,
    Path((screen, tab)): Path<(String, String)>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    let screen = by_id(&state.screens, &screen).ok_or_else(not_found)?;
    let tab = screen.tabs.iter().find(|one| one.id.to_string() == tab).ok_or_else(not_found)?;
    Ok(Json(tab.fields.iter().map(|id| field(&state, id)).collect()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewField {
    field_id: Arc<str>,
}

async fn add(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((screen, tab)): Path<(String, String)>,
    JsonBody(new): JsonBody<NewField>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let number = by_id(&state.screens, &screen).ok_or_else(not_found)?.id;
    put(&site, &mut state, &caller, number, new.field_id.clone(), |screen| {
        screen.tabs.iter_mut().find(|one| one.id.to_string() == tab)
    })?;
    Ok(Json(field(&state, &new.field_id)))
}

/// Puts a field on a tab. A field is on a screen once only.
fn put(
    site: &Site,
    state: &mut SiteState,
    caller: &str,
    screen: u64,
    field: Arc<str>,
    tab: impl FnOnce(&mut Screen) -> Option<&mut ScreenTab>,
) -> JiraResult<()> {
    if !state.fields.contains_key(&field) {
        return Err(JiraError::not_found(format!("The field with id '{field}' does not exist.")));
    }
    let screen = by_id_mut(&mut state.screens, &screen.to_string()).ok_or_else(not_found)?;
    if screen.has(&field) {
        return Err(JiraError::bad_request(format!("The field with id '{field}' already exists on the screen.")));
    }
    tab(screen).ok_or_else(not_found)?.fields.push(field);
    let (id, name) = (screen.id, screen.name.clone());
    audit::note(site, state, caller, CHANGED, id, name);
    Ok(())
}

/// Puts a field on the default tab of the default screen.
async fn add_to_default(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(field): Path<String>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let default = *state.screens.keys().next().ok_or_else(not_found)?;
    put(&site, &mut state, &caller, default, field.as_str().into(), |screen| screen.tabs.first_mut())?;
    Ok(Json(json!({})))
}
