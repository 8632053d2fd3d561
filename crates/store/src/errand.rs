//! Where browsers were sent, to come back from with an answer.

use async_trait::async_trait;
use control::id::TenantId;
use jiff::Timestamp;

use crate::{Result, Sealed};

/// A browser that was sent somewhere else (to sign in there, or for a consent), and what must be known when it comes back. Used
/// once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// SHA-256 of the secret that it comes back with.
    pub hash: [u8; 32],
    /// Where it came from.
    pub tenant: TenantId,
    /// What must be known then, sealed by the caller: there are secrets in it.
    pub state: Sealed,
    /// Until when it may come back.
    pub expires: Timestamp,
}

/// Browsers that are somewhere else.
#[async_trait]
pub trait ErrandRepository: Send {
    /// Keeps what must be known when it comes back.
    async fn send(&mut self, errand: &Errand) -> Result<()>;
    /// Takes it out: there is nothing the second time. It may be too old. Save the transaction whatever comes of the answer, or it
    /// could be tried again.
    async fn take(&mut self, tenant: TenantId, hash: &[u8; 32]) -> Result<Option<Errand>>;
    /// Forgets whatever did not come back in time, of all tenants; how much. In a transaction of its own, as
    /// [`SessionRepository::forget_before`](crate::SessionRepository::forget_before).
    async fn forget_before(&mut self, before: Timestamp) -> Result<u64>;
}
