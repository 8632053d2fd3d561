//! Does a recovery's job in this process: to its end, or until it must stop, and says what came of it.

use anyhow::Result;
use control::connection::Event;
use control::id::{ConnectionId, PersonId};
use recovery::apply::remove::RemovalReport;
use recovery::prove::Report;
use serde_json::{Value, json};
use store::{Job, NewJob, RecoveryRun, Stop};
use worker::kinds::recovery::{Retry, go_on_from};
use worker::{CameTo, Finished, Ran, Worker};

use crate::app::App;
use crate::commands::interrupt;
use crate::exit::Fault;
use crate::{jobs, plane};

/// Lets the start happen, enqueues the job with it, and does it. What was enqueued and cannot be taken yet is waited for.
pub(super) async fn begin(
    app: &App,
    name: &str,
    connection: ConnectionId,
    event: Option<Event>,
    (run, new): (RecoveryRun, NewJob),
    by: PersonId,
) -> Result<()> {
    let worker = app.worker()?;
    let mut repository = app.store.write().await?;
    if let Some(event) = event
        && let Err(refused) = plane::happen_within(app, repository.as_mut(), connection, event).await?
    {
        repository.save().await?;
        return Err(refused);
    }
    let job = repository.jobs().enqueue(&new).await?;
    if job.id == new.id {
        repository.recoveries().add(&run).await?;
    }
    // In the same transaction: no other worker comes in between.
    let taken = worker.take(repository.as_mut(), app.tenant, job.id).await?;
    repository.save().await?;
    match taken {
        Some(job) => drive(app, name, &worker, &job, by).await,
        None => go_on(app, name, &job, by, &Retry::Nothing).await,
    }
}

/// Does a recovery to its end, or until it must stop; the same call later goes on.
pub(super) async fn go_on(app: &App, name: &str, job: &Job, by: PersonId, retry: &Retry) -> Result<()> {
    let worker = app.worker()?;
    let what = what(name);
    let taken = jobs::take(app, &worker, job.id, &what, async |repository, job| {
        // Whoever starts it again wants no pause any more; what was asked for beyond that is still to be done.
        if job.stop.is_some_and(|request| request.stop == Stop::Pause) {
            jobs::ask(repository, job, None).await?;
        }
        let from = go_on_from(job, retry);
        jobs::checkpoint(repository, job, from).await
    });
    drive(app, name, &worker, &taken.await?, by).await
}

/// Ends a recovery that nobody works on.
pub(super) async fn end(app: &App, name: &str, job: &Job, by: PersonId, stop: Stop) -> Result<()> {
    let worker = app.worker()?;
    let what = what(name);
    let taken = jobs::take(app, &worker, job.id, &what, async |repository, job| {
        jobs::ask(repository, job, Some((stop, by))).await
    });
    drive(app, name, &worker, &taken.await?, by).await
}

async fn drive(app: &App, name: &str, worker: &Worker, job: &Job, by: PersonId) -> Result<()> {
    let ran = jobs::run(app, worker, job, Some(by), &interrupt()).await?;
    tell(app, name, ran)
}

fn what(name: &str) -> String {
    format!("the recovery over \"{name}\"")
}

/// Says what came of it.
fn tell(app: &App, name: &str, ran: Ran) -> Result<()> {
    if ran.removing {
        return tell_removal(app, name, ran.came_to);
    }
    let again = format!("`lifeboat recover resume \"{name}\"` goes on");
    match ran.came_to {
        CameTo::Finished(Finished { result, .. }) => {
            let report: Report = serde_json::from_value(result)?;
            app.output.result(&report, || report.to_string())?;
            super::finished(&report)
        }
        CameTo::Asked(Stop::Pause) => ended(app, name, &format!("The recovery over \"{name}\" rests; {again}.")),
        CameTo::Asked(_) => ended(app, name, &format!("The recovery over \"{name}\" is ended; what it made is kept.")),
        CameTo::Interrupted => Err(Fault::interrupted(format!("stopped; {again} where it was")).into()),
        CameTo::Lost => {
            Err(Fault::refused(format!("the recovery over \"{name}\" was taken over or stopped by somebody else"))
                .into())
        }
        CameTo::Failed(worker::Error::Refused(refused)) => Err(plane::refusal(&refused).into()),
        CameTo::Failed(error) => {
            let message = format!("the recovery came to rest; {again} where it was");
            Err(anyhow::Error::new(error).context(message))
        }
    }
}

fn ended(app: &App, name: &str, told: &str) -> Result<()> {
    app.output.result(&json!({ "connection": name, "ended": told }), || format!("{told}\n"))
}

fn tell_removal(app: &App, name: &str, came_to: CameTo) -> Result<()> {
    let again = format!("`lifeboat recover cancel \"{name}\" --remove` goes on where it was");
    match came_to {
        CameTo::Finished(Finished { result, .. }) => tell_removed(app, name, result),
        CameTo::Asked(Stop::CancelKeep) => {
            ended(app, name, &format!("The recovery over \"{name}\" is ended; what was not yet removed is kept."))
        }
        CameTo::Asked(_) | CameTo::Interrupted => Err(Fault::interrupted(format!("stopped; {again}")).into()),
        CameTo::Lost => {
            let message = format!("the removal over \"{name}\" was taken over or stopped by somebody else");
            Err(Fault::refused(message).into())
        }
        CameTo::Failed(worker::Error::Refused(refused)) => Err(plane::refusal(&refused).into()),
        CameTo::Failed(error) => Err(anyhow::Error::new(error).context(format!("the removal came to rest; {again}"))),
    }
}

fn tell_removed(app: &App, name: &str, result: Value) -> Result<()> {
    let report: RemovalReport = serde_json::from_value(result)?;
    if report.failed_count == 0 {
        return app.output.result(&report, || format!("{report}\nThe recovery over \"{name}\" is ended.\n"));
    }
    app.output.result(&report, || report.to_string())?;
    let message = format!(
        "not everything could be removed; `lifeboat recover cancel \"{name}\" --remove` tries again, `lifeboat recover \
         cancel \"{name}\"` ends it and keeps the rest"
    );
    Err(Fault::not_proven(message).into())
}
