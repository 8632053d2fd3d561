//! Runs of captures and their leases.

use async_trait::async_trait;
use control::id::{CaptureId, SiteId, TenantId};
use jiff::Timestamp;
use serde_json::Value;
use store::{CaptureRepository, CaptureRun, LeaseToken, Result, RunState};
use uuid::Uuid;

use crate::failure::{OrFail as _, exactly_one, one_or_lease_lost};
use crate::recovery::lease;
use crate::repository::Session;
use crate::value::{Word as _, from_json, json, optional_time, signed, time, unsigned};

const HELD: &str = "the capture";

#[async_trait]
impl CaptureRepository for Session<'_> {
    async fn claim(
        &mut self,
        tenant: TenantId,
        site: SiteId,
        fresh: CaptureId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<CaptureRun>> {
        let id = match self.unfinished_capture(tenant, site).await? {
            Some(unfinished) => unfinished.id,
            None => self.begin_capture(tenant, site, fresh, now).await?,
        };
        let claimed = sqlx::query_file!(
            "../store/sql/capture/claim.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            holder,
            now.as_microsecond(),
            until.as_microsecond(),
        );
        let claimed = claimed.execute(&mut *self.connection).await.or_fail(self.path, "taking a capture")?;
        if claimed.rows_affected() == 0 {
            return Ok(None);
        }
        self.unfinished_capture(tenant, site).await
    }

    async fn renew(
        &mut self,
        tenant: TenantId,
        id: CaptureId,
        lease: LeaseToken,
        until: Timestamp,
        progress: &Value,
    ) -> Result<()> {
        let action = "renewing a lease";
        let renewed = sqlx::query_file!(
            "../store/sql/capture/renew.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            until.as_microsecond(),
            json("progress", progress)?,
        );
        let renewed = renewed.execute(&mut *self.connection).await.or_fail(self.path, action)?;
        one_or_lease_lost(action, HELD, renewed)
    }

    async fn release(
        &mut self,
        tenant: TenantId,
        id: CaptureId,
        lease: LeaseToken,
        state: RunState,
        point: Option<u64>,
        now: Timestamp,
    ) -> Result<()> {
        let action = "giving a capture back";
        let released = sqlx::query_file!(
            "../store/sql/capture/release.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(lease)?,
            state.word(),
            point.map(signed).transpose()?,
            state.is_final().then(|| now.as_microsecond()),
        );
        let released = released.execute(&mut *self.connection).await.or_fail(self.path, action)?;
        one_or_lease_lost(action, HELD, released)
    }

    async fn list(&mut self, tenant: TenantId, site: SiteId, limit: u32) -> Result<Vec<CaptureRun>> {
        let rows = sqlx::query_file_as!(
            CaptureRow,
            "../store/sql/capture/list.sql",
            Uuid::from(tenant),
            Uuid::from(site),
            limit,
        );
        let rows = rows.fetch_all(&mut *self.connection).await.or_fail(self.path, "reading the captures")?;
        rows.into_iter().map(CaptureRow::into_run).collect()
    }
}

impl Session<'_> {
    async fn unfinished_capture(&mut self, tenant: TenantId, site: SiteId) -> Result<Option<CaptureRun>> {
        let row = sqlx::query_file_as!(
            CaptureRow,
            "../store/sql/capture/unfinished.sql",
            Uuid::from(tenant),
            Uuid::from(site),
        );
        let row = row.fetch_optional(&mut *self.connection).await.or_fail(self.path, "reading a capture")?;
        row.map(CaptureRow::into_run).transpose()
    }

    async fn begin_capture(
        &mut self,
        tenant: TenantId,
        site: SiteId,
        fresh: CaptureId,
        now: Timestamp,
    ) -> Result<CaptureId> {
        let action = "beginning a capture";
        let added = sqlx::query_file!(
            "../store/sql/capture/add.sql",
            Uuid::from(fresh),
            Uuid::from(tenant),
            Uuid::from(site),
            now.as_microsecond(),
        );
        exactly_one(action, added.execute(&mut *self.connection).await.or_fail(self.path, action)?)?;
        Ok(fresh)
    }
}

struct CaptureRow {
    id: Uuid,
    tenant: Uuid,
    site: Uuid,
    state: String,
    lease_token: i64,
    lease_holder: Option<String>,
    lease_until: Option<i64>,
    progress: String,
    point: Option<i64>,
    started: i64,
    ended: Option<i64>,
}

impl CaptureRow {
    fn into_run(self) -> Result<CaptureRun> {
        Ok(CaptureRun {
            id: self.id.into(),
            tenant: self.tenant.into(),
            site: self.site.into(),
            state: RunState::from_word(&self.state)?,
            lease: lease(self.lease_token, self.lease_holder, self.lease_until)?,
            progress: from_json("progress", &self.progress)?,
            point: self.point.map(unsigned).transpose()?,
            started: time(self.started)?,
            ended: optional_time(self.ended)?,
        })
    }
}
