//! Boards and their configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{Board, IdKind, SiteState, Status, StatusCategory};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/agile/1.0/board"),
    ("POST", "/rest/agile/1.0/board"),
    ("GET", "/rest/agile/1.0/board/{boardId}"),
    ("DELETE", "/rest/agile/1.0/board/{boardId}"),
    ("GET", "/rest/agile/1.0/board/{boardId}/configuration"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/agile/1.0/board", get(all).post(create))
        .route("/rest/agile/1.0/board/{boardId}", get(one).delete(remove))
        .route("/rest/agile/1.0/board/{boardId}/configuration", get(configuration))
}

const CREATED: Event = Event::new("Board created", "boards", "BOARD");
const DELETED: Event = Event::new("Board deleted", "boards", "BOARD");

fn link(site: &Site, board: &Board) -> String {
    site.link(&format!("/rest/agile/1.0/board/{}", board.id))
}

fn shown(site: &Site, state: &SiteState, board: &Board) -> Value {
    let mut shown = json!({
        "id": board.id,
        "self": link(site, board),
        "name": board.name,
        "type": board.board_type,
        "isPrivate": false,
    });
    if let Some(project) = board.project.and_then(|id| state.projects.get(&id)) {
        let avatar = format!("/rest/api/3/universal_avatar/view/type/project/avatar/{}?size=small", project.avatar_id);
        let name = format!("{} ({})", project.name, project.key);
        shown["location"] = json!({
            "projectId": project.id,
            "projectKey": project.key,
            "projectName": project.name,
            "projectTypeKey": project.type_key,
            "displayName": name,
            "name": name,
            "avatarURI": site.link(&avatar),
        });
    }
    shown
}

/// 404 for a board that does not exist.
pub(crate) fn find<'a>(state: &'a SiteState, id: &str) -> JiraResult<&'a Board> {
    let missing = || {
        JiraError::not_found(
            "Requested board cannot be viewed because it either does not exist or you do not have permission to view it.",
        )
    };
    by_id(&state.boards, id).ok_or_else(missing)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    project_key_or_id: Option<String>,
    filter_id: Option<u64>,
}

async fn all(
    State(site): State<SharedSite>,
    _: Caller,
    Params(query): Params<ListQuery>,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let project = match &query.project_key_or_id {
        Some(key) => Some(state.project(key).ok_or_else(|| JiraError::project_not_found(key))?.id),
        None => None,
    };
    let name = query.name.unwrap_or_default().to_lowercase();
    let mut boards: Vec<&Board> = state.boards.values().collect();
    boards.retain(|board| {
        board.name.to_lowercase().contains(&name)
            && query.kind.as_deref().is_none_or(|kinds| kinds.split(',').any(|kind| kind == &*board.board_type))
            && (project.is_none() || board.project == project)
            && (query.filter_id.is_none() || board.filter == query.filter_id)
    });
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), boards.len());
    let values = window.of(boards).into_iter().map(|board| shown(&site, &state, board)).collect();
    Ok(Json(window.page(&site.here(&uri), total, values).plain()))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(shown(&site, &state, find(&state, &id)?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewBoard {
    name: Option<Arc<str>>,
    #[serde(rename = "type")]
    kind: Option<Arc<str>>,
    filter_id: Option<u64>,
    location: Option<Location>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(rename = "type")]
    kind: String,
    project_key_or_id: Option<String>,
}

async fn create(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(new): JsonBody<NewBoard>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let name = new.name.filter(|name| !name.trim().is_empty() && name.chars().count() < 255);
    let name = name.ok_or_else(|| JiraError::field("name", "The board name must have 1 to 254 characters."))?;
    let kind = new.kind.filter(|kind| matches!(&**kind, "scrum" | "kanban"));
    let kind = kind.ok_or_else(|| JiraError::field("type", "The board type must be scrum or kanban."))?;
    let filter = new.filter_id.filter(|id| state.filters.contains_key(id));
    let missing =
        "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.";
    let filter = filter.ok_or_else(|| JiraError::bad_request(missing))?;
    let project = match new.location {
        Some(Location { kind, project_key_or_id: Some(key) }) if kind == "project" => {
            Some(state.project(&key).ok_or_else(|| JiraError::project_not_found(&key))?.id)
        }
        Some(Location { kind, .. }) if kind == "project" => {
            return Err(JiraError::field("location", "A location in a project needs the project's key or id."));
        }
        _ => None,
    };
    let id = state.ids.take(IdKind::Board);
    let board = Board { id, name, board_type: kind, filter: Some(filter), project, properties: BTreeMap::new() };
    audit::note(&site, &mut state, &caller, CREATED, id, &board.name);
    let answer = shown(&site, &state, &board);
    state.boards.insert(id, board);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let (id, name) = find(&state, &id).map(|board| (board.id, board.name.clone()))?;
    state.boards.remove(&id);
    audit::note(&site, &mut state, &caller, DELETED, id, name);
    Ok(StatusCode::NO_CONTENT)
}

async fn configuration(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let board = find(&state, &id)?;
    let mut shown = json!({
        "id": board.id,
        "self": format!("{}/configuration", link(&site, board)),
        "name": board.name,
        "type": board.board_type,
        "columnConfig": { "columns": columns(&site, &state), "constraintType": "issueCount" },
    });
    if let Some(filter) = board.filter {
        let address = site.link(&format!("/rest/api/2/filter/{filter}"));
        shown["filter"] = json!({ "id": filter.to_string(), "self": address });
    }
    if let Some(project) = board.project.and_then(|id| state.projects.get(&id)) {
        shown["location"] = json!({ "type": "project", "projectKeyOrId": project.key });
    }
    if &*board.board_type == "scrum"
        && let Some(points) = state.fields.values().find(|field| &*field.name == "Story Points")
    {
        let field = json!({ "fieldId": points.id, "displayName": points.name });
        shown["estimation"] = json!({ "type": "field", "field": field });
    }
    if let Some(rank) = state.field_of_type("com.pyxis.greenhopper.jira:gh-lexo-rank") {
        shown["ranking"] = json!({ "rankCustomFieldId": rank.schema.custom_id });
    }
    Ok(Json(shown))
}

/// One column for each category, as new boards have.
fn columns(site: &Site, state: &SiteState) -> Vec<Value> {
    let shown = |status: &Status| {
        let address = site.link(&format!("/rest/api/2/status/{}", status.id));
        json!({ "id": status.id.to_string(), "self": address })
    };
    let column = |category: StatusCategory| {
        let statuses = state.statuses.values().filter(|status| status.category == category);
        json!({ "name": category.name(), "statuses": statuses.map(shown).collect::<Vec<_>>() })
    };
    [StatusCategory::ToDo, StatusCategory::InProgress, StatusCategory::Done].map(column).into()
}
