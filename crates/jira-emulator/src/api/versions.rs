//! Versions of projects and their order.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::order::Place;
use super::projects::find;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, IdKind, SiteState, Version};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/project/{projectIdOrKey}/versions"),
    ("GET", "/rest/api/3/project/{projectIdOrKey}/version"),
    ("POST", "/rest/api/3/version"),
    ("GET", "/rest/api/3/version/{id}"),
    ("PUT", "/rest/api/3/version/{id}"),
    ("DELETE", "/rest/api/3/version/{id}"),
    ("POST", "/rest/api/3/version/{id}/move"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/project/{projectIdOrKey}/versions", get(all))
        .route("/rest/api/3/project/{projectIdOrKey}/version", get(paged))
        .route("/rest/api/3/version", post(create))
        .route("/rest/api/3/version/{id}", get(one).put(change).delete(remove))
        .route("/rest/api/3/version/{id}/move", post(shift))
}

const CREATED: Event = Event::new("Project version created", "projects", "VERSION");
const CHANGED: Event = Event::new("Project version updated", "projects", "VERSION");
const DELETED: Event = Event::new("Project version deleted", "projects", "VERSION");

/// The versions of a project in their order.
pub(crate) fn of_project(state: &SiteState, project: u64) -> impl Iterator<Item = &Version> {
    let mut versions: Vec<_> = state.versions.values().filter(|version| version.project == project).collect();
    versions.sort_by_key(|version| (version.position, version.id));
    versions.into_iter()
}

/// A version as projects show it.
pub(crate) fn shown(site: &Site, version: &Version) -> Value {
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/version/{}", version.id)),
        "id": version.id.to_string(),
        "name": version.name,
        "archived": version.archived,
        "released": version.released,
        "projectId": version.project,
    });
    if let Some(description) = &version.description {
        shown["description"] = json!(description);
    }
    if let Some(date) = version.start_date {
        shown["startDate"] = json!(date);
        shown["userStartDate"] = json!(date.strftime("%d/%b/%y").to_string());
    }
    if let Some(date) = version.release_date {
        shown["releaseDate"] = json!(date);
        shown["userReleaseDate"] = json!(date.strftime("%d/%b/%y").to_string());
        shown["overdue"] = json!(!version.released && date < site.now().to_zoned(jiff::tz::TimeZone::UTC).date());
    }
    if let Some(driver) = &version.driver {
        shown["driver"] = json!(driver);
    }
    shown
}

async fn all(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(project): Path<String>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    let project = find(&state, &caller, &project)?.id;
    Ok(Json(of_project(&state, project).map(|version| shown(&site, version)).collect()))
}

async fn paged(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(project): Path<String>,
    Params(page): Params<PageQuery>,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let versions: Vec<_> = of_project(&state, find(&state, &caller, &project)?.id).collect();
    let (window, total) = (page.window(50, 50), versions.len());
    let values = window.of(versions).into_iter().map(|version| shown(&site, version)).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("Could not find version for id '{id}'"))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(shown(&site, by_id(&state.versions, &id).ok_or_else(|| not_found(&id))?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    project: Option<String>,
    project_id: Option<u64>,
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    start_date: Option<Date>,
    release_date: Option<Date>,
    released: Option<bool>,
    archived: Option<bool>,
    driver: Option<AccountId>,
}

fn check(state: &SiteState, project: u64, body: &Body, own: Option<u64>) -> JiraResult<()> {
    if body.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 255) {
        return Err(JiraError::field("name", "You must specify a valid version name of at most 255 characters."));
    }
    let mut others = state.versions.values().filter(|other| other.project == project && Some(other.id) != own);
    if let Some(name) = &body.name
        && others.any(|other| other.name == *name)
    {
        return Err(JiraError::field("name", "A version with this name already exists in this project."));
    }
    if let (Some(start), Some(release)) = (body.start_date, body.release_date)
        && start > release
    {
        return Err(JiraError::field("startDate", "The start date must be before the release date."));
    }
    if let Some(driver) = &body.driver
        && !state.users.get(driver).is_some_and(|user| user.active)
    {
        return Err(JiraError::field("driver", "The driver must be an active user."));
    }
    Ok(())
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let project = body.project_id.map(|id| id.to_string()).or(body.project.clone()).unwrap_or_default();
    let project = find(&state, &caller, &project)?.id;
    check(&state, project, &body, None)?;
    let missing = || JiraError::field("name", "You must specify a valid version name of at most 255 characters.");
    let position = of_project(&state, project).last().map_or(0, |last| last.position + 1);
    let version = Version {
        id: state.ids.take(IdKind::Version),
        project,
        name: body.name.ok_or_else(missing)?,
        description: body.description,
        start_date: body.start_date,
        release_date: body.release_date,
        released: body.released.unwrap_or(false),
        archived: body.archived.unwrap_or(false),
        driver: body.driver,
        position,
    };
    audit::note(&site, &mut state, &caller, CREATED, version.id, &version.name);
    let answer = shown(&site, &version);
    state.versions.insert(version.id, version);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut version = by_id(&state.versions, &id).ok_or_else(|| not_found(&id))?.clone();
    check(&state, version.project, &body, Some(version.id))?;
    version.name = body.name.unwrap_or(version.name);
    version.description = body.description.or(version.description);
    version.start_date = body.start_date.or(version.start_date);
    version.release_date = body.release_date.or(version.release_date);
    version.released = body.released.unwrap_or(version.released);
    version.archived = body.archived.unwrap_or(version.archived);
    version.driver = body.driver.or(version.driver);
    audit::note(&site, &mut state, &caller, CHANGED, version.id, &version.name);
    let answer = shown(&site, &version);
    state.versions.insert(version.id, version);
    Ok(Json(answer))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoveQuery {
    move_fix_issues_to: Option<String>,
    move_affected_issues_to: Option<String>,
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Params(query): Params<RemoveQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let version = by_id(&state.versions, &id).ok_or_else(|| not_found(&id))?.clone();
    let heir = |heir: Option<String>| match heir {
        Some(heir) => by_id(&state.versions, &heir).map(|version| Some(version.id)).ok_or_else(|| not_found(&heir)),
        None => Ok(None),
    };
    let (fix, affected) = (heir(query.move_fix_issues_to)?, heir(query.move_affected_issues_to)?);
    for issue in state.issues.values_mut() {
        replace(&mut issue.fix_versions, version.id, fix);
        replace(&mut issue.affects_versions, version.id, affected);
    }
    state.versions.remove(&version.id);
    audit::note(&site, &mut state, &caller, DELETED, version.id, version.name);
    Ok(StatusCode::NO_CONTENT)
}

fn replace(versions: &mut Vec<u64>, gone: u64, heir: Option<u64>) {
    if versions.contains(&gone) {
        versions.retain(|version| *version != gone && Some(*version) != heir);
        versions.extend(heir);
    }
}

#[derive(Deserialize)]
struct Shift {
    /// Address (`self`) of the version to follow.
    after: Option<String>,
    position: Option<String>,
}

async fn shift(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Shift>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let Version { id, project, .. } = *by_id(&state.versions, &id).ok_or_else(|| not_found(&id))?;
    let mut order: Vec<u64> = of_project(&state, project).map(|version| version.id).collect();
    let at = order.iter().position(|other| *other == id).unwrap_or_default();
    let after = body.after.as_deref().and_then(|url| url.rsplit('/').next()?.parse().ok());
    let last = order.len() - 1;
    match (after, body.position.as_deref()) {
        (None, Some("Earlier")) => order.swap(at, at.saturating_sub(1)),
        (None, Some("Later")) => order.swap(at, (at + 1).min(last)),
        (after, position) => Place::read(after, position)?.put(&mut order, &[id])?,
    }
    for (position, id) in order.into_iter().enumerate() {
        if let Some(version) = state.versions.get_mut(&id) {
            version.position = position as u64;
        }
    }
    let version = state.versions[&id].clone();
    audit::note(&site, &mut state, &caller, CHANGED, id, &version.name);
    Ok(Json(shown(&site, &version)))
}
