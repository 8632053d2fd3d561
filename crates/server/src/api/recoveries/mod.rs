//! Recoveries: started once for an unlock, then paused, resumed, ended or taken away; with their failures and their report.

mod control_of;
mod dry_run;
mod failures;
mod progress;
mod view;

use std::collections::BTreeMap;

use axum::extract::State;
use control::connection::{Event, RequestStatus, Scope};
use control::id::{ConnectionId, RecoveryId};
use recovery::{People, Settings};
use serde::Deserialize;
use serde_json::Value;
use store::{RecoveryRun, Repository};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use worker::kinds::recovery::setup::{self, Choice};

use super::connections::{happen, settled};
use super::jobs;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Problem};
use crate::view::Names;
use crate::{Components, PREFIX};

use view::RecoveryView;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(dry_run::newest, dry_run::make))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(failures::list))
        .routes(routes!(failures::causes))
        .routes(routes!(progress::get))
        .routes(routes!(report))
        .routes(routes!(control_of::pause))
        .routes(routes!(control_of::resume))
        .routes(routes!(control_of::cancel))
        .routes(routes!(control_of::remove))
}

/// What is chosen for a recovery. What is recovered was asked for with the request.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct Start {
    /// Leaves attachments out.
    without_attachments: bool,
    /// Who people of the source are on the standby, by accountId, where it is not the same person.
    people: BTreeMap<String, String>,
    /// Who stands in for people that the standby does not have, by accountId.
    fallback_person: Option<String>,
}

/// All that is decided before a recovery: what was asked for with the request, and what is chosen now.
fn choice(components: &Components, scope: &Scope, wanted: Start) -> Choice {
    let projects = scope.projects.clone();
    Choice {
        point: scope.point,
        projects: projects.clone(),
        without_attachments: wanted.without_attachments,
        settings: Settings {
            people: People { map: wanted.people, fallback: wanted.fallback_person },
            projects: (!projects.is_empty()).then(|| projects.iter().cloned().collect()),
            first: projects,
            ..components.recovery.clone()
        },
    }
}

/// *Recover site*: starts the recovery of an unlocked request. A worker does it; how far it is can be read at its place.
#[utoipa::path(post, path = "/connections/{connection}/recovery", tag = "Recoveries", params(("connection" = Uuid, Path)),
    request_body = Start, responses((status = ACCEPTED, body = RecoveryView)))]
async fn start(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Named(id): Named<ConnectionId>,
    Json(wanted): Json<Start>,
) -> Answer {
    let around = &components.around;
    let mut repository = around.store.write().await?;
    let (state, _) = settled(&components, repository.as_mut(), &caller, id).await?;
    repository.save().await?;
    let locked =
        || Problem::refused("The connection is locked: nothing is recovered before a request over it is unlocked.");
    let request =
        state.request.as_ref().filter(|request| request.status == RequestStatus::Unlocked).ok_or_else(locked)?;
    let choice = choice(&components, &request.scope, wanted);
    // The vault is looked into before the transaction; the start is refused if anything changed meanwhile.
    let (run, new) = setup::prepare(around, caller.tenant, &state, &choice, Some(caller.person.id)).await?;
    let mut change = once.begin().await?;
    match happen(&components, &mut change, id, &Event::Start { by: caller.person.id }).await? {
        Ok(_) => {
            change.repository().jobs().enqueue(&new).await?;
            change.repository().recoveries().add(&run).await?;
            let view = describe(change.repository(), &caller, &run).await?;
            change.save(Reply::accepted(format!("{PREFIX}/recoveries/{}", run.id), &view)?).await
        }
        Err(problem) => change.refuse(problem).await,
    }
}

async fn describe(
    repository: &mut dyn Repository,
    caller: &Caller,
    run: &RecoveryRun,
) -> Result<RecoveryView, Problem> {
    let job = jobs::find(repository, caller, run.job).await?;
    let names = Names::of(repository, caller.tenant).await?;
    Ok(view::describe(run, job, &names))
}

async fn find(repository: &mut dyn Repository, caller: &Caller, id: RecoveryId) -> Result<RecoveryRun, Problem> {
    repository.recoveries().get(caller.tenant, id).await?.ok_or_else(Problem::not_found)
}

/// Recoveries, the latest first.
#[utoipa::path(get, path = "/recoveries", tag = "Recoveries", params(PageQuery), responses((status = OK, body = Page<RecoveryView>)))]
async fn list(
    State(components): State<Components>,
    caller: Caller,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<RecoveryView>>> {
    let mut repository = components.around.store.read().await?;
    let before = query.after::<RecoveryId>()?;
    let runs = repository.recoveries().list(caller.tenant, before, query.fetch()?).await?;
    let mut views = vec![];
    for run in &runs {
        views.push(describe(repository.as_mut(), &caller, run).await?);
    }
    Ok(Json(query.page(views, |view| view.id.to_string(), |view| view)?))
}

/// One recovery: phase, counts, time left.
#[utoipa::path(get, path = "/recoveries/{recovery}", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = RecoveryView)))]
async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<RecoveryId>,
) -> Answer<Json<RecoveryView>> {
    let mut repository = components.around.store.read().await?;
    let run = find(repository.as_mut(), &caller, id).await?;
    Ok(Json(describe(repository.as_mut(), &caller, &run).await?))
}

/// The report: what was restored, what was lost, and whether the proof holds.
#[utoipa::path(get, path = "/recoveries/{recovery}/report", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = Object)))]
async fn report(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<RecoveryId>,
) -> Answer<Json<Value>> {
    let mut repository = components.around.store.read().await?;
    let run = find(repository.as_mut(), &caller, id).await?;
    let none = || Problem::refused("There is no report yet: a recovery makes one when it has proven what arrived.");
    run.report.map(Json).ok_or_else(none)
}
