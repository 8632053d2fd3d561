//! Runs of recoveries and their leases.

use async_trait::async_trait;
use control::id::{RecoveryId, TenantId};
use jiff::Timestamp;
use serde_json::Value;
use store::{Lease, LeaseToken, RecoveryRepository, RecoveryRun, Result, RunState, Stop, StoreError};
use uuid::Uuid;

use crate::failure::{OrFail as _, exactly_one, one_or_lease_lost, one_or_missing};
use crate::repository::Session;
use crate::value::{
    Word as _, from_json, from_optional_json, json, optional_json, optional_microseconds, optional_time, signed, time,
    unsigned,
};

const HELD: &str = "the recovery";

#[async_trait]
impl RecoveryRepository for Session<'_> {
    async fn add(&mut self, run: &RecoveryRun) -> Result<()> {
        let action = "adding a recovery";
        let added = sqlx::query_file!(
            "../store/sql/recovery/add.sql",
            Uuid::from(run.id),
            Uuid::from(run.tenant),
            run.connection.map(Uuid::from),
            run.request.map(Uuid::from),
            Uuid::from(run.source),
            Uuid::from(run.standby),
            signed(run.point)?,
            json("options", &run.options)?,
            run.state.word(),
            run.phase,
            json("progress", &run.progress)?,
            optional_json("report", run.report.as_ref())?,
            run.started_by.map(Uuid::from),
            run.started.as_microsecond(),
            optional_microseconds(run.ended),
        );
        exactly_one(action, added.execute(&mut *self.connection).await.or_fail(self.path, action)?)
    }

    async fn get(&mut self, tenant: TenantId, id: RecoveryId) -> Result<Option<RecoveryRun>> {
        let row = sqlx::query_file_as!(RunRow, "../store/sql/recovery/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = row.fetch_optional(&mut *self.connection).await.or_fail(self.path, "reading a recovery")?;
        row.map(RunRow::into_run).transpose()
    }

    async fn list(&mut self, tenant: TenantId) -> Result<Vec<RecoveryRun>> {
        let rows = sqlx::query_file_as!(RunRow, "../store/sql/recovery/list.sql", Uuid::from(tenant));
        let rows = rows.fetch_all(&mut *self.connection).await.or_fail(self.path, "reading the recoveries")?;
        rows.into_iter().map(RunRow::into_run).collect()
    }

    async fn claim(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LeaseToken>> {
        let claimed = sqlx::query_file!(
            "../store/sql/recovery/claim.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            holder,
            now.as_microsecond(),
            until.as_microsecond(),
        );
        let claimed = claimed.fetch_optional(&mut *self.connection).await.or_fail(self.path, "taking a recovery")?;
        claimed.map(|row| unsigned(row.lease_token)).transpose()
    }

    async fn renew(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        lease: LeaseToken,
        until: Timestamp,
    ) -> Result<Option<Stop>> {
        let renewed = sqlx::query_file!(
            "../store/sql/recovery/renew.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            until.as_microsecond(),
        );
        let renewed = renewed.fetch_optional(&mut *self.connection).await.or_fail(self.path, "renewing a lease")?;
        let renewed = renewed.ok_or_else(|| StoreError::LeaseLost { what: HELD.to_owned() })?;
        renewed.stop.as_deref().map(Stop::from_word).transpose()
    }

    async fn progress(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        lease: LeaseToken,
        phase: &str,
        progress: &Value,
    ) -> Result<()> {
        let action = "writing the progress of a recovery";
        let written = sqlx::query_file!(
            "../store/sql/recovery/progress.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            phase,
            json("progress", progress)?,
        );
        let written = written.execute(&mut *self.connection).await.or_fail(self.path, action)?;
        one_or_lease_lost(action, HELD, written)
    }

    async fn release(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        lease: LeaseToken,
        state: RunState,
        report: Option<&Value>,
        now: Timestamp,
    ) -> Result<()> {
        let action = "giving a recovery back";
        let released = sqlx::query_file!(
            "../store/sql/recovery/release.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            state.word(),
            optional_json("report", report.as_ref())?,
            state.is_final().then(|| now.as_microsecond()),
        );
        let released = released.execute(&mut *self.connection).await.or_fail(self.path, action)?;
        one_or_lease_lost(action, HELD, released)
    }

    async fn ask_to_stop(&mut self, tenant: TenantId, id: RecoveryId, stop: Stop) -> Result<()> {
        let action = "asking a recovery to stop";
        let asked =
            sqlx::query_file!("../store/sql/recovery/ask_to_stop.sql", Uuid::from(tenant), Uuid::from(id), stop.word());
        let asked = asked.execute(&mut *self.connection).await.or_fail(self.path, action)?;
        one_or_missing(action, "unfinished recovery with this id", asked)
    }

    async fn seize(&mut self, tenant: TenantId, id: RecoveryId, state: RunState, now: Timestamp) -> Result<()> {
        let action = "taking a recovery from its worker";
        let seized = sqlx::query_file!(
            "../store/sql/recovery/seize.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            state.word(),
            state.is_final().then(|| now.as_microsecond()),
        );
        let seized = seized.execute(&mut *self.connection).await.or_fail(self.path, action)?;
        one_or_missing(action, "unfinished recovery with this id", seized)
    }
}

/// The lease of a row's columns; none if nobody holds it.
pub(crate) fn lease(token: i64, holder: Option<String>, until: Option<i64>) -> Result<Option<Lease>> {
    let (Some(holder), Some(until)) = (holder, until) else { return Ok(None) };
    Ok(Some(Lease { token: unsigned(token)?, holder, until: time(until)? }))
}

struct RunRow {
    id: Uuid,
    tenant: Uuid,
    connection: Option<Uuid>,
    request: Option<Uuid>,
    source: Uuid,
    standby: Uuid,
    point: i64,
    options: String,
    state: String,
    stop: Option<String>,
    lease_token: i64,
    lease_holder: Option<String>,
    lease_until: Option<i64>,
    phase: String,
    progress: String,
    report: Option<String>,
    started_by: Option<Uuid>,
    started: i64,
    ended: Option<i64>,
}

impl RunRow {
    fn into_run(self) -> Result<RecoveryRun> {
        Ok(RecoveryRun {
            id: self.id.into(),
            tenant: self.tenant.into(),
            connection: self.connection.map(Into::into),
            request: self.request.map(Into::into),
            source: self.source.into(),
            standby: self.standby.into(),
            point: unsigned(self.point)?,
            options: from_json("options", &self.options)?,
            state: RunState::from_word(&self.state)?,
            stop: self.stop.as_deref().map(Stop::from_word).transpose()?,
            lease: lease(self.lease_token, self.lease_holder, self.lease_until)?,
            phase: self.phase,
            progress: from_json("progress", &self.progress)?,
            report: from_optional_json("report", self.report.as_deref())?,
            started_by: self.started_by.map(Into::into),
            started: time(self.started)?,
            ended: optional_time(self.ended)?,
        })
    }
}
