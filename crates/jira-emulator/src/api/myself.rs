//! The caller's own account.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::Params;
use crate::http::render;
use crate::site::SharedSite;

pub(crate) const OPERATIONS: &[Operation] = &[("GET", "/rest/api/3/myself")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/api/3/myself", get(myself))
}

#[derive(Deserialize)]
struct Query {
    expand: Option<String>,
}

async fn myself(
    State(site): State<SharedSite>,
    Caller(account): Caller,
    Params(query): Params<Query>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let user = state.users.get(&account).ok_or_else(JiraError::unauthorized)?;
    let groups: Vec<Value> = state
        .groups
        .values()
        .filter(|group| group.members.contains(&account))
        .map(|group| json!({ "name": group.name, "groupId": group.id, "self": site.link(&format!("/rest/api/3/group?groupId={}", group.id)) }))
        .collect();
    let expand = query.expand.unwrap_or_default();
    let shown_groups = if expand.split(',').any(|part| part == "groups") { groups.clone() } else { Vec::new() };
    let mut shown = render::user(&site, user, Some(&account));
    shown["locale"] = json!("en_US");
    shown["groups"] = json!({ "size": groups.len(), "items": shown_groups });
    shown["applicationRoles"] = json!({ "size": 1, "items": [] });
    shown["expand"] = json!("groups,applicationRoles");
    Ok(Json(shown))
}
