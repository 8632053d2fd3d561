//! Changes of projects: details and keys, archiving, the recycle bin, deletion.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::project_create::{check_assignee_type, check_key, check_name};
use super::projects::{ProjectView, find};
use crate::http::audit::{self, Event};
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::issues::change::Actor;
use crate::issues::removal;
use crate::site::SharedSite;
use crate::state::{AccountId, Project, ProjectLife, SiteState};

const CHANGED: Event = Event::new("Project updated", "projects", "PROJECT");
const DELETED: Event = Event::new("Project deleted", "projects", "PROJECT");
const ARCHIVED: Event = Event::new("Project archived", "projects", "PROJECT");
const RESTORED: Event = Event::new("Project restored", "projects", "PROJECT");

/// What may be changed; what is absent stays.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    key: Option<Arc<str>>,
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    lead_account_id: Option<AccountId>,
    url: Option<Arc<str>>,
    assignee_type: Option<Arc<str>>,
    avatar_id: Option<u64>,
    /// -1 takes the project out of its category.
    category_id: Option<i64>,
    notification_scheme: Option<u64>,
    permission_scheme: Option<u64>,
    #[serde(default)]
    released_project_keys: Vec<String>,
}

pub(crate) async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id_or_key): Path<String>,
    JsonBody(change): JsonBody<Change>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let project = find(&state, &caller, &id_or_key)?.clone();
    check(&state, project.id, &change)?;
    let project = apply(&mut state, project, change);
    audit::note(&site, &mut state, &caller, CHANGED, project.id, &project.name);
    Ok(Json(ProjectView { site: &site, state: &state, viewer: &caller }.whole(&project)))
}

fn check(state: &SiteState, own: u64, change: &Change) -> JiraResult<()> {
    if let Some(key) = &change.key {
        check_key(state, key, Some(own)).map_err(|message| JiraError::field("projectKey", message))?;
    }
    if let Some(name) = &change.name {
        check_name(state, name, Some(own)).map_err(|message| JiraError::field("projectName", message))?;
    }
    if let Some(lead) = &change.lead_account_id
        && !state.users.get(lead).is_some_and(|user| user.active)
    {
        return Err(JiraError::field("projectLead", "The user you have specified as project lead doesn't exist."));
    }
    let category = change.category_id.and_then(|id| u64::try_from(id).ok());
    if category.is_some_and(|id| !state.project_categories.contains_key(&id)) {
        return Err(JiraError::field("categoryId", "The project category does not exist."));
    }
    if change.notification_scheme.is_some_and(|id| !state.notification_schemes.contains_key(&id)) {
        return Err(JiraError::field("notificationScheme", "The notification scheme does not exist."));
    }
    check_assignee_type(change.assignee_type.as_deref())
}

/// Changes the project. A former key goes on leading to it until it is released.
fn apply(state: &mut SiteState, mut project: Project, change: Change) -> Project {
    project.key = change.key.unwrap_or(project.key);
    project.name = change.name.unwrap_or(project.name);
    project.description = change.description.unwrap_or(project.description);
    project.lead = change.lead_account_id.or(project.lead);
    project.url = change.url.or(project.url);
    project.assignee_type = change.assignee_type.unwrap_or(project.assignee_type);
    project.avatar_id = change.avatar_id.unwrap_or(project.avatar_id);
    if let Some(category) = change.category_id {
        project.category = u64::try_from(category).ok();
    }
    project.notification_scheme = change.notification_scheme.or(project.notification_scheme);
    if let Some(scheme) = change.permission_scheme {
        project.schemes.insert("permissionScheme".into(), scheme);
    }
    for key in &change.released_project_keys {
        if state.project_keys.get(key.as_str()) == Some(&project.id) {
            state.project_keys.remove(key.as_str());
        }
    }
    state.insert_project(project.clone());
    project
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveQuery {
    enable_undo: Option<bool>,
}

/// Puts a project into the recycle bin or, without undo, deletes it with all that is in it.
pub(crate) async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id_or_key): Path<String>,
    Params(query): Params<RemoveQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let Project { id, name, .. } = find(&state, &caller, &id_or_key)?.clone();
    if query.enable_undo.unwrap_or(true) {
        let life = ProjectLife::Trashed { at: site.now(), by: caller.clone() };
        set_life(&mut state, id, life);
    } else {
        let actor = Actor { account: caller.clone(), now: site.now() };
        delete(&mut state, &actor, id)?;
    }
    audit::note(&site, &mut state, &caller, DELETED, id, name);
    Ok(StatusCode::NO_CONTENT)
}

fn set_life(state: &mut SiteState, project: u64, life: ProjectLife) {
    if let Some(project) = state.projects.get_mut(&project) {
        project.life = life;
    }
}

fn delete(state: &mut SiteState, actor: &Actor, project: u64) -> JiraResult<()> {
    let issues: Vec<u64> =
        state.issues.values().filter(|issue| issue.project == project).map(|issue| issue.id).collect();
    // The records of single issues do not survive: a deleted project has one record only.
    let records = state.audit.len();
    for issue in issues {
        removal::delete(state, actor, issue, true)?;
    }
    state.audit.truncate(records);
    state.components.retain(|_, component| component.project != project);
    state.versions.retain(|_, version| version.project != project);
    let boards: Vec<u64> =
        state.boards.values().filter(|board| board.project == Some(project)).map(|board| board.id).collect();
    state.boards.retain(|id, _| !boards.contains(id));
    state.sprints.retain(|_, sprint| !boards.contains(&sprint.board));
    state.project_keys.retain(|_, owner| *owner != project);
    state.projects.remove(&project);
    Ok(())
}

/// Brings a project back from the recycle bin or the archive.
pub(crate) async fn restore(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id_or_key): Path<String>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut project = find(&state, &caller, &id_or_key)?.clone();
    project.life = ProjectLife::Live;
    state.insert_project(project.clone());
    audit::note(&site, &mut state, &caller, RESTORED, project.id, &project.name);
    Ok(Json(ProjectView { site: &site, state: &state, viewer: &caller }.whole(&project)))
}

pub(crate) async fn archive(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id_or_key): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let Project { id, name, .. } = find(&state, &caller, &id_or_key)?.clone();
    let life = ProjectLife::Archived { at: site.now(), by: caller.clone() };
    set_life(&mut state, id, life);
    audit::note(&site, &mut state, &caller, ARCHIVED, id, name);
    Ok(StatusCode::NO_CONTENT)
}
