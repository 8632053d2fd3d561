//! Components of projects.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::projects::find;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::http::page::{OffsetPage, PageQuery};
use crate::http::render;
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, Component, IdKind, Project, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/project/{projectIdOrKey}/components"),
    ("GET", "/rest/api/3/project/{projectIdOrKey}/component"),
    ("POST", "/rest/api/3/component"),
    ("GET", "/rest/api/3/component/{id}"),
    ("PUT", "/rest/api/3/component/{id}"),
    ("DELETE", "/rest/api/3/component/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/project/{projectIdOrKey}/components", get(all))
        .route("/rest/api/3/project/{projectIdOrKey}/component", get(paged))
        .route("/rest/api/3/component", post(create))
        .route("/rest/api/3/component/{id}", get(one).put(change).delete(remove))
}

const CREATED: Event = Event::new("Project component created", "projects", "PROJECT_COMPONENT");
const CHANGED: Event = Event::new("Project component updated", "projects", "PROJECT_COMPONENT");
const DELETED: Event = Event::new("Project component deleted", "projects", "PROJECT_COMPONENT");

/// The components of a project as it shows them, by name.
pub(crate) fn of_project(site: &Site, state: &SiteState, project: &Project, viewer: &str) -> Vec<Value> {
    in_order(state, project).into_iter().map(|component| shown(site, state, component, viewer)).collect()
}

fn in_order<'a>(state: &'a SiteState, project: &Project) -> Vec<&'a Component> {
    let mut components: Vec<_> =
        state.components.values().filter(|component| component.project == project.id).collect();
    components.sort_by_key(|component| component.name.to_lowercase());
    components
}

/// A component with the person who would get its issues.
fn shown(site: &Site, state: &SiteState, component: &Component, viewer: &str) -> Value {
    let project = state.projects.get(&component.project);
    let assignee_type = if component.assignee_type.is_empty() { "PROJECT_DEFAULT" } else { &*component.assignee_type };
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/component/{}", component.id)),
        "id": component.id.to_string(),
        "name": component.name,
        "assigneeType": assignee_type,
        "isAssigneeTypeValid": assignee_type != "COMPONENT_LEAD" || component.lead.is_some(),
        "project": project.map(|project| &project.key),
        "projectId": component.project,
    });
    if let Some(description) = &component.description {
        shown["description"] = json!(description);
    }
    let (real_type, assignee) = assignee(component, project, assignee_type);
    shown["realAssigneeType"] = json!(real_type);
    for (member, account) in [("lead", component.lead.as_ref()), ("assignee", assignee), ("realAssignee", assignee)] {
        if let Some(user) = account.and_then(|account| state.users.get(account)) {
            shown[member] = render::user(site, user, Some(viewer));
        }
    }
    shown
}

fn assignee<'a>(
    component: &'a Component,
    project: Option<&'a Project>,
    assignee_type: &'a str,
) -> (&'a str, Option<&'a AccountId>) {
    let lead = project.and_then(|project| project.lead.as_ref());
    let by_default = project.is_some_and(|project| &*project.assignee_type == "PROJECT_LEAD");
    match assignee_type {
        "COMPONENT_LEAD" if component.lead.is_some() => ("COMPONENT_LEAD", component.lead.as_ref()),
        "UNASSIGNED" => ("UNASSIGNED", None),
        "PROJECT_LEAD" => ("PROJECT_LEAD", lead),
        _ if by_default => ("PROJECT_LEAD", lead),
        _ => ("UNASSIGNED", None),
    }
}

async fn all(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(project): Path<String>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    Ok(Json(of_project(&site, &state, find(&state, &caller, &project)?, &caller)))
}

async fn paged(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(project): Path<String>,
    Params(page): Params<PageQuery>,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let components = in_order(&state, find(&state, &caller, &project)?);
    let (window, total) = (page.window(50, 50), components.len());
    let with_count = |component: &Component| {
        let mut shown = shown(&site, &state, component, &caller);
        let issues = state.issues.values().filter(|issue| issue.components.contains(&component.id));
        shown["issueCount"] = json!(issues.count());
        shown
    };
    let values = window.of(components).into_iter().map(with_count).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

fn not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("The component with id {id} does not exist."))
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let component = by_id(&state.components, &id).ok_or_else(|| not_found(&id))?;
    Ok(Json(shown(&site, &state, component, &caller)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    project: Option<String>,
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    lead_account_id: Option<AccountId>,
    assignee_type: Option<Arc<str>>,
}

fn check(state: &SiteState, project: u64, body: &Body, own: Option<u64>) -> JiraResult<()> {
    let mut others = state.components.values().filter(|other| other.project == project && Some(other.id) != own);
    if let Some(name) = &body.name
        && others.any(|other| other.name.eq_ignore_ascii_case(name))
    {
        let message = format!("A component with the name {name} already exists in this project.");
        return Err(JiraError::field("name", message));
    }
    if body.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 255) {
        return Err(JiraError::field("name", "The component name must have 1 to 255 characters."));
    }
    let unfit =
        |account: &&AccountId| !account.is_empty() && !state.users.get(*account).is_some_and(|user| user.active);
    if let Some(lead) = body.lead_account_id.as_ref().filter(unfit) {
        return Err(JiraError::field("leadAccountId", format!("The user {lead} does not exist.")));
    }
    match body.assignee_type.as_deref() {
        None | Some("PROJECT_DEFAULT" | "COMPONENT_LEAD" | "PROJECT_LEAD" | "UNASSIGNED") => Ok(()),
        Some(other) => Err(JiraError::field("assigneeType", format!("'{other}' is not an assignee type."))),
    }
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let key = body.project.clone().unwrap_or_default();
    let project = find(&state, &caller, &key)?.id;
    check(&state, project, &body, None)?;
    let name =
        body.name.ok_or_else(|| JiraError::field("name", "The component name must have 1 to 255 characters."))?;
    let id = state.ids.take(IdKind::Component);
    let component = Component {
        id,
        project,
        name,
        description: body.description,
        lead: body.lead_account_id.filter(|lead| !lead.is_empty()),
        assignee_type: body.assignee_type.unwrap_or_else(|| "PROJECT_DEFAULT".into()),
    };
    audit::note(&site, &mut state, &caller, CREATED, id, &component.name);
    let answer = shown(&site, &state, &component, &caller);
    state.components.insert(id, component);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut component = by_id(&state.components, &id).ok_or_else(|| not_found(&id))?.clone();
    check(&state, component.project, &body, Some(component.id))?;
    component.name = body.name.unwrap_or(component.name);
    component.description = body.description.or(component.description);
    component.assignee_type = body.assignee_type.unwrap_or(component.assignee_type);
    if let Some(lead) = body.lead_account_id {
        component.lead = Some(lead).filter(|lead| !lead.is_empty());
    }
    audit::note(&site, &mut state, &caller, CHANGED, component.id, &component.name);
    let answer = shown(&site, &state, &component, &caller);
    state.components.insert(component.id, component);
    Ok(Json(answer))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoveQuery {
    move_issues_to: Option<String>,
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    Params(query): Params<RemoveQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let component = by_id(&state.components, &id).ok_or_else(|| not_found(&id))?.clone();
    let heir = match &query.move_issues_to {
        Some(heir) => Some(by_id(&state.components, heir).ok_or_else(|| not_found(heir))?.id),
        None => None,
    };
    for issue in state.issues.values_mut().filter(|issue| issue.components.contains(&component.id)) {
        issue.components.retain(|on_issue| *on_issue != component.id && Some(*on_issue) != heir);
        issue.components.extend(heir);
    }
    state.components.remove(&component.id);
    audit::note(&site, &mut state, &caller, DELETED, component.id, component.name);
    Ok(StatusCode::NO_CONTENT)
}
