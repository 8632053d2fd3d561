//! People, and the recovery contacts of sites.

use async_trait::async_trait;
use control::connection::Contact;
use control::id::{PersonId, SiteId, TenantId};
use store::adapter::changed::{exactly_one, named, one_or_missing};
use store::adapter::value::{Word as _, optional_microseconds, optional_time, time};
use store::{Person, PersonRepository, Result, Role};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl PersonRepository for Session<'_> {
    async fn add(&mut self, person: &Person) -> Result<()> {
        let action = "adding a person";
        let added = sqlx::query_file!(
            "../store/sql/person/add.sql",
            Uuid::from(person.id),
            Uuid::from(person.tenant),
            person.email.to_lowercase(),
            person.name,
            person.role.word(),
            person.added.as_microsecond(),
        );
        let added = self.attempt(person.tenant, action, added).await;
        exactly_one(action, named(added, || format!("a person with the e-mail address {}", person.email))?)
    }

    async fn get(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<Person>> {
        let row = sqlx::query_file_as!(PersonRow, "../store/sql/person/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading a person", row).await?;
        row.map(PersonRow::into_person).transpose()
    }

    async fn by_email(&mut self, tenant: TenantId, email: &str) -> Result<Option<Person>> {
        let email = email.to_lowercase();
        let row = sqlx::query_file_as!(PersonRow, "../store/sql/person/by_email.sql", Uuid::from(tenant), email);
        let row = self.one(tenant, "reading a person", row).await?;
        row.map(PersonRow::into_person).transpose()
    }

    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Person>> {
        let rows = sqlx::query_file_as!(PersonRow, "../store/sql/person/list.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the people", rows).await?;
        rows.into_iter().map(PersonRow::into_person).collect()
    }

    async fn everybody(&mut self, tenant: TenantId) -> Result<Vec<Person>> {
        let rows = sqlx::query_file_as!(PersonRow, "../store/sql/person/everybody.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the people", rows).await?;
        rows.into_iter().map(PersonRow::into_person).collect()
    }

    async fn change(&mut self, person: &Person) -> Result<()> {
        let action = "changing a person";
        let changed = sqlx::query_file!(
            "../store/sql/person/change.sql",
            Uuid::from(person.tenant),
            Uuid::from(person.id),
            person.name,
            person.role.word(),
            optional_microseconds(person.removed),
        );
        let changed = Session::change(self, person.tenant, action, changed).await?;
        one_or_missing(action, "person with this id", changed)
    }

    async fn add_contact(&mut self, tenant: TenantId, site: SiteId, contact: &Contact) -> Result<()> {
        let added = sqlx::query_file!(
            "../store/sql/person/add_contact.sql",
            Uuid::from(tenant),
            Uuid::from(site),
            Uuid::from(contact.person),
            contact.registered.as_microsecond(),
        );
        self.attempt(tenant, "registering a contact", added).await.map(drop)
    }

    async fn remove_contact(&mut self, tenant: TenantId, site: SiteId, person: PersonId) -> Result<()> {
        let action = "removing a contact";
        let removed = sqlx::query_file!(
            "../store/sql/person/remove_contact.sql",
            Uuid::from(tenant),
            Uuid::from(site),
            Uuid::from(person),
        );
        let removed = Session::change(self, tenant, action, removed).await?;
        one_or_missing(action, "such contact", removed)
    }

    async fn contacts(&mut self, tenant: TenantId, site: SiteId) -> Result<Vec<Contact>> {
        let rows = sqlx::query_file!("../store/sql/person/contacts.sql", Uuid::from(tenant), Uuid::from(site));
        let rows = self.all(tenant, "reading the contacts", rows).await?;
        let contact = |person: Uuid, registered| Ok(Contact { person: person.into(), registered: time(registered)? });
        rows.into_iter().map(|row| contact(row.person, row.registered)).collect()
    }
}

struct PersonRow {
    id: Uuid,
    tenant: Uuid,
    email: String,
    name: String,
    role: String,
    added: i64,
    removed: Option<i64>,
}

impl PersonRow {
    fn into_person(self) -> Result<Person> {
        Ok(Person {
            id: self.id.into(),
            tenant: self.tenant.into(),
            email: self.email,
            name: self.name,
            role: Role::from_word(&self.role)?,
            added: time(self.added)?,
            removed: optional_time(self.removed)?,
        })
    }
}
