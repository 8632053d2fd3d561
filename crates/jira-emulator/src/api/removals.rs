//! Deleting configuration: fields into the bin, priorities, resolutions, workflows and schemes for good.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::{Operation, fields, tasks};
use crate::http::audit::{self, Event};
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{Params, by_id};
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, IdKind, SiteState, Task, TaskStatus};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/field/{id}/trash"),
    ("DELETE", "/rest/api/3/priority/{id}"),
    ("DELETE", "/rest/api/3/resolution/{id}"),
    ("DELETE", "/rest/api/3/workflow/{entityId}"),
    ("DELETE", "/rest/api/3/workflowscheme/{id}"),
    ("DELETE", "/rest/api/3/notificationscheme/{notificationSchemeId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/field/{fieldId}/trash", post(trash_field))
        .route("/rest/api/3/priority/{id}", delete(remove_priority))
        .route("/rest/api/3/resolution/{id}", delete(remove_resolution))
        .route("/rest/api/3/workflow/{entityId}", delete(remove_workflow))
        .route("/rest/api/3/workflowscheme/{id}", delete(remove_workflow_scheme))
        .route("/rest/api/3/notificationscheme/{id}", delete(remove_notification_scheme))
}

const FIELD_TRASHED: Event = Event::new("Custom field trashed", "fields", "CUSTOM_FIELD");
const PRIORITY: Event = Event::new("Priority deleted", "priorities", "PRIORITY");
const RESOLUTION: Event = Event::new("Resolution deleted", "resolutions", "RESOLUTION");
const WORKFLOW: Event = Event::new("Workflow deleted", "workflows", "WORKFLOW");
const WORKFLOW_SCHEME: Event = Event::new("Workflow scheme deleted", "workflows", "SCHEME");
const NOTIFICATION_SCHEME: Event = Event::new("Notification scheme deleted", "notification schemes", "SCHEME");

/// A task reports that it is running for this long, though its effect is there at once.
const RUNNING: Duration = Duration::from_millis(300);

/// What Jira does in the background is answered with a redirect to its task.
fn task(site: &Site, state: &mut SiteState, caller: &AccountId, description: &str) -> Response {
    let (id, now) = (state.ids.take(IdKind::Task), site.now());
    let task = Task {
        id,
        description: description.into(),
        submitted_by: caller.clone(),
        submitted: now,
        finished: now + RUNNING,
        outcome: TaskStatus::Complete,
        message: "".into(),
        result: None,
        bulk: false,
    };
    let body = Json(tasks::shown(site, &task));
    state.tasks.insert(id, task);
    let location = site.link(&format!("/rest/api/3/task/{id}"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)], body).into_response()
}

/// A field in the bin keeps its values and comes back with them, which only the web pages can do.
async fn trash_field(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let field = fields::custom_mut(&mut state, &id)?;
    if field.locked {
        return Err(JiraError::bad_request(format!("The custom field {id} is locked.")));
    }
    field.trashed = true;
    let name = field.name.clone();
    for screen in state.screens.values_mut() {
        screen.tabs.iter_mut().for_each(|tab| tab.fields.retain(|field| **field != *id));
    }
    audit::note(&site, &mut state, &caller, FIELD_TRASHED, id, name);
    Ok(StatusCode::OK)
}

/// Issues that have the priority get the default one.
async fn remove_priority(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> JiraResult<Response> {
    let mut state = site.write();
    let missing = || JiraError::not_found(format!("The priority with id '{id}' does not exist."));
    let priority = by_id(&state.priorities, &id).ok_or_else(missing)?.clone();
    let heir = state.priorities.values().find(|other| other.is_default && other.id != priority.id);
    let Some(heir) = heir.or_else(|| state.priorities.values().find(|other| other.id != priority.id)) else {
        return Err(JiraError::bad_request("The last priority cannot be deleted."));
    };
    let heir = heir.id;
    let with_it = state.issues.values_mut().filter(|issue| issue.priority == Some(priority.id));
    with_it.for_each(|issue| issue.priority = Some(heir));
    state.priorities.remove(&priority.id);
    state.priority_order.retain(|other| *other != priority.id);
    audit::note(&site, &mut state, &caller, PRIORITY, priority.id, priority.name);
    Ok(task(&site, &mut state, &caller, "Delete priority"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    replace_with: String,
}

/// Issues that have the resolution get the one that replaces it.
async fn remove_resolution(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Params(query): Params<Replacement>,
) -> JiraResult<Response> {
    let mut state = site.write();
    let missing = |id: &str| JiraError::not_found(format!("The resolution with id '{id}' does not exist."));
    let resolution = by_id(&state.resolutions, &id).ok_or_else(|| missing(&id))?.clone();
    let heir = by_id(&state.resolutions, &query.replace_with).ok_or_else(|| missing(&query.replace_with))?.id;
    if heir == resolution.id {
        return Err(JiraError::bad_request("A resolution cannot be replaced by itself."));
    }
    let with_it = state.issues.values_mut().filter(|issue| issue.resolution == Some(resolution.id));
    with_it.for_each(|issue| issue.resolution = Some(heir));
    state.resolutions.remove(&resolution.id);
    state.resolution_order.retain(|other| *other != resolution.id);
    audit::note(&site, &mut state, &caller, RESOLUTION, resolution.id, resolution.name);
    Ok(task(&site, &mut state, &caller, "Delete resolution"))
}

/// Only what no scheme uses.
async fn remove_workflow(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(entity): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let found = state.workflows.values().find(|workflow| *workflow.entity_id == *entity).cloned();
    let workflow = found.ok_or_else(|| JiraError::not_found("The workflow was not found."))?;
    let uses = |scheme: &crate::state::WorkflowScheme| {
        scheme.default_workflow == workflow.id || scheme.workflows.values().any(|used| *used == workflow.id)
    };
    if state.workflow_schemes.values().any(uses) {
        return Err(JiraError::bad_request("The workflow is associated with a workflow scheme."));
    }
    state.workflows.remove(&workflow.id);
    audit::note(&site, &mut state, &caller, WORKFLOW, workflow.entity_id, workflow.name);
    Ok(StatusCode::NO_CONTENT)
}

/// Only what no project uses, those in the recycle bin included.
async fn remove_workflow_scheme(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let missing = || JiraError::not_found("The workflow scheme was not found.");
    let scheme = by_id(&state.workflow_schemes, &id).ok_or_else(missing)?.clone();
    if state.projects.values().any(|project| project.workflow_scheme == Some(scheme.id)) {
        return Err(JiraError::bad_request("The workflow scheme is used by a project and cannot be deleted."));
    }
    state.workflow_schemes.remove(&scheme.id);
    audit::note(&site, &mut state, &caller, WORKFLOW_SCHEME, scheme.id, scheme.name);
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_notification_scheme(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let missing = || JiraError::not_found("The notification scheme does not exist.");
    let scheme = by_id(&state.notification_schemes, &id).ok_or_else(missing)?.clone();
    let used = state.projects.values().any(|project| project.notification_scheme == Some(scheme.id));
    if used {
        return Err(JiraError::bad_request("The notification scheme is used by a project and cannot be deleted."));
    }
    state.notification_schemes.remove(&scheme.id);
    audit::note(&site, &mut state, &caller, NOTIFICATION_SCHEME, scheme.id, scheme.name);
    Ok(StatusCode::NO_CONTENT)
}
