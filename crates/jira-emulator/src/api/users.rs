//! Accounts: lists, searches, single ones.

use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{Params, repeated};
use crate::http::page::{OffsetPage, PageQuery};
use crate::http::render;
use crate::site::{SharedSite, Site};
use crate::state::{SiteState, User};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/users/search"),
    ("GET", "/rest/api/3/user"),
    ("GET", "/rest/api/3/user/bulk"),
    ("GET", "/rest/api/3/user/search"),
    ("GET", "/rest/api/3/user/assignable/search"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/users/search", get(all))
        .route("/rest/api/3/user", get(one))
        .route("/rest/api/3/user/bulk", get(several))
        .route("/rest/api/3/user/search", get(search))
        .route("/rest/api/3/user/assignable/search", get(assignable))
}

async fn all(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(page): Params<PageQuery>,
) -> Json<Vec<Value>> {
    let state = site.read();
    let users = page.window(50, 1000).of(state.users.values());
    Json(users.into_iter().map(|user| render::user(&site, user, Some(&caller))).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneQuery {
    account_id: Option<String>,
    expand: Option<String>,
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(query): Params<OneQuery>,
) -> JiraResult<Json<Value>> {
    let account =
        query.account_id.ok_or_else(|| JiraError::bad_request("The query parameter 'accountId' is required"))?;
    let state = site.read();
    let user = state.users.get(account.as_str()).ok_or_else(user_not_found)?;
    let mut shown = render::user(&site, user, Some(&caller));
    let expand = query.expand.unwrap_or_default();
    let groups = groups_of(&site, &state, user);
    let items = if expand.split(',').any(|part| part == "groups") { groups.clone() } else { Vec::new() };
    shown["groups"] = json!({ "size": groups.len(), "items": items });
    shown["applicationRoles"] = json!({ "size": 1, "items": [] });
    shown["expand"] = json!("groups,applicationRoles");
    Ok(Json(shown))
}

fn groups_of(site: &Site, state: &SiteState, user: &User) -> Vec<Value> {
    let groups = state.groups.values().filter(|group| group.members.contains(&user.account_id));
    groups.map(|group| super::groups::named(site, group)).collect()
}

/// 404 for an account the site does not know.
pub(crate) fn user_not_found() -> JiraError {
    JiraError::not_found("Specified user does not exist or you do not have required permissions")
}

async fn several(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let accounts = repeated(query.as_deref(), "accountId");
    if accounts.is_empty() {
        return Err(JiraError::bad_request("The query parameter 'accountId' is required"));
    }
    let state = site.read();
    let known: Vec<&User> = accounts.iter().filter_map(|account| state.users.get(account.as_str())).collect();
    let (window, total) = (page.window(10, 200), known.len());
    let values = window.of(known).into_iter().map(|user| render::user(&site, user, Some(&caller))).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    query: Option<String>,
    account_id: Option<String>,
    start_at: Option<u64>,
    max_results: Option<u64>,
}

async fn search(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(asked): Params<SearchQuery>,
) -> JiraResult<Json<Vec<Value>>> {
    let page = PageQuery { start_at: asked.start_at, max_results: asked.max_results };
    let state = site.read();
    let text = asked.query.map(|text| text.to_lowercase());
    if text.is_none() && asked.account_id.is_none() {
        return Err(JiraError::bad_request(
            "One of the query parameters 'query', 'accountId' or 'property' is required",
        ));
    }
    let found = state.users.values().filter(|user| {
        let id_fits = asked.account_id.as_deref().is_none_or(|account| account == &*user.account_id);
        id_fits && text.as_deref().is_none_or(|text| mentions(user, text))
    });
    let shown = page.window(50, 1000).of(found);
    Ok(Json(shown.into_iter().map(|user| render::user(&site, user, Some(&caller))).collect()))
}

/// The last user that a search for assignable ones looks at, counted from 1.
const LAST_ASSIGNABLE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignableQuery {
    project: Option<String>,
    account_id: Option<String>,
    start_at: Option<u64>,
    max_results: Option<u64>,
}

/// Those of the users in the range who can be assigned issues: the range is cut first, so there may be fewer.
async fn assignable(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(asked): Params<AssignableQuery>,
) -> JiraResult<Json<Vec<Value>>> {
    let page = PageQuery { start_at: asked.start_at, max_results: asked.max_results };
    let state = site.read();
    let Some(project) = &asked.project else {
        return Err(JiraError::bad_request("A valid issueKey, issueId or project must be provided"));
    };
    state
        .project(project)
        .ok_or_else(|| JiraError::not_found(format!("No project could be found with key '{project}'.")))?;
    let named = |user: &&User| asked.account_id.as_deref().is_none_or(|account| account == &*user.account_id);
    let range = page.window(50, LAST_ASSIGNABLE).of(state.users.values().filter(named).take(LAST_ASSIGNABLE));
    let shown = range.into_iter().filter(|user| user.is_assignable());
    Ok(Json(shown.map(|user| render::user(&site, user, Some(&caller))).collect()))
}

/// Whether a word of the name, or an address that is shown, begins with the text.
fn mentions(user: &User, text: &str) -> bool {
    let name = user.display_name.to_lowercase();
    let in_name = name.starts_with(text) || name.split_whitespace().any(|word| word.starts_with(text));
    in_name || (user.email_visible && user.email.to_lowercase().starts_with(text))
}
