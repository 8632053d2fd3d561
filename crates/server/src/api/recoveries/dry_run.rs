//! Dry runs: what a recovery would do. They read the vault, so people must have vouched first (docs/adr/0003).

use axum::extract::State;
use control::id::ConnectionId;
use serde::Serialize;
use serde_json::Value;
use store::job::JobFilter;
use store::{Job, Repository, Subject};
use utoipa::ToSchema;
use worker::kinds::plan;

use super::{Start, choice};
use crate::api::connections::settled;
use crate::api::jobs::{self, JobView};
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::{Components, PREFIX};

/// A dry run.
#[derive(Serialize, ToSchema)]
pub(super) struct DryRunView {
    /// How far it is, and what came of it.
    job: JobView,
    /// What the recovery would do, once it is done: counts by kind, what is lost and why, the estimate.
    #[schema(value_type = Option<Object>)]
    plan: Option<Value>,
}

fn describe(job: Job) -> DryRunView {
    let plan = job.result.clone();
    DryRunView { job: jobs::describe(job), plan }
}

/// Makes a dry run of the recovery of an unlocked request. A worker does it; what came of it is read at the same place.
#[utoipa::path(post, path = "/connections/{connection}/plan", tag = "Recoveries", params(("connection" = Uuid, Path)),
    request_body = Start, responses((status = ACCEPTED, body = DryRunView)))]
pub(super) async fn make(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(wanted): Json<Start>,
) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let (state, _) = settled(&components, change.repository(), &caller, id).await?;
    let locked = || Problem::refused("The connection is locked: the vault is read once a request over it is unlocked.");
    let request = state.request.as_ref().filter(|_| state.opens_vault()).ok_or_else(locked)?;
    let choice = choice(&components, &request.scope, wanted);
    let new = plan::job(&components.around, caller.tenant, id, &choice, caller.person.id)?;
    let job = change.repository().jobs().enqueue(&new).await?;
    change.audit(control::authority::Action::RecoveryPlan, format!("connection/{id}"), &[]).await?;
    change.save(Reply::accepted(format!("{PREFIX}/connections/{id}/plan"), &describe(job))?).await
}

/// The newest dry run over a connection.
#[utoipa::path(get, path = "/connections/{connection}/plan", tag = "Recoveries", params(("connection" = Uuid, Path)),
    responses((status = OK, body = DryRunView)))]
pub(super) async fn newest(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<ConnectionId>,
) -> Answer<Json<DryRunView>> {
    let mut repository = components.around.store.read().await?;
    Ok(Json(describe(find(repository.as_mut(), &caller, id).await?)))
}

async fn find(repository: &mut dyn Repository, caller: &Caller, id: ConnectionId) -> Result<Job, Problem> {
    let plans =
        JobFilter { kind: Some(plan::NAME.to_owned()), subject: Some(Subject::Connection(id)), ..JobFilter::default() };
    let newest = repository.jobs().list(caller.tenant, &plans, None, 1).await?.pop();
    newest.ok_or_else(Problem::not_found)
}
