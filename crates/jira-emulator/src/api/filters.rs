//! Saved searches.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::http::render;
use crate::issues::jql;
use crate::issues::view::View;
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, Filter, IdKind, RawJson, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/filter"),
    ("GET", "/rest/api/3/filter/search"),
    ("GET", "/rest/api/3/filter/{id}"),
    ("PUT", "/rest/api/3/filter/{id}"),
    ("DELETE", "/rest/api/3/filter/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/filter", post(create))
        .route("/rest/api/3/filter/search", get(search))
        .route("/rest/api/3/filter/{id}", get(one).put(change).delete(remove))
}

const CREATED: Event = Event::new("Filter created", "filters", "FILTER");
const CHANGED: Event = Event::new("Filter updated", "filters", "FILTER");
const DELETED: Event = Event::new("Filter deleted", "filters", "FILTER");

/// A filter by itself.
fn whole(site: &Site, state: &SiteState, filter: &Filter, viewer: &str) -> Value {
    let nobody = json!({ "size": 0, "items": [], "max-results": 1000, "start-index": 0, "end-index": 0 });
    let mut shown = json!({
        "self": link(site, filter),
        "id": filter.id.to_string(),
        "name": filter.name,
        "jql": filter.jql,
        "viewUrl": site.link(&format!("/issues/?filter={}", filter.id)),
        "searchUrl": site.link(&format!("/rest/api/3/search?jql=filter%3D{}", filter.id)),
        "favourite": filter.favourite_of.contains(viewer),
        "favouritedCount": filter.favourite_of.len(),
        "sharePermissions": values(&filter.share_permissions),
        "editPermissions": values(&filter.edit_permissions),
        "sharedUsers": nobody,
        "subscriptions": nobody,
    });
    add_text_and_owner(site, state, filter, viewer, &mut shown);
    shown
}

fn link(site: &Site, filter: &Filter) -> String {
    site.link(&format!("/rest/api/3/filter/{}", filter.id))
}

fn values(permissions: &[RawJson]) -> Vec<Value> {
    permissions.iter().map(RawJson::value).collect()
}

fn add_text_and_owner(site: &Site, state: &SiteState, filter: &Filter, viewer: &str, shown: &mut Value) {
    if let Some(description) = &filter.description {
        shown["description"] = json!(description);
    }
    if let Some(owner) = state.users.get(&filter.owner) {
        shown["owner"] = render::user(site, owner, Some(viewer));
    }
}

/// A filter in a list, with the members that `expand` asks for.
fn brief(site: &Site, state: &SiteState, filter: &Filter, viewer: &str, expand: &str) -> Value {
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

/// Whether the caller sees the filter: the owner, administrators, and everybody once it is shared.
fn sees(state: &SiteState, filter: &Filter, caller: &str) -> bool {
    *filter.owner == *caller || !filter.share_permissions.is_empty() || state.administers(caller)
}

fn find<'a>(state: &'a SiteState, caller: &str, id: &str) -> JiraResult<&'a Filter> {
    let filter = by_id(&state.filters, id).filter(|filter| sees(state, filter, caller));
    filter.ok_or_else(|| JiraError::bad_request(format!("The selected filter with id '{id}' is not available to you, perhaps it has been deleted or had its permissions changed.")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    filter_name: Option<String>,
    account_id: Option<String>,
    expand: Option<String>,
}

async fn search(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(query): Params<SearchQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let ids = repeated_ids(raw.as_deref(), "id");
    let text = query.filter_name.unwrap_or_default().to_lowercase();
    let state = site.read();
    let mut found: Vec<&Filter> = state.filters.values().filter(|filter| sees(&state, filter, &caller)).collect();
    found.retain(|filter| {
        (ids.is_empty() || ids.contains(&filter.id))
            && filter.name.to_lowercase().contains(&text)
            && query.account_id.as_deref().is_none_or(|account| account == &*filter.owner)
    });
    found.sort_by_key(|filter| filter.name.to_lowercase());
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 100), found.len());
    let expand = query.expand.unwrap_or_default();
    let values = window.of(found).into_iter().map(|filter| brief(&site, &state, filter, &caller, &expand)).collect();
    Json(window.page(&site.here(&uri), total, values))
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    Ok(Json(whole(&site, &state, find(&state, &caller, &id)?, &caller)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    jql: Option<Arc<str>>,
    favourite: Option<bool>,
    share_permissions: Option<Vec<Value>>,
    edit_permissions: Option<Vec<Value>>,
}

fn check(site: &Site, state: &SiteState, owner: &AccountId, body: &Body, own: Option<u64>) -> JiraResult<()> {
    if let Some(query) = &body.jql {
        jql::check(&View::new(site, state, Some(owner)), query, site.now())?;
    }
    if body.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 255) {
        return Err(JiraError::field(
            "filterName",
            "You must specify a name of at most 255 characters to save this filter as.",
        ));
    }
    let mut others = state.filters.values().filter(|other| other.owner == *owner && Some(other.id) != own);
    if body.name.as_ref().is_some_and(|name| others.any(|other| other.name == *name)) {
        Err(JiraError::field("filterName", "Filter with same name already exists."))
    } else {
        Ok(())
    }
}

/// Permissions get ids of their own.
fn permissions(state: &mut SiteState, given: Vec<Value>) -> JiraResult<Vec<RawJson>> {
    let mut read = Vec::with_capacity(given.len());
    for mut permission in given {
        if !permission["type"].is_string() {
            return Err(JiraError::bad_request("A share permission needs a type."));
        }
        permission["id"] = json!(state.ids.take(IdKind::Scheme));
        read.push(permission.into());
    }
    Ok(read)
}

async fn create(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    check(&site, &state, &caller, &body, None)?;
    let missing =
        || JiraError::field("filterName", "You must specify a name of at most 255 characters to save this filter as.");
    let filter = Filter {
        id: state.ids.take(IdKind::Filter),
        name: body.name.ok_or_else(missing)?,
        description: body.description,
        owner: caller.clone(),
        jql: body.jql.unwrap_or_default(),
        share_permissions: permissions(&mut state, body.share_permissions.unwrap_or_default())?,
        edit_permissions: permissions(&mut state, body.edit_permissions.unwrap_or_default())?,
        favourite_of: if body.favourite == Some(true) { BTreeSet::from([caller.clone()]) } else { BTreeSet::new() },
        columns: None,
    };
    audit::note(&site, &mut state, &caller, CREATED, filter.id, &filter.name);
    let answer = whole(&site, &state, &filter, &caller);
    state.filters.insert(filter.id, filter);
    Ok(Json(answer))
}

async fn change(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    let mut filter = owned(&state, &caller, &id)?;
    check(&site, &state, &filter.owner, &body, Some(filter.id))?;
    filter.name = body.name.unwrap_or(filter.name);
    filter.description = body.description.or(filter.description);
    filter.jql = body.jql.unwrap_or(filter.jql);
    if let Some(given) = body.share_permissions {
        filter.share_permissions = permissions(&mut state, given)?;
    }
    if let Some(given) = body.edit_permissions {
        filter.edit_permissions = permissions(&mut state, given)?;
    }
    audit::note(&site, &mut state, &caller, CHANGED, filter.id, &filter.name);
    let answer = whole(&site, &state, &filter, &caller);
    state.filters.insert(filter.id, filter);
    Ok(Json(answer))
}

/// A filter the caller may change.
fn owned(state: &SiteState, caller: &str, id: &str) -> JiraResult<Filter> {
    let filter = find(state, caller, id)?;
    if *filter.owner == *caller || state.administers(caller) {
        Ok(filter.clone())
    } else {
        Err(JiraError::bad_request("You do not own this filter."))
    }
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let filter = owned(&state, &caller, &id)?;
    state.filters.remove(&filter.id);
    audit::note(&site, &mut state, &caller, DELETED, filter.id, filter.name);
    Ok(StatusCode::NO_CONTENT)
}
