//! Facts about the site.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Operation;
use crate::http::time::{platform_time, zone};
use crate::site::SharedSite;

pub(crate) const OPERATIONS: &[Operation] = &[("GET", "/rest/api/3/serverInfo")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/api/3/serverInfo", get(server_info))
}

async fn server_info(State(site): State<SharedSite>) -> Json<Value> {
    let settings = site.read().settings.clone();
    let base = site.link("");
    Json(json!({
        "baseUrl": base,
        "displayUrl": base,
        "displayUrlServicedeskHelpCenter": base,
        "displayUrlConfluence": base,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_290,
        "buildDate": "2026-11-01T00:00:00.000+0000",
        "serverTime": platform_time(site.now(), &zone(&settings.time_zone)),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": settings.title,
        "serverTimeZone": settings.time_zone,
    }))
}
