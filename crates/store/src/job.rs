//! The queue: work that outlives the process that does it.
//!
//! A job is enqueued in the transaction of the change that asks for it, waits until it is due, and is *claimed* by one worker
//! at a time under a lease. A lease has an end and a *token* that grows each time the job is claimed. Whatever a worker
//! writes goes with a write of its job in the same transaction, which carries the token: a worker that slept through the end
//! of its lease is refused with `LeaseLost`, its transaction with it, and it stops.
//!
//! ```text
//!              claim                    end
//!   waiting ───────────▶ running ─────────────────▶ done, cancelled, failed
//!      ▲                    │  │
//!      ├─ end: again, later ┘  │ end: rests
//!      ├─ recall: lease ran out│
//!      └────── wake ── paused ◀┘
//! ```
//!
//! Start at [`JobRepository`].

use async_trait::async_trait;
use control::id::{ConnectionId, JobId, PersonId, SiteId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Result;
pub use crate::traffic::{Sample, Traffic};

/// The number of a lease. 0 is held by nobody: the first one taken is 1.
pub type LeaseToken = u64;

/// Who holds a job, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its number.
    pub token: LeaseToken,
    /// Which process: host and process id, for people to read.
    pub holder: String,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// It waits for a worker, or until it is due.
    Waiting,
    /// A worker has it.
    Running,
    /// It rests until somebody wakes it.
    Paused,
    /// It came to its end.
    Done,
    /// It was ended before.
    Cancelled,
    /// It cannot go on.
    Failed,
}

impl JobState {
    /// All states, in their order.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Running, Self::Paused, Self::Done, Self::Cancelled, Self::Failed];

    /// Whether nothing more will happen to it by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// What a job works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A site, or its vault.
    Site(SiteId),
    /// What recovers over a connection.
    Connection(ConnectionId),
}

/// What somebody asked of a running worker, which hears of it at its next [`JobRepository::renew`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Come to rest; another process may go on.
    Pause,
    /// End it and keep what was made.
    CancelKeep,
    /// End it and remove what it made.
    CancelRemove,
}

/// A request to stop, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopRequest {
    /// What is asked for.
    pub stop: Stop,
    /// Who asks.
    pub by: Option<PersonId>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done: `issues`, `comments`.
    pub phase: String,
    /// How many objects are done.
    pub done: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
    /// Objects per second.
    pub rate: f64,
    /// How many seconds are left at this rate, where that can be said.
    pub seconds_left: Option<u64>,
    /// How fast it works with Jira, where that is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
}

/// What kind of failure it was: what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// It passes by itself: a site that is down, a quota, a storage that does not answer.
    Passing,
    /// A person must do something first.
    Person,
    /// It cannot succeed.
    Hopeless,
    /// Its workers died over it, again and again.
    Poison,
}

/// Why a job did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    /// What kind of failure.
    pub class: ErrorClass,
    /// What happened, for people.
    pub text: String,
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id; jobs sort by it as they were enqueued.
    pub id: JobId,
    /// Whose.
    pub tenant: TenantId,
    /// Who does it: `capture`, `recovery`…
    pub kind: String,
    /// What it works on.
    pub subject: Subject,
    /// What is to be done, as the kind defines it.
    pub payload: Value,
    /// What it writes to. Only so many jobs that write to the same thing run at once, see [`Limits::writers`].
    pub writes: Option<String>,
    /// A tenant has at most one unfinished job with this key.
    pub dedup: Option<String>,
    /// The greatest goes first.
    pub priority: i32,
    /// Where it stands.
    pub state: JobState,
    /// Not before this.
    pub run_at: Timestamp,
    /// How many attempts failed.
    pub attempt: u32,
    /// How many may.
    pub max_attempts: u32,
    /// How many leases on it ran out in a row, before the worker got further or had lived long with it.
    pub lost: u32,
    /// Who works on it.
    pub lease: Option<Lease>,
    /// What was asked of the worker and not yet done.
    pub stop: Option<StopRequest>,
    /// From where the next worker goes on, as the kind defines it.
    pub checkpoint: Value,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Why it failed last.
    pub error: Option<JobError>,
    /// What came of it, as the kind defines it.
    pub result: Option<Value>,
    /// Who asked for it; nobody if a schedule did.
    pub created_by: Option<PersonId>,
    /// When.
    pub created: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// A job to be enqueued. It waits at first.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Whose.
    pub tenant: TenantId,
    /// Who does it.
    pub kind: String,
    /// What it works on.
    pub subject: Subject,
    /// What is to be done.
    pub payload: Value,
    /// What it writes to.
    pub writes: Option<String>,
    /// A tenant has at most one unfinished job with this key.
    pub dedup: Option<String>,
    /// The greatest goes first.
    pub priority: i32,
    /// Not before this.
    pub run_at: Timestamp,
    /// How many attempts may fail.
    pub max_attempts: u32,
    /// Who asks for it.
    pub created_by: Option<PersonId>,
    /// When.
    pub created: Timestamp,
}

/// How much may run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Jobs that write to the same thing.
    pub writers: u32,
    /// Jobs of one tenant.
    pub tenant: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { writers: 1, tenant: 16 }
    }
}

/// Who wants to take a job, and when.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Which process.
    pub holder: &'a str,
    /// What time it is.
    pub now: Timestamp,
    /// Until when the lease is to last.
    pub until: Timestamp,
    /// What else may run meanwhile.
    pub limits: Limits,
}

/// What a worker says when it renews its lease.
#[derive(Clone, Copy, Debug)]
pub struct Renewal<'a> {
    /// Until when the lease is to last now.
    pub until: Timestamp,
    /// How far the job is, if there is something new.
    pub progress: Option<&'a Progress>,
    /// Whether the worker has lived long with the job: then what was lost before was not the job's fault.
    pub lives: bool,
}

/// How a lease ends in good order.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// All is done.
    Done,
    /// It was ended before.
    Cancelled,
    /// It cannot go on.
    Failed(JobError),
    /// It rests until somebody wakes it.
    Rests(Option<JobError>),
    /// It is tried again at `at`; the attempt counts.
    Again {
        /// When.
        at: Timestamp,
        /// What went wrong.
        error: JobError,
    },
    /// It stopped at a safe point, and whoever comes goes on at `at`; no attempt is counted.
    Released {
        /// When.
        at: Timestamp,
    },
}

impl Ending {
    /// Where the job stands then.
    pub fn state(&self) -> JobState {
        match self {
            Self::Done => JobState::Done,
            Self::Cancelled => JobState::Cancelled,
            Self::Failed(_) => JobState::Failed,
            Self::Rests(_) => JobState::Paused,
            Self::Again { .. } | Self::Released { .. } => JobState::Waiting,
        }
    }

    /// When it is due again, if it is.
    pub fn run_at(&self) -> Option<Timestamp> {
        match self {
            Self::Again { at, .. } | Self::Released { at } => Some(*at),
            _ => None,
        }
    }

    /// What went wrong.
    pub fn error(&self) -> Option<&JobError> {
        match self {
            Self::Failed(error) | Self::Again { error, .. } => Some(error),
            Self::Rests(error) => error.as_ref(),
            Self::Done | Self::Cancelled | Self::Released { .. } => None,
        }
    }
}

/// Which jobs are asked for: all that fit everything that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Where they stand.
    pub state: Option<JobState>,
    /// Of which kind.
    pub kind: Option<String>,
    /// What they work on.
    pub subject: Option<Subject>,
}

/// The queue.
///
/// Reads and writes name their tenant, with three exceptions: [`claim`](Self::claim), [`held`](Self::held) and
/// [`recall`](Self::recall) are for workers, which work for everybody; what they are given says whose it is.
#[async_trait]
pub trait JobRepository: Send {
    /// Adds a job, or gives the unfinished one that has the same dedup key, as it is.
    async fn enqueue(&mut self, job: &NewJob) -> Result<Job>;
    /// A job.
    async fn get(&mut self, tenant: TenantId, id: JobId) -> Result<Option<Job>>;
    /// Up to `limit` jobs that were enqueued before the job `before`, the latest first. Begin with none.
    async fn list(
        &mut self,
        tenant: TenantId,
        filter: &JobFilter,
        before: Option<JobId>,
        limit: u32,
    ) -> Result<Vec<Job>>;
    /// Takes the job that is to be done next, of one of the `kinds`: due, within the limits, by priority and then by age.
    async fn claim(&mut self, kinds: &[&str], claim: &Claim<'_>) -> Result<Option<Job>>;
    /// Takes this job if it waits or rests, due or not, and what it writes to is free.
    async fn take(&mut self, tenant: TenantId, id: JobId, claim: &Claim<'_>) -> Result<Option<Job>>;
    /// Prolongs the lease, notes how far the job is, and tells what was asked of the worker.
    async fn renew(
        &mut self,
        tenant: TenantId,
        id: JobId,
        lease: LeaseToken,
        renewal: &Renewal<'_>,
    ) -> Result<Option<Stop>>;
    /// Remembers from where the next worker goes on.
    async fn checkpoint(&mut self, tenant: TenantId, id: JobId, lease: LeaseToken, checkpoint: &Value) -> Result<()>;
    /// Gives the lease back. A request to stop is fulfilled by it, unless the job goes back into the queue; a `result` is kept,
    /// none leaves the earlier one.
    async fn end(
        &mut self,
        tenant: TenantId,
        id: JobId,
        lease: LeaseToken,
        ending: &Ending,
        result: Option<&Value>,
        now: Timestamp,
    ) -> Result<()>;
    /// Asks whoever works on the job to stop, or no longer. `Missing` if there is no job that is not over.
    async fn ask_to_stop(&mut self, tenant: TenantId, id: JobId, request: Option<StopRequest>) -> Result<()>;
    /// Puts a job that rests, failed, or waits for later back into the queue: due now, with all its attempts. `Missing` if
    /// there is no such job, `Exists` if another one has its dedup key by now.
    async fn wake(&mut self, tenant: TenantId, id: JobId, now: Timestamp) -> Result<()>;
    /// Leaves a job that is not over in `state`, whoever holds it: for a veto, and for a job that nobody works on. From then
    /// on all writes under the old lease are refused. `Missing` if there is no such job.
    async fn seize(&mut self, tenant: TenantId, id: JobId, state: JobState, now: Timestamp) -> Result<()>;
    /// All jobs that somebody holds, of every tenant.
    async fn held(&mut self) -> Result<Vec<Job>>;
    /// Ends a lease whose holder is known to be dead: it has run out.
    async fn expire(&mut self, tenant: TenantId, id: JobId, lease: LeaseToken, now: Timestamp) -> Result<()>;
    /// Puts every job whose lease has run out back into the queue, and counts the loss. One that lost `most` in a row is
    /// [poison](ErrorClass::Poison): it rests. Gives those.
    async fn recall(&mut self, now: Timestamp, most: u32) -> Result<Vec<Job>>;
}
