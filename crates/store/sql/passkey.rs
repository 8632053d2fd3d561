//! Passkeys, and what they were asked to sign.

use async_trait::async_trait;
use control::id::{CeremonyId, PasskeyId, PersonId, TenantId};
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, named, one_or_missing};
use store::adapter::value::{optional_microseconds, optional_time, time};
use store::{Ceremony, Passkey, PasskeyRepository, Result};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl PasskeyRepository for Session<'_> {
    async fn add(&mut self, passkey: &Passkey) -> Result<()> {
        let action = "keeping a passkey";
        let added = sqlx::query_file!(
            "../store/sql/passkey/add.sql",
            Uuid::from(passkey.id),
            Uuid::from(passkey.tenant),
            Uuid::from(passkey.person),
            passkey.name,
            passkey.added.as_microsecond(),
            optional_microseconds(passkey.used),
            passkey.credential_id,
            passkey.credential,
        );
        let added = self.attempt(passkey.tenant, action, added).await;
        exactly_one(action, named(added, || "this passkey".to_owned())?)
    }

    async fn of_person(&mut self, tenant: TenantId, person: PersonId) -> Result<Vec<Passkey>> {
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let rows = sqlx::query_file_as!(PasskeyRow, "../store/sql/passkey/of_person.sql", tenant_id, person);
        let rows = self.all(tenant, "reading the passkeys", rows).await?;
        rows.into_iter().map(PasskeyRow::into_passkey).collect()
    }

    async fn used(&mut self, passkey: &Passkey) -> Result<()> {
        let action = "writing that a passkey was used";
        let used = sqlx::query_file!(
            "../store/sql/passkey/used.sql",
            Uuid::from(passkey.tenant),
            Uuid::from(passkey.id),
            optional_microseconds(passkey.used),
            passkey.credential,
        );
        let used = self.change(passkey.tenant, action, used).await?;
        one_or_missing(action, MISSING, used)
    }

    async fn remove(&mut self, tenant: TenantId, person: PersonId, id: PasskeyId) -> Result<()> {
        let action = "removing a passkey";
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let removed = sqlx::query_file!("../store/sql/passkey/remove.sql", tenant_id, person, Uuid::from(id));
        let removed = self.change(tenant, action, removed).await?;
        one_or_missing(action, MISSING, removed)
    }

    async fn remove_all(&mut self, tenant: TenantId, person: PersonId) -> Result<u64> {
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let removed = sqlx::query_file!("../store/sql/passkey/remove_all.sql", tenant_id, person);
        self.change(tenant, "removing passkeys", removed).await
    }

    async fn ask(&mut self, ceremony: &Ceremony) -> Result<()> {
        let action = "asking a passkey";
        let asked = sqlx::query_file!(
            "../store/sql/passkey/ask.sql",
            Uuid::from(ceremony.id),
            Uuid::from(ceremony.tenant),
            Uuid::from(ceremony.person),
            ceremony.state,
            ceremony.expires.as_microsecond(),
        );
        exactly_one(action, self.attempt(ceremony.tenant, action, asked).await?)
    }

    async fn take(&mut self, tenant: TenantId, id: CeremonyId) -> Result<Option<Ceremony>> {
        let taken =
            sqlx::query_file_as!(CeremonyRow, "../store/sql/passkey/take.sql", Uuid::from(tenant), Uuid::from(id));
        let taken = self.one(tenant, "taking what a passkey was asked", taken).await?;
        taken.map(CeremonyRow::into_ceremony).transpose()
    }

    async fn forget_before(&mut self, before: Timestamp) -> Result<u64> {
        let forgotten = sqlx::query_file!("../store/sql/passkey/forget_before.sql", before.as_microsecond());
        self.change_of_any("forgetting what passkeys were asked", forgotten).await
    }
}

const MISSING: &str = "passkey with this id";

struct PasskeyRow {
    id: Uuid,
    tenant: Uuid,
    person: Uuid,
    name: String,
    added: i64,
    used: Option<i64>,
    credential_id: Vec<u8>,
    credential: String,
}

impl PasskeyRow {
    fn into_passkey(self) -> Result<Passkey> {
        Ok(Passkey {
            id: self.id.into(),
            tenant: self.tenant.into(),
            person: self.person.into(),
            name: self.name,
            added: time(self.added)?,
            used: optional_time(self.used)?,
            credential_id: self.credential_id,
            credential: self.credential,
        })
    }
}

struct CeremonyRow {
    id: Uuid,
    tenant: Uuid,
    person: Uuid,
    state: String,
    expires: i64,
}

impl CeremonyRow {
    fn into_ceremony(self) -> Result<Ceremony> {
        Ok(Ceremony {
            id: self.id.into(),
            tenant: self.tenant.into(),
            person: self.person.into(),
            state: self.state,
            expires: time(self.expires)?,
        })
    }
}
