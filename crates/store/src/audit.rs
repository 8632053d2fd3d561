//! The audit log.

use async_trait::async_trait;
use control::audit::{AuditEvent, AuditHead, Happening};
use control::id::TenantId;

use crate::Result;

/// The audit log of each tenant.
#[async_trait]
pub trait AuditRepository: Send {
    /// Appends an event with the next number, linked to the one before.
    async fn append(&mut self, tenant: TenantId, happening: Happening) -> Result<AuditEvent>;
    /// Up to `limit` events with numbers above `after`, in order.
    async fn events(&mut self, tenant: TenantId, after: u64, limit: u32) -> Result<Vec<AuditEvent>>;
    /// Up to `limit` events with numbers below `before`, the latest first. Begin with none.
    async fn events_before(&mut self, tenant: TenantId, before: Option<u64>, limit: u32) -> Result<Vec<AuditEvent>>;
    /// The end of the log.
    async fn head(&mut self, tenant: TenantId) -> Result<AuditHead>;
}
