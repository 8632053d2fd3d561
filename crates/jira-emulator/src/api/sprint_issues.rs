//! Moving issues between sprints and the backlog.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;

use super::{Operation, rank, sprints};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::issues::access;
use crate::issues::change::{self, Actor};
use crate::site::SharedSite;
use crate::state::{FieldValue, SiteState, SprintState};

pub(crate) const OPERATIONS: &[Operation] =
    &[("POST", "/rest/agile/1.0/sprint/{sprintId}/issue"), ("POST", "/rest/agile/1.0/backlog/issue")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/agile/1.0/sprint/{sprintId}/issue", post(to_sprint))
        .route("/rest/agile/1.0/backlog/issue", post(to_backlog))
}

/// Most issues in one request.
pub(crate) const MOST: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    issues: Vec<String>,
    rank_before_issue: Option<String>,
    rank_after_issue: Option<String>,
}

/// Finds the issues a request names, all or none.
pub(crate) fn find_issues(state: &SiteState, caller: &str, names: &[String]) -> JiraResult<Vec<u64>> {
    if names.is_empty() || names.len() > MOST {
        return Err(JiraError::bad_request(format!("Between 1 and {MOST} issues must be given.")));
    }
    names.iter().map(|name| access::find_id(state, caller, name)).collect()
}

async fn to_sprint(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(sprint): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let sprint = sprints::find(&state, &sprint)?;
    if sprint.state == SprintState::Closed {
        return Err(JiraError::bad_request("Issues can only be moved to open or future sprints."));
    }
    let sprint = sprint.id;
    let issues = find_issues(&state, &caller, &body.issues)?;
    let actor = Actor { account: caller, now: site.now() };
    assign(&mut state, &actor, &issues, Some(sprint))?;
    let place = rank::Place::read(&state, &actor.account, body.rank_before_issue, body.rank_after_issue)?;
    if let Some(place) = place {
        rank::insert(&mut state, &issues, place);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn to_backlog(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let issues = find_issues(&state, &caller, &body.issues)?;
    let actor = Actor { account: caller, now: site.now() };
    assign(&mut state, &actor, &issues, None)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts issues into an open sprint, or into none. They keep the closed sprints they were in.
fn assign(state: &mut SiteState, actor: &Actor, issues: &[u64], sprint: Option<u64>) -> JiraResult<()> {
    let field = state.field_of_type("com.pyxis.greenhopper.jira:gh-sprint").and_then(|field| field.schema.custom_id);
    let field = field.ok_or_else(|| JiraError::bad_request("The site has no sprint field."))?;
    for id in issues {
        let Some(mut issue) = state.issues.get(id).cloned() else { continue };
        let mut held = match issue.custom.remove(&field) {
            Some(FieldValue::Sprints(held)) => held,
            _ => Vec::new(),
        };
        let closed = |id: &u64| state.sprints.get(id).is_some_and(|sprint| sprint.state == SprintState::Closed);
        held.retain(closed);
        held.extend(sprint);
        if !held.is_empty() {
            issue.custom.insert(field, FieldValue::Sprints(held));
        }
        change::apply(state, actor, issue, None);
    }
    Ok(())
}
