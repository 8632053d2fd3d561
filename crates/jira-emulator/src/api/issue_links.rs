//! Links between issues.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::issue::actor;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::issues::change::{self, Actor};
use crate::issues::edit::{self, NewComment};
use crate::issues::view::View;
use crate::issues::{access, adf, history, limits};
use crate::site::SharedSite;
use crate::state::{HistoryItem, IdKind, Link, LinkEnd, LinkType, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/issueLink"),
    ("GET", "/rest/api/3/issueLink/{linkId}"),
    ("DELETE", "/rest/api/3/issueLink/{linkId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issueLink", post(create))
        .route("/rest/api/3/issueLink/{linkId}", get(read).delete(remove))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkInput {
    #[serde(rename = "type")]
    link_type: Value,
    inward_issue: Value,
    outward_issue: Value,
    comment: Option<Value>,
}

/// Answers without a body: the link's id is not told. The same link may be made twice.
async fn create(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(input): JsonBody<LinkInput>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    if !state.settings.issue_linking {
        return Err(JiraError::not_found("Issue linking is currently disabled."));
    }
    let link_type = find_type(&state, &input.link_type)?.id;
    let source = find_end(&state, &caller, &input.inward_issue)?;
    let destination = find_end(&state, &caller, &input.outward_issue)?;
    if source == destination {
        return Err(JiraError::bad_request("You cannot link an issue to itself."));
    }
    let comment = input.comment.map(|comment| adf::read(&state, &comment["body"])).transpose();
    let comment = comment.map_err(|_| JiraError::field("comment", "Comment body is not valid!"))?;
    for end in [source, destination] {
        limits::room_for("issue links", state.issues.get(&end).map_or(0, |issue| issue.links.len()), limits::LINKS)?;
    }
    let id = state.ids.take(IdKind::Link);
    let link = Link { id, link_type, source: LinkEnd::Issue(source), destination: LinkEnd::Issue(destination) };
    tell(&mut state, &actor, &link, Told::Added);
    state.links.insert(id, link);
    for end in [source, destination] {
        if let Some(issue) = state.issues.get_mut(&end) {
            issue.links.push(id);
        }
    }
    if let Some(body) = comment {
        let comment =
            NewComment { body, visibility: None, public: true, properties: std::collections::BTreeMap::new() };
        edit::add_comment(&mut state, &actor, source, comment);
    }
    Ok(StatusCode::CREATED)
}

fn find_type<'a>(state: &'a SiteState, value: &Value) -> JiraResult<&'a LinkType> {
    let id = value["id"].as_u64().or_else(|| value["id"].as_str().and_then(|id| id.parse().ok()));
    let named = match id {
        Some(id) => state.link_types.get(&id),
        None => state.link_types.values().find(|link_type| Some(&*link_type.name) == value["name"].as_str()),
    };
    named.ok_or_else(|| {
        let name = value["name"].as_str().or(value["id"].as_str()).unwrap_or_default();
        JiraError::not_found(format!("No issue link type with name '{name}' found."))
    })
}

fn find_end(state: &SiteState, caller: &str, value: &Value) -> JiraResult<u64> {
    let name = value["id"].as_str().map(str::to_owned).or_else(|| value["id"].as_u64().map(|id| id.to_string()));
    let name = name.or_else(|| value["key"].as_str().map(str::to_owned)).unwrap_or_default();
    access::find_id(state, caller, &name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Added,
    Removed,
}

/// Writes the change of a link into the changelogs of both ends.
fn tell(state: &mut SiteState, actor: &Actor, link: &Link, told: Told) {
    let ends = [(&link.source, &link.destination, true), (&link.destination, &link.source, false)];
    for (end, other, outward) in ends {
        let LinkEnd::Issue(end) = end else { continue };
        let item = link_item(state, link, other, outward, told);
        change::record(state, actor, *end, vec![item], None);
    }
}

fn link_item(state: &SiteState, link: &Link, other: &LinkEnd, outward: bool, told: Told) -> HistoryItem {
    let key = match other {
        LinkEnd::Issue(id) => state.issues.get(id).map(|issue| state.key_of(issue)).unwrap_or_default(),
        LinkEnd::Absent { key, .. } => key.to_string(),
    };
    let link_type = state.link_types.get(&link.link_type);
    let words = link_type.map(|link_type| if outward { &link_type.outward } else { &link_type.inward });
    let words = words.map(|words| &**words).unwrap_or_default();
    let shown = (Some(key.clone()), Some(format!("This issue {words} {key}")));
    let (old, new) = match told {
        Told::Added => ((None, None), shown),
        Told::Removed => (shown, (None, None)),
    };
    history::item("Link", None, "jira", old, new)
}

fn find<'a>(state: &'a SiteState, caller: Option<&str>, id: &str) -> JiraResult<&'a Link> {
    let link = id.parse::<u64>().ok().and_then(|id| state.links.get(&id)).filter(|_| caller.is_some());
    link.ok_or_else(|| JiraError::not_found(format!("No issue link with id '{id}' exists.")))
}

async fn read(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let link = find(&state, caller.as_deref(), &id)?;
    Ok(Json(View::new(&site, &state, caller.as_ref()).whole_link(link)))
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let link = find(&state, Some(&caller), &id)?.clone();
    state.links.remove(&link.id);
    for end in [&link.source, &link.destination] {
        if let LinkEnd::Issue(end) = end
            && let Some(issue) = state.issues.get_mut(end)
        {
            issue.links.retain(|held| *held != link.id);
        }
    }
    tell(&mut state, &actor, &link, Told::Removed);
    Ok(StatusCode::NO_CONTENT)
}
