//! Asynchronous tasks.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::by_id;
use crate::site::{SharedSite, Site, derived_uuid};
use crate::state::{RawJson, Task, TaskStatus};

pub(crate) const OPERATIONS: &[Operation] = &[("GET", "/rest/api/3/task/{taskId}")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/api/3/task/{taskId}", get(one))
}

/// A task is seen by who started it and by administrators.
async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let task = by_id(&state.tasks, &id)
        .ok_or_else(|| JiraError::not_found(format!("The task with id {id} does not exist.")))?;
    if task.submitted_by != caller && !state.administers(&caller) {
        return Err(JiraError::forbidden("You do not have permission to see this task."));
    }
    Ok(Json(shown(&site, task)))
}

/// A task as Jira tells of it, also in the answer that starts it.
pub(crate) fn shown(site: &Site, task: &Task) -> Value {
    let now = site.now();
    let status = task.status_at(now);
    let ended = status != TaskStatus::Running;
    let latest = if ended { task.finished } else { now };
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/task/{}", task.id)),
        "id": task.id.to_string(),
        "description": task.description,
        "status": status.word(),
        "submittedBy": user_number(&task.submitted_by),
        "progress": if ended { 100 } else { 0 },
        "elapsedRuntime": latest.as_millisecond() - task.submitted.as_millisecond(),
        "submitted": task.submitted.as_millisecond(),
        "started": task.submitted.as_millisecond(),
        "lastUpdate": latest.as_millisecond(),
    });
    if ended {
        shown["finished"] = json!(task.finished.as_millisecond());
        shown["message"] = json!(task.message);
        shown["result"] = task.result.as_ref().map(RawJson::value).unwrap_or_default();
    }
    shown
}

/// Tasks name who started them by an internal number.
fn user_number(account: &str) -> u64 {
    10_000 + derived_uuid(&["user number", account]).as_u128() as u64 % 90_000
}
