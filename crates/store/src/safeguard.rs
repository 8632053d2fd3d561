//! What guards the recovery of a source: its policy, its recovery contacts, and a change of them that waits.

use async_trait::async_trait;
use control::id::{SiteId, TenantId};
use control::policy::Policy;
use control::safeguards::Safeguards;

use crate::Result;

/// Safeguards of a tenant's sources.
///
/// They change by [`transition::apply_safeguard`](crate::transition::apply_safeguard), which decides, saves and audits. The
/// contacts are those of [`PersonRepository`](crate::PersonRepository).
#[async_trait]
pub trait SafeguardRepository: Send {
    /// The policy, contacts and waiting change of a source; the policy is `default` unless the source has one of its own.
    async fn get(&mut self, tenant: TenantId, source: SiteId, default: &Policy) -> Result<Safeguards>;
    /// The policy that a source has of its own: since it was changed, the settings' one does not count there any more.
    async fn policy(&mut self, tenant: TenantId, source: SiteId) -> Result<Option<Policy>>;
    /// Writes all of it; the policy is the source's own from now on. Contacts are added and removed where they differ.
    async fn save(&mut self, tenant: TenantId, source: SiteId, safeguards: &Safeguards) -> Result<()>;
    /// [`Self::save`] without the policy: a source that has none of its own goes on following the settings.
    async fn save_but_policy(&mut self, tenant: TenantId, source: SiteId, safeguards: &Safeguards) -> Result<()>;
    /// The sources of which a change waits.
    async fn waiting(&mut self, tenant: TenantId) -> Result<Vec<SiteId>>;
}
