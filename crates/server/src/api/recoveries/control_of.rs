//! Pausing, resuming and ending a recovery. Whoever works on it hears of it within seconds; its connection is told by the
//! worker, in the transaction in which the job comes to rest.

use std::collections::BTreeSet;

use axum::extract::State;
use control::authority::Action;
use control::id::RecoveryId;
use jiff::SignedDuration;
use serde::Deserialize;
use store::job::{Claim, Ending};
use store::{Job, JobState, RecoveryRun, Stop, StopRequest};
use utoipa::ToSchema;
use worker::kinds::recovery::{Retry, go_on_from, is_removing};

use super::view::RecoveryView;
use super::{describe, find};
use crate::Components;
use crate::api::jobs;
use crate::http::body::Json;
use crate::http::once::{Change, Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Kind, Problem};

/// Long enough for a transaction.
const BRIEFLY: SignedDuration = SignedDuration::from_secs(20);

/// As many as are told.
const MOST_CAUSES: usize = 200;

async fn begin(once: Once, id: RecoveryId) -> Result<(Change, RecoveryRun, Job), Problem> {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let run = find(change.repository(), &caller, id).await?;
    let job = jobs::find(change.repository(), &caller, run.job).await?;
    if job.state.is_final() {
        return Err(Problem::refused("The recovery is over."));
    }
    Ok((change, run, job))
}

async fn finish(mut change: Change, run: &RecoveryRun, action: Action, what: &str) -> Answer {
    let over = run.connection.map_or_else(String::new, |connection| connection.to_string());
    change.audit(action, format!("recovery/{}", run.id), &[("asked", &what), ("over", &over)]).await?;
    let caller = change.caller().clone();
    let view = describe(change.repository(), &caller, run).await?;
    change.save(Reply::ok(&view)?).await
}

/// Asks whoever works on it to stop, or whoever takes it next: a worker ends it in good order, with its connection.
async fn ask(once: Once, id: RecoveryId, stop: Stop, action: Action) -> Answer {
    let (mut change, run, job) = begin(once, id).await?;
    let (tenant, by, now) = (change.caller().tenant, change.caller().person.id, change.now());
    let request = StopRequest { stop, by: Some(by) };
    change.repository().jobs().ask_to_stop(tenant, job.id, Some(request)).await?;
    if job.state == JobState::Paused && stop != Stop::Pause {
        change.repository().jobs().wake(tenant, job.id, now).await?;
    }
    let what = match stop {
        Stop::Pause => "pause",
        Stop::CancelKeep => "end and keep",
        Stop::CancelRemove => "end and remove",
    };
    finish(change, &run, action, what).await
}

/// Lets a recovery rest at its next safe point.
#[utoipa::path(post, path = "/recoveries/{recovery}/pause", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = RecoveryView)))]
pub(super) async fn pause(once: Once, Named(id): Named<RecoveryId>) -> Answer {
    ask(once, id, Stop::Pause, Action::RecoveryPause).await
}

/// Ends a recovery and keeps what it made.
#[utoipa::path(post, path = "/recoveries/{recovery}/cancellation", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = RecoveryView)))]
pub(super) async fn cancel(once: Once, Named(id): Named<RecoveryId>) -> Answer {
    ask(once, id, Stop::CancelKeep, Action::RecoveryCancel).await
}

/// Ends a recovery and takes away what it made. What others added is kept and named.
#[utoipa::path(post, path = "/recoveries/{recovery}/removal", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = RecoveryView)))]
pub(super) async fn remove(once: Once, Named(id): Named<RecoveryId>) -> Answer {
    ask(once, id, Stop::CancelRemove, Action::RecoveryRemove).await
}

/// How to go on.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct Resumption {
    /// Whether what Jira refused is tried again.
    retry_failed: bool,
    /// Only what it refused for these causes, as `causes` of the recovery tells them; all if none is named.
    #[schema(max_items = 200)]
    retry_causes: BTreeSet<String>,
}

impl Resumption {
    fn retry(self) -> Retry {
        match (self.retry_failed, self.retry_causes.is_empty()) {
            (_, false) => Retry::Causes(self.retry_causes),
            (true, true) => Retry::All,
            (false, true) => Retry::Nothing,
        }
    }
}

/// Lets a recovery go on that rests.
#[utoipa::path(post, path = "/recoveries/{recovery}/resumption", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    request_body = Resumption, responses((status = OK, body = RecoveryView)))]
pub(super) async fn resume(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<RecoveryId>,
    Json(wanted): Json<Resumption>,
) -> Answer {
    if wanted.retry_causes.len() > MOST_CAUSES {
        return Err(Problem::new(Kind::Invalid, "`retryCauses` has 200 at most."));
    }
    let (mut change, run, job) = begin(once, id).await?;
    if is_removing(&job) {
        return Err(Problem::refused("What the recovery made is being removed: it cannot go on."));
    }
    let (tenant, now) = (change.caller().tenant, change.now());
    let limits = components.around.settings.limits;
    let claim = Claim { holder: "api", now, until: now + BRIEFLY, limits };
    let mut jobs = change.repository().jobs();
    jobs.ask_to_stop(tenant, job.id, None).await?;
    // Taken and given back within this transaction: only whoever holds a job says from where it goes on.
    let taken = jobs.take(tenant, job.id, &claim).await?;
    let lease = taken.as_ref().and_then(|job| job.lease.as_ref()).map(|lease| lease.token);
    let lease = lease.ok_or_else(|| Problem::refused("Somebody works on the recovery: it goes on by itself."))?;
    jobs.checkpoint(tenant, job.id, lease, &go_on_from(&job, &wanted.retry())).await?;
    jobs.end(tenant, job.id, lease, &Ending::Released { at: now }, None, now).await?;
    drop(jobs);
    finish(change, &run, Action::RecoveryPause, "go on").await
}
