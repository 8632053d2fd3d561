//! The queue and its leases.

use async_trait::async_trait;
use control::id::{JobId, TenantId};
use jiff::Timestamp;
use serde_json::Value;
use store::adapter::changed::{one_or_lease_lost, one_or_missing};
use store::adapter::value::{
    Word as _, from_json, from_optional_json, json, optional_json, optional_time, signed, small, time, unreadable,
    unsigned,
};
use store::job::{Claim, Ending, ErrorClass, JobError, JobFilter, LeaseToken, Renewal};
use store::{Job, JobRepository, JobState, Lease, NewJob, Result, Stop, StopRequest, StoreError, Subject};
use uuid::Uuid;

use crate::session::Session;

const HELD: &str = "the job";
const UNFINISHED: &str = "unfinished job with this id";

#[async_trait]
impl JobRepository for Session<'_> {
    async fn enqueue(&mut self, job: &NewJob) -> Result<Job> {
        let action = "adding a job";
        let (site, connection) = columns(job.subject);
        let added = sqlx::query_file!(
            "../store/sql/job/enqueue.sql",
            Uuid::from(job.id),
            Uuid::from(job.tenant),
            job.kind,
            site,
            connection,
            json("payload", &job.payload)?,
            job.writes,
            job.dedup,
            i64::from(job.priority),
            job.run_at.as_microsecond(),
            i64::from(job.max_attempts),
            job.created_by.map(Uuid::from),
            job.created.as_microsecond(),
        );
        let added = self.attempt(job.tenant, action, added).await?;
        let found = match (added, &job.dedup) {
            (0, Some(key)) => self.unfinished(job.tenant, key).await?,
            _ => self.job(job.tenant, job.id).await?,
        };
        found.ok_or(StoreError::RowCount { action, expected: 1, found: 0 })
    }

    async fn get(&mut self, tenant: TenantId, id: JobId) -> Result<Option<Job>> {
        self.job(tenant, id).await
    }

    async fn list(
        &mut self,
        tenant: TenantId,
        filter: &JobFilter,
        before: Option<JobId>,
        limit: u32,
    ) -> Result<Vec<Job>> {
        let (site, connection) = filter.subject.map_or((None, None), columns);
        let rows = sqlx::query_file_as!(
            JobRow,
            "../store/sql/job/list.sql",
            Uuid::from(tenant),
            filter.state.map(JobState::word),
            filter.kind,
            site,
            connection,
            before.map(Uuid::from),
            i64::from(limit),
        );
        all(self.all(tenant, "reading the jobs", rows).await?)
    }

    async fn claim(&mut self, kinds: &[&str], claim: &Claim<'_>) -> Result<Option<Job>> {
        self.claim_due(kinds, claim).await?.map(JobRow::into_job).transpose()
    }

    async fn take(&mut self, tenant: TenantId, id: JobId, claim: &Claim<'_>) -> Result<Option<Job>> {
        let row = sqlx::query_file_as!(
            JobRow,
            "../store/sql/job/take.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            claim.holder,
            claim.until.as_microsecond(),
            i64::from(claim.limits.writers),
        );
        let row = self.one(tenant, "taking a job", row).await?;
        row.map(JobRow::into_job).transpose()
    }

    async fn renew(
        &mut self,
        tenant: TenantId,
        id: JobId,
        lease: LeaseToken,
        renewal: &Renewal<'_>,
    ) -> Result<Option<Stop>> {
        let renewed = sqlx::query_file!(
            "../store/sql/job/renew.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            renewal.until.as_microsecond(),
            optional_json("progress", renewal.progress)?,
            renewal.lives,
        );
        let renewed = self.one(tenant, "renewing a lease", renewed).await?;
        let renewed = renewed.ok_or_else(|| StoreError::LeaseLost { what: HELD.to_owned() })?;
        renewed.stop.as_deref().map(Stop::from_word).transpose()
    }

    async fn checkpoint(&mut self, tenant: TenantId, id: JobId, lease: LeaseToken, checkpoint: &Value) -> Result<()> {
        let action = "writing the checkpoint of a job";
        let written = sqlx::query_file!(
            "../store/sql/job/checkpoint.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            json("checkpoint", checkpoint)?,
        );
        let written = self.change(tenant, action, written).await?;
        one_or_lease_lost(action, HELD, written)
    }

    async fn end(
        &mut self,
        tenant: TenantId,
        id: JobId,
        lease: LeaseToken,
        ending: &Ending,
        result: Option<&Value>,
        now: Timestamp,
    ) -> Result<()> {
        let action = "giving a job back";
        let state = ending.state();
        let ended = sqlx::query_file!(
            "../store/sql/job/end.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            state.word(),
            ending.run_at().map(Timestamp::as_microsecond),
            i64::from(matches!(ending, Ending::Again { .. })),
            ending.error().map(|error| error.class.word()),
            ending.error().map(|error| error.text.as_str()),
            optional_json("result", result)?,
            state.is_final().then(|| now.as_microsecond()),
        );
        let ended = self.change(tenant, action, ended).await?;
        one_or_lease_lost(action, HELD, ended)
    }

    async fn ask_to_stop(&mut self, tenant: TenantId, id: JobId, request: Option<StopRequest>) -> Result<()> {
        let action = "asking a job to stop";
        let asked = sqlx::query_file!(
            "../store/sql/job/ask_to_stop.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            request.map(|request| request.stop.word()),
            request.and_then(|request| request.by).map(Uuid::from),
        );
        let asked = self.change(tenant, action, asked).await?;
        one_or_missing(action, UNFINISHED, asked)
    }

    async fn wake(&mut self, tenant: TenantId, id: JobId, now: Timestamp) -> Result<()> {
        let action = "waking a job";
        let woken =
            sqlx::query_file!("../store/sql/job/wake.sql", Uuid::from(tenant), Uuid::from(id), now.as_microsecond());
        let woken = self.attempt(tenant, action, woken).await?;
        one_or_missing(action, "job with this id that waits, rests or failed", woken)
    }

    async fn seize(&mut self, tenant: TenantId, id: JobId, state: JobState, now: Timestamp) -> Result<()> {
        let action = "taking a job from its worker";
        let seized = sqlx::query_file!(
            "../store/sql/job/seize.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            state.word(),
            state.is_final().then(|| now.as_microsecond()),
        );
        let seized = self.change(tenant, action, seized).await?;
        one_or_missing(action, UNFINISHED, seized)
    }

    async fn held(&mut self) -> Result<Vec<Job>> {
        let rows = sqlx::query_file_as!(JobRow, "../store/sql/job/held.sql");
        all(self.all_of_any("reading the jobs", rows).await?)
    }

    async fn expire(&mut self, tenant: TenantId, id: JobId, lease: LeaseToken, now: Timestamp) -> Result<()> {
        let action = "ending a lease";
        let expired = sqlx::query_file!(
            "../store/sql/job/expire.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            now.as_microsecond(),
        );
        let expired = self.change(tenant, action, expired).await?;
        one_or_lease_lost(action, HELD, expired)
    }

    async fn recall(&mut self, now: Timestamp, most: u32) -> Result<Vec<Job>> {
        let told = format!("its worker died {most} times in a row without getting further");
        let mut jobs = all(self.recall_lost(now, most, &told).await?)?;
        jobs.retain(|job| job.state == JobState::Paused);
        Ok(jobs)
    }
}

impl Session<'_> {
    async fn job(&mut self, tenant: TenantId, id: JobId) -> Result<Option<Job>> {
        let row = sqlx::query_file_as!(JobRow, "../store/sql/job/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading a job", row).await?;
        row.map(JobRow::into_job).transpose()
    }

    async fn unfinished(&mut self, tenant: TenantId, key: &str) -> Result<Option<Job>> {
        let row = sqlx::query_file_as!(JobRow, "../store/sql/job/unfinished.sql", Uuid::from(tenant), key);
        let row = self.one(tenant, "reading a job", row).await?;
        row.map(JobRow::into_job).transpose()
    }
}

/// The columns `site` and `connection`.
fn columns(subject: Subject) -> (Option<Uuid>, Option<Uuid>) {
    match subject {
        Subject::Site(site) => (Some(site.into()), None),
        Subject::Connection(connection) => (None, Some(connection.into())),
    }
}

fn all(rows: Vec<JobRow>) -> Result<Vec<Job>> {
    rows.into_iter().map(JobRow::into_job).collect()
}

/// A row of `jobs`.
pub(crate) struct JobRow {
    pub(crate) id: Uuid,
    pub(crate) tenant: Uuid,
    pub(crate) kind: String,
    pub(crate) site: Option<Uuid>,
    pub(crate) connection: Option<Uuid>,
    pub(crate) payload: String,
    pub(crate) writes: Option<String>,
    pub(crate) dedup: Option<String>,
    pub(crate) priority: i64,
    pub(crate) state: String,
    pub(crate) run_at: i64,
    pub(crate) attempt: i64,
    pub(crate) max_attempts: i64,
    pub(crate) lost: i64,
    pub(crate) lease_token: i64,
    pub(crate) lease_holder: Option<String>,
    pub(crate) lease_until: Option<i64>,
    pub(crate) stop: Option<String>,
    pub(crate) stop_by: Option<Uuid>,
    pub(crate) checkpoint: String,
    pub(crate) progress: Option<String>,
    pub(crate) error_class: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) result: Option<String>,
    pub(crate) created_by: Option<Uuid>,
    pub(crate) created: i64,
    pub(crate) ended: Option<i64>,
}

impl JobRow {
    fn into_job(self) -> Result<Job> {
        Ok(Job {
            subject: self.subject()?,
            lease: self.lease()?,
            stop: self.stop()?,
            error: self.failure()?,
            id: self.id.into(),
            tenant: self.tenant.into(),
            kind: self.kind,
            payload: from_json("payload", &self.payload)?,
            writes: self.writes,
            dedup: self.dedup,
            priority: i32::try_from(self.priority).map_err(|error| unreadable("priority", error))?,
            state: JobState::from_word(&self.state)?,
            run_at: time(self.run_at)?,
            attempt: small(self.attempt)?,
            max_attempts: small(self.max_attempts)?,
            lost: small(self.lost)?,
            checkpoint: from_json("checkpoint", &self.checkpoint)?,
            progress: from_optional_json("progress", self.progress.as_deref())?,
            result: from_optional_json("result", self.result.as_deref())?,
            created_by: self.created_by.map(Into::into),
            created: time(self.created)?,
            ended: optional_time(self.ended)?,
        })
    }

    fn subject(&self) -> Result<Subject> {
        match (self.site, self.connection) {
            (Some(site), None) => Ok(Subject::Site(site.into())),
            (None, Some(connection)) => Ok(Subject::Connection(connection.into())),
            _ => Err(unreadable("subject of a job", "it must be a site or a connection")),
        }
    }

    fn lease(&self) -> Result<Option<Lease>> {
        let (Some(holder), Some(until)) = (self.lease_holder.clone(), self.lease_until) else { return Ok(None) };
        Ok(Some(Lease { token: unsigned(self.lease_token)?, holder, until: time(until)? }))
    }

    fn stop(&self) -> Result<Option<StopRequest>> {
        let stop = self.stop.as_deref().map(Stop::from_word).transpose()?;
        Ok(stop.map(|stop| StopRequest { stop, by: self.stop_by.map(Into::into) }))
    }

    fn failure(&self) -> Result<Option<JobError>> {
        let (Some(class), Some(text)) = (&self.error_class, &self.error) else { return Ok(None) };
        Ok(Some(JobError { class: ErrorClass::from_word(class)?, text: text.clone() }))
    }
}
