//! Asynchronous operations on many issues, and their progress.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Operation;
use super::issue::actor;
use crate::http::auth::Caller;
use crate::http::error::{ErrorBody, JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::issues::change::Actor;
use crate::issues::moves::{self, Target};
use crate::issues::view::View;
use crate::issues::{access, removal};
use crate::site::SharedSite;
use crate::state::{IdKind, SiteState, Task, TaskStatus};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/bulk/issues/delete"),
    ("POST", "/rest/api/3/bulk/issues/move"),
    ("GET", "/rest/api/3/bulk/queue/{taskId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/bulk/issues/delete", post(bulk_delete))
        .route("/rest/api/3/bulk/issues/move", post(bulk_move))
        .route("/rest/api/3/bulk/queue/{taskId}", get(progress))
}

const MOST_ISSUES: usize = 1000;

/// A task reports that it is running for this long, though its effect is there at once.
const RUNNING: Duration = Duration::from_millis(300);

/// How a bulk operation went: kept as the task's result.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    processed_accessible_issues: Vec<u64>,
    failed_accessible_issues: BTreeMap<u64, Vec<String>>,
    invalid_or_inaccessible_issue_count: usize,
    total_issue_count: usize,
}

impl Outcome {
    fn note(&mut self, issue: u64, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.processed_accessible_issues.push(issue),
            Err(reason) => drop(self.failed_accessible_issues.insert(issue, vec![reason])),
        }
    }
}

fn bulk_error(message: &str) -> JiraError {
    JiraError::new(StatusCode::BAD_REQUEST, ErrorBody::Json(json!({ "errors": [{ "message": message }] })))
}

/// The issues that are there, and how many names lead to none.
fn find_all(state: &SiteState, caller: &str, names: &[String]) -> JiraResult<(Vec<u64>, Outcome)> {
    if names.is_empty() || names.len() > MOST_ISSUES {
        return Err(bulk_error(&format!("The number of issues must be between 1 and {MOST_ISSUES}")));
    }
    let found: Vec<u64> = names.iter().filter_map(|name| access::find_id(state, caller, name).ok()).collect();
    if found.is_empty() {
        return Err(bulk_error("Some of the issues in the issueIdsOrKeys are not valid"));
    }
    let outcome = Outcome {
        invalid_or_inaccessible_issue_count: names.len() - found.len(),
        total_issue_count: names.len(),
        ..Outcome::default()
    };
    Ok((found, outcome))
}

fn submit(state: &mut SiteState, actor: &Actor, description: &str, outcome: &Outcome) -> (StatusCode, Json<Value>) {
    let id = state.ids.take(IdKind::Task);
    let task = Task {
        id,
        description: description.into(),
        submitted_by: actor.account.clone(),
        submitted: actor.now,
        finished: actor.now + RUNNING,
        outcome: TaskStatus::Complete,
        message: "".into(),
        result: Some(json!(outcome).into()),
        bulk: true,
    };
    state.tasks.insert(id, task);
    (StatusCode::CREATED, Json(json!({ "taskId": id.to_string() })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkDelete {
    selected_issue_ids_or_keys: Vec<String>,
}

/// Sub-tasks go with their parents.
async fn bulk_delete(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<BulkDelete>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let (issues, mut outcome) = find_all(&state, &caller, &body.selected_issue_ids_or_keys)?;
    for issue in issues {
        // A sub-task may have gone with its parent a moment ago: that is what was asked for.
        let deleted = if state.issues.contains_key(&issue) {
            removal::delete(&mut state, &actor, issue, true).map_err(|error| error.to_json().to_string())
        } else {
            Ok(())
        };
        outcome.note(issue, deleted);
    }
    Ok(submit(&mut state, &actor, "Bulk delete", &outcome))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkMove {
    /// By `PROJECT,issueTypeId` or `PROJECT,issueTypeId,PARENT`.
    target_to_sources_mapping: BTreeMap<String, Sources>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sources {
    issue_ids_or_keys: Vec<String>,
    #[serde(default)]
    infer_status_defaults: bool,
    #[serde(default)]
    target_status: Vec<TargetStatus>,
}

/// New status → the statuses it takes the place of.
#[derive(Deserialize)]
struct TargetStatus {
    statuses: BTreeMap<String, Vec<String>>,
}

async fn bulk_move(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<BulkMove>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let [(target, sources)] = body.target_to_sources_mapping.iter().collect::<Vec<_>>()[..] else {
        return Err(bulk_error("Issues must be moved to a single project, issue type and parent"));
    };
    let target = read_target(&state, &caller, target)?;
    let (issues, mut outcome) = find_all(&state, &caller, &sources.issue_ids_or_keys)?;
    for issue in issues {
        let current = state.issues.get(&issue).map(|issue| issue.status.to_string()).unwrap_or_default();
        let status = mapped(sources, &current);
        outcome.note(issue, moves::move_issue(&mut state, &actor, issue, Target { status, ..target }));
    }
    Ok(submit(&mut state, &actor, "Bulk move", &outcome))
}

fn mapped(sources: &Sources, current: &str) -> Option<u64> {
    let maps = sources.target_status.iter().filter(|_| !sources.infer_status_defaults).flat_map(|map| &map.statuses);
    let mut fitting = maps.filter(|(_, old)| old.iter().any(|old| old == current));
    fitting.next().and_then(|(new, _)| new.parse().ok())
}

fn read_target(state: &SiteState, caller: &str, target: &str) -> JiraResult<Target> {
    let mut parts = target.split(',').map(str::trim);
    let project = parts.next().and_then(|name| state.project(name));
    let project = project.ok_or_else(|| bulk_error("The target project is not valid"))?;
    let issue_type = parts.next().and_then(|id| id.parse().ok()).filter(|id| project.issue_types.contains(id));
    let issue_type = issue_type.ok_or_else(|| bulk_error("The target issue type is not valid"))?;
    let parent = parts.next().map(|name| access::find_id(state, caller, name)).transpose();
    let parent = parent.map_err(|_| bulk_error("The target parent is not valid"))?;
    Ok(Target { project: project.id, issue_type, parent, status: None })
}

async fn progress(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let task = id.parse::<u64>().ok().and_then(|id| state.tasks.get(&id));
    let task = task.filter(|task| task.bulk && (task.submitted_by == caller || state.administers(&caller)));
    let task = task.ok_or_else(not_bulk)?;
    let now = site.now();
    let status = task.status_at(now);
    let is_done = now >= task.finished;
    let outcome: Outcome =
        task.result.as_ref().and_then(|result| serde_json::from_str(result.text()).ok()).unwrap_or_default();
    let view = View::new(&site, &state, Some(&caller));
    let mut shown = json!({
        "taskId": id,
        "status": status.word(),
        "progressPercent": if is_done { 100 } else { 0 },
        "submittedBy": view.user(Some(&task.submitted_by)),
        "created": task.submitted.as_millisecond(),
        "started": task.submitted.as_millisecond(),
        "updated": now.min(task.finished).as_millisecond(),
        "totalIssueCount": outcome.total_issue_count,
        "invalidOrInaccessibleIssueCount": outcome.invalid_or_inaccessible_issue_count,
        "processedAccessibleIssues": [],
        "failedAccessibleIssues": {},
    });
    if is_done {
        shown["processedAccessibleIssues"] = json!(outcome.processed_accessible_issues);
        shown["failedAccessibleIssues"] = json!(outcome.failed_accessible_issues);
    }
    Ok(Json(shown))
}

fn not_bulk() -> JiraError {
    let body = json!({
        "errorMessages": ["The task associated with this taskId is not a bulk operation task"],
        "errors": {},
        "httpStatusCode": { "empty": false, "present": true },
    });
    JiraError::new(StatusCode::BAD_REQUEST, ErrorBody::Json(body))
}
