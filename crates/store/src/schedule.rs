//! What is done again and again: a kind of job on a site, and the times.
//!
//! [`turn`] enqueues what is due and moves the schedules on, in the transaction that it is given. However many times were
//! missed, because nothing ran or because the last job was not through, there is one job for all of them.

mod cadence;

use ambient::Ambient;
use async_trait::async_trait;
use control::id::{JobId, ScheduleId, SiteId, TenantId};
use jiff::Timestamp;
use serde_json::Value;

pub use cadence::{Cadence, CadenceError};

use crate::job::NewJob;
use crate::{Repository, Result};

/// Something that is done again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// Whose.
    pub tenant: TenantId,
    /// On which site.
    pub site: SiteId,
    /// Which kind of job.
    pub kind: String,
    /// What the job is told, as the kind defines it.
    pub payload: Value,
    /// When.
    pub cadence: Cadence,
    /// Whether it is in force.
    pub enabled: bool,
    /// When the next job is due.
    pub next: Timestamp,
    /// When it was made.
    pub created: Timestamp,
}

/// Schedules.
///
/// Reads and writes name their tenant, but for [`due`](Self::due), which is for workers: they work for everybody.
#[async_trait]
pub trait ScheduleRepository: Send {
    /// Adds a schedule.
    async fn add(&mut self, schedule: &Schedule) -> Result<()>;
    /// All schedules, as they were made.
    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Schedule>>;
    /// Puts a schedule in force from `next` on, or out of force. `Missing` if there is none.
    async fn set(&mut self, tenant: TenantId, id: ScheduleId, enabled: bool, next: Timestamp) -> Result<()>;
    /// Takes a schedule away; its jobs stay. `Missing` if there is none.
    async fn remove(&mut self, tenant: TenantId, id: ScheduleId) -> Result<()>;
    /// Up to `limit` schedules in force that are due, the longest due first, of every tenant.
    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Schedule>>;
}

/// How many schedules one transaction moves on.
const TURN: u32 = 100;

/// Enqueues the job of each schedule that is due, and moves the schedule on to its first time after now. `job` makes the job
/// of a schedule; none for a kind that is not known any more. Gives how many schedules were due.
pub async fn turn(
    repository: &mut dyn Repository,
    ambient: &Ambient,
    job: &(dyn Fn(&Schedule, JobId) -> Option<NewJob> + Sync),
) -> Result<usize> {
    let now = ambient.now();
    let due = repository.schedules().due(now, TURN).await?;
    for schedule in &due {
        if let Some(job) = job(schedule, crate::new_id(ambient)) {
            repository.jobs().enqueue(&job).await?;
        } else {
            tracing::warn!(schedule = %schedule.id, kind = schedule.kind, "no worker knows this kind of job");
        }
        // A rule that has no further time (30 February) cannot have been stored; should one be read all the same, it rests.
        let next = schedule.cadence.next(now, ambient.entropy.fraction());
        repository.schedules().set(schedule.tenant, schedule.id, next.is_some(), next.unwrap_or(now)).await?;
    }
    Ok(due.len())
}
