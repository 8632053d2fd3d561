//! Comments and their properties.

use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::issue::actor;
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::http::page::PageQuery;
use crate::issues::edit::{self, NewComment, VisibilityInput};
use crate::issues::properties::{self, PropertyInput};
use crate::issues::view::View;
use crate::issues::{access, adf, limits};
use crate::site::SharedSite;
use crate::state::{Comment, RawJson, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/comment/list"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/comment"),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/comment"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/comment/{id}"),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}/comment/{id}"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/comment/{id}"),
    ("GET", "/rest/api/3/comment/{commentId}/properties"),
    ("GET", "/rest/api/3/comment/{commentId}/properties/{propertyKey}"),
    ("PUT", "/rest/api/3/comment/{commentId}/properties/{propertyKey}"),
    ("DELETE", "/rest/api/3/comment/{commentId}/properties/{propertyKey}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/comment/list", post(list_by_ids))
        .route("/rest/api/3/issue/{issueIdOrKey}/comment", get(list).post(add))
        .route("/rest/api/3/issue/{issueIdOrKey}/comment/{id}", get(read).put(change).delete(remove))
        .route("/rest/api/3/comment/{commentId}/properties", get(property_keys))
        .route(
            "/rest/api/3/comment/{commentId}/properties/{propertyKey}",
            get(property).put(set_property).delete(remove_property),
        )
}

const PAGE: usize = 100;
const MOST_BY_ID: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    order_by: Option<String>,
    expand: Option<String>,
}

fn expands_properties(expand: Option<&str>) -> bool {
    super::issue::words(expand).iter().any(|word| word == "properties")
}

async fn list(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
    Params(query): Params<ListQuery>,
) -> JiraResult {
    let state = site.read();
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let window = PageQuery { start_at: query.start_at, max_results: query.max_results }.window(PAGE, 5000);
    let mut ids = issue.comments.clone();
    match query.order_by.as_deref() {
        None | Some("created" | "+created") => (),
        Some("-created") => ids.reverse(),
        Some(other) => return Err(JiraError::bad_request(format!("'{other}' is not a valid order: use created."))),
    }
    let with_properties = expands_properties(query.expand.as_deref());
    let comments = window.of(ids.iter().filter_map(|id| state.comments.get(id)));
    let comments: Vec<RawJson> = comments.into_iter().map(|comment| view.comment(comment, with_properties)).collect();
    Ok(Json(CommentPage { start_at: window.start_at, max_results: window.max_results, total: ids.len(), comments })
        .into_response())
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct CommentPage {
    start_at: usize,
    max_results: usize,
    total: usize,
    comments: Vec<RawJson>,
}

#[derive(Deserialize)]
struct ByIds {
    ids: Vec<u64>,
}

#[derive(Deserialize)]
struct Expand {
    expand: Option<String>,
}

async fn list_by_ids(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<Expand>,
    JsonBody(body): JsonBody<ByIds>,
) -> JiraResult {
    if body.ids.len() > MOST_BY_ID {
        return Err(JiraError::bad_request(format!("At most {MOST_BY_ID} comments can be asked for.")));
    }
    let state = site.read();
    let view = View::new(&site, &state, caller.as_ref());
    let with_properties = expands_properties(query.expand.as_deref());
    let ids = body.ids.iter().filter(|_| caller.is_some());
    let comments = ids.filter_map(|id| state.comments.get(id));
    let values: Vec<RawJson> = comments.map(|comment| view.comment(comment, with_properties)).collect();
    let window = PageQuery::default().window(MOST_BY_ID, MOST_BY_ID);
    Ok(Json(window.page(&site.here(&uri), values.len(), values)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentInput {
    body: Option<Value>,
    visibility: Option<VisibilityInput>,
    jsd_public: Option<bool>,
    #[serde(default)]
    properties: Vec<PropertyInput>,
}

fn check(state: &SiteState, input: CommentInput) -> JiraResult<NewComment> {
    let properties = properties::read(input.properties)?;
    let body = input.body.unwrap_or_default();
    let body = adf::read(state, &body).map_err(|problem| match problem {
        adf::AdfProblem::TooLong => JiraError::field("comment", problem.message()),
        _ => JiraError::field("comment", "Comment body is not valid!"),
    })?;
    let internal = properties.get("sd.public.comment").is_some_and(|value| value.value()["internal"] == true);
    let public = input.jsd_public.unwrap_or(!internal);
    Ok(NewComment { body, visibility: edit::visibility(state, input.visibility)?, public, properties })
}

async fn add(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<Expand>,
    JsonBody(input): JsonBody<CommentInput>,
) -> JiraResult {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let id = access::find_id(&state, &caller, &name)?;
    limits::room_for("comments", state.issues.get(&id).map_or(0, |issue| issue.comments.len()), limits::COMMENTS)?;
    let new = check(&state, input)?;
    let comment = edit::add_comment(&mut state, &actor, id, new);
    let comment = state.comments.get(&comment).ok_or_else(comment_not_found)?;
    let view = View::new(&site, &state, Some(&caller));
    let shown = view.comment(comment, expands_properties(query.expand.as_deref()));
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

fn comment_not_found() -> JiraError {
    JiraError::not_found("Can not find a comment for the id given.")
}

/// Finds a comment of an issue.
fn find<'a>(state: &'a SiteState, caller: Option<&str>, issue: &str, id: &str) -> JiraResult<&'a Comment> {
    let issue = access::find(state, caller, issue)?;
    let comment = id.parse::<u64>().ok().and_then(|id| state.comments.get(&id));
    comment
        .filter(|comment| comment.issue == issue.id)
        .ok_or_else(|| JiraError::not_found(format!("Can not find a comment for the id: {id}.")))
}

async fn read(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((name, id)): Path<(String, String)>,
    Params(query): Params<Expand>,
) -> JiraResult {
    let state = site.read();
    let comment = find(&state, caller.as_deref(), &name, &id)?;
    let view = View::new(&site, &state, caller.as_ref());
    Ok(Json(view.comment(comment, expands_properties(query.expand.as_deref()))).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeQuery {
    notify_users: Option<bool>,
    expand: Option<String>,
}

async fn change(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, id)): Path<(String, String)>,
    Params(query): Params<ChangeQuery>,
    JsonBody(input): JsonBody<CommentInput>,
) -> JiraResult {
    let now = site.now();
    let mut state = site.write();
    let comment = find(&state, Some(&caller), &name, &id)?.id;
    access::may_discard_notification(&state, &caller, query.notify_users)?;
    let new = check(&state, input)?;
    let changed = state.comments.get_mut(&comment).ok_or_else(comment_not_found)?;
    changed.body = new.body;
    changed.visibility = new.visibility;
    changed.public = new.public;
    changed.properties.extend(new.properties);
    changed.update_author = Some(caller.clone());
    changed.updated = now;
    let issue = changed.issue;
    state.touch(issue, now);
    let comment = state.comments.get(&comment).ok_or_else(comment_not_found)?;
    let view = View::new(&site, &state, Some(&caller));
    Ok(Json(view.comment(comment, expands_properties(query.expand.as_deref()))).into_response())
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, id)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    let now = site.now();
    let mut state = site.write();
    let (issue, comment) = {
        let comment = find(&state, Some(&caller), &name, &id)?;
        (comment.issue, comment.id)
    };
    state.comments.remove(&comment);
    if let Some(issue) = state.issues.get_mut(&issue) {
        issue.comments.retain(|held| *held != comment);
    }
    state.touch(issue, now);
    Ok(StatusCode::NO_CONTENT)
}

fn by_id<'a>(state: &'a SiteState, caller: Option<&str>, id: &str) -> JiraResult<&'a Comment> {
    let comment = id.parse::<u64>().ok().and_then(|id| state.comments.get(&id));
    comment.filter(|_| caller.is_some()).ok_or_else(comment_not_found)
}

fn by_id_mut<'a>(state: &'a mut SiteState, id: &str) -> JiraResult<&'a mut Comment> {
    id.parse::<u64>().ok().and_then(|id| state.comments.get_mut(&id)).ok_or_else(comment_not_found)
}

async fn property_keys(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let comment = by_id(&state, caller.as_deref(), &id)?;
    Ok(Json(properties::keys(&site, &format!("/rest/api/3/comment/{id}/properties"), &comment.properties)))
}

async fn property(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((id, key)): Path<(String, String)>,
) -> JiraResult<Json<Value>> {
    Ok(Json(properties::show(&by_id(&site.read(), caller.as_deref(), &id)?.properties, &key)?))
}

async fn set_property(
    State(site): State<SharedSite>,
    Caller(_): Caller,
    Path((id, key)): Path<(String, String)>,
    body: Bytes,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let value = properties::value(&body)?;
    let status = properties::put(&mut by_id_mut(&mut site.write(), &id)?.properties, key, value)?;
    Ok((status, Json(json!({}))))
}

async fn remove_property(
    State(site): State<SharedSite>,
    Caller(_): Caller,
    Path((id, key)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    properties::remove(&mut by_id_mut(&mut site.write(), &id)?.properties, &key)
}
