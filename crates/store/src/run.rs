//! Long-running work: recoveries and captures, each held by one process at a time through a lease.
//!
//! A lease has an end and a *token* that grows each time the run is taken. Every write of a worker carries the token it
//! was given; a worker that slept through the end of its lease finds its writes refused with `LeaseLost`, and stops.

use async_trait::async_trait;
use control::id::{CaptureId, ConnectionId, PersonId, RecoveryId, RequestId, SiteId, TenantId};
use jiff::Timestamp;
use serde_json::Value;

use crate::Result;

/// The number of a lease. 0 is held by nobody: the first one taken is 1.
pub type LeaseToken = u64;

/// Who holds a run, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its number.
    pub token: LeaseToken,
    /// Which process: host and process id, for people to read.
    pub holder: String,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Somebody works on it, or should.
    Running,
    /// It waits to be resumed.
    Paused,
    /// It came to its end.
    Done,
    /// It was ended before.
    Cancelled,
    /// It cannot go on.
    Failed,
}

impl RunState {
    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// What somebody asked of a running worker, which hears of it at its next [`RecoveryRepository::renew`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Come to rest; another process may resume.
    Pause,
    /// End it and keep what was made.
    CancelKeep,
    /// End it and remove what this recovery made.
    CancelRemove,
}

/// One run of a recovery.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryRun {
    /// Its id.
    pub id: RecoveryId,
    /// Whose.
    pub tenant: TenantId,
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
    /// Where it stands.
    pub state: RunState,
    /// What was asked of the worker and not yet done.
    pub stop: Option<Stop>,
    /// Who works on it.
    pub lease: Option<Lease>,
    /// Which phase it is in: `plan`, `apply`, `prove`…
    pub phase: String,
    /// How far it is, as the pipeline defines it.
    pub progress: Value,
    /// What came of it.
    pub report: Option<Value>,
    /// Who started it.
    pub started_by: Option<PersonId>,
    /// When.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// Recoveries of a tenant.
#[async_trait]
pub trait RecoveryRepository: Send {
    /// Adds a run, held by nobody.
    async fn add(&mut self, run: &RecoveryRun) -> Result<()>;
    /// A run.
    async fn get(&mut self, tenant: TenantId, id: RecoveryId) -> Result<Option<RecoveryRun>>;
    /// All runs, the latest first.
    async fn list(&mut self, tenant: TenantId) -> Result<Vec<RecoveryRun>>;
    /// Takes the run if it is running or paused and nobody's lease lasts beyond `now`; it is then running and all earlier
    /// leases are dead. `None` if somebody holds it or it is over.
    async fn claim(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LeaseToken>>;
    /// Prolongs the lease and tells what was asked of the worker.
    async fn renew(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        lease: LeaseToken,
        until: Timestamp,
    ) -> Result<Option<Stop>>;
    /// Remembers how far it is.
    async fn progress(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        lease: LeaseToken,
        phase: &str,
        progress: &Value,
    ) -> Result<()>;
    /// Gives the lease back and leaves the run in `state`, with what came of it if that is known. A request to stop is
    /// fulfilled by it.
    async fn release(
        &mut self,
        tenant: TenantId,
        id: RecoveryId,
        lease: LeaseToken,
        state: RunState,
        report: Option<&Value>,
        now: Timestamp,
    ) -> Result<()>;
    /// Asks the worker to stop. `Missing` if there is no run that is not over.
    async fn ask_to_stop(&mut self, tenant: TenantId, id: RecoveryId, stop: Stop) -> Result<()>;
    /// Ends every lease on the run and leaves it in `state`, whoever holds it: for a veto, and for a run that nobody
    /// works on. From then on all writes under the old lease are refused.
    async fn seize(&mut self, tenant: TenantId, id: RecoveryId, state: RunState, now: Timestamp) -> Result<()>;
}

/// One run of a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureRun {
    /// Its id; also the name of the run in the vault.
    pub id: CaptureId,
    /// Whose.
    pub tenant: TenantId,
    /// Of which site.
    pub site: SiteId,
    /// Where it stands.
    pub state: RunState,
    /// Who works on it.
    pub lease: Option<Lease>,
    /// How far it is, or what came of it.
    pub progress: Value,
    /// The recovery point that it made.
    pub point: Option<u64>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// Captures of a tenant. A site has at most one capture that is not over.
#[async_trait]
pub trait CaptureRepository: Send {
    /// Takes the site's unfinished capture, or begins a new one under `fresh`. `None` if another process holds it.
    async fn claim(
        &mut self,
        tenant: TenantId,
        site: SiteId,
        fresh: CaptureId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<CaptureRun>>;
    /// Prolongs the lease and remembers how far it is.
    async fn renew(
        &mut self,
        tenant: TenantId,
        id: CaptureId,
        lease: LeaseToken,
        until: Timestamp,
        progress: &Value,
    ) -> Result<()>;
    /// Gives the lease back and leaves the run in `state`, with its recovery point if it made one.
    async fn release(
        &mut self,
        tenant: TenantId,
        id: CaptureId,
        lease: LeaseToken,
        state: RunState,
        point: Option<u64>,
        now: Timestamp,
    ) -> Result<()>;
    /// Up to `limit` runs of a site, the latest first.
    async fn list(&mut self, tenant: TenantId, site: SiteId, limit: u32) -> Result<Vec<CaptureRun>>;
}
