//! A command's own job, done in this process: the same queue, leases and limits as those of `lifeboat worker`.

use std::time::Duration;

use anyhow::Result;
use control::id::{JobId, PersonId};
use serde_json::Value;
use store::{Job, NewJob, Repository, Stop, StopRequest};
use tokio_util::sync::CancellationToken;
use worker::{Interruption, LeaseSettings, Ran, Worker};

use crate::app::App;
use crate::exit::Fault;

/// Enqueues a job, or finds the unfinished one with its key, and takes it. One that a process left behind which died on
/// another host ends its lease by itself: that is waited for. `what` is what somebody else may be working on.
pub(crate) async fn begin(app: &App, worker: &Worker, new: &dyn Fn() -> NewJob, what: &str) -> Result<Job> {
    let attempt = async || {
        let new = new();
        let mut repository = app.store.write().await?;
        let job = repository.jobs().enqueue(&new).await?;
        let taken = worker.take(repository.as_mut(), app.tenant, job.id).await?;
        // One that was just added and cannot be taken is not left behind for others.
        if taken.is_some() || job.id != new.id {
            repository.save().await?;
        }
        Ok(taken)
    };
    wait_for(app, what, attempt).await
}

/// Takes a job that is there, with whatever else `then` does in the same transaction.
pub(crate) async fn take(
    app: &App,
    worker: &Worker,
    id: JobId,
    what: &str,
    then: impl AsyncFn(&mut dyn Repository, &mut Job) -> Result<()>,
) -> Result<Job> {
    let attempt = async || {
        let mut repository = app.store.write().await?;
        let mut taken = worker.take(repository.as_mut(), app.tenant, id).await?;
        if let Some(job) = &mut taken {
            then(repository.as_mut(), job).await?;
        }
        repository.save().await?;
        Ok(taken)
    };
    wait_for(app, what, attempt).await
}

/// Does a job that was taken, showing how far it is.
pub(crate) async fn run(
    app: &App,
    worker: &Worker,
    job: &Job,
    by: Option<PersonId>,
    cancel: &CancellationToken,
) -> Result<Ran> {
    let progress = app.output.progress(&app.ambient);
    let ran = worker.run(job, by, &progress, cancel, Interruption::Rests).await;
    progress.finish();
    Ok(ran?)
}

/// Replaces the checkpoint of a job that was just taken.
pub(crate) async fn checkpoint(repository: &mut dyn Repository, job: &mut Job, checkpoint: Value) -> Result<()> {
    let token = job.lease.as_ref().map_or(0, |lease| lease.token);
    repository.jobs().checkpoint(job.tenant, job.id, token, &checkpoint).await?;
    job.checkpoint = checkpoint;
    Ok(())
}

/// Asks for a stop of a job that was just taken, or withdraws what was asked for.
pub(crate) async fn ask(repository: &mut dyn Repository, job: &mut Job, stop: Option<(Stop, PersonId)>) -> Result<()> {
    let request = stop.map(|(stop, by)| StopRequest { stop, by: Some(by) });
    repository.jobs().ask_to_stop(job.tenant, job.id, request).await?;
    job.stop = request;
    Ok(())
}

/// Whether a process works on the job, as far as anybody can know.
pub(crate) fn is_worked_on(app: &App, job: &Job) -> bool {
    let now = app.ambient.now();
    job.lease.as_ref().is_some_and(|held| held.until > now && !worker::holder::is_dead(&held.holder))
}

/// Tries to take a job until the lease that a killed process left behind must have ended.
async fn wait_for(app: &App, what: &str, attempt: impl AsyncFn() -> Result<Option<Job>>) -> Result<Job> {
    let LeaseSettings { length, renewal, .. } = LeaseSettings::default();
    let began = app.ambient.clock.elapsed();
    let mut told = false;
    loop {
        if let Some(taken) = attempt().await? {
            return Ok(taken);
        }
        if app.ambient.clock.elapsed().saturating_sub(began) > length + renewal {
            return Err(Fault::refused(format!("another process works on {what}: wait until it has ended")).into());
        }
        if !std::mem::replace(&mut told, true) {
            let seconds = length.as_secs();
            app.output.note(&format!("another process has {what}; if it died, its lease ends within {seconds} s"));
        }
        app.ambient.clock.sleep(Duration::from_secs(1)).await;
    }
}
