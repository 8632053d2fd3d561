//! Whether the server lives, whether it can work, and what Prometheus reads.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use store::JobState;
use store::job::JobFilter;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::measure::Gauges;
use crate::http::problem::Answer;

/// So many jobs are counted at most; a longer queue is as bad.
const COUNTED: u32 = 1_000;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(ready))
        .routes(routes!(metrics))
        .routes(routes!(document))
}

/// Whether it works.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// The version of Lifeboat.
    version: &'static str,
}

const WELL: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// The process lives.
#[utoipa::path(get, path = "/health", tag = "Health", responses((status = OK, body = Health)))]
async fn health() -> Json<Health> {
    Json(WELL)
}

/// The process can work: its database answers.
#[utoipa::path(get, path = "/ready", tag = "Health", responses((status = OK, body = Health)))]
async fn ready(State(components): State<Components>) -> Answer<Json<Health>> {
    let mut repository = components.around.store.read().await?;
    repository.people().list(components.tenant).await?;
    Ok(Json(WELL))
}

/// What Prometheus reads: requests, jobs, and how old the newest recovery point of each site is.
#[utoipa::path(get, path = "/metrics", tag = "Health", responses((status = OK, body = String, content_type = "text/plain")))]
async fn metrics(State(components): State<Components>, caller: Caller) -> Answer {
    let mut repository = components.around.store.read().await?;
    let now = components.around.ambient.now();
    let gauges = Gauges::new();
    for state in [JobState::Waiting, JobState::Running, JobState::Paused, JobState::Failed] {
        let filter = JobFilter { state: Some(state), ..JobFilter::default() };
        let jobs = repository.jobs().list(caller.tenant, &filter, None, COUNTED).await?;
        let labels = [("state", super::jobs::word(state).to_owned())];
        gauges.set("lifeboat_jobs", &labels, jobs.len() as f64);
    }
    let sites = repository.sites().list(caller.tenant).await?;
    for site in sites {
        let captures = repository.captures().list(caller.tenant, site.id, None, 20).await?;
        if let Some(capture) = captures.iter().find(|capture| capture.point.is_some()) {
            let age = now.duration_since(capture.started).as_secs_f64();
            gauges.set("lifeboat_rpo_lag_seconds", &[("site", site.name)], age);
        }
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok::<Response, _>((kind, components.meters.render(&gauges)).into_response())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "Health", responses((status = OK, body = Object)))]
async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(crate::document())
}
