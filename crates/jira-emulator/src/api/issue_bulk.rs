//! Many issues in one request: bulk create and bulk fetch.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::issue::{actor, show_created};
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::issues::access;
use crate::issues::create;
use crate::issues::input::IssueInput;
use crate::issues::selection::Selection;
use crate::issues::view::{Embedding, Extras, IssueBean, View};
use crate::site::SharedSite;

pub(crate) const OPERATIONS: &[Operation] =
    &[("POST", "/rest/api/3/issue/bulk"), ("POST", "/rest/api/3/issue/bulkfetch")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/bulk", post(bulk_create))
        .route("/rest/api/3/issue/bulkfetch", post(bulk_fetch))
}

const MOST_CREATED: usize = 50;
const MOST_FETCHED: usize = 100;
const MOST_FETCHED_WITH_FEW_FIELDS: usize = 1000;
const FEW_FIELDS: usize = 100;
const MOST_PROPERTIES: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkCreate {
    issue_updates: Vec<Value>,
}

async fn bulk_create(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<BulkCreate>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    if body.issue_updates.is_empty() || body.issue_updates.len() > MOST_CREATED {
        return Err(JiraError::bad_request(format!(
            "The number of issues to create must be between 1 and {MOST_CREATED}."
        )));
    }
    let actor = actor(&site, caller);
    let mut state = site.write();
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    for (number, input) in body.issue_updates.into_iter().enumerate() {
        let input = serde_json::from_value::<IssueInput>(input).map_err(|_| JiraError::invalid_payload());
        match input.and_then(|input| create::create(&mut state, &actor, input)) {
            Ok(created) => issues.push(show_created(&site, &state, &created)),
            Err(error) => errors.push(json!({
                "status": error.status().as_u16(),
                "elementErrors": error.to_json(),
                "failedElementNumber": number,
            })),
        }
    }
    let status = if issues.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "issues": issues, "errors": errors }))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkFetch {
    issue_ids_or_keys: Vec<String>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    expand: Vec<String>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Fetched {
    expand: &'static str,
    issues: Vec<IssueBean>,
    issue_errors: Vec<Value>,
}

async fn bulk_fetch(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    JsonBody(body): JsonBody<BulkFetch>,
) -> JiraResult {
    check(&body)?;
    let state = site.read();
    let view = View::new(&site, &state, caller.as_ref());
    let selection = Selection::new(&state, &body.fields, "*navigable");
    let extras = Extras { expand: body.expand, properties: body.properties };
    let mut found = Vec::with_capacity(body.issue_ids_or_keys.len());
    let mut issue_errors = Vec::new();
    for name in &body.issue_ids_or_keys {
        match access::find(&state, caller.as_deref(), name) {
            Ok(issue) => found.push(issue),
            Err(_) => issue_errors.push(json!({
                "id": name,
                "errorMessage": "Issue does not exist or you do not have permission to see it.",
            })),
        }
    }
    found.sort_unstable_by_key(|issue| issue.id);
    found.dedup_by_key(|issue| issue.id);
    let issues = found.into_iter().map(|issue| view.issue(issue, &selection, Embedding::Listed, &extras)).collect();
    Ok(Json(Fetched { expand: "schema,names", issues, issue_errors }).into_response())
}

fn check(body: &BulkFetch) -> JiraResult<()> {
    let heavy = |field: &String| {
        field.starts_with(['*', '-']) || matches!(field.as_str(), "comment" | "worklog" | "attachment")
    };
    let is_light = !body.fields.is_empty() && body.fields.len() <= FEW_FIELDS && !body.fields.iter().any(heavy);
    let most = if is_light { MOST_FETCHED_WITH_FEW_FIELDS } else { MOST_FETCHED };
    if body.issue_ids_or_keys.is_empty() || body.issue_ids_or_keys.len() > most {
        return Err(JiraError::bad_request(format!("The number of issues to fetch must be between 1 and {most}.")));
    }
    if body.properties.len() > MOST_PROPERTIES {
        return Err(JiraError::bad_request(format!("At most {MOST_PROPERTIES} properties can be asked for.")));
    }
    Ok(())
}
