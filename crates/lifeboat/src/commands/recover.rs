//! `lifeboat recover …`: pull a site from its vault onto the standby.
//!
//! Whether it may run at all is decided by `control` (an unlock is good for one start); what it does, by `recovery`.
//! [`job`] sets one up, [`drive`] runs it to its end or to where it goes on, [`removal`] takes away what it made.

mod drive;
mod job;
mod removal;

use std::path::Path;

use anyhow::{Context as _, Result};
use control::connection::{Event, RequestStatus, State};
use recovery::plan::Depth;
use recovery::prove::Report;
use serde_json::{Value, json};
use store::{RecoveryRun, Role, RunState, Stop};

use crate::app::App;
use crate::cli::recover::{Options, RecoverCommand};
use crate::exit::Fault;
use crate::{confirm, files, lease, plane};

pub(crate) async fn run(app: &App, command: RecoverCommand) -> Result<()> {
    match command {
        RecoverCommand::Plan(options) => plan(app, &options).await,
        RecoverCommand::Start(options) => Box::pin(start(app, &options)).await,
        RecoverCommand::Pause { connection } => ask(app, &connection, Stop::Pause).await,
        RecoverCommand::Resume { connection, retry_failed } => Box::pin(resume(app, &connection, retry_failed)).await,
        RecoverCommand::Cancel { connection, remove: false, .. } => ask(app, &connection, Stop::CancelKeep).await,
        RecoverCommand::Cancel { connection, remove: true, yes } => {
            let question = format!("Remove from the standby what the recovery over \"{connection}\" made?");
            confirm::agreed(&question, yes)?;
            ask(app, &connection, Stop::CancelRemove).await
        }
        RecoverCommand::Report { connection, output } => report(app, &connection, output.as_deref()).await,
    }
}

/// Says what a recovery would do. The vault is read for it, so people must have vouched for the standby first.
async fn plan(app: &App, options: &Options) -> Result<()> {
    plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, &options.connection).await?;
    let state = plane::state(app, connection.id).await?;
    let request = state.request.as_ref().filter(|request| request.status.is_vouched());
    request.ok_or_else(|| locked(&options.connection, &state))?;
    let run = job::new_run(app, &state, options).await?;
    let recovery = job::recovery(app, &run, 0).await?;
    let progress = app.output.progress(&app.ambient);
    let plan = recovery::plan::make(&recovery, Depth::Exact, &progress, &super::interrupt()).await;
    progress.finish();
    let plan = plan?;
    app.output.result(&plan, || plan.to_string())
}

async fn start(app: &App, options: &Options) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, &options.connection).await?;
    let state = plane::state(app, connection.id).await?;
    if let Some(run) = open_run(app, &state).await? {
        removal::refuse_while_it_goes_on(&options.connection, &run)?;
        app.output.note("going on with the recovery that was begun");
        return drive::run(app, &options.connection, run, Some(actor.id), false).await;
    }
    let running = state.request.as_ref().is_some_and(|request| request.status == RequestStatus::Running);
    let state = if running {
        // The process died between the start and its first note: the start holds, the run is made now.
        state
    } else if state.request.as_ref().is_some_and(|request| request.status == RequestStatus::Unlocked) {
        job::new_run(app, &state, options).await?;
        plane::happen(app, connection.id, Event::Start { by: actor.id }).await?
    } else {
        return Err(locked(&options.connection, &state).into());
    };
    let run = RecoveryRun { started_by: Some(actor.id), ..job::new_run(app, &state, options).await? };
    let mut repository = app.store.write().await?;
    repository.recoveries().add(&run).await?;
    repository.save().await?;
    drive::run(app, &options.connection, run, Some(actor.id), false).await
}

async fn resume(app: &App, name: &str, retry_failed: bool) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, name).await?;
    let state = plane::state(app, connection.id).await?;
    let run = open_run(app, &state).await?.ok_or_else(|| {
        Fault::refused(format!("no recovery over \"{name}\" waits to be resumed: `lifeboat recover start \"{name}\"`"))
    })?;
    removal::refuse_while_it_goes_on(name, &run)?;
    drive::run(app, name, run, Some(actor.id), retry_failed).await
}

/// Asks a running recovery to stop. One that nobody works on is ended here.
async fn ask(app: &App, name: &str, stop: Stop) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, name).await?;
    let state = plane::state(app, connection.id).await?;
    let run = open_run(app, &state).await?;
    let run = run.ok_or_else(|| Fault::refused(format!("no recovery over \"{name}\" is under way")))?;
    let now = app.ambient.now();
    let worked_on = run.lease.as_ref().is_some_and(|held| held.until > now && lease::free_from(Some(held), now) == now);
    if worked_on {
        let mut repository = app.store.write().await?;
        repository.recoveries().ask_to_stop(app.tenant, run.id, stop).await?;
        repository.save().await?;
        let value = json!({ "connection": name, "asked": word(stop) });
        return app.output.result(&value, || format!("The recovery was asked to {}.\n", word(stop)));
    }
    drive::end(app, name, run, Some(actor.id), stop).await
}

fn word(stop: Stop) -> &'static str {
    match stop {
        Stop::Pause => "pause",
        Stop::CancelKeep => "end, and to keep what it made",
        Stop::CancelRemove => "end, and to remove what it made",
    }
}

async fn report(app: &App, name: &str, output: Option<&Path>) -> Result<()> {
    let connection = plane::connection(app, name).await?;
    let mut repository = app.store.read().await?;
    let runs = repository.recoveries().list(app.tenant).await?;
    drop(repository);
    let run = runs.into_iter().find(|run| run.connection == Some(connection.id) && run.report.is_some());
    let value: Value = run.and_then(|run| run.report).ok_or_else(|| {
        Fault::refused(format!(
            "there is no report over \"{name}\" yet: a recovery makes one when it has proven what arrived"
        ))
    })?;
    if let Some(path) = output {
        files::write_private(path, serde_json::to_string_pretty(&value)?.as_bytes())?;
    }
    let report: Report = serde_json::from_value(value).context("the stored report is of another version")?;
    app.output.result(&report, || report.to_string())?;
    finished(&report)
}

/// The exit code says whether the proof holds.
fn finished(report: &Report) -> Result<()> {
    if report.holds {
        return Ok(());
    }
    Err(Fault::not_proven(
        "the proof does not hold: see the report; `lifeboat recover resume --retry-failed` tries again",
    )
    .into())
}

/// The run of the connection's open request that is not over.
async fn open_run(app: &App, state: &State) -> Result<Option<RecoveryRun>> {
    let Some(request) = state.request.as_ref().filter(|request| request.status.is_vouched()) else { return Ok(None) };
    let mut repository = app.store.read().await?;
    let runs = repository.recoveries().list(app.tenant).await?;
    let ours = |run: &RecoveryRun| {
        run.request == Some(request.id) && matches!(run.state, RunState::Running | RunState::Paused)
    };
    Ok(runs.into_iter().find(ours))
}

/// Why nothing can be recovered yet, and the next step.
fn locked(name: &str, state: &State) -> Fault {
    let next = match (&state.connection, &state.request) {
        (Some(connection), _) if connection.bound.is_none() => {
            "it is not active: activate it on the standby with `lifeboat connection activate`".to_owned()
        }
        (_, Some(request)) if request.status.is_open() => {
            "its verification is not complete: `lifeboat verification list` says what is needed".to_owned()
        }
        _ => format!("ask for its verification with `lifeboat verification request \"{name}\"`"),
    };
    Fault::refused(format!("\"{name}\" is locked: {next}"))
}
