//! Statuses as administrators see them: global ones and those of team-managed projects.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::SharedSite;
use crate::state::{IdKind, SiteState, Status, StatusCategory};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/statuses/search"),
    ("GET", "/rest/api/3/statuses"),
    ("POST", "/rest/api/3/statuses"),
    ("PUT", "/rest/api/3/statuses"),
    ("DELETE", "/rest/api/3/statuses"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/statuses/search", get(search))
        .route("/rest/api/3/statuses", get(some).post(create).put(change).delete(remove))
}

const CREATED: Event = Event::new("Status created", "workflows", "STATUS");
const CHANGED: Event = Event::new("Status updated", "workflows", "STATUS");
const DELETED: Event = Event::new("Status deleted", "workflows", "STATUS");

/// Most statuses in one request.
const MOST: usize = 50;

fn shown(status: &Status) -> Value {
    let scope = match status.project {
        Some(project) => json!({ "type": "PROJECT", "project": { "id": project.to_string() } }),
        None => json!({ "type": "GLOBAL" }),
    };
    json!({
        "id": status.id.to_string(),
        "name": status.name,
        "description": status.description,
        "scope": scope,
        "statusCategory": category_word(status.category),
    })
}

/// The word for a category; a status without one counts as to do.
pub(crate) fn category_word(category: StatusCategory) -> &'static str {
    match category {
        StatusCategory::Undefined => StatusCategory::ToDo.constant(),
        known => known.constant(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    project_id: Option<u64>,
    search_string: Option<String>,
    status_category: Option<String>,
}

async fn search(
    State(site): State<SharedSite>,
    _: Caller,
    Params(query): Params<SearchQuery>,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let text = query.search_string.unwrap_or_default().to_lowercase();
    let state = site.read();
    let asked = |status: &&Status| {
        status.name.to_lowercase().contains(&text)
            && query.project_id.is_none_or(|project| status.project == Some(project))
            && query.status_category.as_deref().is_none_or(|word| word == category_word(status.category))
    };
    let found: Vec<&Status> = state.statuses.values().filter(asked).collect();
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(200, 200), found.len());
    let values = window.of(found).into_iter().map(shown).collect();
    Json(window.page(&site.here(&uri), total, values))
}

fn check_count(count: usize) -> JiraResult<()> {
    if (1..=MOST).contains(&count) {
        Ok(())
    } else {
        Err(JiraError::bad_request(format!("Between 1 and {MOST} statuses must be given.")))
    }
}

async fn some(State(site): State<SharedSite>, _: Caller, RawQuery(query): RawQuery) -> JiraResult<Json<Vec<Value>>> {
    let ids = repeated_ids(query.as_deref(), "id");
    check_count(ids.len())?;
    let state = site.read();
    Ok(Json(ids.iter().filter_map(|id| state.statuses.get(id)).map(shown).collect()))
}

#[derive(Deserialize)]
struct NewStatuses {
    scope: Scope,
    statuses: Vec<NewStatus>,
}

#[derive(Deserialize)]
struct Scope {
    #[serde(rename = "type")]
    kind: String,
    project: Option<ProjectId>,
}

#[derive(Deserialize)]
struct ProjectId {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewStatus {
    id: Option<String>,
    name: Arc<str>,
    status_category: String,
    #[serde(default)]
    description: Arc<str>,
}

impl NewStatus {
    fn category(&self) -> JiraResult<StatusCategory> {
        category(&self.status_category)
    }
}

/// Reads `TODO`, `IN_PROGRESS` or `DONE`.
pub(crate) fn category(word: &str) -> JiraResult<StatusCategory> {
    let known = StatusCategory::ALL
        .into_iter()
        .find(|category| category_word(*category) == word && *category != StatusCategory::Undefined);
    known.ok_or_else(|| JiraError::bad_request(format!("'{word}' is not a status category.")))
}

/// 409 when another status of the scope has the name, without regard to case.
pub(crate) fn check_name(state: &SiteState, name: &str, project: Option<u64>, own: Option<u64>) -> JiraResult<()> {
    if name.trim().is_empty() || name.chars().count() > 255 {
        return Err(JiraError::bad_request("The status name must have 1 to 255 characters."));
    }
    let mut others = state.statuses.values().filter(|other| other.project == project && Some(other.id) != own);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        Err(JiraError::message(StatusCode::CONFLICT, format!("A status with the name '{name}' already exists.")))
    } else {
        Ok(())
    }
}

/// Creates all of the statuses or, when one is refused, none.
async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewStatuses>,
) -> JiraResult<Json<Vec<Value>>> {
    let mut state = site.write();
    check_count(new.statuses.len())?;
    let project = match (new.scope.kind.as_str(), &new.scope.project) {
        ("GLOBAL", None) => None,
        ("PROJECT", Some(project)) => {
            let found = state.project(&project.id).ok_or_else(|| JiraError::project_not_found(&project.id))?;
            Some(found.id)
        }
        _ => return Err(JiraError::bad_request("The scope must be GLOBAL, or PROJECT with a project.")),
    };
    for (place, status) in new.statuses.iter().enumerate() {
        status.category()?;
        check_name(&state, &status.name, project, None)?;
        if new.statuses[..place].iter().any(|earlier| earlier.name.to_lowercase() == status.name.to_lowercase()) {
            return Err(JiraError::bad_request(format!("The status name '{}' is given twice.", status.name)));
        }
    }
    let mut made = Vec::with_capacity(new.statuses.len());
    for status in new.statuses {
        let category = status.category()?;
        let id = state.ids.take(IdKind::Status);
        let status = Status { id, name: status.name, description: status.description, category, project };
        audit::note(&site, &mut state, &caller, CREATED, id, &status.name);
        made.push(shown(&status));
        state.statuses.insert(id, status);
    }
    Ok(Json(made))
}

#[derive(Deserialize)]
struct Changes {
    statuses: Vec<NewStatus>,
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(changes): JsonBody<Changes>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    check_count(changes.statuses.len())?;
    let mut changed = Vec::new();
    for change in changes.statuses {
        let category = change.category()?;
        let id = change.id.as_deref().and_then(|id| id.parse::<u64>().ok());
        let held = id.and_then(|id| state.statuses.get(&id));
        let held = held.ok_or_else(|| JiraError::bad_request("A status to change does not exist."))?;
        check_name(&state, &change.name, held.project, id)?;
        changed.push(Status { name: change.name, description: change.description, category, ..held.clone() });
    }
    for status in changed {
        audit::note(&site, &mut state, &caller, CHANGED, status.id, &status.name);
        state.statuses.insert(status.id, status);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    RawQuery(query): RawQuery,
) -> JiraResult<StatusCode> {
    let ids = repeated_ids(query.as_deref(), "id");
    check_count(ids.len())?;
    let mut state = site.write();
    let used = |id: &u64| {
        state.workflows.values().any(|workflow| workflow.statuses.contains(id))
            || state.issues.values().any(|issue| issue.status == *id)
    };
    if let Some(id) = ids.iter().find(|id| !state.statuses.contains_key(id) || used(id)) {
        return Err(JiraError::bad_request(format!("The status with id {id} does not exist or is in use.")));
    }
    for id in ids {
        if let Some(status) = state.statuses.remove(&id) {
            audit::note(&site, &mut state, &caller, DELETED, id, status.name);
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
