//! API keys, as far as they are kept.

use async_trait::async_trait;
use control::api_key::ApiKeyRecord;
use control::id::{PersonId, TenantId};
use control::token::TokenId;
use jiff::Timestamp;

use crate::Result;

/// API keys of a tenant's people.
#[async_trait]
pub trait ApiKeyRepository: Send {
    /// Keeps the record of a new key.
    async fn add(&mut self, record: &ApiKeyRecord) -> Result<()>;
    /// The record of a key's public part, of whichever tenant: whoever presents a key does not know whose it is.
    async fn by_id(&mut self, id: &TokenId) -> Result<Option<ApiKeyRecord>>;
    /// The record of a key of a tenant's.
    async fn get(&mut self, tenant: TenantId, id: &TokenId) -> Result<Option<ApiKeyRecord>>;
    /// All records, or those of a person, the latest first. Revoked and expired ones too.
    async fn list(&mut self, tenant: TenantId, person: Option<PersonId>) -> Result<Vec<ApiKeyRecord>>;
    /// Revokes a key; one that is revoked keeps its date. `Missing` if there is none.
    async fn revoke(&mut self, tenant: TenantId, id: &TokenId, now: Timestamp) -> Result<()>;
}
