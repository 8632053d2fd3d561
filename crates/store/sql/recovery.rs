//! Recoveries: what they are about, and what came of them.

use async_trait::async_trait;
use control::id::{JobId, RecoveryId, RequestId, TenantId};
use serde_json::Value;
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::{from_json, from_optional_json, json, optional_json, signed, time, unsigned};
use store::{RecoveryRepository, RecoveryRun, Result};
use uuid::Uuid;

use crate::session::Session;

const READING: &str = "reading a recovery";

#[async_trait]
impl RecoveryRepository for Session<'_> {
    async fn add(&mut self, run: &RecoveryRun) -> Result<()> {
        let action = "adding a recovery";
        let added = sqlx::query_file!(
            "../store/sql/recovery/add.sql",
            Uuid::from(run.id),
            Uuid::from(run.tenant),
            Uuid::from(run.job),
            run.connection.map(Uuid::from),
            run.request.map(Uuid::from),
            Uuid::from(run.source),
            Uuid::from(run.standby),
            signed(run.point)?,
            json("options", &run.options)?,
            optional_json("report", run.report.as_ref())?,
            run.started.as_microsecond(),
        );
        exactly_one(action, self.attempt(run.tenant, action, added).await?)
    }

    async fn get(&mut self, tenant: TenantId, id: RecoveryId) -> Result<Option<RecoveryRun>> {
        let row = sqlx::query_file_as!(RunRow, "../store/sql/recovery/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, READING, row).await?;
        row.map(RunRow::into_run).transpose()
    }

    async fn of_job(&mut self, tenant: TenantId, job: JobId) -> Result<Option<RecoveryRun>> {
        let row = sqlx::query_file_as!(RunRow, "../store/sql/recovery/of_job.sql", Uuid::from(tenant), Uuid::from(job));
        let row = self.one(tenant, READING, row).await?;
        row.map(RunRow::into_run).transpose()
    }

    async fn of_request(&mut self, tenant: TenantId, request: RequestId) -> Result<Option<RecoveryRun>> {
        let row = sqlx::query_file_as!(
            RunRow,
            "../store/sql/recovery/of_request.sql",
            Uuid::from(tenant),
            Uuid::from(request),
        );
        let row = self.one(tenant, READING, row).await?;
        row.map(RunRow::into_run).transpose()
    }

    async fn list(&mut self, tenant: TenantId, before: Option<RecoveryId>, limit: u32) -> Result<Vec<RecoveryRun>> {
        let rows = sqlx::query_file_as!(
            RunRow,
            "../store/sql/recovery/list.sql",
            Uuid::from(tenant),
            before.map(Uuid::from),
            i64::from(limit),
        );
        let rows = self.all(tenant, "reading the recoveries", rows).await?;
        rows.into_iter().map(RunRow::into_run).collect()
    }

    async fn report(&mut self, tenant: TenantId, id: RecoveryId, report: &Value) -> Result<()> {
        let action = "keeping a report";
        let kept = sqlx::query_file!(
            "../store/sql/recovery/report.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            json("report", report)?,
        );
        let kept = self.change(tenant, action, kept).await?;
        one_or_missing(action, "recovery with this id", kept)
    }
}

struct RunRow {
    id: Uuid,
    tenant: Uuid,
    job: Uuid,
    connection: Option<Uuid>,
    request: Option<Uuid>,
    source: Uuid,
    standby: Uuid,
    point: i64,
    options: String,
    report: Option<String>,
    started: i64,
}

impl RunRow {
    fn into_run(self) -> Result<RecoveryRun> {
        Ok(RecoveryRun {
            id: self.id.into(),
            tenant: self.tenant.into(),
            job: self.job.into(),
            connection: self.connection.map(Into::into),
            request: self.request.map(Into::into),
            source: self.source.into(),
            standby: self.standby.into(),
            point: unsigned(self.point)?,
            options: from_json("options", &self.options)?,
            report: from_optional_json("report", self.report.as_deref())?,
            started: time(self.started)?,
        })
    }
}
