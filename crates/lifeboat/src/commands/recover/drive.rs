//! Runs a recovery: plan, apply, prove, under a lease that is kept; and brings it to rest when it must stop.

use anyhow::Result;
use control::connection::{Event, RequestStatus};
use control::id::PersonId;
use recovery::progress::Progress as _;
use recovery::prove::Report;
use recovery::{Recovery, apply, plan, prove};
use serde_json::Value;
use store::{LeaseToken, RecoveryRun, RunState, Stop};
use tokio_util::sync::CancellationToken;

use super::{job, removal};
use crate::app::App;
use crate::commands::interrupt;
use crate::exit::Fault;
use crate::lease::{self, Ended, Keeper};
use crate::plane;

/// How long the vault keeps everything for a recovery that does not come back.
pub(super) const HOLD: std::time::Duration = std::time::Duration::from_hours(14 * 24);

/// Runs a recovery to its end, or until it must stop; the same call later goes on.
pub(super) async fn run(
    app: &App,
    name: &str,
    run: RecoveryRun,
    by: Option<PersonId>,
    retry_failed: bool,
) -> Result<()> {
    let token = claim(app, name, &run).await?;
    if let Err(error) = mark_running(app, &run, by).await {
        release(app, &run, token, RunState::Paused, None).await?;
        return Err(error);
    }
    let keeper = Keeper::recovery(app, run.id, token, interrupt());
    // Boxed: what waits in it is too much for the stack of whoever drives several steps, as the demo does.
    let result = Box::pin(work(app, &run, token, retry_failed, keeper.cancelled())).await;
    let ended = keeper.end().await;
    match (result, ended) {
        (_, Some(Ended::Lost)) => {
            Err(Fault::refused(format!("the recovery over \"{name}\" was taken over or stopped by somebody else"))
                .into())
        }
        (Err(error), Some(Ended::Asked(stop))) if stopped(&error) => settle(app, name, &run, token, by, stop).await,
        (Err(error), _) => {
            let rested = come_to_rest(app, &run, token, None).await;
            if stopped(&error) {
                rested?;
                let message = format!("stopped; `lifeboat recover resume \"{name}\"` goes on where it was");
                return Err(Fault::interrupted(message).into());
            }
            Err(error.context(format!(
                "the recovery came to rest; `lifeboat recover resume \"{name}\"` goes on where it was"
            )))
        }
        (Ok(report), _) => finish(app, &run, token, by, &report).await,
    }
}

/// Ends a recovery that nobody works on.
pub(super) async fn end(app: &App, name: &str, run: RecoveryRun, by: Option<PersonId>, stop: Stop) -> Result<()> {
    let token = claim(app, name, &run).await?;
    settle(app, name, &run, token, by, stop).await
}

pub(super) fn stopped(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(recovery::Error::Stopped))
}

async fn claim(app: &App, name: &str, run: &RecoveryRun) -> Result<LeaseToken> {
    let attempt = async || {
        let now = app.ambient.now();
        let mut repository = app.store.write().await?;
        let held = repository.recoveries().get(app.tenant, run.id).await?.and_then(|run| run.lease);
        let (free, until) = (lease::free_from(held.as_ref(), now), now + lease::LENGTH);
        let token = repository.recoveries().claim(app.tenant, run.id, &lease::holder(), free, until).await?;
        repository.save().await?;
        Ok(token)
    };
    lease::wait_for(app, &format!("the recovery over \"{name}\""), attempt).await
}

/// A request that stands still goes on; one that a dead process left running is running already.
async fn mark_running(app: &App, run: &RecoveryRun, by: Option<PersonId>) -> Result<()> {
    let Some(connection) = run.connection else { return Ok(()) };
    let state = plane::state(app, connection).await?;
    if state.request.is_some_and(|request| request.status == RequestStatus::Paused) {
        plane::happen(app, connection, Event::ResumeJob { by }).await?;
    }
    Ok(())
}

async fn work(
    app: &App,
    run: &RecoveryRun,
    token: LeaseToken,
    retry_failed: bool,
    cancel: &CancellationToken,
) -> Result<Report> {
    let mut recovery = job::recovery(app, run, token).await?;
    recovery.settings.retry_failed = retry_failed;
    let vault = app.vault(&job::site(app, run.source).await?).await?;
    let hold = vault.hold(run.point, &format!("recovery {}", run.id), app.ambient.now() + HOLD).await?;
    let result = steps(app, &recovery, run, token, cancel).await;
    if result.is_ok() {
        vault.release(&hold).await?;
    }
    app.remember_head(&job::site(app, run.source).await?, &vault).await?;
    result
}

async fn steps(
    app: &App,
    recovery: &Recovery,
    run: &RecoveryRun,
    token: LeaseToken,
    cancel: &CancellationToken,
) -> Result<Report> {
    let progress = app.output.progress(&app.ambient);
    if run.phase == "plan" {
        let plan = plan::make(recovery, plan::Depth::Counts, &progress, cancel).await?;
        progress.note(&headline(&plan));
    }
    phase(app, run, token, "apply").await?;
    let applied = apply::run(recovery, &progress, cancel).await?;
    phase(app, run, token, "prove").await?;
    let report = prove::run(recovery, Some(applied), &progress, cancel).await?;
    progress.finish();
    Ok(report)
}

/// One line of a plan: the whole is what `recover plan` shows.
fn headline(plan: &plan::Plan) -> String {
    let sum = |count: fn(&plan::KindPlan) -> u64| plan.kinds.values().map(count).sum::<u64>();
    format!(
        "recovery point {}: {} objects to make, {} there already, {} that cannot be made",
        plan.point,
        sum(|kind| kind.create),
        sum(|kind| kind.matched),
        sum(|kind| kind.cannot)
    )
}

async fn phase(app: &App, run: &RecoveryRun, token: LeaseToken, phase: &str) -> Result<()> {
    let mut repository = app.store.write().await?;
    repository.recoveries().progress(app.tenant, run.id, token, phase, &Value::Null).await?;
    Ok(repository.save().await?)
}

/// The proof ran. If it holds, the request is done; if not, it rests so that what failed can be tried again.
async fn finish(app: &App, run: &RecoveryRun, token: LeaseToken, by: Option<PersonId>, report: &Report) -> Result<()> {
    let value = serde_json::to_value(report)?;
    if report.holds {
        conclude(app, run, token, RunState::Done, Some(&value), Some(Event::JobDone { proven: true })).await?;
    } else {
        tracing::warn!(recovery = %run.id, by = ?by, "the proof does not hold");
        come_to_rest(app, run, token, Some(&value)).await?;
    }
    app.output.result(report, || report.to_string())?;
    super::finished(report)
}

/// Brings the run and its request to rest; another process may go on.
async fn come_to_rest(app: &App, run: &RecoveryRun, token: LeaseToken, report: Option<&Value>) -> Result<()> {
    pause_request(app, run, None).await?;
    release(app, run, token, RunState::Paused, report).await
}

async fn pause_request(app: &App, run: &RecoveryRun, by: Option<PersonId>) -> Result<()> {
    let Some(connection) = run.connection else { return Ok(()) };
    let state = plane::state(app, connection).await?;
    if state.request.is_some_and(|request| request.status == RequestStatus::Running) {
        plane::happen(app, connection, Event::PauseJob { by }).await?;
    }
    Ok(())
}

/// Does what somebody asked: rests, or ends the recovery for good.
async fn settle(
    app: &App,
    name: &str,
    run: &RecoveryRun,
    token: LeaseToken,
    by: Option<PersonId>,
    stop: Stop,
) -> Result<()> {
    pause_request(app, run, by).await?;
    let told = match stop {
        Stop::Pause => {
            release(app, run, token, RunState::Paused, None).await?;
            format!("The recovery over \"{name}\" rests; `lifeboat recover resume \"{name}\"` goes on.\n")
        }
        Stop::CancelKeep => {
            cancel(app, run, token, by).await?;
            format!("The recovery over \"{name}\" is ended; what it made is kept.\n")
        }
        Stop::CancelRemove => return removal::run(app, name, run, token, by).await,
    };
    app.output.result(&serde_json::json!({ "connection": name, "ended": told.trim() }), || told.clone())
}

pub(super) async fn cancel(app: &App, run: &RecoveryRun, token: LeaseToken, by: Option<PersonId>) -> Result<()> {
    conclude(app, run, token, RunState::Cancelled, None, by.map(|by| Event::Cancel { by })).await
}

/// Ends a run and its request in one transaction: killed between the two, the next start would take the request for one that
/// was never begun, and recover again what is done or was cancelled.
async fn conclude(
    app: &App,
    run: &RecoveryRun,
    token: LeaseToken,
    state: RunState,
    report: Option<&Value>,
    event: Option<Event>,
) -> Result<()> {
    let mut repository = app.store.write().await?;
    repository.recoveries().release(app.tenant, run.id, token, state, report, app.ambient.now()).await?;
    let decided = match (run.connection, event) {
        (Some(connection), Some(event)) => {
            plane::happen_within(app, repository.as_mut(), connection, event).await?.map(drop)
        }
        _ => Ok(()),
    };
    repository.save().await?;
    decided
}

pub(super) async fn release(
    app: &App,
    run: &RecoveryRun,
    token: LeaseToken,
    state: RunState,
    report: Option<&Value>,
) -> Result<()> {
    let mut repository = app.store.write().await?;
    repository.recoveries().release(app.tenant, run.id, token, state, report, app.ambient.now()).await?;
    Ok(repository.save().await?)
}
