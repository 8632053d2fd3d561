//! Answers that are given again when the same request comes twice.

use async_trait::async_trait;
use control::id::{PersonId, TenantId};
use jiff::Timestamp;

use crate::{Result, Sealed};

/// The answer to a request that was sent with a key of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Whose.
    pub tenant: TenantId,
    /// Who asked.
    pub person: PersonId,
    /// The request's key, chosen by whoever asked.
    pub key: String,
    /// SHA-256 of what was asked.
    pub request: [u8; 32],
    /// The HTTP status.
    pub status: u16,
    /// Where what was made can be found.
    pub location: Option<String>,
    /// The answer, sealed by the caller; nothing if it is not to be shown again.
    pub body: Sealed,
    /// When.
    pub at: Timestamp,
}

/// Answers of a tenant.
#[async_trait]
pub trait IdempotencyRepository: Send {
    /// The answer that somebody's request with this key had.
    async fn find(&mut self, tenant: TenantId, person: PersonId, key: &str) -> Result<Option<KeptAnswer>>;
    /// Keeps an answer, in the transaction of what was asked for. `Exists` if that key was used.
    async fn keep(&mut self, answer: &KeptAnswer) -> Result<()>;
    /// Forgets the answers that are older, of every tenant; how many they were.
    async fn forget_before(&mut self, before: Timestamp) -> Result<u64>;
}
