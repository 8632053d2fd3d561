//! Captures: of what, and the points that they made.

use async_trait::async_trait;
use control::id::{CaptureId, JobId, SiteId, TenantId};
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::{signed, time, unsigned};
use store::{CaptureRepository, CaptureRun, Result};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl CaptureRepository for Session<'_> {
    async fn add(&mut self, run: &CaptureRun) -> Result<()> {
        let action = "beginning a capture";
        let added = sqlx::query_file!(
            "../store/sql/capture/add.sql",
            Uuid::from(run.id),
            Uuid::from(run.tenant),
            Uuid::from(run.job),
            Uuid::from(run.site),
            run.point.map(signed).transpose()?,
            run.started.as_microsecond(),
        );
        exactly_one(action, self.attempt(run.tenant, action, added).await?)
    }

    async fn of_job(&mut self, tenant: TenantId, job: JobId) -> Result<Option<CaptureRun>> {
        let row =
            sqlx::query_file_as!(CaptureRow, "../store/sql/capture/of_job.sql", Uuid::from(tenant), Uuid::from(job));
        let row = self.one(tenant, "reading a capture", row).await?;
        row.map(CaptureRow::into_run).transpose()
    }

    async fn made(&mut self, tenant: TenantId, id: CaptureId, point: u64) -> Result<()> {
        let action = "noting the recovery point of a capture";
        let made =
            sqlx::query_file!("../store/sql/capture/made.sql", Uuid::from(tenant), Uuid::from(id), signed(point)?);
        let made = self.change(tenant, action, made).await?;
        one_or_missing(action, "capture with this id", made)
    }

    async fn list(
        &mut self,
        tenant: TenantId,
        site: SiteId,
        before: Option<CaptureId>,
        limit: u32,
    ) -> Result<Vec<CaptureRun>> {
        let rows = sqlx::query_file_as!(
            CaptureRow,
            "../store/sql/capture/list.sql",
            Uuid::from(tenant),
            Uuid::from(site),
            before.map(Uuid::from),
            i64::from(limit),
        );
        let rows = self.all(tenant, "reading the captures", rows).await?;
        rows.into_iter().map(CaptureRow::into_run).collect()
    }
}

struct CaptureRow {
    id: Uuid,
    tenant: Uuid,
    job: Uuid,
    site: Uuid,
    point: Option<i64>,
    started: i64,
}

impl CaptureRow {
    fn into_run(self) -> Result<CaptureRun> {
        Ok(CaptureRun {
            id: self.id.into(),
            tenant: self.tenant.into(),
            job: self.job.into(),
            site: self.site.into(),
            point: self.point.map(unsigned).transpose()?,
            started: time(self.started)?,
        })
    }
}
