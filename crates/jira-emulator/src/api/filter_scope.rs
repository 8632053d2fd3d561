//! What filters are to one account: its own ones, its favourites, their columns, and how new ones are shared.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Operation;
use super::filter_view::{find, whole};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::site::SharedSite;
use crate::state::{Filter, IdKind, Share, SharedWith, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/filter/defaultShareScope"),
    ("PUT", "/rest/api/3/filter/defaultShareScope"),
    ("GET", "/rest/api/3/filter/favourite"),
    ("GET", "/rest/api/3/filter/my"),
    ("PUT", "/rest/api/3/filter/{id}/favourite"),
    ("DELETE", "/rest/api/3/filter/{id}/favourite"),
    ("GET", "/rest/api/3/filter/{id}/columns"),
    ("PUT", "/rest/api/3/filter/{id}/columns"),
    ("DELETE", "/rest/api/3/filter/{id}/columns"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/filter/defaultShareScope", get(scope).put(set_scope))
        .route("/rest/api/3/filter/favourite", get(favourites))
        .route("/rest/api/3/filter/my", get(mine))
        .route("/rest/api/3/filter/{id}/favourite", put(prefer).delete(forget))
        .route("/rest/api/3/filter/{id}/columns", get(columns).put(set_columns).delete(reset_columns))
}

/// The preference that the default scope is kept as; unset means private.
const PRIVATE: &str = "user.default.share.private";

fn shares_by_default(state: &SiteState, account: &str) -> bool {
    let preference = state.preferences.get(account).and_then(|preferences| preferences.get(PRIVATE));
    preference.is_some_and(|value| value == "false")
}

/// The permissions of a new filter that names none.
pub(super) fn default_shares(state: &mut SiteState, account: &str) -> Vec<Share> {
    if !shares_by_default(state, account) {
        return Vec::new();
    }
    vec![Share { id: state.ids.take(IdKind::Scheme), with: SharedWith::LoggedIn }]
}

#[derive(Deserialize, Serialize)]
struct Scope {
    scope: String,
}

async fn scope(State(site): State<SharedSite>, Caller(caller): Caller) -> Json<Scope> {
    let scope = if shares_by_default(&site.read(), &caller) { "AUTHENTICATED" } else { "PRIVATE" };
    Json(Scope { scope: scope.to_owned() })
}

async fn set_scope(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(Scope { scope }): JsonBody<Scope>,
) -> JiraResult<Json<Scope>> {
    // GLOBAL is shown as AUTHENTICATED, as the documents say.
    let (private, shown) = match scope.as_str() {
        "PRIVATE" => ("true", "PRIVATE"),
        "AUTHENTICATED" | "GLOBAL" => ("false", "AUTHENTICATED"),
        _ => return Err(JiraError::bad_request("The scope must be GLOBAL, AUTHENTICATED or PRIVATE.")),
    };
    site.write().preferences.entry(caller).or_default().insert(PRIVATE.to_owned(), private.to_owned());
    Ok(Json(Scope { scope: shown.to_owned() }))
}

async fn favourites(State(site): State<SharedSite>, Caller(caller): Caller) -> Json<Vec<Value>> {
    let state = site.read();
    let favourites = state.filters.values().filter(|filter| is_favourite(&state, filter, &caller));
    Json(favourites.map(|filter| whole(&site, &state, filter, &caller)).collect())
}

fn is_favourite(state: &SiteState, filter: &Filter, account: &str) -> bool {
    filter.favourite_of.contains(account) && filter.is_visible_to(state, account)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MineQuery {
    #[serde(default)]
    include_favourites: bool,
}

async fn mine(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(query): Params<MineQuery>,
) -> Json<Vec<Value>> {
    let state = site.read();
    let mine = state.filters.values().filter(|filter| {
        *filter.owner == *caller || (query.include_favourites && is_favourite(&state, filter, &caller))
    });
    Json(mine.map(|filter| whole(&site, &state, filter, &caller)).collect())
}

async fn prefer(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    alter(&site, &caller, &id, |filter| _ = filter.favourite_of.insert(caller.clone()))
}

async fn forget(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    alter(&site, &caller, &id, |filter| _ = filter.favourite_of.remove(&caller))
}

/// Changes a filter that the caller sees, and shows it.
fn alter(site: &SharedSite, caller: &str, id: &str, change: impl FnOnce(&mut Filter)) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut filter = find(&state, caller, id, false)?.clone();
    change(&mut filter);
    let shown = whole(site, &state, &filter, caller);
    state.filters.insert(filter.id, filter);
    Ok(Json(shown))
}

async fn columns(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    let columns = find(&state, &caller, &id, false)?.columns.as_ref();
    let columns = columns.ok_or_else(|| JiraError::not_found("No columns were set for the filter."))?;
    let shown = |id: &std::sync::Arc<str>| {
        let label = state.fields.get(id).map_or(id, |field| &field.name);
        json!({ "label": label, "value": id })
    };
    Ok(Json(columns.iter().map(shown).collect()))
}

#[derive(Deserialize)]
struct ColumnsInput {
    columns: Vec<String>,
}

/// Takes JSON, and the form data that the operation was made for.
async fn set_columns(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> JiraResult<Json<Value>> {
    let is_json =
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let columns = if is_json {
        serde_json::from_slice::<ColumnsInput>(&body).map_err(|_| JiraError::invalid_payload())?.columns
    } else {
        let pairs = url::form_urlencoded::parse(&body).filter(|(name, _)| name == "columns");
        pairs.map(|(_, value)| value.into_owned()).collect()
    };
    let mut state = site.write();
    let known =
        |id: &String| state.fields.get(id.as_str()).filter(|field| field.navigable).map(|field| field.id.clone());
    let read: Option<Vec<_>> = columns.iter().map(known).collect();
    let read = read.ok_or_else(|| JiraError::bad_request("A column is not a navigable field."))?;
    let id = find(&state, &caller, &id, false)?.id;
    if let Some(filter) = state.filters.get_mut(&id) {
        filter.columns = Some(read);
    }
    Ok(Json(json!({})))
}

async fn reset_columns(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    alter(&site, &caller, &id, |filter| filter.columns = None).map(|_| StatusCode::NO_CONTENT)
}
