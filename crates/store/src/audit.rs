//! The audit log.

use async_trait::async_trait;
use control::audit::{Actor, AuditEvent, AuditHead, Happening, Outcome};
use control::id::{ConnectionId, TenantId};
use jiff::Timestamp;

use crate::Result;

/// Which events are asked for: all that fit everything that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Who did it.
    pub actor: Option<Actor>,
    /// What was done: `connection.activate`, or all that begins with that noun, `connection`.
    pub action: Option<String>,
    /// To this connection, or to something that names it among its details.
    pub connection: Option<ConnectionId>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// How it went.
    pub outcome: Option<Outcome>,
}

/// The audit log of each tenant.
#[async_trait]
pub trait AuditRepository: Send {
    /// Appends an event with the next number, linked to the one before.
    async fn append(&mut self, tenant: TenantId, happening: Happening) -> Result<AuditEvent>;
    /// Up to `limit` events with numbers above `after`, in order.
    async fn events(&mut self, tenant: TenantId, after: u64, limit: u32) -> Result<Vec<AuditEvent>>;
    /// Up to `limit` events that fit, with numbers below `before`, the latest first. Begin with none.
    async fn list(
        &mut self,
        tenant: TenantId,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>>;
    /// The end of the log.
    async fn head(&mut self, tenant: TenantId) -> Result<AuditHead>;
}
