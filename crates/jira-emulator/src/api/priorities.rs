//! Priorities and their order.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::order::Place;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id, repeated, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, Priority, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/priority"),
    ("POST", "/rest/api/3/priority"),
    ("GET", "/rest/api/3/priority/search"),
    ("PUT", "/rest/api/3/priority/move"),
    ("PUT", "/rest/api/3/priority/default"),
    ("GET", "/rest/api/3/priority/{id}"),
    ("PUT", "/rest/api/3/priority/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/priority", get(all).post(create))
        .route("/rest/api/3/priority/search", get(search))
        .route("/rest/api/3/priority/move", put(shift))
        .route("/rest/api/3/priority/default", put(set_default))
        .route("/rest/api/3/priority/{id}", get(one).put(change))
}

const CREATED: Event = Event::new("Priority created", "priorities", "PRIORITY");
const CHANGED: Event = Event::new("Priority updated", "priorities", "PRIORITY");

fn shown(site: &Site, priority: &Priority) -> Value {
    json!({
        "self": site.link(&format!("/rest/api/3/priority/{}", priority.id)),
        "id": priority.id.to_string(),
        "name": priority.name,
        "description": priority.description,
        "iconUrl": site.link(&priority.icon),
        "statusColor": priority.color,
        "isDefault": priority.is_default,
    })
}

fn in_order(state: &SiteState) -> impl Iterator<Item = &Priority> {
    state.priority_order.iter().filter_map(|id| state.priorities.get(id))
}

async fn all(State(site): State<SharedSite>, _: Caller) -> Json<Vec<Value>> {
    Json(in_order(&site.read()).map(|priority| shown(&site, priority)).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    priority_name: Option<String>,
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
    let any_id = repeated(raw.as_deref(), "id").is_empty();
    let name = query.priority_name.unwrap_or_default().to_lowercase();
    let state = site.read();
    let asked = |priority: &&Priority| {
        (any_id || ids.contains(&priority.id))
            && priority.name.to_lowercase().contains(&name)
            && (query.only_default != Some(true) || priority.is_default)
    };
    let found: Vec<&Priority> = in_order(&state).filter(asked).collect();
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), found.len());
    let values = window.of(found).into_iter().map(|priority| shown(&site, priority)).collect();
    Json(window.page(&site.here(&uri), total, values))
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("The priority with id '{id}' does not exist."))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(shown(&site, by_id(&state.priorities, &id).ok_or_else(|| not_found(&id))?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    status_color: Option<Arc<str>>,
    icon_url: Option<Arc<str>>,
    avatar_id: Option<u64>,
}

impl Body {
    fn check(&self, state: &SiteState, own: Option<u64>) -> JiraResult<()> {
        if self.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 60) {
            return Err(JiraError::bad_request("The priority name must have 1 to 60 characters."));
        }
        let mut others = state.priorities.values().filter(|other| Some(other.id) != own);
        if let Some(name) = &self.name
            && others.any(|other| other.name.to_lowercase() == name.to_lowercase())
        {
            return Err(JiraError::bad_request(format!("The priority name '{name}' is already in use.")));
        }
        if self.icon_url.is_some() && self.avatar_id.is_some() {
            return Err(JiraError::bad_request("Only one of 'iconUrl' and 'avatarId' may be given."));
        }
        if self.status_color.as_deref().is_none_or(is_color) {
            Ok(())
        } else {
            Err(JiraError::bad_request("The status color must be a 3-digit or 6-digit hexadecimal number."))
        }
    }

    fn icon(&self) -> Option<Arc<str>> {
        let by_avatar = |id| format!("/rest/api/2/universal_avatar/view/type/priority/avatar/{id}?size=medium").into();
        self.icon_url.clone().or_else(|| self.avatar_id.map(by_avatar))
    }
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    body.check(&state, None)?;
    let icon = body.icon().unwrap_or_else(|| "/images/icons/priorities/medium_new.svg".into());
    let (Some(name), Some(color)) = (body.name, body.status_color) else {
        return Err(JiraError::bad_request("A priority needs a name and a status color."));
    };
    let id = state.ids.take(IdKind::Priority);
    audit::note(&site, &mut state, &caller, CREATED, id, &name);
    let description = body.description.unwrap_or_default();
    state.priorities.insert(id, Priority { id, name, description, color, icon, is_default: false });
    state.priority_order.push(id);
    Ok((StatusCode::CREATED, Json(json!({ "id": id.to_string() }))))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let mut priority = by_id(&state.priorities, &id).ok_or_else(|| not_found(&id))?.clone();
    body.check(&state, Some(priority.id))?;
    priority.icon = body.icon().unwrap_or(priority.icon);
    priority.name = body.name.unwrap_or(priority.name);
    priority.description = body.description.unwrap_or(priority.description);
    priority.color = body.status_color.unwrap_or(priority.color);
    audit::note(&site, &mut state, &caller, CHANGED, priority.id, &priority.name);
    state.priorities.insert(priority.id, priority);
    Ok(StatusCode::NO_CONTENT)
}

/// Which things to move, and where to.
#[derive(Deserialize)]
pub(crate) struct Shift {
    ids: Vec<String>,
    after: Option<String>,
    position: Option<String>,
}

impl Shift {
    /// Applies the move to an order.
    pub(crate) fn apply(&self, order: &mut Vec<u64>) -> JiraResult<()> {
        let after = self.after.as_deref().map(|id| id.parse().unwrap_or(0));
        let moved: Vec<u64> = self.ids.iter().map(|id| id.parse().unwrap_or(0)).collect();
        Place::read(after, self.position.as_deref())?.put(order, &moved)
    }
}

async fn shift(
    State(site): State<SharedSite>,
    _: Administrator,
    JsonBody(shift): JsonBody<Shift>,
) -> JiraResult<StatusCode> {
    shift.apply(&mut site.write().priority_order)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What becomes the default; `null` for nothing.
#[derive(Deserialize)]
pub(crate) struct NewDefault {
    pub(crate) id: Option<String>,
}

async fn set_default(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewDefault>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let id = new.id.unwrap_or_default();
    let chosen = by_id(&state.priorities, &id).ok_or_else(|| not_found(&id))?.clone();
    state.priorities.values_mut().for_each(|priority| priority.is_default = priority.id == chosen.id);
    audit::note(&site, &mut state, &caller, CHANGED, chosen.id, chosen.name);
    Ok(StatusCode::NO_CONTENT)
}
