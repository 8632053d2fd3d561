//! Saved searches.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::filter_shares::ShareInput;
use super::filter_view::{brief, find, whole};
use super::{filter_scope, filter_shares};
use crate::http::audit::{self, Event};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::issues::jql;
use crate::issues::view::View;
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, Filter, IdKind, SharedWith, SiteState};

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    filter_name: Option<String>,
    account_id: Option<String>,
    group_id: Option<String>,
    groupname: Option<String>,
    project_id: Option<u64>,
    order_by: Option<String>,
    expand: Option<String>,
    #[serde(default)]
    override_share_permissions: bool,
}

impl SearchQuery {
    fn fits(&self, state: &SiteState, filter: &Filter) -> bool {
        let text = self.filter_name.as_deref().unwrap_or_default().to_lowercase();
        let shared =
            |fits: &dyn Fn(&SharedWith) -> bool| filter.share_permissions.iter().any(|share| fits(&share.with));
        let is_group = |with: &SharedWith| {
            let SharedWith::Group(id) = with else { return false };
            let name = state.groups.get(id).map(|group| &*group.name);
            self.group_id.as_deref() == Some(&**id) || (self.groupname.is_some() && self.groupname.as_deref() == name)
        };
        let is_project = |with: &SharedWith| matches!(with, SharedWith::Project { project, .. } if Some(*project) == self.project_id);
        filter.name.to_lowercase().contains(&text)
            && self.account_id.as_deref().is_none_or(|account| account == &*filter.owner)
            && (self.group_id.is_none() && self.groupname.is_none() || shared(&is_group))
            && (self.project_id.is_none() || shared(&is_project))
    }

    /// Sorts by what Jira sorts by, as far as it is told apart here.
    fn sort(&self, filters: &mut [&Filter]) -> JiraResult<()> {
        let order = self.order_by.as_deref().unwrap_or("name");
        let (order, downwards) =
            order.strip_prefix('-').map_or((order.trim_start_matches('+'), false), |rest| (rest, true));
        match order {
            "name" => filters.sort_by_key(|filter| filter.name.to_lowercase()),
            "id" => filters.sort_by_key(|filter| filter.id),
            "owner" => filters.sort_by_key(|filter| filter.owner.clone()),
            "description" => filters.sort_by_key(|filter| filter.description.clone()),
            "favourite_count" => filters.sort_by_key(|filter| filter.favourite_of.len()),
            other => return Err(JiraError::bad_request(format!("'{other}' is not a valid order."))),
        }
        if downwards {
            filters.reverse();
        }
        Ok(())
    }
}

async fn search(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(query): Params<SearchQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    const MOST_IDS: usize = 200;
    let ids = repeated_ids(raw.as_deref(), "id");
    if ids.len() > MOST_IDS {
        return Err(JiraError::bad_request(format!("At most {MOST_IDS} ids can be asked for.")));
    }
    let state = site.read();
    let sees_all = query.override_share_permissions && state.administers(&caller);
    let mut found: Vec<&Filter> = state.filters.values().collect();
    found.retain(|filter| {
        (ids.is_empty() || ids.contains(&filter.id))
            && (sees_all || filter.is_visible_to(&state, &caller))
            && query.fits(&state, filter)
    });
    query.sort(&mut found)?;
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 100), found.len());
    let expand = query.expand.unwrap_or_default();
    let values = window.of(found).into_iter().map(|filter| brief(&site, &state, filter, &caller, &expand)).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneQuery {
    #[serde(default)]
    override_share_permissions: bool,
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Params(query): Params<OneQuery>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let filter = find(&state, &caller, &id, query.override_share_permissions)?;
    Ok(Json(whole(&site, &state, filter, &caller)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    jql: Option<Arc<str>>,
    favourite: Option<bool>,
    share_permissions: Option<Vec<ShareInput>>,
    edit_permissions: Option<Vec<ShareInput>>,
}

const NAMELESS: &str = "You must specify a name of at most 255 characters to save this filter as.";

fn check(
    site: &Site,
    state: &SiteState,
    caller: &AccountId,
    owner: &str,
    body: &Body,
    own: Option<u64>,
) -> JiraResult<()> {
    if let Some(query) = &body.jql {
        jql::check(&View::new(site, state, Some(caller)), query, site.now())?;
    }
    if body.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 255) {
        return Err(JiraError::field("filterName", NAMELESS));
    }
    if body.name.as_ref().is_some_and(|name| owns_another(state, owner, name, own)) {
        return Err(JiraError::field("filterName", "Filter with same name already exists."));
    }
    Ok(())
}

/// Whether an account owns a filter of this name beside the one with the id `own`.
pub(super) fn owns_another(state: &SiteState, owner: &str, name: &str, own: Option<u64>) -> bool {
    let mut owned = state.filters.values().filter(|filter| *filter.owner == *owner && Some(filter.id) != own);
    owned.any(|filter| *filter.name == *name)
}

async fn create(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<Json<Value>> {
    let mut state = site.write();
    check(&site, &state, &caller, &caller, &body, None)?;
    let name = body.name.ok_or_else(|| JiraError::field("filterName", NAMELESS))?;
    let share_permissions = match body.share_permissions {
        Some(given) => filter_shares::read_all(&mut state, given)?,
        None => filter_scope::default_shares(&mut state, &caller),
    };
    let filter = Filter {
        id: state.ids.take(IdKind::Filter),
        name,
        description: body.description,
        owner: caller.clone(),
        jql: body.jql.unwrap_or_default(),
        share_permissions,
        edit_permissions: filter_shares::read_all(&mut state, body.edit_permissions.unwrap_or_default())?,
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
    let mut filter = find(&state, &caller, &id, false)?.clone();
    if !filter.is_writable_by(&state, &caller) {
        return Err(JiraError::bad_request("You do not own this filter."));
    }
    check(&site, &state, &caller, &filter.owner, &body, Some(filter.id))?;
    filter.name = body.name.unwrap_or(filter.name);
    filter.description = body.description.or(filter.description);
    filter.jql = body.jql.unwrap_or(filter.jql);
    if let Some(given) = body.share_permissions {
        filter.share_permissions = filter_shares::read_all(&mut state, given)?;
    }
    if let Some(given) = body.edit_permissions {
        filter.edit_permissions = filter_shares::read_all(&mut state, given)?;
    }
    audit::note(&site, &mut state, &caller, CHANGED, filter.id, &filter.name);
    let answer = whole(&site, &state, &filter, &caller);
    state.filters.insert(filter.id, filter);
    Ok(Json(answer))
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let filter = find(&state, &caller, &id, true)?.clone();
    if *filter.owner != *caller && !state.administers(&caller) {
        return Err(JiraError::bad_request("You do not own this filter."));
    }
    state.filters.remove(&filter.id);
    audit::note(&site, &mut state, &caller, DELETED, filter.id, filter.name);
    Ok(StatusCode::NO_CONTENT)
}
