//! What is done again and again.

use async_trait::async_trait;
use control::id::{ScheduleId, TenantId};
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::{from_json, json, small, time, unreadable};
use store::schedule::Cadence;
use store::{Result, Schedule, ScheduleRepository};
use uuid::Uuid;

use crate::session::Session;

const WHAT: &str = "schedule with this id";

#[async_trait]
impl ScheduleRepository for Session<'_> {
    async fn add(&mut self, schedule: &Schedule) -> Result<()> {
        let action = "adding a schedule";
        let added = sqlx::query_file!(
            "../store/sql/schedule/add.sql",
            Uuid::from(schedule.id),
            Uuid::from(schedule.tenant),
            Uuid::from(schedule.site),
            schedule.kind,
            json("payload", &schedule.payload)?,
            schedule.cadence.expression(),
            schedule.cadence.zone(),
            i64::from(schedule.cadence.jitter()),
            schedule.enabled,
            schedule.next.as_microsecond(),
            schedule.created.as_microsecond(),
        );
        exactly_one(action, self.attempt(schedule.tenant, action, added).await?)
    }

    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Schedule>> {
        let rows = sqlx::query_file_as!(ScheduleRow, "../store/sql/schedule/list.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the schedules", rows).await?;
        rows.into_iter().map(ScheduleRow::into_schedule).collect()
    }

    async fn set(&mut self, tenant: TenantId, id: ScheduleId, enabled: bool, next: Timestamp) -> Result<()> {
        let action = "changing a schedule";
        let set = sqlx::query_file!(
            "../store/sql/schedule/set.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            enabled,
            next.as_microsecond(),
        );
        one_or_missing(action, WHAT, self.change(tenant, action, set).await?)
    }

    async fn remove(&mut self, tenant: TenantId, id: ScheduleId) -> Result<()> {
        let action = "removing a schedule";
        let removed = sqlx::query_file!("../store/sql/schedule/remove.sql", Uuid::from(tenant), Uuid::from(id));
        one_or_missing(action, WHAT, self.change(tenant, action, removed).await?)
    }

    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Schedule>> {
        let rows = self.due_schedules(now, limit).await?;
        rows.into_iter().map(ScheduleRow::into_schedule).collect()
    }
}

/// A row of `schedules`.
pub(crate) struct ScheduleRow {
    pub(crate) id: Uuid,
    pub(crate) tenant: Uuid,
    pub(crate) site: Uuid,
    pub(crate) kind: String,
    pub(crate) payload: String,
    pub(crate) expression: String,
    pub(crate) zone: String,
    pub(crate) jitter: i64,
    pub(crate) enabled: bool,
    pub(crate) next: i64,
    pub(crate) created: i64,
}

impl ScheduleRow {
    fn into_schedule(self) -> Result<Schedule> {
        let cadence = Cadence::parse(&self.expression, &self.zone, small(self.jitter)?);
        Ok(Schedule {
            id: self.id.into(),
            tenant: self.tenant.into(),
            site: self.site.into(),
            kind: self.kind,
            payload: from_json("payload", &self.payload)?,
            cadence: cadence.map_err(|error| unreadable("cadence", error))?,
            enabled: self.enabled,
            next: time(self.next)?,
            created: time(self.created)?,
        })
    }
}
