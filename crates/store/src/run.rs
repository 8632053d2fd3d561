//! What is kept of recoveries and captures beside their [jobs](crate::job): what they are about, and what came of them.
//!
//! Nothing here has a lease: whoever works on a run holds its job, and writes to both in one transaction.

use async_trait::async_trait;
use control::id::{CaptureId, ConnectionId, JobId, RecoveryId, RequestId, SiteId, TenantId};
use jiff::Timestamp;
use serde_json::Value;

use crate::Result;

/// One recovery.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryRun {
    /// Its id.
    pub id: RecoveryId,
    /// Whose.
    pub tenant: TenantId,
    /// The job that does it. It is the same for all of the recovery's life: the journal goes by its lease.
    pub job: JobId,
    /// Over which connection; none for a drill on the owner's own scratch site.
    pub connection: Option<ConnectionId>,
    /// Under which request's unlock.
    pub request: Option<RequestId>,
    /// From which site's vault.
    pub source: SiteId,
    /// Onto which site.
    pub standby: SiteId,
    /// From which recovery point.
    pub point: u64,
    /// Scope and policies, as the pipeline defines them.
    pub options: Value,
    /// What came of it.
    pub report: Option<Value>,
    /// When it was begun.
    pub started: Timestamp,
}

/// Recoveries of a tenant.
#[async_trait]
pub trait RecoveryRepository: Send {
    /// Adds a recovery.
    async fn add(&mut self, run: &RecoveryRun) -> Result<()>;
    /// A recovery.
    async fn get(&mut self, tenant: TenantId, id: RecoveryId) -> Result<Option<RecoveryRun>>;
    /// The recovery that a job does.
    async fn of_job(&mut self, tenant: TenantId, job: JobId) -> Result<Option<RecoveryRun>>;
    /// The latest recovery under a request's unlock.
    async fn of_request(&mut self, tenant: TenantId, request: RequestId) -> Result<Option<RecoveryRun>>;
    /// Up to `limit` recoveries that were begun before the recovery `before`, the latest first. Begin with none.
    async fn list(&mut self, tenant: TenantId, before: Option<RecoveryId>, limit: u32) -> Result<Vec<RecoveryRun>>;
    /// Keeps what came of it. In the transaction that ends the job.
    async fn report(&mut self, tenant: TenantId, id: RecoveryId, report: &Value) -> Result<()>;
}

/// One capture.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureRun {
    /// Its id; also the name of the run in the vault.
    pub id: CaptureId,
    /// Whose.
    pub tenant: TenantId,
    /// The job that does it.
    pub job: JobId,
    /// Of which site.
    pub site: SiteId,
    /// The recovery point that it made.
    pub point: Option<u64>,
    /// When it was begun.
    pub started: Timestamp,
}

/// Captures of a tenant.
#[async_trait]
pub trait CaptureRepository: Send {
    /// Adds a capture.
    async fn add(&mut self, run: &CaptureRun) -> Result<()>;
    /// The capture that a job does.
    async fn of_job(&mut self, tenant: TenantId, job: JobId) -> Result<Option<CaptureRun>>;
    /// Notes the recovery point that it made. In the transaction that ends the job.
    async fn made(&mut self, tenant: TenantId, id: CaptureId, point: u64) -> Result<()>;
    /// Up to `limit` captures of a site that were begun before the capture `before`, the latest first. Begin with none.
    async fn list(
        &mut self,
        tenant: TenantId,
        site: SiteId,
        before: Option<CaptureId>,
        limit: u32,
    ) -> Result<Vec<CaptureRun>>;
}
