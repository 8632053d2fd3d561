//! Workflows: creation with prior validation, and the list.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::workflow_payload::{self, Changes, Payload, StatusInput, WorkflowChange, WorkflowInput};
use super::{Operation, statuses};
use crate::http::audit::{self, Event};
use crate::http::auth::Administrator;
use crate::http::error::{ErrorBody, JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::http::page::PageQuery;
use crate::site::{SharedSite, Site, derived_uuid};
use crate::state::{IdKind, SiteState, Status, Transition, TransitionKind, Workflow};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/workflows/create"),
    ("POST", "/rest/api/3/workflows/create/validation"),
    ("GET", "/rest/api/3/workflows/search"),
    ("POST", "/rest/api/3/workflows/update"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/workflows/create", post(create))
        .route("/rest/api/3/workflows/create/validation", post(validate))
        .route("/rest/api/3/workflows/search", get(search))
        .route("/rest/api/3/workflows/update", post(update))
}

const UPDATED: Event = Event::new("Workflow updated", "workflows", "WORKFLOW");
const CREATED: Event = Event::new("Workflow created", "workflows", "WORKFLOW");

#[derive(Deserialize)]
struct Validation {
    payload: Payload,
}

async fn validate(
    State(site): State<SharedSite>,
    _: Administrator,
    JsonBody(body): JsonBody<Validation>,
) -> Json<Value> {
    let problems = workflow_payload::check(&site.read(), &body.payload);
    Json(json!({ "errors": problems.iter().map(workflow_payload::Problem::shown).collect::<Vec<_>>() }))
}

/// Creates all workflows with their new statuses or, when something is wrong, nothing.
async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(payload): JsonBody<Payload>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let problems = workflow_payload::check(&state, &payload);
    if !problems.is_empty() {
        let messages = problems.into_iter().map(|problem| problem.message).collect();
        let body = ErrorBody::Collection { messages, errors: BTreeMap::new() };
        return Err(JiraError::new(StatusCode::BAD_REQUEST, body));
    }
    let ids = add_statuses(&mut state, payload.statuses)?;
    let mut made = Vec::with_capacity(payload.workflows.len());
    for workflow in payload.workflows {
        let workflow = build(&site, &mut state, workflow, &ids);
        audit::note(&site, &mut state, &caller, CREATED, &workflow.entity_id, &workflow.name);
        made.push(shown(&workflow));
        state.workflows.insert(workflow.id, workflow);
    }
    let used: BTreeSet<u64> = ids.values().copied().collect();
    Ok(Json(json!({ "statuses": shown_statuses(&state, &used), "workflows": made })))
}

/// Changes all workflows or, when something is wrong, nothing. A status that issues may be in cannot be left out: mappings are
/// not emulated.
async fn update(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(changes): JsonBody<Changes>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut found = Vec::with_capacity(changes.workflows.len());
    for change in &changes.workflows {
        found.push(changed(&state, change, &changes.statuses)?);
    }
    let ids = add_statuses(&mut state, changes.statuses)?;
    let mut made = Vec::with_capacity(found.len());
    for (id, change) in found.into_iter().zip(changes.workflows) {
        let Some(workflow) = state.workflows.get_mut(&id) else { continue };
        workflow.statuses =
            change.statuses.iter().filter_map(|status| ids.get(&status.status_reference).copied()).collect();
        workflow.transitions = change.transitions.into_iter().map(|transition| transition.build(&ids)).collect();
        workflow.version += 1;
        let (shown, entity, name) = (shown(workflow), workflow.entity_id.clone(), workflow.name.clone());
        audit::note(&site, &mut state, &caller, UPDATED, &entity, &name);
        made.push(shown);
    }
    let used: BTreeSet<u64> = ids.values().copied().collect();
    Ok(Json(json!({ "statuses": shown_statuses(&state, &used), "workflows": made, "taskId": null })))
}

/// The workflow that a change is of, if the change can be made.
fn changed(state: &SiteState, change: &WorkflowChange, statuses: &[StatusInput]) -> JiraResult<u64> {
    let workflow = state.workflows.values().find(|workflow| *workflow.entity_id == *change.id);
    let workflow = workflow.ok_or_else(|| JiraError::bad_request(format!("There is no workflow {}.", change.id)))?;
    if workflow.version != change.version.version_number {
        return Err(JiraError::message(StatusCode::CONFLICT, "The workflow was changed meanwhile.".to_owned()));
    }
    let kept: BTreeSet<u64> = change
        .statuses
        .iter()
        .filter_map(|place| statuses.iter().find(|status| status.status_reference == place.status_reference))
        .filter_map(|status| status.id.as_deref()?.parse().ok())
        .collect();
    if workflow.statuses.iter().any(|status| !kept.contains(status)) {
        return Err(JiraError::bad_request("A status that is left out needs a mapping."));
    }
    let problems = workflow_payload::check_change(state, &workflow.name, change, statuses);
    if problems.is_empty() {
        return Ok(workflow.id);
    }
    let messages = problems.into_iter().map(|problem| problem.message).collect();
    let body = ErrorBody::Collection { messages, errors: BTreeMap::new() };
    Err(JiraError::new(StatusCode::BAD_REQUEST, body))
}

/// The statuses by their references; new ones are made.
fn add_statuses(state: &mut SiteState, inputs: Vec<StatusInput>) -> JiraResult<BTreeMap<String, u64>> {
    let mut ids = BTreeMap::new();
    for input in inputs {
        let existing = input.id.as_deref().and_then(|id| id.parse().ok());
        let id = existing.unwrap_or_else(|| state.ids.take(IdKind::Status));
        if existing.is_none() {
            let category = statuses::category(&input.status_category)?;
            let status = Status { id, name: input.name, description: input.description, category, project: None };
            state.statuses.insert(id, status);
        }
        ids.insert(input.status_reference, id);
    }
    Ok(ids)
}

fn build(site: &Site, state: &mut SiteState, input: WorkflowInput, ids: &BTreeMap<String, u64>) -> Workflow {
    let id = state.ids.take(IdKind::Workflow);
    let statuses = input.statuses.iter().filter_map(|status| ids.get(&status.status_reference).copied()).collect();
    Workflow {
        id,
        entity_id: derived_uuid(&["workflow", &site.name, &id.to_string()]).to_string().into(),
        name: input.name,
        description: input.description,
        statuses,
        transitions: input.transitions.into_iter().map(|transition| transition.build(ids)).collect(),
        version: 1,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    query_string: Option<String>,
    is_active: Option<bool>,
}

async fn search(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(query): Params<SearchQuery>,
    uri: Uri,
) -> JiraResult<Json<Value>> {
    let text = query.query_string.unwrap_or_default().to_lowercase();
    let state = site.read();
    let active = |workflow: &Workflow| {
        let mut schemes = state.workflow_schemes.values();
        schemes.any(|scheme| {
            scheme.default_workflow == workflow.id || scheme.workflows.values().any(|id| *id == workflow.id)
        })
    };
    let mut found: Vec<&Workflow> = state.workflows.values().collect();
    found.retain(|workflow| workflow.name.to_lowercase().contains(&text));
    found.retain(|workflow| query.is_active.is_none_or(|asked| asked == active(workflow)));
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), found.len());
    let chosen = window.of(found);
    let used = chosen.iter().flat_map(|workflow| workflow.statuses.iter().copied()).collect();
    let values = chosen.into_iter().map(shown).collect();
    let page = serde_json::to_value(window.page(&site.here(&uri), total, values));
    let mut page = page.map_err(|error| JiraError::message(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    page["statuses"] = shown_statuses(&state, &used).into();
    Ok(Json(page))
}

/// A workflow. References to statuses are their ids.
fn shown(workflow: &Workflow) -> Value {
    let statuses: Vec<Value> = workflow
        .statuses
        .iter()
        .map(|id| json!({ "statusReference": id.to_string(), "deprecated": false, "properties": {} }))
        .collect();
    json!({
        "id": workflow.entity_id,
        "name": workflow.name,
        "description": workflow.description,
        "scope": { "type": "GLOBAL" },
        "isEditable": true,
        "version": { "id": derived_uuid(&["version", &workflow.entity_id]), "versionNumber": workflow.version },
        "statuses": statuses,
        "transitions": workflow.transitions.iter().map(shown_transition).collect::<Vec<_>>(),
    })
}

/// The members of a transition that carry rules; those that were given are shown again.
const RULES: [&str; 8] = [
    "actions",
    "validators",
    "triggers",
    "conditions",
    "properties",
    "transitionScreen",
    "customIssueEventId",
    "description",
];

fn shown_transition(transition: &Transition) -> Value {
    let (kind, sources) = match &transition.kind {
        TransitionKind::Initial => ("INITIAL", &[][..]),
        TransitionKind::Global => ("GLOBAL", &[][..]),
        TransitionKind::Directed(from) => ("DIRECTED", &from[..]),
    };
    let mut shown = json!({
        "id": transition.id.to_string(),
        "name": transition.name,
        "description": "",
        "type": kind,
        "toStatusReference": transition.to.to_string(),
        "links": sources.iter().map(|from| json!({ "fromStatusReference": from.to_string(), "fromPort": 0, "toPort": 0 })).collect::<Vec<_>>(),
        "actions": [],
        "validators": [],
        "triggers": [],
        "properties": {},
    });
    let rules = transition.rules.as_ref().map(crate::state::RawJson::value).unwrap_or_default();
    for member in RULES {
        if !rules[member].is_null() {
            shown[member] = rules[member].clone();
        }
    }
    shown
}

fn shown_statuses(state: &SiteState, ids: &BTreeSet<u64>) -> Vec<Value> {
    let known = ids.iter().filter_map(|id| state.statuses.get(id));
    known
        .map(|status| {
            json!({
                "id": status.id.to_string(),
                "statusReference": status.id.to_string(),
                "name": status.name,
                "description": status.description,
                "scope": { "type": "GLOBAL" },
                "statusCategory": statuses::category_word(status.category),
            })
        })
        .collect()
}
