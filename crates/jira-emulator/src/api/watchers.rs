//! Watchers and votes.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::Params;
use crate::issues::access;
use crate::issues::view::View;
use crate::site::SharedSite;
use crate::state::{AccountId, Issue, RawJson, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/watchers"),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/watchers"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/watchers"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/votes"),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/votes"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/votes"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/{issueIdOrKey}/watchers", get(watchers).post(watch).delete(unwatch))
        .route("/rest/api/3/issue/{issueIdOrKey}/votes", get(votes).post(vote).delete(withdraw_vote))
}

async fn watchers(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let watchers: Vec<RawJson> = issue.watchers.iter().map(|account| view.user(Some(account))).collect();
    Ok(Json(json!({
        "self": site.link(&format!("/rest/api/3/issue/{}/watchers", state.key_of(issue))),
        "isWatching": caller.is_some_and(|caller| issue.watchers.contains(&caller)),
        "watchCount": issue.watchers.len(),
        "watchers": watchers,
    })))
}

fn find_mut<'a>(state: &'a mut SiteState, caller: &str, name: &str) -> JiraResult<&'a mut Issue> {
    let id = access::find_id(state, caller, name)?;
    state.issues.get_mut(&id).ok_or_else(JiraError::issue_not_found)
}

/// The body is one JSON string, or nothing for the caller.
async fn watch(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    body: Bytes,
) -> JiraResult<StatusCode> {
    let account: AccountId = if body.is_empty() {
        caller.clone()
    } else {
        serde_json::from_slice::<String>(&body).map_err(|_| JiraError::invalid_payload())?.into()
    };
    let mut state = site.write();
    access::find_id(&state, &caller, &name)?;
    if !state.users.get(&account).is_some_and(|user| user.active) {
        return Err(JiraError::bad_request(format!(
            "The user \"{account}\" does not exist or cannot watch this issue."
        )));
    }
    find_mut(&mut state, &caller, &name)?.watchers.insert(account);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WatcherQuery {
    account_id: Option<String>,
}

async fn unwatch(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<WatcherQuery>,
) -> JiraResult<StatusCode> {
    let account = query.account_id.ok_or_else(|| JiraError::bad_request("The accountId must be given."))?;
    find_mut(&mut site.write(), &caller, &name)?.watchers.remove(account.as_str());
    Ok(StatusCode::NO_CONTENT)
}

async fn votes(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let voters: Vec<RawJson> = issue.voters.iter().map(|account| view.user(Some(account))).collect();
    Ok(Json(json!({
        "self": site.link(&format!("/rest/api/3/issue/{}/votes", state.key_of(issue))),
        "votes": issue.voters.len(),
        "hasVoted": caller.is_some_and(|caller| issue.voters.contains(&caller)),
        "voters": voters,
    })))
}

async fn vote(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    find_mut(&mut state, &caller, &name)?.voters.insert(caller);
    Ok(StatusCode::NO_CONTENT)
}

async fn withdraw_vote(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    if !find_mut(&mut state, &caller, &name)?.voters.remove(&caller) {
        return Err(JiraError::not_found("Cannot remove a vote for an issue that the user has not already voted for."));
    }
    Ok(StatusCode::NO_CONTENT)
}
