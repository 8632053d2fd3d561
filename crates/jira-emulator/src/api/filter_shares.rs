//! Whom filters are shared with, and who owns them.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::filter_view::{find, share, shares};
use super::filters::owns_another;
use crate::http::audit::{self, Event};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::site::SharedSite;
use crate::state::{AccountId, Filter, IdKind, Share, SharedWith, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("PUT", "/rest/api/3/filter/{id}/owner"),
    ("GET", "/rest/api/3/filter/{id}/permission"),
    ("POST", "/rest/api/3/filter/{id}/permission"),
    ("GET", "/rest/api/3/filter/{id}/permission/{permissionId}"),
    ("DELETE", "/rest/api/3/filter/{id}/permission/{permissionId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/filter/{id}/owner", put(change_owner))
        .route("/rest/api/3/filter/{id}/permission", get(list).post(add))
        .route("/rest/api/3/filter/{id}/permission/{permissionId}", get(one).delete(remove))
}

const OWNER_CHANGED: Event = Event::new("Filter owner changed", "filters", "FILTER");

/// A permission within a filter: what it is shared with is an object.
#[derive(Deserialize)]
pub(crate) struct ShareInput {
    #[serde(rename = "type")]
    kind: String,
    project: Option<Reference>,
    role: Option<Reference>,
    group: Option<GroupInput>,
    user: Option<UserInput>,
}

#[derive(Deserialize)]
struct Reference {
    id: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupInput {
    group_id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserInput {
    account_id: String,
}

impl From<ShareInput> for SingleShareInput {
    fn from(input: ShareInput) -> Self {
        let id = |reference: Option<Reference>| {
            reference.map(|reference| reference.id.as_str().map_or_else(|| reference.id.to_string(), str::to_owned))
        };
        let (group_id, groupname) = input.group.map_or((None, None), |group| (group.group_id, group.name));
        Self {
            kind: input.kind,
            project_id: id(input.project),
            project_role_id: id(input.role),
            groupname: groupname.filter(|_| group_id.is_none()),
            group_id,
            account_id: input.user.map(|user| user.account_id),
        }
    }
}

/// A permission that is added alone: what it is shared with is an id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SingleShareInput {
    #[serde(rename = "type")]
    kind: String,
    project_id: Option<String>,
    project_role_id: Option<String>,
    groupname: Option<String>,
    group_id: Option<String>,
    account_id: Option<String>,
}

/// Reads the permissions in a filter; each gets an id of its own.
pub(crate) fn read_all(state: &mut SiteState, given: Vec<ShareInput>) -> JiraResult<Vec<Share>> {
    let read: JiraResult<Vec<SharedWith>> = given.into_iter().map(|share| read(state, share.into())).collect();
    Ok(read?.into_iter().map(|with| Share { id: state.ids.take(IdKind::Scheme), with }).collect())
}

fn read(state: &SiteState, input: SingleShareInput) -> JiraResult<SharedWith> {
    let refused = |what: &str| JiraError::bad_request(format!("The {what} of a share permission does not exist."));
    match input.kind.as_str() {
        "global" => Ok(SharedWith::Everybody),
        "loggedin" | "authenticated" => Ok(SharedWith::LoggedIn),
        "user" => {
            let user = input.account_id.and_then(|account| state.users.get(account.as_str()));
            user.map(|user| SharedWith::User(user.account_id.clone())).ok_or_else(|| refused("user"))
        }
        "group" => {
            let is_meant = |id: &str, name: &str| {
                input.group_id.as_deref() == Some(id) || input.groupname.as_deref() == Some(name)
            };
            let group = state.groups.values().find(|group| is_meant(&group.id, &group.name));
            group.map(|group| SharedWith::Group(group.id.clone())).ok_or_else(|| refused("group"))
        }
        "project" | "projectRole" => {
            let project = input.project_id.and_then(|id| state.project(&id)).ok_or_else(|| refused("project"))?.id;
            let role = match input.project_role_id {
                None if input.kind == "projectRole" => return Err(refused("role")),
                None => None,
                Some(role) => {
                    let known = role.parse().ok().filter(|role| state.roles.contains_key(role));
                    Some(known.ok_or_else(|| refused("role"))?)
                }
            };
            Ok(SharedWith::Project { project, role })
        }
        other => Err(JiraError::bad_request(format!("'{other}' is not a valid type of share permission."))),
    }
}

async fn list(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Vec<Value>>> {
    let state = site.read();
    let filter = seen(&state, &caller, &id)?;
    Ok(Json(shares(&site, &state, &filter.share_permissions)))
}

/// Here a filter that may not be seen is not found, unlike where it is read itself.
fn seen<'a>(state: &'a SiteState, caller: &str, id: &str) -> JiraResult<&'a Filter> {
    find(state, caller, id, false).map_err(|_| JiraError::not_found(super::filter_view::not_available(id)))
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((id, permission)): Path<(String, String)>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let mut held = seen(&state, &caller, &id)?.share_permissions.iter();
    let found = held.find(|share| share.id.to_string() == permission);
    found.map(|found| Json(share(&site, &state, found))).ok_or_else(|| absent(&permission))
}

fn absent(permission: &str) -> JiraError {
    JiraError::not_found(format!("The share permission with id '{permission}' does not exist."))
}

/// A permission for everybody stands alone: it overwrites all others.
async fn add(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    JsonBody(input): JsonBody<SingleShareInput>,
) -> JiraResult<(StatusCode, Json<Vec<Value>>)> {
    let mut state = site.write();
    let filter = seen(&state, &caller, &id)?;
    if *filter.owner != *caller {
        return Err(JiraError::bad_request("You do not own this filter."));
    }
    let (id, with) = (filter.id, read(&state, input)?);
    let share = Share { id: state.ids.take(IdKind::Scheme), with };
    let Some(filter) = state.filters.get_mut(&id) else { return Err(absent("")) };
    if matches!(share.with, SharedWith::Everybody | SharedWith::LoggedIn) {
        filter.share_permissions.clear();
    }
    filter.share_permissions.push(share);
    let held = filter.share_permissions.clone();
    Ok((StatusCode::CREATED, Json(shares(&site, &state, &held))))
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((id, permission)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let owned = seen(&state, &caller, &id)?;
    let id = (*owned.owner == *caller).then_some(owned.id).ok_or_else(|| absent(&permission))?;
    let Some(filter) = state.filters.get_mut(&id) else { return Err(absent(&permission)) };
    let before = filter.share_permissions.len();
    filter.share_permissions.retain(|share| share.id.to_string() != permission);
    if filter.share_permissions.len() == before { Err(absent(&permission)) } else { Ok(StatusCode::NO_CONTENT) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnerInput {
    account_id: AccountId,
}

/// The new owner must be active, and may own no filter of the same name.
async fn change_owner(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    JsonBody(OwnerInput { account_id }): JsonBody<OwnerInput>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let administers = state.administers(&caller);
    let filter = find(&state, &caller, &id, true)
        .map_err(|_| JiraError::not_found(super::filter_view::not_available(&id)))?
        .clone();
    if *filter.owner != *caller && !administers {
        return Err(JiraError::forbidden("You must own the filter or administer Jira to change its owner."));
    }
    if !state.users.get(&account_id).is_some_and(|user| user.active) {
        return Err(JiraError::not_found(format!("The user \"{account_id}\" does not exist.")));
    }
    if owns_another(&state, &account_id, &filter.name, Some(filter.id)) {
        return Err(JiraError::field("filterName", "The new owner has a filter with the same name already."));
    }
    audit::note(&site, &mut state, &caller, OWNER_CHANGED, filter.id, &filter.name);
    state.filters.insert(filter.id, Filter { owner: account_id, ..filter });
    Ok(StatusCode::NO_CONTENT)
}
