//! Changelogs of one issue and of many.

use axum::extract::{OriginalUri, Path, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::MaybeCaller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::http::page::PageQuery;
use crate::issues::access;
use crate::issues::view::View;
use crate::site::SharedSite;
use crate::state::{History, Issue};

pub(crate) const OPERATIONS: &[Operation] =
    &[("GET", "/rest/api/3/issue/{issueIdOrKey}/changelog"), ("POST", "/rest/api/3/changelog/bulkfetch")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/{issueIdOrKey}/changelog", get(changelog))
        .route("/rest/api/3/changelog/bulkfetch", post(bulk_fetch))
}

const PAGE: usize = 100;
const MOST_ISSUES: usize = 1000;
const MOST_FIELDS: usize = 10;
const BULK_PAGE: usize = 1000;
const LARGEST_BULK_PAGE: usize = 10_000;

/// Oldest first.
async fn changelog(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    OriginalUri(uri): OriginalUri,
    Path(name): Path<String>,
    Params(query): Params<PageQuery>,
) -> JiraResult {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let window = query.window(PAGE, PAGE);
    let histories = window.of(&issue.histories).into_iter();
    let values: Vec<Value> =
        histories.map(|history| view.history(history, json!(view.time(history.created)))).collect();
    Ok(Json(window.page(&site.here(&uri), issue.histories.len(), values)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkFetch {
    issue_ids_or_keys: Vec<String>,
    #[serde(default)]
    field_ids: Vec<String>,
    max_results: Option<usize>,
    next_page_token: Option<String>,
}

impl BulkFetch {
    fn wants(&self, history: &History) -> bool {
        self.field_ids.is_empty()
            || history.items.iter().any(|item| {
                let id = item.field_id.as_deref().unwrap_or(&item.field);
                self.field_ids.iter().any(|wanted| wanted == id)
            })
    }
}

/// Histories by issue, oldest first; a page may end within an issue. `created` is a number of milliseconds.
async fn bulk_fetch(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    JsonBody(body): JsonBody<BulkFetch>,
) -> JiraResult<Json<Value>> {
    if body.issue_ids_or_keys.is_empty() || body.issue_ids_or_keys.len() > MOST_ISSUES {
        return Err(JiraError::bad_request(format!("The number of issues must be between 1 and {MOST_ISSUES}.")));
    }
    if body.field_ids.len() > MOST_FIELDS {
        return Err(JiraError::bad_request(format!("At most {MOST_FIELDS} fields can be asked for.")));
    }
    let after = body.next_page_token.as_deref().map(read_token).transpose()?;
    let size = body.max_results.unwrap_or(BULK_PAGE).clamp(1, LARGEST_BULK_PAGE);
    let state = site.read();
    let view = View::new(&site, &state, caller.as_ref());
    let found = body.issue_ids_or_keys.iter().filter_map(|name| access::find(&state, caller.as_deref(), name).ok());
    let mut issues: Vec<&Issue> = found.collect();
    issues.sort_unstable_by_key(|issue| issue.id);
    issues.dedup_by_key(|issue| issue.id);
    let all = issues.iter().flat_map(|issue| issue.histories.iter().map(|history| (issue.id, history)));
    let mut rest = all
        .filter(|(_, history)| body.wants(history))
        .skip_while(|(issue, history)| after.is_some_and(|after| (*issue, history.id) <= after));
    let page: Vec<(u64, &History)> = rest.by_ref().take(size).collect();
    let mut shown = json!({ "issueChangeLogs": grouped(&view, &page) });
    if rest.next().is_some()
        && let Some((issue, history)) = page.last()
    {
        shown["nextPageToken"] = json!(token(*issue, history.id));
    }
    Ok(Json(shown))
}

fn grouped(view: &View<'_>, page: &[(u64, &History)]) -> Vec<Value> {
    let of_issue = |part: &[(u64, &History)]| {
        let histories: Vec<Value> =
            part.iter().map(|(_, history)| view.history(history, json!(history.created.as_millisecond()))).collect();
        json!({ "issueId": part[0].0.to_string(), "changeHistories": histories })
    };
    page.chunk_by(|one, next| one.0 == next.0).map(of_issue).collect()
}

fn token(issue: u64, history: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{issue}.{history}"))
}

fn read_token(token: &str) -> JiraResult<(u64, u64)> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = text.as_deref().and_then(|text| text.split_once('.'));
    let read = parts.and_then(|(issue, history)| Some((issue.parse().ok()?, history.parse().ok()?)));
    read.ok_or_else(|| JiraError::bad_request("The nextPageToken is invalid."))
}
