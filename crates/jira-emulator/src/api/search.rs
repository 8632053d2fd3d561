//! Search by JQL.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Operation;
use super::issue::words;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::issues::jql::{self, Conditions};
use crate::issues::selection::Selection;
use crate::issues::view::{Embedding, Extras, IssueBean, View};
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/search/jql"),
    ("POST", "/rest/api/3/search/jql"),
    ("POST", "/rest/api/3/search/approximate-count"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/search/jql", get(search_by_query).post(search_by_body))
        .route("/rest/api/3/search/approximate-count", post(count))
        .route("/rest/api/3/search", get(removed).post(removed))
}

const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;
const LARGEST_PAGE_OF_IDS: usize = 5000;
const MOST_RECONCILED: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    jql: Option<String>,
    next_page_token: Option<String>,
    max_results: Option<usize>,
    fields: Option<String>,
    expand: Option<String>,
    properties: Option<String>,
    reconcile_issues: Option<String>,
    #[serde(default)]
    include_archived_projects: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SearchBody {
    jql: Option<String>,
    next_page_token: Option<String>,
    max_results: Option<usize>,
    fields: Vec<String>,
    expand: Option<String>,
    properties: Vec<String>,
    reconcile_issues: Vec<u64>,
    include_archived_projects: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    issues: Vec<IssueBean>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    is_last: bool,
}

async fn search_by_query(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Params(query): Params<SearchQuery>,
) -> JiraResult {
    let reconciled = words(query.reconcile_issues.as_deref());
    let reconciled = reconciled
        .iter()
        .map(|id| id.parse().map_err(|_| JiraError::bad_request("reconcileIssues must be numeric ids.")));
    let body = SearchBody {
        jql: query.jql,
        next_page_token: query.next_page_token,
        max_results: query.max_results,
        fields: words(query.fields.as_deref()),
        expand: query.expand,
        properties: words(query.properties.as_deref()),
        reconcile_issues: reconciled.collect::<JiraResult<_>>()?,
        include_archived_projects: query.include_archived_projects,
    };
    search(&site, caller.as_ref(), body)
}

async fn search_by_body(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    JsonBody(body): JsonBody<SearchBody>,
) -> JiraResult {
    search(&site, caller.as_ref(), body)
}

fn search(site: &Site, caller: Option<&AccountId>, body: SearchBody) -> JiraResult {
    if body.reconcile_issues.len() > MOST_RECONCILED {
        return Err(JiraError::bad_request(format!("At most {MOST_RECONCILED} issues can be reconciled.")));
    }
    let state = site.read();
    let view = View::new(site, &state, caller);
    let selection = Selection::new(&state, &body.fields, "id");
    let only_ids = selection.is_id_only() || selection.is_key_only();
    let most = if only_ids { LARGEST_PAGE_OF_IDS } else { LARGEST_PAGE };
    let size = body.max_results.unwrap_or(PAGE).clamp(1, most);
    let (ids, next_page_token) = if let Some(token) = &body.next_page_token {
        site.searches.page(token, size, site.now()).ok_or_else(invalid_token)?
    } else {
        let jql = body.jql.as_deref().unwrap_or_default();
        let found = jql::search(&view, jql, &conditions(site, &state, &body))?;
        site.searches.start(found, size, site.now())
    };
    let extras = Extras { expand: words(body.expand.as_deref()), properties: body.properties };
    // What was deleted since the search began is left out: the page is shorter then.
    let issues = ids.iter().filter_map(|id| state.issues.get(id));
    let issues = issues.map(|issue| view.issue(issue, &selection, Embedding::Listed, &extras)).collect();
    let is_last = next_page_token.is_none();
    Ok(Json(Found { issues, next_page_token, is_last }).into_response())
}

fn invalid_token() -> JiraError {
    JiraError::bad_request("The provided next page token is invalid or expired.")
}

fn conditions(site: &Site, state: &SiteState, body: &SearchBody) -> Conditions {
    let now = site.now();
    Conditions {
        behind: state.updates.behind(site.searches.horizon(now, site.search_lag())),
        reconciled: body.reconcile_issues.iter().copied().collect(),
        archived_projects: body.include_archived_projects,
        now,
    }
}

#[derive(Deserialize)]
struct CountBody {
    #[serde(default)]
    jql: String,
}

async fn count(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(CountBody { jql }): JsonBody<CountBody>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let view = View::new(&site, &state, Some(&caller));
    let found = jql::search(&view, &jql, &conditions(&site, &state, &SearchBody::default()))?;
    Ok(Json(json!({ "count": found.len() })))
}

/// The search of earlier days.
async fn removed() -> JiraError {
    let message = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046";
    JiraError::message(axum::http::StatusCode::GONE, message)
}
