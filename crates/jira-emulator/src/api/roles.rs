//! Definitions of project roles with the actors that new projects start with.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::role_actors::{self, ActorsBody, RemovedActor};
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, Role, RoleActors, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/role"),
    ("POST", "/rest/api/3/role"),
    ("GET", "/rest/api/3/role/{id}"),
    ("PUT", "/rest/api/3/role/{id}"),
    ("POST", "/rest/api/3/role/{id}"),
    ("DELETE", "/rest/api/3/role/{id}"),
    ("GET", "/rest/api/3/role/{id}/actors"),
    ("POST", "/rest/api/3/role/{id}/actors"),
    ("DELETE", "/rest/api/3/role/{id}/actors"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/role", get(all).post(create))
        .route("/rest/api/3/role/{id}", get(one).put(change).post(change).delete(remove))
        .route("/rest/api/3/role/{id}/actors", get(one).post(add_actors).delete(remove_actor))
}

const CREATED: Event = Event::new("Project role created", "projects", "PROJECT_ROLE");
const CHANGED: Event = Event::new("Project role changed", "projects", "PROJECT_ROLE");
const DELETED: Event = Event::new("Project role deleted", "projects", "PROJECT_ROLE");

/// The role that Jira keeps for apps; nobody may change it.
pub(crate) const APPS_ROLE: &str = "atlassian-addons-project-access";

fn shown(site: &Site, state: &SiteState, role: &Role) -> Value {
    role_actors::role(site, state, role, &role.default_actors, &format!("/rest/api/3/role/{}", role.id))
}

/// 404 for a role the site does not have.
pub(crate) fn role_not_found(id: &str) -> JiraError {
    JiraError::not_found(format!(
        "Can not retrieve a role actor for a null project role. No project role with id '{id}'."
    ))
}

async fn all(State(site): State<SharedSite>, _: Caller) -> Json<Vec<Value>> {
    let state = site.read();
    Json(state.roles.values().map(|role| shown(&site, &state, role)).collect())
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let role = by_id(&state.roles, &id).ok_or_else(|| role_not_found(&id))?;
    Ok(Json(shown(&site, &state, role)))
}

#[derive(Deserialize)]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
}

fn check_name(state: &SiteState, name: &str, own: Option<u64>) -> JiraResult<()> {
    if name.trim().is_empty() {
        return Err(JiraError::bad_request("A project role must have a name."));
    }
    let taken = state.roles.values().any(|other| other.name.eq_ignore_ascii_case(name) && Some(other.id) != own);
    if taken {
        Err(JiraError::message(StatusCode::CONFLICT, format!("A project role with name '{name}' already exists.")))
    } else {
        Ok(())
    }
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let name = body.name.unwrap_or_default();
    check_name(&state, &name, None)?;
    let id = state.ids.take(IdKind::Role);
    let description = body.description.unwrap_or_default();
    let role = Role { id, name, description, default_actors: RoleActors::default() };
    audit::note(&site, &mut state, &caller, CREATED, id, &role.name);
    let answer = shown(&site, &state, &role);
    state.roles.insert(id, role);
    Ok(Json(answer))
}

/// Takes a role that may be changed out of the map; [`put_back`] ends the change.
fn changeable(state: &SiteState, id: &str) -> JiraResult<Role> {
    let role = by_id(&state.roles, id).ok_or_else(|| role_not_found(id))?;
    if &*role.name == APPS_ROLE {
        Err(JiraError::bad_request(format!("The project role '{APPS_ROLE}' cannot be changed.")))
    } else {
        Ok(role.clone())
    }
}

fn put_back(site: &Site, state: &mut SiteState, caller: &str, role: Role) -> Value {
    audit::note(site, state, caller, CHANGED, role.id, &role.name);
    let answer = shown(site, state, &role);
    state.roles.insert(role.id, role);
    answer
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut role = changeable(&state, &id)?;
    if let Some(name) = body.name {
        check_name(&state, &name, Some(role.id))?;
        role.name = name;
    }
    role.description = body.description.unwrap_or(role.description);
    Ok(Json(put_back(&site, &mut state, &caller, role)))
}

#[derive(Deserialize)]
struct RemoveQuery {
    swap: Option<u64>,
}

/// Deletes a role. One that projects use needs another to take its place.
async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Params(query): Params<RemoveQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let role = changeable(&state, &id)?;
    let filled = |actors: &RoleActors| !actors.users.is_empty() || !actors.groups.is_empty();
    let used = state.projects.values().any(|project| project.role_actors.get(&role.id).is_some_and(filled));
    match query.swap {
        Some(swap) if !state.roles.contains_key(&swap) => return Err(role_not_found(&swap.to_string())),
        None if used => {
            let message = format!("The project role '{}' is in use and needs a role to swap with.", role.name);
            return Err(JiraError::message(StatusCode::CONFLICT, message));
        }
        _ => (),
    }
    for project in state.projects.values_mut() {
        if let (Some(actors), Some(swap)) = (project.role_actors.remove(&role.id), query.swap) {
            let heir = project.role_actors.entry(swap).or_default();
            heir.users.extend(actors.users);
            heir.groups.extend(actors.groups);
        }
    }
    state.roles.remove(&role.id);
    audit::note(&site, &mut state, &caller, DELETED, role.id, role.name);
    Ok(StatusCode::NO_CONTENT)
}

async fn add_actors(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<ActorsBody>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut role = changeable(&state, &id)?;
    let new = role_actors::resolve(&state, &body)?;
    role_actors::add(&state, &mut role.default_actors, new)?;
    Ok(Json(put_back(&site, &mut state, &caller, role)))
}

async fn remove_actor(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Params(query): Params<RemovedActor>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut role = changeable(&state, &id)?;
    if !role_actors::remove(&state, &mut role.default_actors, &query) {
        return Err(JiraError::not_found("The actor is not a default member of the project role."));
    }
    Ok(Json(put_back(&site, &mut state, &caller, role)))
}
