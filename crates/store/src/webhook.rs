//! Webhooks: where messages go besides people.

use async_trait::async_trait;
use control::id::{TenantId, WebhookId};
use jiff::Timestamp;

use crate::{Result, Sealed};

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub tenant: TenantId,
    /// Where it is.
    pub url: String,
    /// The key that its messages are signed with, sealed by the caller.
    pub secret: Sealed,
    /// When it was made.
    pub made: Timestamp,
    /// Why nothing is sent there any more.
    pub disabled: Option<String>,
}

/// Webhooks of a tenant.
#[async_trait]
pub trait WebhookRepository: Send {
    /// Adds a webhook.
    async fn add(&mut self, webhook: &Webhook) -> Result<()>;
    /// The webhook of an id.
    async fn get(&mut self, tenant: TenantId, id: WebhookId) -> Result<Option<Webhook>>;
    /// All webhooks, as they were made.
    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Webhook>>;
    /// Writes address, key and whether it is disabled. `Missing` if there is none.
    async fn update(&mut self, webhook: &Webhook) -> Result<()>;
    /// Takes a webhook away. `Missing` if there is none.
    async fn remove(&mut self, tenant: TenantId, id: WebhookId) -> Result<()>;
}
