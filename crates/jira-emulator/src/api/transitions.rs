//! Transitions of an issue.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::issue::actor;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::JiraResult;
use crate::http::extract::{JsonBody, Params};
use crate::issues::input::IssueInput;
use crate::issues::view::View;
use crate::issues::{access, edit, workflow};
use crate::site::SharedSite;

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/transitions"),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/transitions"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/api/3/issue/{issueIdOrKey}/transitions", get(transitions).post(transition))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    transition_id: Option<String>,
}

async fn transitions(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
    Params(query): Params<Query>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let wanted = query.transition_id;
    let transitions: Vec<Value> = workflow::transitions(&state, issue)
        .filter(|transition| wanted.as_ref().is_none_or(|wanted| *wanted == transition.id.to_string()))
        .map(|transition| workflow::show(&view, transition, issue.status))
        .collect();
    Ok(Json(json!({ "expand": "transitions", "transitions": transitions })))
}

async fn transition(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    JsonBody(input): JsonBody<IssueInput>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let id = access::find_id(&state, &caller, &name)?;
    edit::transition(&mut state, &actor, id, input)?;
    Ok(StatusCode::NO_CONTENT)
}
