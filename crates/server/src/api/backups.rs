//! Captures of a site.

use axum::extract::State;
use control::authority::Action;
use control::id::SiteId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use worker::kinds::capture;

use super::jobs::{self, JobView};
use super::sites::find;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Problem};
use crate::{Components, PREFIX};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list, begin))
}

/// A backup of a site.
#[derive(Serialize, ToSchema)]
struct BackupView {
    id: Uuid,
    started: Timestamp,
    /// The recovery point that it made.
    point: Option<u64>,
    job: JobView,
}

/// The backups of a site, the latest first.
#[utoipa::path(get, path = "/sites/{site}/backups", tag = "Backups", params(("site" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<BackupView>)))]
async fn list(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<BackupView>>> {
    let mut repository = components.around.store.read().await?;
    find(repository.as_mut(), &caller, id).await?;
    let runs = repository.captures().list(caller.tenant, id, query.after()?, query.fetch()?).await?;
    let mut views = vec![];
    for run in runs {
        let job = jobs::find(repository.as_mut(), &caller, run.job).await?;
        views.push(BackupView { id: run.id.into(), started: run.started, point: run.point, job: jobs::describe(job) });
    }
    Ok(Json(query.page(views, |view| view.id.to_string(), |view| view)?))
}

/// How to back up.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    /// Whether everything is read again, and not only what changed.
    full: bool,
}

/// Backs a site up now. One that is under way already is what is answered.
#[utoipa::path(post, path = "/sites/{site}/backups", tag = "Backups", params(("site" = Uuid, Path)), request_body = Wanted,
    responses((status = ACCEPTED, body = JobView)))]
async fn begin(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<SiteId>,
    Json(wanted): Json<Wanted>,
) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let site = find(change.repository(), &caller, id).await?;
    if site.credentials.is_none() {
        return Err(Problem::refused("The site has no credentials: set them first."));
    }
    let wanted = capture::Wanted { full: wanted.full };
    let new = capture::job(caller.tenant, id, wanted, Some(caller.person.id), &components.around.ambient);
    let job = change.repository().jobs().enqueue(&new).await?;
    change.audit(Action::BackupRun, format!("site/{id}"), &[("job", &job.id)]).await?;
    change.save(Reply::accepted(format!("{PREFIX}/jobs/{}", job.id), &jobs::describe(job))?).await
}
