//! How filters are shown, and to whom.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::by_id;
use crate::http::render;
use crate::site::Site;
use crate::state::{Filter, Share, SharedWith, SiteState};

/// A filter by itself.
pub(crate) fn whole(site: &Site, state: &SiteState, filter: &Filter, viewer: &str) -> Value {
    let nobody = json!({ "size": 0, "items": [], "max-results": 1000, "start-index": 0, "end-index": 0 });
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/filter/{}", filter.id)),
        "id": filter.id.to_string(),
        "name": filter.name,
        "jql": filter.jql,
        "viewUrl": site.link(&format!("/issues/?filter={}", filter.id)),
        "searchUrl": site.link(&format!("/rest/api/3/search?jql=filter%3D{}", filter.id)),
        "favourite": filter.favourite_of.contains(viewer),
        "favouritedCount": filter.favourite_of.len(),
        "sharePermissions": shares(site, state, &filter.share_permissions),
        "editPermissions": shares(site, state, &filter.edit_permissions),
        "sharedUsers": nobody,
        "subscriptions": nobody,
    });
    if let Some(description) = &filter.description {
        shown["description"] = json!(description);
    }
    if let Some(owner) = state.users.get(&filter.owner) {
        shown["owner"] = render::user(site, owner, Some(viewer));
    }
    shown
}

/// A filter in a list, with the members that `expand` asks for. The documents let it ask for `isWritable`, which their answer
/// does not have.
pub(crate) fn brief(site: &Site, state: &SiteState, filter: &Filter, viewer: &str, expand: &str) -> Value {
    const ALWAYS: [&str; 4] = ["self", "id", "name", "expand"];
    let asked: BTreeSet<&str> = expand.split(',').chain(ALWAYS).collect();
    let mut shown = whole(site, state, filter, viewer);
    shown["subscriptions"] = json!([]);
    shown["expand"] = json!(
        "description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,editPermissions,isWritable,approximateLastUsed,subscriptions"
    );
    if let Some(members) = shown.as_object_mut() {
        members.retain(|member, _| asked.contains(member.as_str()));
    }
    shown
}

/// A filter that the caller may see. Administrators see all of them where they ask for that.
pub(crate) fn find<'a>(
    state: &'a SiteState,
    caller: &str,
    id: &str,
    overrides_permissions: bool,
) -> JiraResult<&'a Filter> {
    let is_seen =
        |filter: &&Filter| filter.is_visible_to(state, caller) || (overrides_permissions && state.administers(caller));
    let filter = by_id(&state.filters, id).filter(is_seen);
    filter.ok_or_else(|| JiraError::bad_request(not_available(id)))
}

/// Jira does not tell what is absent from what may not be seen.
pub(crate) fn not_available(id: &str) -> String {
    format!(
        "The selected filter with id '{id}' is not available to you, perhaps it has been deleted or had its permissions changed."
    )
}

/// Permissions as they are shown.
pub(crate) fn shares(site: &Site, state: &SiteState, shares: &[Share]) -> Vec<Value> {
    shares.iter().map(|share| self::share(site, state, share)).collect()
}

/// A permission as it is shown.
pub(crate) fn share(site: &Site, state: &SiteState, share: &Share) -> Value {
    let mut shown = match &share.with {
        SharedWith::Everybody => json!({ "type": "global" }),
        SharedWith::LoggedIn => json!({ "type": "loggedin" }),
        SharedWith::User(account) => json!({ "type": "user", "user": user(site, state, account) }),
        SharedWith::Group(id) => {
            let name = state.groups.get(id).map(|group| group.name.clone());
            let address = site.link(&format!("/rest/api/3/group?groupId={id}"));
            json!({ "type": "group", "group": { "name": name, "groupId": id, "self": address } })
        }
        SharedWith::Project { project, role } => project_share(site, state, *project, *role),
    };
    shown["id"] = json!(share.id);
    shown
}

fn user(site: &Site, state: &SiteState, account: &str) -> Value {
    let Some(user) = state.users.get(account) else { return json!({ "accountId": account }) };
    let shown = render::user(site, user, None);
    let members = ["self", "accountId", "displayName", "active", "avatarUrls"];
    members.into_iter().map(|member| (member.to_owned(), shown[member].clone())).collect()
}

fn project_share(site: &Site, state: &SiteState, project: u64, role: Option<u64>) -> Value {
    let Some(found) = state.projects.get(&project) else { return json!({ "type": "project-unknown" }) };
    let mut shown = json!({
        "type": "project",
        "project": {
            "self": site.link(&format!("/rest/api/3/project/{project}")),
            "id": project.to_string(),
            "key": found.key,
            "name": found.name,
            "projectTypeKey": found.type_key,
            "simplified": false,
        },
    });
    if let Some(role) = role.and_then(|role| state.roles.get(&role)) {
        let address = site.link(&format!("/rest/api/3/project/{project}/role/{}", role.id));
        shown["role"] = json!({ "self": address, "id": role.id, "name": role.name, "description": role.description });
    }
    shown
}
