//! The queue: what is being done, what waits, and what went wrong.

use axum::extract::State;
use control::authority::Action;
use control::id::JobId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::job::{ErrorClass, JobFilter, Traffic};
use store::{Job, JobState, Repository, Stop, StopRequest, Subject};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Change, Once, Reply};
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Problem};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(pause))
        .routes(routes!(cancel))
        .routes(routes!(resume))
        .routes(routes!(repeat))
}

/// A job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobView {
    pub(super) id: Uuid,
    /// `capture`, `recovery`, `plan`, `prune`, `verify`.
    kind: String,
    /// The site that it works on, if it does.
    site: Option<Uuid>,
    /// The connection that it works over, if it does.
    connection: Option<Uuid>,
    /// `waiting`, `running`, `paused`, `done`, `cancelled` or `failed`.
    state: &'static str,
    /// Not before this.
    due: Timestamp,
    /// How many attempts failed, and how many may.
    attempt: u32,
    max_attempts: u32,
    /// Who works on it: host and process.
    holder: Option<String>,
    /// What was asked of the worker and not yet done: `pause`, `cancel-keep`, `cancel-remove`.
    asked: Option<&'static str>,
    progress: Option<ProgressView>,
    error: Option<ErrorView>,
    /// What came of it; of a recovery and of a dry run, that is read at their own place.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    created: Timestamp,
    ended: Option<Timestamp>,
}

/// How far a job is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProgressView {
    phase: String,
    done: u64,
    total: Option<u64>,
    /// Objects a second.
    rate: f64,
    seconds_left: Option<u64>,
    /// How fast it works with Jira at this moment, where that is measured.
    traffic: Option<TrafficView>,
}

/// How fast a job works with Jira.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TrafficView {
    /// Requests a second.
    per_second: f64,
    /// How much it is of what Jira allows to the busiest endpoint: 1 is all.
    share: f64,
    /// Who is the limit: `jira` or `lifeboat`, with the machine and the network that it has.
    limit: &'static str,
}

impl TrafficView {
    fn of(traffic: &Traffic) -> Option<Self> {
        let last = traffic.samples.last()?;
        let limit = if traffic.held_back { "jira" } else { "lifeboat" };
        Some(Self { per_second: last.per_second, share: last.share, limit })
    }
}

/// Why a job failed last.
#[derive(Serialize, ToSchema)]
struct ErrorView {
    /// `passing`, `person`, `hopeless` or `poison`.
    class: &'static str,
    text: String,
}

pub(super) fn describe(job: Job) -> JobView {
    // Whoever sees the queue does not see what is in a recovery point: reports and plans are read where it takes more.
    let has_own_place = [worker::kinds::recovery::NAME, worker::kinds::plan::NAME].contains(&job.kind.as_str());
    let (site, connection) = match job.subject {
        Subject::Site(site) => (Some(site.into()), None),
        Subject::Connection(connection) => (None, Some(connection.into())),
    };
    let progress = job.progress.map(|progress| ProgressView {
        traffic: progress.traffic.as_ref().and_then(TrafficView::of),
        phase: progress.phase,
        done: progress.done,
        total: progress.total,
        rate: progress.rate,
        seconds_left: progress.seconds_left,
    });
    JobView {
        id: job.id.into(),
        kind: job.kind,
        site,
        connection,
        state: word(job.state),
        due: job.run_at,
        attempt: job.attempt,
        max_attempts: job.max_attempts,
        holder: job.lease.map(|lease| lease.holder),
        asked: job.stop.map(|request| match request.stop {
            Stop::Pause => "pause",
            Stop::CancelKeep => "cancel-keep",
            Stop::CancelRemove => "cancel-remove",
        }),
        progress,
        error: job.error.map(|error| ErrorView { class: class(error.class), text: error.text }),
        result: (!has_own_place).then_some(job.result).flatten(),
        created: job.created,
        ended: job.ended,
    }
}

/// A state's name in the API.
pub(super) fn word(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Running => "running",
        JobState::Paused => "paused",
        JobState::Done => "done",
        JobState::Cancelled => "cancelled",
        JobState::Failed => "failed",
    }
}

fn class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Passing => "passing",
        ErrorClass::Person => "person",
        ErrorClass::Hopeless => "hopeless",
        ErrorClass::Poison => "poison",
    }
}

/// A state that is asked for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StateWord {
    Waiting,
    Running,
    Paused,
    Done,
    Cancelled,
    Failed,
}

impl From<StateWord> for JobState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Waiting => Self::Waiting,
            StateWord::Running => Self::Running,
            StateWord::Paused => Self::Paused,
            StateWord::Done => Self::Done,
            StateWord::Cancelled => Self::Cancelled,
            StateWord::Failed => Self::Failed,
        }
    }
}

/// Which jobs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    #[param(inline)]
    state: Option<StateWord>,
    /// Of which kind.
    #[param(max_length = 40)]
    kind: Option<String>,
    /// About which site.
    site: Option<Uuid>,
}

/// Jobs, the latest first.
#[utoipa::path(get, path = "/jobs", tag = "Jobs", params(Filter, PageQuery), responses((status = OK, body = Page<JobView>)))]
async fn list(
    State(components): State<Components>,
    caller: Caller,
    Asked(filter): Asked<Filter>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<JobView>>> {
    let filter = JobFilter {
        state: filter.state.map(JobState::from),
        kind: filter.kind,
        subject: filter.site.map(|site| Subject::Site(site.into())),
    };
    let mut repository = components.around.store.read().await?;
    let jobs = repository.jobs().list(caller.tenant, &filter, query.after()?, query.fetch()?).await?;
    Ok(Json(query.page(jobs, |job| job.id.to_string(), describe)?))
}

/// One job.
#[utoipa::path(get, path = "/jobs/{job}", tag = "Jobs", params(("job" = Uuid, Path)), responses((status = OK, body = JobView)))]
async fn get(State(components): State<Components>, caller: Caller, Named(id): Named<JobId>) -> Answer<Json<JobView>> {
    let mut repository = components.around.store.read().await?;
    Ok(Json(describe(find(repository.as_mut(), &caller, id).await?)))
}

pub(super) async fn find(repository: &mut dyn Repository, caller: &Caller, id: JobId) -> Result<Job, Problem> {
    repository.jobs().get(caller.tenant, id).await?.ok_or_else(Problem::not_found)
}

/// A recovery is stopped as a recovery: its connection must hear of it.
fn refuse_recoveries(job: &Job) -> Result<(), Problem> {
    if job.kind == worker::kinds::recovery::NAME {
        return Err(Problem::refused("This job is a recovery: pause, resume or cancel that."));
    }
    Ok(())
}

/// Lets a job rest at its next safe point.
#[utoipa::path(post, path = "/jobs/{job}/pause", tag = "Jobs", params(("job" = Uuid, Path)), responses((status = OK, body = JobView)))]
async fn pause(once: Once, Named(id): Named<JobId>) -> Answer {
    stop(once, id, Stop::Pause).await
}

/// Ends a job at its next safe point.
#[utoipa::path(post, path = "/jobs/{job}/cancellation", tag = "Jobs", params(("job" = Uuid, Path)),
    responses((status = OK, body = JobView)))]
async fn cancel(once: Once, Named(id): Named<JobId>) -> Answer {
    stop(once, id, Stop::CancelKeep).await
}

async fn stop(once: Once, id: JobId, stop: Stop) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let job = find(change.repository(), &caller, id).await?;
    refuse_recoveries(&job)?;
    ask_to_stop(&mut change, &job, stop).await?;
    finish(change, id, "stop").await
}

/// Asks whoever works on a job to stop; one that nobody works on stops here.
pub(super) async fn ask_to_stop(change: &mut Change, job: &Job, stop: Stop) -> Result<(), Problem> {
    if job.state.is_final() {
        return Err(Problem::refused("The job is over."));
    }
    let (tenant, by, now) = (change.caller().tenant, change.caller().person.id, change.now());
    let is_worked_on = job.lease.as_ref().is_some_and(|lease| lease.until > now);
    let mut jobs = change.repository().jobs();
    if is_worked_on {
        jobs.ask_to_stop(tenant, job.id, Some(StopRequest { stop, by: Some(by) })).await?;
    } else {
        let state = if stop == Stop::Pause { JobState::Paused } else { JobState::Cancelled };
        jobs.seize(tenant, job.id, state, now).await?;
    }
    Ok(())
}

/// Lets a job go on that rests.
#[utoipa::path(post, path = "/jobs/{job}/resumption", tag = "Jobs", params(("job" = Uuid, Path)),
    responses((status = OK, body = JobView)))]
async fn resume(once: Once, Named(id): Named<JobId>) -> Answer {
    wake(once, id, &[JobState::Paused]).await
}

/// Tries a job again that failed, or that waits for its next attempt.
#[utoipa::path(post, path = "/jobs/{job}/repetition", tag = "Jobs", params(("job" = Uuid, Path)),
    responses((status = OK, body = JobView)))]
async fn repeat(once: Once, Named(id): Named<JobId>) -> Answer {
    wake(once, id, &[JobState::Failed, JobState::Waiting, JobState::Paused]).await
}

async fn wake(once: Once, id: JobId, states: &[JobState]) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let job = find(change.repository(), &caller, id).await?;
    refuse_recoveries(&job)?;
    if let Subject::Site(site) = job.subject {
        let gone = || Problem::refused("The site of this job was removed: add it again first.");
        change.repository().sites().get(caller.tenant, site).await?.ok_or_else(gone)?;
    }
    if !states.contains(&job.state) {
        return Err(Problem::refused(format!("The job is {}.", word(job.state))));
    }
    change.repository().jobs().wake(caller.tenant, id, now).await?;
    finish(change, id, "wake").await
}

async fn finish(mut change: Change, id: JobId, what: &str) -> Answer {
    change.audit(Action::JobControl, format!("job/{id}"), &[("change", &what)]).await?;
    let caller = change.caller().clone();
    let job = find(change.repository(), &caller, id).await?;
    change.save(Reply::ok(&describe(job))?).await
}
