//! People and what they may do, and the recovery contacts of a site.

use async_trait::async_trait;
pub use control::authority::Role;
use control::connection::Contact;
use control::id::{PersonId, SiteId, TenantId};
use jiff::Timestamp;

use crate::Result;

/// Somebody who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Whose.
    pub tenant: TenantId,
    /// Their e-mail address, in lower case; unique for a tenant.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub added: Timestamp,
    /// When they were removed: they can do nothing any more, and only look-ups by id find them.
    pub removed: Option<Timestamp>,
}

/// People of a tenant, and the contacts of its sites.
#[async_trait]
pub trait PersonRepository: Send {
    /// Adds a person. `Exists` if the tenant has, or had, one with that e-mail address.
    async fn add(&mut self, person: &Person) -> Result<()>;
    /// The person of an id.
    async fn get(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<Person>>;
    /// The person of an e-mail address, whatever its case.
    async fn by_email(&mut self, tenant: TenantId, email: &str) -> Result<Option<Person>>;
    /// Everybody who ever was here: the log names people who are gone.
    async fn everybody(&mut self, tenant: TenantId) -> Result<Vec<Person>>;
    /// Writes a person's name, role, and whether they were removed. `Missing` if there is none.
    async fn change(&mut self, person: &Person) -> Result<()>;
    /// Everybody, by e-mail address.
    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Person>>;
    /// Registers a recovery contact of a site; somebody registered keeps their date.
    async fn add_contact(&mut self, tenant: TenantId, site: SiteId, contact: &Contact) -> Result<()>;
    /// Takes a recovery contact off a site. `Missing` if they were none.
    async fn remove_contact(&mut self, tenant: TenantId, site: SiteId, person: PersonId) -> Result<()>;
    /// The recovery contacts of a site, the longest registered first.
    async fn contacts(&mut self, tenant: TenantId, site: SiteId) -> Result<Vec<Contact>>;
}
