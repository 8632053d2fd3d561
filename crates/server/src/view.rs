//! How people and sites are named in answers.

use std::collections::HashMap;
use std::fmt::Write as _;

use control::id::{PersonId, SiteId, TenantId};
use serde::Serialize;
use store::{Person, Repository, Site};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::problem::Problem;

/// Hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Somebody, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PersonRef {
    pub(crate) id: Uuid,
    /// What to call them.
    pub(crate) name: String,
    /// Their e-mail address.
    pub(crate) email: String,
}

/// A site, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SiteRef {
    pub(crate) id: Uuid,
    /// What people call it.
    pub(crate) name: String,
    /// Its address.
    pub(crate) url: String,
}

/// The names of a tenant's people and sites.
#[derive(Debug)]
pub(crate) struct Names {
    people: HashMap<PersonId, PersonRef>,
    sites: HashMap<SiteId, SiteRef>,
}

impl Names {
    pub(crate) async fn of(repository: &mut dyn Repository, tenant: TenantId) -> Result<Self, Problem> {
        let people = repository.people().everybody(tenant).await?;
        let sites = repository.sites().with_removed(tenant).await?;
        let people = people.iter().map(|person| (person.id, person_ref(person))).collect();
        Ok(Self { people, sites: sites.iter().map(|site| (site.id, site_ref(site))).collect() })
    }

    pub(crate) fn person(&self, id: PersonId) -> PersonRef {
        let unknown = || PersonRef { id: id.into(), name: "(unknown)".to_owned(), email: String::new() };
        self.people.get(&id).cloned().unwrap_or_else(unknown)
    }

    pub(crate) fn site(&self, id: SiteId) -> SiteRef {
        let unknown = || SiteRef { id: id.into(), name: "(unknown)".to_owned(), url: String::new() };
        self.sites.get(&id).cloned().unwrap_or_else(unknown)
    }
}

pub(crate) fn person_ref(person: &Person) -> PersonRef {
    PersonRef { id: person.id.into(), name: person.name.clone(), email: person.email.clone() }
}

pub(crate) fn site_ref(site: &Site) -> SiteRef {
    SiteRef { id: site.id.into(), name: site.name.clone(), url: site.url.clone() }
}
