//! Attachments: upload, description, content.

use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::issue::actor;
use super::{Operation, media, uploads};
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::Params;
use crate::issues::change::{self, Actor};
use crate::issues::view::View;
use crate::issues::{access, history, limits};
use crate::site::SharedSite;
use crate::state::{Attachment, AttachmentBytes, IdKind, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/attachments"),
    ("GET", "/rest/api/3/attachment/meta"),
    ("GET", "/rest/api/3/attachment/{id}"),
    ("DELETE", "/rest/api/3/attachment/{id}"),
    ("GET", "/rest/api/3/attachment/content/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/{issueIdOrKey}/attachments", post(attach))
        .layer(DefaultBodyLimit::disable())
        .route("/rest/api/3/attachment/meta", get(settings))
        .route("/rest/api/3/attachment/{id}", get(describe).delete(remove))
        .route("/rest/api/3/attachment/content/{id}", get(content))
}

async fn attach(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> JiraResult<Json<Value>> {
    if !headers.get("x-atlassian-token").is_some_and(|token| token == "no-check" || token == "nocheck") {
        return Err(JiraError::xsrf());
    }
    let form = form.map_err(|_| JiraError::message(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"))?;
    let upload_limit = {
        let state = site.read();
        let issue = access::find(&state, Some(&caller), &name)?;
        limits::room_for("attachments", issue.attachments.len(), limits::ATTACHMENTS)?;
        state.settings.upload_limit
    };
    let files = uploads::receive(&site, form, upload_limit).await?;
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let issue = access::find_id(&state, &caller, &name)?;
    let held = state.issues.get(&issue).map_or(0, |issue| issue.attachments.len());
    limits::room_for("attachments", held + files.len() - 1, limits::ATTACHMENTS)?;
    let ids: Vec<u64> = files.into_iter().map(|file| insert(&mut state, &actor, issue, file)).collect();
    let view = View::new(&site, &state, Some(&caller));
    let attachments = ids.iter().filter_map(|id| state.attachments.get(id));
    Ok(Json(attachments.map(|attachment| view.attachment(attachment)).collect()))
}

fn insert(state: &mut SiteState, actor: &Actor, issue: u64, file: uploads::Received) -> u64 {
    let id = state.ids.take(IdKind::Attachment);
    let thumbnail = matches!(&*file.mime_type, "image/png" | "image/jpeg" | "image/gif");
    state.insert_attachment(Attachment {
        id,
        issue,
        filename: file.name.clone(),
        author: Some(actor.account.clone()),
        created: actor.now,
        size: file.size,
        mime_type: file.mime_type,
        media_id: file.media_id,
        thumbnail,
        bytes: AttachmentBytes::Spooled { path: file.path, sha256: file.sha256 },
    });
    if let Some(issue) = state.issues.get_mut(&issue) {
        issue.attachments.push(id);
    }
    let shown = (Some(id.to_string()), Some(file.name.to_string()));
    let item = history::item("Attachment", Some("attachment"), "jira", (None, None), shown);
    change::record(state, actor, issue, vec![item], None);
    id
}

async fn settings(State(site): State<SharedSite>, Caller(_): Caller) -> Json<Value> {
    let settings = &site.read().settings;
    Json(json!({ "enabled": settings.attachments, "uploadLimit": settings.upload_limit }))
}

fn find<'a>(state: &'a SiteState, caller: Option<&str>, id: &str) -> JiraResult<&'a Attachment> {
    let attachment = id.parse::<u64>().ok().and_then(|id| state.attachments.get(&id)).filter(|attachment| {
        caller.is_some() && state.issues.get(&attachment.issue).is_some_and(|issue| access::is_visible(state, issue))
    });
    attachment.ok_or_else(|| JiraError::not_found(format!("The attachment with id '{id}' does not exist")))
}

/// Here the id is a number.
async fn describe(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(id): Path<String>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let attachment = find(&state, caller.as_deref(), &id)?;
    let mut shown = View::new(&site, &state, caller.as_ref()).attachment(attachment);
    shown["id"] = json!(attachment.id);
    Ok(Json(shown))
}

#[derive(Deserialize)]
struct ContentQuery {
    redirect: Option<bool>,
}

/// Redirects to the media host, or gives the bytes when asked not to.
async fn content(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(id): Path<String>,
    Params(query): Params<ContentQuery>,
    headers: HeaderMap,
) -> JiraResult<Response> {
    let attachment = find(&site.read(), caller.as_deref(), &id)?.clone();
    if query.redirect == Some(false) {
        return Ok(media::content(&attachment, headers.get(header::RANGE)));
    }
    let location = site.media_link(attachment.media_id);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    let attachment = find(&state, Some(&caller), &id)?.clone();
    state.attachments.remove(&attachment.id);
    state.media.remove(&attachment.media_id);
    if let Some(issue) = state.issues.get_mut(&attachment.issue) {
        issue.attachments.retain(|held| *held != attachment.id);
    }
    let shown = (Some(attachment.id.to_string()), Some(attachment.filename.to_string()));
    let item = history::item("Attachment", Some("attachment"), "jira", shown, (None, None));
    change::record(&mut state, &actor, attachment.issue, vec![item], None);
    Ok(StatusCode::NO_CONTENT)
}
