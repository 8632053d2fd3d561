//! The audit log. The schema itself refuses to change or delete an event.

use async_trait::async_trait;
use control::audit::{AuditEvent, AuditHead, Happening, Outcome};
use control::id::TenantId;
use jiff::Timestamp;
use store::adapter::changed::exactly_one;
use store::adapter::value::{Word as _, bytes, from_json, json, signed, time, unsigned};
use store::{AuditRepository, EventFilter, Result};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl AuditRepository for Session<'_> {
    async fn append(&mut self, tenant: TenantId, happening: Happening) -> Result<AuditEvent> {
        let action = "writing the audit log";
        let event = AuditEvent::following(tenant, self.head(tenant).await?, happening);
        let appended = sqlx::query_file!(
            "../store/sql/audit/append.sql",
            Uuid::from(tenant),
            signed(event.number)?,
            event.happening.at.as_microsecond(),
            json("actor", &event.happening.actor)?,
            event.happening.action,
            event.happening.subject,
            event.happening.outcome.word(),
            json("details", &event.happening.details)?,
            event.previous.as_slice(),
            event.hash.as_slice(),
        );
        exactly_one(action, self.attempt(tenant, action, appended).await?)?;
        Ok(event)
    }

    async fn events(&mut self, tenant: TenantId, after: u64, limit: u32) -> Result<Vec<AuditEvent>> {
        let rows = sqlx::query_file_as!(
            EventRow,
            "../store/sql/audit/events.sql",
            Uuid::from(tenant),
            signed(after)?,
            i64::from(limit),
        );
        let rows = self.all(tenant, "reading the audit log", rows).await?;
        rows.into_iter().map(|row| row.into_event(tenant)).collect()
    }

    async fn list(
        &mut self,
        tenant: TenantId,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>> {
        let actor = filter.actor.as_ref().map(|actor| json("actor", actor)).transpose()?;
        let rows = sqlx::query_file_as!(
            EventRow,
            "../store/sql/audit/list.sql",
            Uuid::from(tenant),
            before.map_or(Ok(i64::MAX), signed)?,
            actor,
            filter.action,
            filter.connection.map(|connection| format!("connection/{connection}")),
            filter.connection.map(|connection| format!("%\"{connection}\"%")),
            filter.from.map(Timestamp::as_microsecond),
            filter.until.map(Timestamp::as_microsecond),
            filter.outcome.map(Outcome::word),
            i64::from(limit),
        );
        let rows = self.all(tenant, "reading the audit log", rows).await?;
        rows.into_iter().map(|row| row.into_event(tenant)).collect()
    }

    async fn head(&mut self, tenant: TenantId) -> Result<AuditHead> {
        let row = sqlx::query_file!("../store/sql/audit/head.sql", Uuid::from(tenant));
        let row = self.one(tenant, "reading the audit log", row).await?;
        let Some(row) = row else { return Ok(AuditHead::EMPTY) };
        Ok(AuditHead { number: unsigned(row.number)?, hash: bytes("audit hash", &row.hash)? })
    }
}

struct EventRow {
    number: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    outcome: String,
    details: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl EventRow {
    fn into_event(self, tenant: TenantId) -> Result<AuditEvent> {
        Ok(AuditEvent {
            tenant,
            number: unsigned(self.number)?,
            happening: Happening {
                at: time(self.at)?,
                actor: from_json("actor", &self.actor)?,
                action: self.action,
                subject: self.subject,
                outcome: Outcome::from_word(&self.outcome)?,
                details: from_json("details", &self.details)?,
            },
            previous: bytes("audit hash", &self.previous)?,
            hash: bytes("audit hash", &self.hash)?,
        })
    }
}
