//! What role definitions and the roles of projects share: how actors are shown, and how they are named in requests.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::groups::group_not_found;
use super::users::user_not_found;
use crate::http::error::{JiraError, JiraResult};
use crate::site::{Site, derived_uuid};
use crate::state::{Role, RoleActors, SiteState};

/// Actors to add, by account and by group id or name.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActorsBody {
    #[serde(default)]
    user: Vec<String>,
    #[serde(default)]
    group: Vec<String>,
    #[serde(default)]
    group_id: Vec<String>,
}

/// All actors of a role by their sort.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategorisedActors {
    #[serde(default)]
    categorised_actors: BTreeMap<String, Vec<String>>,
}

impl CategorisedActors {
    /// The same in the form in which actors are added.
    pub(crate) fn into_body(mut self) -> ActorsBody {
        let mut take = |sort: &str| self.categorised_actors.remove(sort).unwrap_or_default();
        ActorsBody {
            user: take("atlassian-user-role-actor"),
            group: take("atlassian-group-role-actor"),
            group_id: take("atlassian-group-role-actor-id"),
        }
    }
}

/// Finds the accounts and groups that a request names. An unknown or inactive account is a 404.
pub(crate) fn resolve(state: &SiteState, body: &ActorsBody) -> JiraResult<RoleActors> {
    let mut actors = RoleActors::default();
    for account in &body.user {
        let user = state.users.get(account.as_str()).filter(|user| user.active).ok_or_else(user_not_found)?;
        actors.users.insert(user.account_id.clone());
    }
    for id in &body.group_id {
        let group = state.groups.get(id.as_str()).ok_or_else(|| group_not_found(id))?;
        actors.groups.insert(group.id.clone());
    }
    for name in &body.group {
        let group = state.groups.values().find(|group| *group.name == **name).ok_or_else(|| group_not_found(name))?;
        actors.groups.insert(group.id.clone());
    }
    Ok(actors)
}

/// Adds actors; one that is there already is a 400 and nothing is added.
pub(crate) fn add(state: &SiteState, actors: &mut RoleActors, new: RoleActors) -> JiraResult<()> {
    if new.users.is_empty() && new.groups.is_empty() {
        return Err(JiraError::bad_request("No users or groups were given to add to the project role."));
    }
    let user = new.users.intersection(&actors.users).next();
    let user = user.and_then(|account| state.users.get(account)).map(|user| &user.display_name);
    let group = new.groups.intersection(&actors.groups).next();
    let group = group.and_then(|id| state.groups.get(id)).map(|group| &group.name);
    if let Some(name) = user.or(group) {
        return Err(JiraError::bad_request(format!("'{name}' is already a member of the project role.")));
    }
    actors.users.extend(new.users);
    actors.groups.extend(new.groups);
    Ok(())
}

/// Removes one actor, by account, group id or group name; whether it was there.
pub(crate) fn remove(state: &SiteState, actors: &mut RoleActors, query: &RemovedActor) -> bool {
    let by_name =
        |name: &String| state.groups.values().find(|group| *group.name == **name).map(|group| group.id.clone());
    let group = query.group_id.as_deref().map(Into::into).or_else(|| query.group.as_ref().and_then(by_name));
    let user_gone = query.user.as_ref().is_some_and(|account| actors.users.remove(account.as_str()));
    let group_gone = group.is_some_and(|id: std::sync::Arc<str>| actors.groups.remove(&id));
    user_gone || group_gone
}

/// Query parameters that name the actor to remove.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemovedActor {
    user: Option<String>,
    group: Option<String>,
    group_id: Option<String>,
}

/// A role with actors: its default ones, or those of a project, as `path` says.
pub(crate) fn role(site: &Site, state: &SiteState, role: &Role, actors: &RoleActors, path: &str) -> Value {
    json!({
        "self": site.link(path),
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "actors": shown(site, state, role, actors),
    })
}

fn shown(site: &Site, state: &SiteState, role: &Role, actors: &RoleActors) -> Vec<Value> {
    let groups = actors.groups.iter().filter_map(|id| state.groups.get(id)).map(|group| {
        json!({
            "id": actor_id(site, role, &group.id),
            "displayName": group.name,
            "type": "atlassian-group-role-actor",
            "name": group.name,
            "actorGroup": { "name": group.name, "displayName": group.name, "groupId": group.id },
        })
    });
    let users = actors.users.iter().filter_map(|account| state.users.get(account)).map(|user| {
        json!({
            "id": actor_id(site, role, &user.account_id),
            "displayName": user.display_name,
            "type": "atlassian-user-role-actor",
            "actorUser": { "accountId": user.account_id },
        })
    });
    groups.chain(users).collect()
}

/// Actors have ids of their own that no operation takes; one that follows from role and actor will do.
fn actor_id(site: &Site, role: &Role, actor: &str) -> u64 {
    10_000 + derived_uuid(&["role actor", &site.name, &role.id.to_string(), actor]).as_u128() as u64 % 1_000_000
}
