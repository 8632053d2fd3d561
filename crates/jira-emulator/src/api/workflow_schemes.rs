//! Workflow schemes and the projects that follow them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, SiteState, WorkflowScheme};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/workflowscheme"),
    ("POST", "/rest/api/3/workflowscheme"),
    ("GET", "/rest/api/3/workflowscheme/project"),
    ("PUT", "/rest/api/3/workflowscheme/project"),
    ("GET", "/rest/api/3/workflowscheme/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/workflowscheme", get(all).post(create))
        .route("/rest/api/3/workflowscheme/project", get(of_projects).put(assign))
        .route("/rest/api/3/workflowscheme/{id}", get(one))
}

const CREATED: Event = Event::new("Workflow scheme created", "workflows", "SCHEME");
const ASSIGNED: Event = Event::new("Workflow scheme added to project", "workflows", "SCHEME");

fn shown(site: &Site, state: &SiteState, scheme: &WorkflowScheme) -> Value {
    let name = |id: &u64| state.workflows.get(id).map_or("", |workflow| &workflow.name);
    let mappings: BTreeMap<String, &str> =
        scheme.workflows.iter().map(|(issue_type, workflow)| (issue_type.to_string(), name(workflow))).collect();
    json!({
        "self": site.link(&format!("/rest/api/3/workflowscheme/{}", scheme.id)),
        "id": scheme.id,
        "name": scheme.name,
        "description": scheme.description,
        "defaultWorkflow": name(&scheme.default_workflow),
        "issueTypeMappings": mappings,
        "draft": false,
    })
}

async fn all(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(page): Params<PageQuery>,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let state = site.read();
    let (window, total) = (page.window(50, 50), state.workflow_schemes.len());
    let values = window.of(state.workflow_schemes.values()).into_iter().map(|scheme| shown(&site, &state, scheme));
    Json(window.page(&site.here(&uri), total, values.collect()))
}

async fn one(State(site): State<SharedSite>, _: Administrator, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let scheme = by_id(&state.workflow_schemes, &id)
        .ok_or_else(|| JiraError::not_found("The workflow scheme does not exist."))?;
    Ok(Json(shown(&site, &state, scheme)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewScheme {
    name: Option<Arc<str>>,
    #[serde(default)]
    description: Arc<str>,
    default_workflow: Option<String>,
    #[serde(default)]
    issue_type_mappings: BTreeMap<String, String>,
}

fn workflow(state: &SiteState, name: &str) -> JiraResult<u64> {
    let found = state.workflows.values().find(|workflow| &*workflow.name == name);
    found
        .map(|workflow| workflow.id)
        .ok_or_else(|| JiraError::bad_request(format!("The workflow '{name}' does not exist.")))
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewScheme>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let name = new.name.filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| JiraError::bad_request("The name of a workflow scheme is required."))?;
    if state.workflow_schemes.values().any(|other| other.name == name) {
        return Err(JiraError::bad_request(format!("A workflow scheme with the name '{name}' already exists.")));
    }
    let default_workflow = match &new.default_workflow {
        Some(name) => workflow(&state, name)?,
        None => *state.workflows.keys().next().ok_or_else(|| JiraError::bad_request("The site has no workflow."))?,
    };
    let mut workflows = BTreeMap::new();
    for (issue_type, name) in &new.issue_type_mappings {
        let missing = || JiraError::bad_request(format!("The issue type {issue_type} does not exist."));
        let issue_type = by_id(&state.issue_types, issue_type).ok_or_else(missing)?.id;
        workflows.insert(issue_type, workflow(&state, name)?);
    }
    let id = state.ids.take(IdKind::WorkflowScheme);
    let scheme = WorkflowScheme { id, name, description: new.description, default_workflow, workflows };
    audit::note(&site, &mut state, &caller, CREATED, id, &scheme.name);
    let answer = shown(&site, &state, &scheme);
    state.workflow_schemes.insert(id, scheme);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn of_projects(
    State(site): State<SharedSite>,
    _: Administrator,
    RawQuery(query): RawQuery,
) -> JiraResult<Json<Value>> {
    let asked = repeated_ids(query.as_deref(), "projectId");
    if asked.is_empty() {
        return Err(JiraError::bad_request("The query parameter 'projectId' is required"));
    }
    let state = site.read();
    let mut by_scheme: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for project in asked.iter().filter_map(|id| state.projects.get(id)).filter(|project| !project.team_managed) {
        if let Some(scheme) = project.workflow_scheme {
            by_scheme.entry(scheme).or_default().push(project.id.to_string());
        }
    }
    let known = by_scheme.iter().filter_map(|(id, projects)| Some((state.workflow_schemes.get(id)?, projects)));
    let values = known
        .map(|(scheme, projects)| json!({ "workflowScheme": shown(&site, &state, scheme), "projectIds": projects }));
    Ok(Json(json!({ "values": values.collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    project_id: String,
    workflow_scheme_id: Option<String>,
}

/// Gives a project without issues another scheme; without one named, the default.
async fn assign(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Assignment>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let project =
        by_id(&state.projects, &body.project_id).ok_or_else(|| JiraError::project_not_found(&body.project_id))?.id;
    let scheme = match &body.workflow_scheme_id {
        Some(id) => by_id(&state.workflow_schemes, id).map(|scheme| scheme.id),
        None => state.workflow_schemes.keys().next().copied(),
    };
    let scheme = scheme.ok_or_else(|| JiraError::not_found("The workflow scheme does not exist."))?;
    if state.issues.values().any(|issue| issue.project == project) {
        return Err(JiraError::bad_request(
            "The workflow scheme of a project with issues cannot be changed by this operation.",
        ));
    }
    if let Some(project) = state.projects.get_mut(&project) {
        project.workflow_scheme = Some(scheme);
    }
    let name = state.workflow_schemes[&scheme].name.clone();
    audit::note(&site, &mut state, &caller, ASSIGNED, scheme, name);
    Ok(StatusCode::NO_CONTENT)
}
