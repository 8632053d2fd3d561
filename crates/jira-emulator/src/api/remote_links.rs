//! Links from issues to something outside Jira.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Operation;
use super::issue::actor;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::issues::change::{self, Actor};
use crate::issues::view::View;
use crate::issues::{access, history, limits};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, Issue, RemoteLink, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/remotelink"),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/remotelink"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/remotelink"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}"),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/{issueIdOrKey}/remotelink", get(list).post(upsert).delete(remove_by_global_id))
        .route("/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}", get(read).put(change_link).delete(remove))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GlobalId {
    global_id: Option<String>,
}

fn links<'a>(state: &'a SiteState, issue: &'a Issue) -> impl Iterator<Item = &'a RemoteLink> {
    issue.remote_links.iter().filter_map(|id| state.remote_links.get(id))
}

/// All links as an array, or the one with a global id as an object.
async fn list(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
    Params(query): Params<GlobalId>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let Some(wanted) = query.global_id else {
        return Ok(Json(links(&state, issue).map(|link| view.remote_link(link)).collect()));
    };
    let found = links(&state, issue).find(|link| link.global_id.as_deref() == Some(&*wanted));
    found.map(|link| Json(view.remote_link(link))).ok_or_else(not_found)
}

fn not_found() -> JiraError {
    JiraError::not_found("The remote issue link does not exist.")
}

/// A link in a request: its global id, and the rest as it is kept.
struct LinkInput {
    global_id: Option<String>,
    body: Value,
}

fn check(mut members: Map<String, Value>) -> JiraResult<LinkInput> {
    let global_id = members.remove("globalId").and_then(|id| id.as_str().map(str::to_owned));
    let object = members.get("object").unwrap_or(&Value::Null);
    for required in ["url", "title"] {
        if object[required].as_str().is_none_or(str::is_empty) {
            return Err(JiraError::field(required, format!("'{required}' is required.")));
        }
    }
    if global_id.as_ref().is_some_and(|id| id.chars().count() > 255) {
        return Err(JiraError::field("globalId", "'globalId' must not exceed 255 characters."));
    }
    let mut body = json!({ "application": members.remove("application").unwrap_or_else(|| json!({})) });
    for kept in ["relationship", "object"] {
        if let Some(value) = members.remove(kept) {
            body[kept] = value;
        }
    }
    let status = &mut body["object"]["status"];
    if status.is_null() {
        *status = json!({ "icon": {} });
    }
    if body["object"]["icon"].is_null() {
        body["object"]["icon"] = json!({});
    }
    Ok(LinkInput { global_id, body })
}

/// Writes a link; one with the same global id on the issue is replaced.
async fn upsert(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    JsonBody(members): JsonBody<Map<String, Value>>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let input = check(members)?;
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let issue = access::find(&state, Some(&caller), &name)?;
    let (issue_id, held) = (issue.id, issue.remote_links.len());
    let same = |link: &&RemoteLink| link.global_id.is_some() && link.global_id.as_deref() == input.global_id.as_deref();
    let known = links(&state, issue).find(same).map(|link| link.id);
    let id = if let Some(id) = known {
        id
    } else {
        limits::room_for("remote links", held, limits::REMOTE_LINKS)?;
        state.ids.take(IdKind::RemoteLink)
    };
    put(&mut state, &actor, issue_id, id, input);
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "id": id, "self": link_url(&site, issue_id, id) }))))
}

fn link_url(site: &Site, issue: u64, id: u64) -> String {
    site.link(&format!("/rest/api/3/issue/{issue}/remotelink/{id}"))
}

fn put(state: &mut SiteState, actor: &Actor, issue: u64, id: u64, input: LinkInput) {
    let before = state.remote_links.get(&id).map(title);
    let after = input.body["object"]["title"].as_str().map(str::to_owned);
    let global_id = input.global_id.map(Into::into);
    state.remote_links.insert(id, RemoteLink { id, issue, global_id, body: input.body.into() });
    if let Some(issue) = state.issues.get_mut(&issue)
        && !issue.remote_links.contains(&id)
    {
        issue.remote_links.push(id);
    }
    tell(state, actor, issue, id, before, after);
}

fn title(link: &RemoteLink) -> String {
    link.body.value()["object"]["title"].as_str().unwrap_or_default().to_owned()
}

fn tell(state: &mut SiteState, actor: &Actor, issue: u64, id: u64, before: Option<String>, after: Option<String>) {
    let shown = |title: Option<String>| {
        let words = title.map(|title| format!("This issue links to \"{title}\""));
        (words.as_ref().map(|_| id.to_string()), words)
    };
    let item = history::item("RemoteIssueLink", None, "jira", shown(before), shown(after));
    change::record(state, actor, issue, vec![item], None);
}

fn find<'a>(state: &'a SiteState, caller: Option<&str>, issue: &str, id: &str) -> JiraResult<&'a RemoteLink> {
    let issue = access::find(state, caller, issue)?;
    let link = id.parse::<u64>().ok().and_then(|id| state.remote_links.get(&id));
    link.filter(|link| link.issue == issue.id).ok_or_else(not_found)
}

async fn read(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((name, id)): Path<(String, String)>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let link = find(&state, caller.as_deref(), &name, &id)?;
    Ok(Json(View::new(&site, &state, caller.as_ref()).remote_link(link)))
}

async fn change_link(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, id)): Path<(String, String)>,
    JsonBody(members): JsonBody<Map<String, Value>>,
) -> JiraResult<StatusCode> {
    let input = check(members)?;
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let link = find(&state, Some(&caller), &name, &id)?;
    let (issue, id) = (link.issue, link.id);
    put(&mut state, &actor, issue, id, input);
    Ok(StatusCode::NO_CONTENT)
}

fn take_off(state: &mut SiteState, actor: &Actor, id: u64) {
    let Some(link) = state.remote_links.remove(&id) else { return };
    if let Some(issue) = state.issues.get_mut(&link.issue) {
        issue.remote_links.retain(|held| *held != id);
    }
    tell(state, actor, link.issue, id, Some(title(&link)), None);
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, id)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let id = find(&state, Some(&caller), &name, &id)?.id;
    take_off(&mut state, &actor, id);
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_by_global_id(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<GlobalId>,
) -> JiraResult<StatusCode> {
    let wanted = query.global_id.ok_or_else(|| JiraError::field("globalId", "'globalId' is required."))?;
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let issue = access::find(&state, Some(&caller), &name)?;
    let found = links(&state, issue).find(|link| link.global_id.as_deref() == Some(&*wanted)).map(|link| link.id);
    take_off(&mut state, &actor, found.ok_or_else(not_found)?);
    Ok(StatusCode::NO_CONTENT)
}
