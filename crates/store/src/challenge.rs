//! Codes that were mailed to confirm an address, as far as they are kept.

use async_trait::async_trait;
use control::confirmation::Challenge;
use control::id::{PersonId, RequestId, TenantId};

use crate::Result;

/// At most one code for each request and person.
///
/// Save the transaction after a wrong answer too: its count of attempts is what keeps codes from being guessed.
#[async_trait]
pub trait ChallengeRepository: Send {
    /// Keeps a code, in place of an earlier one.
    async fn keep(&mut self, tenant: TenantId, request: RequestId, person: PersonId, code: &Challenge) -> Result<()>;
    /// The code that was sent last.
    async fn get(&mut self, tenant: TenantId, request: RequestId, person: PersonId) -> Result<Option<Challenge>>;
    /// Forgets a code that was used. `Missing` if there is none: it was used before.
    async fn forget(&mut self, tenant: TenantId, request: RequestId, person: PersonId) -> Result<()>;
}
