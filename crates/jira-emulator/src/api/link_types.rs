//! Types of links between issues.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, by_id};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, LinkType, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issueLinkType"),
    ("POST", "/rest/api/3/issueLinkType"),
    ("GET", "/rest/api/3/issueLinkType/{issueLinkTypeId}"),
    ("PUT", "/rest/api/3/issueLinkType/{issueLinkTypeId}"),
    ("DELETE", "/rest/api/3/issueLinkType/{issueLinkTypeId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issueLinkType", get(all).post(create))
        .route("/rest/api/3/issueLinkType/{issueLinkTypeId}", get(one).put(change).delete(remove))
}

const CREATED: Event = Event::new("Issue link type created", "issue linking", "ISSUE_LINK_TYPE");
const CHANGED: Event = Event::new("Issue link type updated", "issue linking", "ISSUE_LINK_TYPE");
const DELETED: Event = Event::new("Issue link type deleted", "issue linking", "ISSUE_LINK_TYPE");

fn shown(site: &Site, link_type: &LinkType) -> Value {
    json!({
        "id": link_type.id.to_string(),
        "name": link_type.name,
        "inward": link_type.inward,
        "outward": link_type.outward,
        "self": site.link(&format!("/rest/api/3/issueLinkType/{}", link_type.id)),
    })
}

/// 404 for everything while issue linking is off.
fn check_enabled(state: &SiteState) -> JiraResult<()> {
    if state.settings.issue_linking {
        Ok(())
    } else {
        Err(JiraError::not_found("Issue linking is currently disabled."))
    }
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("No issue link type with id '{id}' found."))
}

async fn all(State(site): State<SharedSite>, _: Caller) -> JiraResult<Json<Value>> {
    let state = site.read();
    check_enabled(&state)?;
    let types: Vec<Value> = state.link_types.values().map(|link_type| shown(&site, link_type)).collect();
    Ok(Json(json!({ "issueLinkTypes": types })))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    check_enabled(&state)?;
    Ok(Json(shown(&site, by_id(&state.link_types, &id).ok_or_else(|| not_found(&id))?)))
}

#[derive(Deserialize)]
struct Body {
    name: Option<Arc<str>>,
    inward: Option<Arc<str>>,
    outward: Option<Arc<str>>,
}

fn check_name(state: &SiteState, name: &str, own: Option<u64>) -> JiraResult<()> {
    let taken = state.link_types.values().any(|other| *other.name == *name && Some(other.id) != own);
    if taken {
        Err(JiraError::bad_request(format!("An issue link type with the name '{name}' already exists.")))
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
    check_enabled(&state)?;
    let given = |text: &Arc<str>| !text.trim().is_empty();
    let parts = (body.name.filter(given), body.inward.filter(given), body.outward.filter(given));
    let (Some(name), Some(inward), Some(outward)) = parts else {
        return Err(JiraError::bad_request("The name and both descriptions of an issue link type must be given."));
    };
    check_name(&state, &name, None)?;
    let link_type = LinkType { id: state.ids.take(IdKind::LinkType), name, inward, outward };
    audit::note(&site, &mut state, &caller, CREATED, link_type.id, &link_type.name);
    let answer = shown(&site, &link_type);
    state.link_types.insert(link_type.id, link_type);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    check_enabled(&state)?;
    let mut link_type = by_id(&state.link_types, &id).ok_or_else(|| not_found(&id))?.clone();
    if let Some(name) = body.name {
        check_name(&state, &name, Some(link_type.id))?;
        link_type.name = name;
    }
    link_type.inward = body.inward.unwrap_or(link_type.inward);
    link_type.outward = body.outward.unwrap_or(link_type.outward);
    audit::note(&site, &mut state, &caller, CHANGED, link_type.id, &link_type.name);
    let answer = shown(&site, &link_type);
    state.link_types.insert(link_type.id, link_type);
    Ok(Json(answer))
}

/// Deletes a type with all links of it.
async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    check_enabled(&state)?;
    let LinkType { id, name, .. } = by_id(&state.link_types, &id).ok_or_else(|| not_found(&id))?.clone();
    state.links.retain(|_, link| link.link_type != id);
    let SiteState { issues, links, .. } = &mut *state;
    for issue in issues.values_mut() {
        issue.links.retain(|link| links.contains_key(link));
    }
    state.link_types.remove(&id);
    audit::note(&site, &mut state, &caller, DELETED, id, name);
    Ok(StatusCode::NO_CONTENT)
}
