//! Sites, their credentials, the names they are known by, and the heads of their vaults.

pub mod removal;

use std::fmt;

use async_trait::async_trait;
use control::id::{SiteId, TenantId};
use jiff::Timestamp;

use crate::Result;

/// A Jira site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What people call it; unique for a tenant.
    pub name: String,
    /// Its address, normalised, such as `https://example.atlassian.net`.
    pub url: String,
    /// Its cloudId, unique for a tenant.
    pub cloud_id: String,
    /// The e-mail address of the account that Lifeboat works with there.
    pub account: String,
    /// That account's API token, sealed by the caller; none once it was forgotten.
    pub credentials: Option<Sealed>,
    /// When it was added.
    pub added: Timestamp,
    /// How old its newest recovery point may be, in seconds; none if nobody said it.
    pub rpo_target: Option<u32>,
    /// When it was removed; none while it is there.
    pub removed: Option<Timestamp>,
}

/// Bytes that the caller encrypted. `Debug` shows only how many.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sealed({} bytes)", self.0.len())
    }
}

/// A name by which a site was known while it was up. What is typed during an outage is compared with these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownName {
    /// What kind of name.
    pub kind: NameKind,
    /// The name, normalised.
    pub name: String,
    /// Since when it is known.
    pub since: Timestamp,
}

/// The kinds of names of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// Its address now.
    Url,
    /// An address that it had before.
    EarlierUrl,
    /// A domain of its owner's.
    CustomDomain,
    /// Its cloudId.
    CloudId,
}

/// The newest commit of a site's vault that this installation has seen. A vault that shows less was rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultHead {
    /// The number of the commit.
    pub number: u64,
    /// Its MAC.
    pub mac: Vec<u8>,
}

/// Sites of a tenant.
///
/// What was [removed](removal) keeps its row, for whatever names it, and is found by [`with_removed`](Self::with_removed) alone.
#[async_trait]
pub trait SiteRepository: Send {
    /// Adds a site. `Exists` if the tenant has one of that name or cloudId, removed or not.
    async fn add(&mut self, site: &Site) -> Result<()>;
    /// Writes everything of a site, removed or not, but its id and when it was added.
    async fn update(&mut self, site: &Site) -> Result<()>;
    /// The site of an id.
    async fn get(&mut self, tenant: TenantId, id: SiteId) -> Result<Option<Site>>;
    /// The site of a name.
    async fn by_name(&mut self, tenant: TenantId, name: &str) -> Result<Option<Site>>;
    /// The site of a cloudId.
    async fn by_cloud_id(&mut self, tenant: TenantId, cloud_id: &str) -> Result<Option<Site>>;
    /// All sites that are there, by name.
    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Site>>;
    /// All sites, the removed ones too, by name: for history, which shows the names of both.
    async fn with_removed(&mut self, tenant: TenantId) -> Result<Vec<Site>>;
    /// Adds a name that the site is known by; a known one keeps its date and takes the new kind.
    async fn add_known_name(&mut self, tenant: TenantId, id: SiteId, name: &KnownName) -> Result<()>;
    /// The names that the site is known by, sorted.
    async fn known_names(&mut self, tenant: TenantId, id: SiteId) -> Result<Vec<KnownName>>;
    /// The newest head seen of the site's vault.
    async fn vault_head(&mut self, tenant: TenantId, id: SiteId) -> Result<Option<VaultHead>>;
    /// Remembers a newer head; an older one than the known changes nothing and gives `false`.
    async fn advance_vault_head(&mut self, tenant: TenantId, id: SiteId, head: &VaultHead) -> Result<bool>;
}
