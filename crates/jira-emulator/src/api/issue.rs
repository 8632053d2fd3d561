//! Single issues: create, read, edit, delete.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::issues::change::Actor;
use crate::issues::create::{self, Created};
use crate::issues::input::IssueInput;
use crate::issues::selection::Selection;
use crate::issues::view::{Embedding, Extras, View};
use crate::issues::{access, edit, removal};
use crate::site::{SharedSite, Site};
use crate::state::{AccountId, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/issue"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}"),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue", post(create_issue))
        .route("/rest/api/3/issue/{issueIdOrKey}", get(read_issue).put(edit_issue).delete(delete_issue))
}

/// The actor of a request that changes something now.
pub(crate) fn actor(site: &Site, caller: AccountId) -> Actor {
    Actor { account: caller, now: site.now() }
}

async fn create_issue(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(input): JsonBody<IssueInput>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let actor = actor(&site, caller);
    let mut state = site.write();
    let created = create::create(&mut state, &actor, input)?;
    Ok((StatusCode::CREATED, Json(show_created(&site, &state, &created))))
}

/// What is told of a new issue.
pub(crate) fn show_created(site: &Site, state: &SiteState, created: &Created) -> Value {
    let id = created.id;
    let key = state.issues.get(&id).map(|issue| state.key_of(issue));
    let mut shown = json!({ "id": id.to_string(), "key": key, "self": site.link(&format!("/rest/api/3/issue/{id}")) });
    if let Some(transition) = &created.transition {
        let nothing_wrong = || json!({ "errorMessages": [], "errors": {} });
        let (status, errors) = match transition {
            Ok(()) => (204, nothing_wrong()),
            Err(error) => (error.status().as_u16(), error.to_json()),
        };
        shown["transition"] = json!({ "status": status, "errorCollection": errors });
    }
    shown
}

#[derive(Deserialize)]
struct ReadQuery {
    fields: Option<String>,
    expand: Option<String>,
    properties: Option<String>,
}

/// Splits a comma-separated parameter.
pub(crate) fn words(parameter: Option<&str>) -> Vec<String> {
    let parts = parameter.unwrap_or_default().split(',').map(str::trim);
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

async fn read_issue(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
    Params(query): Params<ReadQuery>,
) -> JiraResult {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let selection = Selection::new(&state, &words(query.fields.as_deref()), "*all");
    let extras = Extras { expand: words(query.expand.as_deref()), properties: words(query.properties.as_deref()) };
    Ok(Json(view.issue(issue, &selection, Embedding::Alone, &extras)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EditQuery {
    notify_users: Option<bool>,
    return_issue: Option<bool>,
    override_screen_security: Option<bool>,
    override_editable_flag: Option<bool>,
}

async fn edit_issue(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<EditQuery>,
    JsonBody(input): JsonBody<IssueInput>,
) -> JiraResult<Response> {
    if query.override_screen_security == Some(true) || query.override_editable_flag == Some(true) {
        return Err(JiraError::forbidden(
            "Only apps with Administer Jira may override screen security or editable flags.",
        ));
    }
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let id = access::find_id(&state, &caller, &name)?;
    access::may_discard_notification(&state, &caller, query.notify_users)?;
    edit::edit(&mut state, &actor, id, IssueInput { transition: None, ..input })?;
    if query.return_issue != Some(true) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let issue = access::find(&state, Some(&caller), &name)?;
    let view = View::new(&site, &state, Some(&caller));
    let selection = Selection::new(&state, &[], "*all");
    Ok(Json(view.issue(issue, &selection, Embedding::Alone, &Extras::default())).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteQuery {
    #[serde(default)]
    delete_subtasks: bool,
}

async fn delete_issue(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<DeleteQuery>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let id = access::find_id(&state, &caller, &name)?;
    removal::delete(&mut state, &actor, id, query.delete_subtasks)?;
    Ok(StatusCode::NO_CONTENT)
}
