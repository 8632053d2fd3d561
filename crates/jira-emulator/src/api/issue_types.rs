//! Issue types, and the default scheme that holds all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::http::render;
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, IssueType, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issuetype"),
    ("POST", "/rest/api/3/issuetype"),
    ("GET", "/rest/api/3/issuetype/project"),
    ("GET", "/rest/api/3/issuetype/{id}"),
    ("PUT", "/rest/api/3/issuetype/{id}"),
    ("DELETE", "/rest/api/3/issuetype/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issuetype", get(all).post(create))
        .route("/rest/api/3/issuetype/project", get(of_project))
        .route("/rest/api/3/issuetype/{id}", get(one).put(change).delete(remove))
}

const CREATED: Event = Event::new("Issue type created", "issue types", "ISSUE_TYPE");
const CHANGED: Event = Event::new("Issue type updated", "issue types", "ISSUE_TYPE");
const DELETED: Event = Event::new("Issue type deleted", "issue types", "ISSUE_TYPE");

/// An issue type as it is shown by itself and in projects.
pub(crate) fn shown(site: &Site, state: &SiteState, issue_type: &IssueType) -> Value {
    let icon = format!("/rest/api/2/universal_avatar/view/type/issuetype/avatar/{}?size=medium", issue_type.avatar_id);
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/issuetype/{}", issue_type.id)),
        "id": issue_type.id.to_string(),
        "description": issue_type.description,
        "iconUrl": site.link(&icon),
        "name": issue_type.name,
        "subtask": issue_type.is_subtask(),
        "avatarId": issue_type.avatar_id,
        "hierarchyLevel": issue_type.hierarchy_level,
    });
    if let Some(scope) = scope(site, state, issue_type.project) {
        shown["scope"] = scope;
    }
    shown
}

/// The `scope` of what belongs to a team-managed project.
pub(crate) fn scope(site: &Site, state: &SiteState, project: Option<u64>) -> Option<Value> {
    let project = state.projects.get(&project?)?;
    let avatar = format!("/rest/api/3/universal_avatar/view/type/project/avatar/{}", project.avatar_id);
    let shown = json!({
        "self": site.link(&format!("/rest/api/3/project/{}", project.id)),
        "id": project.id.to_string(),
        "key": project.key,
        "name": project.name,
        "projectTypeKey": project.type_key,
        "simplified": project.team_managed,
        "avatarUrls": render::avatars(site, &avatar),
    });
    Some(json!({ "type": "PROJECT", "project": shown }))
}

async fn all(State(site): State<SharedSite>, MaybeCaller(caller): MaybeCaller) -> Json<Vec<Value>> {
    let state = site.read();
    let types = state.issue_types.values().filter(|_| caller.is_some());
    Json(types.map(|issue_type| shown(&site, &state, issue_type)).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfProject {
    project_id: u64,
    level: Option<i32>,
}

async fn of_project(
    State(site): State<SharedSite>,
    _: Caller,
    Params(query): Params<OfProject>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    let missing = || JiraError::project_not_found(&query.project_id.to_string());
    let project = state.projects.get(&query.project_id).ok_or_else(missing)?;
    let types = project.issue_types.iter().filter_map(|id| state.issue_types.get(id));
    let types = types.filter(|kind| query.level.is_none_or(|level| kind.hierarchy_level == level));
    Ok(Json(types.map(|kind| shown(&site, &state, kind)).collect()))
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("The issue type with id '{id}' was not found."))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let issue_type = by_id(&state.issue_types, &id).ok_or_else(|| not_found(&id))?;
    Ok(Json(shown(&site, &state, issue_type)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    hierarchy_level: Option<i32>,
    #[serde(rename = "type")]
    kind: Option<String>,
    avatar_id: Option<u64>,
}

impl Body {
    /// Sub-task (-1) or standard (0); nothing else can be created.
    fn level(&self) -> JiraResult<i32> {
        match (self.hierarchy_level, self.kind.as_deref()) {
            (Some(level @ (-1 | 0)), _) => Ok(level),
            (None, Some("subtask")) => Ok(-1),
            (None, Some("standard") | None) => Ok(0),
            _ => Err(JiraError::field("hierarchyLevel", "The hierarchy level must be -1 (sub-task) or 0 (base).")),
        }
    }
}

fn check_name(state: &SiteState, name: &str, own: Option<u64>) -> JiraResult<()> {
    if name.trim().is_empty() || name.chars().count() > 60 {
        return Err(JiraError::field("name", "The issue type name must have 1 to 60 characters."));
    }
    let mut others = state.issue_types.values().filter(|kind| kind.project.is_none() && Some(kind.id) != own);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        Err(JiraError::message(StatusCode::CONFLICT, "An issue type with this name already exists."))
    } else {
        Ok(())
    }
}

/// Creates an issue type. It joins the default scheme, and so all projects that follow it.
async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let hierarchy_level = body.level()?;
    let name = body.name.unwrap_or_default();
    check_name(&state, &name, None)?;
    let id = state.ids.take(IdKind::IssueType);
    let issue_type = IssueType {
        id,
        name,
        description: body.description.unwrap_or_default(),
        hierarchy_level,
        avatar_id: if hierarchy_level < 0 { 10_316 } else { 10_300 },
        project: None,
        properties: BTreeMap::new(),
    };
    audit::note(&site, &mut state, &caller, CREATED, id, &issue_type.name);
    let answer = shown(&site, &state, &issue_type);
    state.issue_types.insert(id, issue_type);
    for project in state.projects.values_mut() {
        if !project.team_managed && !project.schemes.contains_key("issueTypeScheme") {
            project.issue_types.push(id);
        }
    }
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut issue_type = by_id(&state.issue_types, &id).ok_or_else(|| not_found(&id))?.clone();
    if let Some(name) = body.name {
        check_name(&state, &name, Some(issue_type.id))?;
        issue_type.name = name;
    }
    issue_type.description = body.description.unwrap_or(issue_type.description);
    issue_type.avatar_id = body.avatar_id.unwrap_or(issue_type.avatar_id);
    audit::note(&site, &mut state, &caller, CHANGED, issue_type.id, &issue_type.name);
    let answer = shown(&site, &state, &issue_type);
    state.issue_types.insert(issue_type.id, issue_type);
    Ok(Json(answer))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoveQuery {
    alternative_issue_type_id: Option<String>,
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Params(query): Params<RemoveQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let issue_type = by_id(&state.issue_types, &id).ok_or_else(|| not_found(&id))?.clone();
    let used = state.issues.values().any(|issue| issue.issue_type == issue_type.id);
    let heir = match &query.alternative_issue_type_id {
        Some(heir) => Some(by_id(&state.issue_types, heir).ok_or_else(|| not_found(heir))?),
        None => None,
    };
    let heir = heir.filter(|heir| heir.hierarchy_level == issue_type.hierarchy_level).map(|heir| heir.id);
    if used && heir.is_none() {
        return Err(JiraError::message(
            StatusCode::CONFLICT,
            "The issue type is in use and needs an alternative of its level.",
        ));
    }
    if let Some(heir) = heir {
        let with_type = state.issues.values_mut().filter(|issue| issue.issue_type == issue_type.id);
        with_type.for_each(|issue| issue.issue_type = heir);
    }
    state.projects.values_mut().for_each(|project| project.issue_types.retain(|kind| *kind != issue_type.id));
    state.issue_types.remove(&issue_type.id);
    audit::note(&site, &mut state, &caller, DELETED, issue_type.id, issue_type.name);
    Ok(StatusCode::NO_CONTENT)
}
