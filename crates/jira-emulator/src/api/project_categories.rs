//! Categories that group projects.

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
use crate::http::extract::{JsonBody, by_id, by_id_mut};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, ProjectCategory, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/projectCategory"),
    ("POST", "/rest/api/3/projectCategory"),
    ("GET", "/rest/api/3/projectCategory/{id}"),
    ("PUT", "/rest/api/3/projectCategory/{id}"),
    ("DELETE", "/rest/api/3/projectCategory/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/projectCategory", get(all).post(create))
        .route("/rest/api/3/projectCategory/{id}", get(one).put(change).delete(remove))
}

const CREATED: Event = Event::new("Project category created", "projects", "PROJECT_CATEGORY");
const CHANGED: Event = Event::new("Project category changed", "projects", "PROJECT_CATEGORY");
const DELETED: Event = Event::new("Project category deleted", "projects", "PROJECT_CATEGORY");

/// A category as it is shown, also within projects.
pub(crate) fn shown(site: &Site, category: &ProjectCategory) -> Value {
    json!({
        "self": site.link(&format!("/rest/api/3/projectCategory/{}", category.id)),
        "id": category.id.to_string(),
        "name": category.name,
        "description": category.description,
    })
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("The project category with id '{id}' was not found."))
}

async fn all(State(site): State<SharedSite>, _: Caller) -> Json<Vec<Value>> {
    Json(site.read().project_categories.values().map(|category| shown(&site, category)).collect())
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let category = by_id(&state.project_categories, &id).ok_or_else(|| not_found(&id))?;
    Ok(Json(shown(&site, category)))
}

#[derive(Deserialize)]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
}

/// 409 when another category has the name.
fn check_name(state: &SiteState, name: &str, own: Option<u64>) -> JiraResult<()> {
    let taken = state.project_categories.values().any(|other| &*other.name == name && Some(other.id) != own);
    if taken {
        Err(JiraError::message(StatusCode::CONFLICT, format!("The project category name '{name}' is already in use.")))
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
    let name = body.name.filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| JiraError::field("name", "The name of a project category is required."))?;
    check_name(&state, &name, None)?;
    let id = state.ids.take(IdKind::ProjectCategory);
    let category = ProjectCategory { id, name, description: body.description.unwrap_or_default() };
    audit::note(&site, &mut state, &caller, CREATED, id, &category.name);
    let answer = shown(&site, &category);
    state.project_categories.insert(id, category);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    if let Some(name) = &body.name {
        check_name(&state, name, id.parse().ok())?;
    }
    let category = by_id_mut(&mut state.project_categories, &id).ok_or_else(|| not_found(&id))?;
    category.name = body.name.unwrap_or_else(|| category.name.clone());
    category.description = body.description.unwrap_or_else(|| category.description.clone());
    let category = category.clone();
    audit::note(&site, &mut state, &caller, CHANGED, category.id, &category.name);
    Ok(Json(shown(&site, &category)))
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let found = by_id(&state.project_categories, &id).ok_or_else(|| not_found(&id))?.id;
    let category = state.project_categories.remove(&found);
    state
        .projects
        .values_mut()
        .filter(|project| project.category == Some(found))
        .for_each(|project| project.category = None);
    audit::note(&site, &mut state, &caller, DELETED, found, category.map(|category| category.name).unwrap_or_default());
    Ok(StatusCode::NO_CONTENT)
}
