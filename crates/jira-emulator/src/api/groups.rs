//! Groups and who is in them.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::users::user_not_found;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, repeated};
use crate::http::page::{OffsetPage, PageQuery};
use crate::http::render;
use crate::site::{SharedSite, Site, derived_uuid};
use crate::state::{Group, IdKind, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/group/bulk"),
    ("GET", "/rest/api/3/group/member"),
    ("POST", "/rest/api/3/group"),
    ("DELETE", "/rest/api/3/group"),
    ("POST", "/rest/api/3/group/user"),
    ("DELETE", "/rest/api/3/group/user"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/group/bulk", get(bulk))
        .route("/rest/api/3/group/member", get(members))
        .route("/rest/api/3/group", post(create).delete(remove))
        .route("/rest/api/3/group/user", post(add_member).delete(remove_member))
}

const CREATED: Event = Event::new("Group created", "group management", "GROUP");
const DELETED: Event = Event::new("Group deleted", "group management", "GROUP");
const MEMBER_ADDED: Event = Event::new("User added to group", "group management", "GROUP");
const MEMBER_REMOVED: Event = Event::new("User removed from group", "group management", "GROUP");

/// A group as other objects name it.
pub(crate) fn named(site: &Site, group: &Group) -> Value {
    json!({ "name": group.name, "groupId": group.id, "self": link(site, group) })
}

fn link(site: &Site, group: &Group) -> String {
    site.link(&format!("/rest/api/3/group?groupId={}", group.id))
}

fn shown(site: &Site, state: &SiteState, group: &Group, viewer: &str) -> Value {
    let members = group.members.iter().filter_map(|account| state.users.get(account)).take(50);
    let items: Vec<Value> = members.map(|user| render::user(site, user, Some(viewer))).collect();
    let users = json!({
        "size": group.members.len(), "items": items, "max-results": 50, "start-index": 0, "end-index": items.len(),
    });
    json!({ "name": group.name, "groupId": group.id, "self": link(site, group), "users": users, "expand": "users" })
}

async fn bulk(
    State(site): State<SharedSite>,
    _: Caller,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let ids = repeated(query.as_deref(), "groupId");
    let names = repeated(query.as_deref(), "groupName");
    let state = site.read();
    let asked = |group: &&Group| {
        let any = ids.is_empty() && names.is_empty();
        any || ids.iter().any(|id| **id == *group.id) || names.iter().any(|name| **name == *group.name)
    };
    let mut groups: Vec<&Group> = state.groups.values().filter(asked).collect();
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    let (window, total) = (page.window(50, 50), groups.len());
    let values =
        window.of(groups).into_iter().map(|group| json!({ "name": group.name, "groupId": group.id })).collect();
    Json(window.page(&site.here(&uri), total, values))
}

/// Which group a request means: by id, or by name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupQuery {
    group_id: Option<String>,
    groupname: Option<String>,
    account_id: Option<String>,
    swap_group_id: Option<String>,
    swap_group: Option<String>,
    include_inactive_users: Option<bool>,
    start_at: Option<u64>,
    max_results: Option<u64>,
}

impl GroupQuery {
    fn find(&self, state: &SiteState) -> JiraResult<Arc<str>> {
        find(state, self.group_id.as_deref(), self.groupname.as_deref())
    }
}

fn find(state: &SiteState, id: Option<&str>, name: Option<&str>) -> JiraResult<Arc<str>> {
    let group = match (id, name) {
        (Some(id), _) => state.groups.get(id),
        (None, Some(name)) => state.groups.values().find(|group| &*group.name == name),
        (None, None) => return Err(JiraError::bad_request("'groupName' or 'groupId' should be specified.")),
    };
    let told = || id.or(name).unwrap_or_default().to_owned();
    group.map(|group| group.id.clone()).ok_or_else(|| group_not_found(&told()))
}

/// 404 for a group the site does not have.
pub(crate) fn group_not_found(name: &str) -> JiraError {
    JiraError::not_found(format!("The group '{name}' does not exist."))
}

async fn members(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(query): Params<GroupQuery>,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let group = &state.groups[&query.find(&state)?];
    let all = query.include_inactive_users.unwrap_or(false);
    let users = group.members.iter().filter_map(|account| state.users.get(account));
    let users: Vec<_> = users.filter(|user| all || user.active).collect();
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), users.len());
    let values = window.of(users).into_iter().map(|user| render::user(&site, user, Some(&caller))).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

#[derive(Deserialize)]
struct NewGroup {
    name: Arc<str>,
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewGroup>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    if new.name.trim().is_empty() {
        return Err(JiraError::bad_request("A group name must be given."));
    }
    if state.groups.values().any(|group| group.name.eq_ignore_ascii_case(&new.name)) {
        return Err(JiraError::bad_request(format!("A group with the name '{}' already exists.", new.name)));
    }
    // The record of the creation takes the next audit id: a group made again under its old name has another id.
    let salt = state.ids.take(IdKind::AuditRecord).to_string();
    let id: Arc<str> = derived_uuid(&["group", &site.name, &new.name, &salt]).to_string().into();
    let group = Group { id: id.clone(), name: new.name, members: BTreeSet::new(), administers: false };
    audit::note(&site, &mut state, &caller, CREATED, &id, &group.name);
    let answer = shown(&site, &state, &group, &caller);
    state.groups.insert(id, group);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Deletes a group. Role actors and restrictions that named it go over to the group to swap with, or are dropped.
async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Params(query): Params<GroupQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let id = query.find(&state)?;
    let swaps = query.swap_group_id.is_some() || query.swap_group.is_some();
    let swap = swaps.then(|| find(&state, query.swap_group_id.as_deref(), query.swap_group.as_deref())).transpose()?;
    for project in state.projects.values_mut() {
        for actors in project.role_actors.values_mut() {
            if actors.groups.remove(&id) {
                actors.groups.extend(swap.clone());
            }
        }
    }
    if let Some(group) = state.groups.remove(&id) {
        audit::note(&site, &mut state, &caller, DELETED, &id, &group.name);
    }
    Ok(StatusCode::OK)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewMember {
    account_id: String,
}

async fn add_member(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Params(query): Params<GroupQuery>,
    JsonBody(new): JsonBody<NewMember>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let id = query.find(&state)?;
    let user = state.users.get(new.account_id.as_str()).ok_or_else(user_not_found)?;
    let (account, name) = (user.account_id.clone(), user.display_name.clone());
    let mut group = state.groups[&id].clone();
    if !group.members.insert(account) {
        let message = format!("Cannot add user. '{name}' is already a member of '{}'", group.name);
        return Err(JiraError::bad_request(message));
    }
    audit::note(&site, &mut state, &caller, MEMBER_ADDED, &id, &group.name);
    let answer = shown(&site, &state, &group, &caller);
    state.groups.insert(id, group);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn remove_member(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Params(query): Params<GroupQuery>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let id = query.find(&state)?;
    let account = query.account_id.as_deref().unwrap_or_default();
    if !state.users.contains_key(account) {
        return Err(user_not_found());
    }
    let group = state.groups.get_mut(&id).ok_or_else(|| group_not_found(&id))?;
    if !group.members.remove(account) {
        let message = format!("Cannot remove user '{account}' from group '{}' since user is not a member", group.name);
        return Err(JiraError::bad_request(message));
    }
    let name = group.name.clone();
    audit::note(&site, &mut state, &caller, MEMBER_REMOVED, &id, name);
    Ok(StatusCode::OK)
}
