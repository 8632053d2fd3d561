//! Issue type schemes. A site has the default one, which holds every issue type.

use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{Params, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::SharedSite;
use crate::state::SiteState;

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issuetypescheme"),
    ("GET", "/rest/api/3/issuetypescheme/mapping"),
    ("GET", "/rest/api/3/issuetypescheme/project"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issuetypescheme", get(all))
        .route("/rest/api/3/issuetypescheme/mapping", get(mapping))
        .route("/rest/api/3/issuetypescheme/project", get(of_projects))
}

/// Id of the default scheme.
const DEFAULT: u64 = 10_000;

fn default_scheme(state: &SiteState) -> Value {
    let mut scheme = json!({
        "id": DEFAULT.to_string(),
        "name": "Default Issue Type Scheme",
        "description": "Default issue type scheme is the list of global issue types. All newly created issue types will automatically be added to this scheme.",
        "isDefault": true,
    });
    let first = state.issue_types.values().find(|kind| kind.hierarchy_level == 0 && kind.project.is_none());
    if let Some(first) = first {
        scheme["defaultIssueTypeId"] = json!(first.id.to_string());
    }
    scheme
}

async fn all(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let asked = repeated_ids(query.as_deref(), "id");
    let schemes =
        if asked.is_empty() || asked.contains(&DEFAULT) { vec![default_scheme(&site.read())] } else { Vec::new() };
    let (window, total) = (page.window(50, 50), schemes.len());
    Json(window.page(&site.here(&uri), total, window.of(schemes)))
}

async fn mapping(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(page): Params<PageQuery>,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let state = site.read();
    let types = state.issue_types.values().filter(|kind| kind.project.is_none());
    let mapped =
        types.map(|kind| json!({ "issueTypeSchemeId": DEFAULT.to_string(), "issueTypeId": kind.id.to_string() }));
    let mapped: Vec<Value> = mapped.collect();
    let (window, total) = (page.window(50, 50), mapped.len());
    Json(window.page(&site.here(&uri), total, window.of(mapped)))
}

async fn of_projects(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let asked = repeated_ids(query.as_deref(), "projectId");
    if asked.is_empty() {
        return Err(JiraError::bad_request("The query parameter 'projectId' is required"));
    }
    let state = site.read();
    let known = asked.iter().filter(|id| state.projects.get(id).is_some_and(|project| !project.team_managed));
    let projects: Vec<String> = known.map(ToString::to_string).collect();
    let values = if projects.is_empty() {
        Vec::new()
    } else {
        vec![json!({ "issueTypeScheme": default_scheme(&state), "projectIds": projects })]
    };
    let (window, total) = (page.window(50, 100), values.len());
    Ok(Json(window.page(&site.here(&uri), total, window.of(values))))
}
