//! Sprints: future → active → closed.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Operation, boards};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id};
use crate::http::page::{OffsetPage, PageQuery};
use crate::http::time::{agile_time, parse_time};
use crate::site::{SharedSite, Site};
use crate::state::{FieldValue, IdKind, SiteState, Sprint, SprintState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/agile/1.0/board/{boardId}/sprint"),
    ("POST", "/rest/agile/1.0/sprint"),
    ("GET", "/rest/agile/1.0/sprint/{sprintId}"),
    ("PUT", "/rest/agile/1.0/sprint/{sprintId}"),
    ("POST", "/rest/agile/1.0/sprint/{sprintId}"),
    ("DELETE", "/rest/agile/1.0/sprint/{sprintId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/agile/1.0/board/{boardId}/sprint", get(of_board))
        .route("/rest/agile/1.0/sprint", post(create))
        .route("/rest/agile/1.0/sprint/{sprintId}", get(one).put(replace).post(change).delete(remove))
}

fn shown(site: &Site, sprint: &Sprint) -> Value {
    let mut shown = json!({
        "id": sprint.id,
        "self": site.link(&format!("/rest/agile/1.0/sprint/{}", sprint.id)),
        "state": sprint.state.word(),
        "name": sprint.name,
        "originBoardId": sprint.board,
        "goal": sprint.goal.as_deref().unwrap_or_default(),
    });
    let times = [("startDate", sprint.start), ("endDate", sprint.end), ("completeDate", sprint.completed)];
    for (member, at) in times {
        if let Some(at) = at {
            shown[member] = json!(agile_time(at));
        }
    }
    shown
}

/// 404 for a sprint that does not exist.
pub(crate) fn find<'a>(state: &'a SiteState, id: &str) -> JiraResult<&'a Sprint> {
    by_id(&state.sprints, id).ok_or_else(|| JiraError::not_found("Sprint does not exist."))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    state: Option<String>,
}

async fn of_board(
    State(site): State<SharedSite>,
    _: Caller,
    Path(board): Path<String>,
    Params(query): Params<ListQuery>,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let board = boards::find(&state, &board)?;
    if &*board.board_type == "kanban" {
        return Err(JiraError::bad_request("The board does not support sprints"));
    }
    let states: Option<Vec<SprintState>> = match &query.state {
        None => None,
        Some(words) => {
            let read: Option<Vec<_>> = words.split(',').map(SprintState::parse).collect();
            Some(read.ok_or_else(|| JiraError::bad_request(format!("'{words}' is not a list of sprint states.")))?)
        }
    };
    let mut sprints: Vec<&Sprint> = state.sprints.values().filter(|sprint| sprint.board == board.id).collect();
    sprints.retain(|sprint| states.as_ref().is_none_or(|states| states.contains(&sprint.state)));
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), sprints.len());
    let values = window.of(sprints).into_iter().map(|sprint| shown(&site, sprint)).collect();
    Ok(Json(window.page(&site.here(&uri), total, values).plain()))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(shown(&site, find(&state, &id)?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    goal: Option<Arc<str>>,
    state: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    origin_board_id: Option<u64>,
}

impl Body {
    fn times(&self) -> JiraResult<(Option<Timestamp>, Option<Timestamp>)> {
        let read = |text: &Option<String>, member: &str| match text.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => match parse_time(text) {
                Some(at) => Ok(Some(at)),
                None => Err(JiraError::field(member, format!("'{text}' is not a date."))),
            },
        };
        let (start, end) = (read(&self.start_date, "startDate")?, read(&self.end_date, "endDate")?);
        match (start, end) {
            (Some(start), Some(end)) if end <= start => {
                Err(JiraError::field("endDate", "The end date of a sprint must be after the start date."))
            }
            _ => Ok((start, end)),
        }
    }
}

async fn create(
    State(site): State<SharedSite>,
    _: Caller,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let (start, end) = body.times()?;
    let board = body
        .origin_board_id
        .ok_or_else(|| JiraError::field("originBoardId", "The board of the sprint is required."))?;
    let board = boards::find(&state, &board.to_string())?;
    if &*board.board_type == "kanban" {
        return Err(JiraError::bad_request("The board does not support sprints"));
    }
    let board = board.id;
    let name: Option<Arc<str>> = body.name.map(|name| name.trim().into());
    let name = name.filter(|name| !name.is_empty());
    let sprint = Sprint {
        id: state.ids.take(IdKind::Sprint),
        board,
        name: name.ok_or_else(|| JiraError::field("name", "The name of the sprint is required."))?,
        goal: body.goal,
        state: SprintState::Future,
        start,
        end,
        completed: None,
        properties: BTreeMap::new(),
    };
    let answer = shown(&site, &sprint);
    state.sprints.insert(sprint.id, sprint);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Changes what is given.
async fn change(
    State(site): State<SharedSite>,
    _: Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    update(&site, &id, body, false)
}

/// Changes everything: what is absent is emptied.
async fn replace(
    State(site): State<SharedSite>,
    _: Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    if body.name.is_none() || body.state.is_none() {
        return Err(JiraError::bad_request("The name and state of the sprint are required."));
    }
    update(&site, &id, body, true)
}

fn update(site: &Site, id: &str, body: Body, replaces: bool) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut sprint = find(&state, id)?.clone();
    let (start, end) = body.times()?;
    let asked = body.state.as_deref();
    let target = asked.map(|word| {
        SprintState::parse(word).ok_or_else(|| JiraError::field("state", format!("'{word}' is not a sprint state.")))
    });
    let target = target.transpose()?.unwrap_or(sprint.state);
    sprint.name = body.name.filter(|name| !name.trim().is_empty()).unwrap_or(sprint.name);
    sprint.goal = if replaces { body.goal } else { body.goal.or(sprint.goal) };
    // Of a closed sprint only the name and the goal can be changed; other changes are ignored.
    if sprint.state != SprintState::Closed {
        sprint.start = if replaces { start } else { start.or(sprint.start) };
        sprint.end = if replaces { end } else { end.or(sprint.end) };
    }
    move_on(&mut sprint, target, site.now())?;
    let answer = shown(site, &sprint);
    state.sprints.insert(sprint.id, sprint);
    Ok(Json(answer))
}

/// Starts or closes a sprint.
fn move_on(sprint: &mut Sprint, target: SprintState, now: Timestamp) -> JiraResult<()> {
    match (sprint.state, target) {
        (current, target) if current == target => (),
        (SprintState::Future, SprintState::Active) => {
            if sprint.start.is_none() || sprint.end.is_none() {
                return Err(JiraError::bad_request("Sprint start and end dates must be set to start the sprint."));
            }
            sprint.state = SprintState::Active;
        }
        (SprintState::Active, SprintState::Closed) => {
            sprint.state = SprintState::Closed;
            sprint.completed = Some(now);
        }
        (current, target) => {
            let message = format!("A {} sprint cannot become {}.", current.word(), target.word());
            return Err(JiraError::bad_request(message));
        }
    }
    Ok(())
}

/// Deletes a sprint; its issues go to the backlog.
async fn remove(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let id = find(&state, &id)?.id;
    state.sprints.remove(&id);
    for issue in state.issues.values_mut() {
        for value in issue.custom.values_mut() {
            if let FieldValue::Sprints(sprints) = value {
                sprints.retain(|sprint| *sprint != id);
            }
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sprint(state: SprintState) -> Sprint {
        Sprint {
            id: 1,
            board: 1,
            name: "One".into(),
            goal: None,
            state,
            start: None,
            end: None,
            completed: None,
            properties: BTreeMap::new(),
        }
    }

    #[test]
    fn sprint_needs_dates_to_start_and_is_closed_once() {
        let now = Timestamp::UNIX_EPOCH;
        let mut sprint = sprint(SprintState::Future);
        assert!(move_on(&mut sprint, SprintState::Active, now).is_err());
        assert!(move_on(&mut sprint, SprintState::Closed, now).is_err());
        (sprint.start, sprint.end) = (Some(now), Some(now));
        move_on(&mut sprint, SprintState::Active, now).unwrap();
        assert!(move_on(&mut sprint, SprintState::Future, now).is_err());
        move_on(&mut sprint, SprintState::Closed, now).unwrap();
        assert_eq!(sprint.completed, Some(now));
        assert!(move_on(&mut sprint, SprintState::Active, now).is_err());
    }
}
