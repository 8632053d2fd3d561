//! `lifeboat job …`: what is being done, and by whom.

mod asked;
mod text;

use anyhow::{Context as _, Result};
use control::id::JobId;
use serde_json::json;
use store::job::JobFilter;
use store::{Job, JobState, Stop, StopRequest, Subject};
use worker::kinds::recovery;

use crate::app::App;
use crate::cli::job::{JobCommand, State};
use crate::exit::Fault;
use crate::jobs;

pub(super) use asked::ask;

/// How far back an abbreviated id is looked for.
const SEARCHED: u32 = 10_000;

pub(crate) async fn run(app: &App, command: JobCommand) -> Result<()> {
    match command {
        JobCommand::List { state, kind, site, before, limit } => {
            let subject = match site {
                Some(site) => Some(Subject::Site(app.site(&site).await?.id)),
                None => None,
            };
            let before = match before {
                Some(id) => Some(find(app, &id).await?.id),
                None => None,
            };
            list(app, &JobFilter { state: state.map(stored), kind, subject }, before, limit).await
        }
        JobCommand::Show { id } => {
            let job = find(app, &id).await?;
            let subject = text::subject(app, &job).await?;
            app.output.result(&text::describe(&job, &subject), || text::whole(&job, &subject))
        }
        JobCommand::Pause { id } => stop(app, &find(app, &id).await?, Stop::Pause).await,
        JobCommand::Cancel { id } => stop(app, &find(app, &id).await?, Stop::CancelKeep).await,
        JobCommand::Resume { id } => {
            let job = find(app, &id).await?;
            wake(app, &job, &[JobState::Paused], "rests").await
        }
        JobCommand::Retry { id } => {
            let job = find(app, &id).await?;
            wake(app, &job, &[JobState::Failed, JobState::Waiting, JobState::Paused], "failed, rests or waits").await
        }
    }
}

async fn list(app: &App, filter: &JobFilter, before: Option<JobId>, limit: u32) -> Result<()> {
    let mut repository = app.store.read().await?;
    let jobs = repository.jobs().list(app.tenant, filter, before, limit).await?;
    drop(repository);
    let (mut values, mut lines) = (Vec::new(), String::new());
    for job in &jobs {
        let subject = text::subject(app, job).await?;
        values.push(text::describe(job, &subject));
        lines.push_str(&text::line(job, &subject));
    }
    app.output.result(&values, || if lines.is_empty() { "no jobs\n".to_owned() } else { lines })
}

/// The job of an id, or of the beginning of one.
async fn find(app: &App, id: &str) -> Result<Job> {
    let mut repository = app.store.read().await?;
    if let Ok(id) = id.parse() {
        let job = repository.jobs().get(app.tenant, id).await?;
        return job.ok_or_else(|| Fault::usage(format!("there is no job {id}")).into());
    }
    let all = repository.jobs().list(app.tenant, &JobFilter::default(), None, SEARCHED).await?;
    let mut fitting = all.into_iter().filter(|job| job.id.to_string().starts_with(&id.to_lowercase()));
    match (fitting.next(), fitting.next()) {
        (Some(job), None) => Ok(job),
        (None, _) => Err(Fault::usage(format!("there is no job {id}: `lifeboat job list` shows them")).into()),
        (Some(_), Some(_)) => Err(Fault::usage(format!("several jobs begin with {id}: type more of it")).into()),
    }
}

/// Asks whoever works on the job to stop. One that nobody works on stops here.
async fn stop(app: &App, job: &Job, stop: Stop) -> Result<()> {
    if job.kind == recovery::NAME {
        return super::recover::ask(app, &connection(app, job).await?, stop).await;
    }
    if job.state.is_final() {
        return Err(Fault::refused(format!("job {} is over", job.id)).into());
    }
    let mut repository = app.store.write().await?;
    let told = if jobs::is_worked_on(app, job) {
        repository.jobs().ask_to_stop(app.tenant, job.id, Some(StopRequest { stop, by: None })).await?;
        "was asked to stop at its next safe point"
    } else if stop == Stop::Pause {
        repository.jobs().seize(app.tenant, job.id, JobState::Paused, app.ambient.now()).await?;
        "rests"
    } else {
        repository.jobs().seize(app.tenant, job.id, JobState::Cancelled, app.ambient.now()).await?;
        "is ended"
    };
    repository.save().await?;
    tell(app, job, told)
}

/// Puts a job back into the queue.
async fn wake(app: &App, job: &Job, states: &[JobState], which: &str) -> Result<()> {
    if !states.contains(&job.state) {
        return Err(
            Fault::refused(format!("job {} is {}: only one that {which} can", job.id, text::word(job.state))).into()
        );
    }
    if job.kind == recovery::NAME {
        super::recover::may_go_on(app, &connection(app, job).await?, job).await?;
    }
    let mut repository = app.store.write().await?;
    repository.jobs().wake(app.tenant, job.id, app.ambient.now()).await?;
    repository.save().await?;
    tell(app, job, "waits for a worker: `lifeboat worker`")
}

fn tell(app: &App, job: &Job, told: &str) -> Result<()> {
    app.output.result(&json!({ "job": job.id.to_string(), "told": told }), || format!("Job {} {told}.\n", job.id))
}

/// The name of the connection that a recovery is done over.
async fn connection(app: &App, job: &Job) -> Result<String> {
    let Subject::Connection(id) = job.subject else { anyhow::bail!("job {} has no connection", job.id) };
    let mut repository = app.store.read().await?;
    let state = repository.connections().state(app.tenant, id).await?;
    let connection = state.and_then(|state| state.connection).context("the connection of a job is no longer known")?;
    Ok(connection.name.as_str().to_owned())
}

fn stored(state: State) -> JobState {
    match state {
        State::Waiting => JobState::Waiting,
        State::Running => JobState::Running,
        State::Paused => JobState::Paused,
        State::Done => JobState::Done,
        State::Cancelled => JobState::Cancelled,
        State::Failed => JobState::Failed,
    }
}
