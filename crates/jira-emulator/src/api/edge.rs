//! What the edge in front of a site answers: its cloud id.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Operation;
use crate::site::SharedSite;

pub(crate) const OPERATIONS: &[Operation] = &[("GET", "/_edge/tenant_info")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/_edge/tenant_info", get(tenant_info))
}

async fn tenant_info(State(site): State<SharedSite>) -> Json<Value> {
    Json(json!({ "cloudId": site.cloud_id }))
}
