//! `lifeboat recover …`: pull a site from its vault onto the standby.
//!
//! Whether it may run at all is decided by `control` (an unlock is good for one start); what it does, by the kind of job in
//! `worker`. [`options`] reads what was typed, [`drive`] does the job to its end or to where it goes on, and says what came
//! of it. [`asked`] lets a server do it.

mod asked;
mod drive;
pub(super) mod options;

use std::path::Path;

use anyhow::{Context as _, Result};
use control::connection::{Event, RequestStatus, State};
use recovery::plan::Depth;
use recovery::prove::Report;
use serde_json::{Value, json};
use store::{Job, Role, Stop, StopRequest};
use worker::kinds::recovery::{Retry, setup};

use crate::app::App;
use crate::cli::recover::{Options, RecoverCommand};
use crate::exit::Fault;
use crate::{confirm, files, jobs, plane};

pub(super) use asked::ask as ask_server;

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
    let (around, choice) = (app.around()?, options::choice(app, options, &state)?);
    let (run, _) = setup::prepare(&around, app.tenant, &state, &choice, None).await?;
    let recovery = setup::recovery(&around, &run, 0).await?;
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
    if let Some(job) = open_job(app, &state).await? {
        refuse_while_it_is_removed(&options.connection, &job)?;
        app.output.note("going on with the recovery that was begun");
        return drive::go_on(app, &options.connection, &job, actor.id, &Retry::Nothing).await;
    }
    let event = match state.request.as_ref().map(|request| request.status) {
        Some(RequestStatus::Unlocked) => Some(Event::Start { by: actor.id }),
        // An earlier version died between the start and its first note: the start holds, the job is made now.
        Some(RequestStatus::Running) => None,
        _ => return Err(locked(&options.connection, &state).into()),
    };
    let choice = options::choice(app, options, &state)?;
    let prepared = setup::prepare(&app.around()?, app.tenant, &state, &choice, Some(actor.id)).await?;
    drive::begin(app, &options.connection, connection.id, event, prepared, actor.id).await
}

async fn resume(app: &App, name: &str, retry_failed: bool) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, name).await?;
    let state = plane::state(app, connection.id).await?;
    let job = open_job(app, &state).await?.ok_or_else(|| {
        Fault::refused(format!("no recovery over \"{name}\" waits to be resumed: `lifeboat recover start \"{name}\"`"))
    })?;
    refuse_while_it_is_removed(name, &job)?;
    let retry = if retry_failed { Retry::All } else { Retry::Nothing };
    drive::go_on(app, name, &job, actor.id, &retry).await
}

/// Asks a running recovery to stop. One that nobody works on is ended here.
pub(super) async fn ask(app: &App, name: &str, stop: Stop) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, name).await?;
    let state = plane::state(app, connection.id).await?;
    let job = open_job(app, &state).await?;
    let job = job.ok_or_else(|| Fault::refused(format!("no recovery over \"{name}\" is under way")))?;
    if !jobs::is_worked_on(app, &job) {
        return drive::end(app, name, &job, actor.id, stop).await;
    }
    let mut repository = app.store.write().await?;
    let request = StopRequest { stop, by: Some(actor.id) };
    repository.jobs().ask_to_stop(app.tenant, job.id, Some(request)).await?;
    repository.save().await?;
    let value = json!({ "connection": name, "asked": word(stop) });
    app.output.result(&value, || format!("The recovery was asked to {}.\n", word(stop)))
}

/// Whether this person may let a recovery go on that rests.
pub(super) async fn may_go_on(app: &App, name: &str, job: &Job) -> Result<()> {
    plane::actor(app, &[Role::Administrator]).await?;
    refuse_while_it_is_removed(name, job)
}

/// A recovery of which something is removed already cannot go on.
fn refuse_while_it_is_removed(name: &str, job: &Job) -> Result<()> {
    if !worker::kinds::recovery::is_removing(job) {
        return Ok(());
    }
    let message = format!(
        "what the recovery over \"{name}\" made is being removed, so it cannot go on; `lifeboat recover cancel \"{name}\" \
         --remove` goes on removing, `lifeboat recover cancel \"{name}\"` keeps the rest"
    );
    Err(Fault::refused(message).into())
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
    let runs = repository.recoveries().list(app.tenant, None, u32::MAX).await?;
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

/// The job of the connection's open request that is not over.
async fn open_job(app: &App, state: &State) -> Result<Option<Job>> {
    let Some(request) = state.request.as_ref().filter(|request| request.status.is_vouched()) else { return Ok(None) };
    let mut repository = app.store.read().await?;
    let Some(run) = repository.recoveries().of_request(app.tenant, request.id).await? else { return Ok(None) };
    let job = repository.jobs().get(app.tenant, run.job).await?;
    Ok(job.filter(|job| !job.state.is_final()))
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
