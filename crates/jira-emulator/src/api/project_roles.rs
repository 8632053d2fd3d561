//! Who has which role in a project.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::role_actors::{self, ActorsBody, CategorisedActors, RemovedActor};
use super::roles::{APPS_ROLE, role_not_found};
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::site::{SharedSite, Site};
use crate::state::{Project, Role, RoleActors, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/project/{projectIdOrKey}/role"),
    ("GET", "/rest/api/3/project/{projectIdOrKey}/role/{id}"),
    ("POST", "/rest/api/3/project/{projectIdOrKey}/role/{id}"),
    ("PUT", "/rest/api/3/project/{projectIdOrKey}/role/{id}"),
    ("DELETE", "/rest/api/3/project/{projectIdOrKey}/role/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/project/{projectIdOrKey}/role", get(all))
        .route("/rest/api/3/project/{projectIdOrKey}/role/{id}", get(one).post(add).put(set).delete(remove))
}

const CHANGED: Event = Event::new("Project roles changed", "projects", "PROJECT");

/// Address of each of the site's roles in a project, by name.
pub(crate) fn links(site: &Site, state: &SiteState, project: &Project) -> BTreeMap<String, String> {
    let roles = state.roles.values();
    roles.map(|role| (role.name.to_string(), site.link(&path(project, role)))).collect()
}

fn path(project: &Project, role: &Role) -> String {
    format!("/rest/api/3/project/{}/role/{}", project.id, role.id)
}

async fn all(
    State(site): State<SharedSite>,
    _: Caller,
    Path(project): Path<String>,
) -> JiraResult<Json<BTreeMap<String, String>>> {
    let state = site.read();
    let project = state.project(&project).ok_or_else(|| JiraError::project_not_found(&project))?;
    Ok(Json(links(&site, &state, project)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneQuery {
    exclude_inactive_users: Option<bool>,
}

async fn one(
    State(site): State<SharedSite>,
    _: Caller,
    Path((project, role)): Path<(String, String)>,
    Params(query): Params<OneQuery>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let (project, role) = find(&state, &project, &role)?;
    let mut actors = project.role_actors.get(&role.id).cloned().unwrap_or_default();
    if query.exclude_inactive_users == Some(true) {
        actors.users.retain(|account| state.users.get(account).is_some_and(|user| user.active));
    }
    Ok(Json(role_actors::role(&site, &state, role, &actors, &path(project, role))))
}

fn find<'a>(state: &'a SiteState, project: &str, role: &str) -> JiraResult<(&'a Project, &'a Role)> {
    let found = state.project(project).ok_or_else(|| JiraError::project_not_found(project))?;
    Ok((found, by_id(&state.roles, role).ok_or_else(|| role_not_found(role))?))
}

/// Changes the actors of a role in a project and answers the role.
fn change(
    site: &Site,
    caller: &str,
    (project, role): (String, String),
    change: impl FnOnce(&SiteState, &mut RoleActors) -> JiraResult<()>,
) -> JiraResult<Value> {
    let mut state = site.write();
    let (project, role) = find(&state, &project, &role)?;
    if &*role.name == APPS_ROLE {
        return Err(JiraError::bad_request(format!("The project role '{APPS_ROLE}' cannot be changed.")));
    }
    let mut actors = project.role_actors.get(&role.id).cloned().unwrap_or_default();
    change(&state, &mut actors)?;
    let answer = role_actors::role(site, &state, role, &actors, &path(project, role));
    let (project_id, name, role_id) = (project.id, project.name.clone(), role.id);
    audit::note(site, &mut state, caller, CHANGED, project_id, name);
    if let Some(project) = state.projects.get_mut(&project_id) {
        project.role_actors.insert(role_id, actors);
    }
    Ok(answer)
}

async fn add(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(place): Path<(String, String)>,
    JsonBody(body): JsonBody<ActorsBody>,
) -> JiraResult<Json<Value>> {
    let added = change(&site, &caller, place, |state, actors| {
        role_actors::add(state, actors, role_actors::resolve(state, &body)?)
    });
    added.map(Json)
}

async fn set(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(place): Path<(String, String)>,
    JsonBody(body): JsonBody<CategorisedActors>,
) -> JiraResult<Json<Value>> {
    let body = body.into_body();
    let set = change(&site, &caller, place, |state, actors| {
        *actors = role_actors::resolve(state, &body)?;
        Ok(())
    });
    set.map(Json)
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(place): Path<(String, String)>,
    Params(query): Params<RemovedActor>,
) -> JiraResult<StatusCode> {
    change(&site, &caller, place, |state, actors| {
        if role_actors::remove(state, actors, &query) {
            Ok(())
        } else {
            Err(JiraError::not_found("The actor is not a member of the project role."))
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}
