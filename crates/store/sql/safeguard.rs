//! What guards the recovery of a source.

use async_trait::async_trait;
use control::connection::Contact;
use control::id::{SiteId, TenantId};
use control::policy::Policy;
use control::safeguards::Safeguards;
use store::adapter::changed::exactly_one;
use store::adapter::value::{from_optional_json, json, optional_json};
use store::{PersonRepository, Result, SafeguardRepository};
use uuid::Uuid;

use crate::session::Session;

const SAVING: &str = "saving the safeguards of a source";

#[async_trait]
impl SafeguardRepository for Session<'_> {
    async fn get(&mut self, tenant: TenantId, source: SiteId, default: &Policy) -> Result<Safeguards> {
        let row = self.safeguards_row(tenant, source).await?;
        let own = from_optional_json("policy", row.policy.as_deref())?;
        Ok(Safeguards {
            policy: own.unwrap_or_else(|| default.clone()),
            contacts: self.contacts(tenant, source).await?,
            pending: from_optional_json("change that waits", row.pending.as_deref())?,
        })
    }

    async fn policy(&mut self, tenant: TenantId, source: SiteId) -> Result<Option<Policy>> {
        from_optional_json("policy", self.safeguards_row(tenant, source).await?.policy.as_deref())
    }

    async fn save(&mut self, tenant: TenantId, source: SiteId, safeguards: &Safeguards) -> Result<()> {
        let saved = sqlx::query_file!(
            "../store/sql/safeguard/save.sql",
            Uuid::from(tenant),
            Uuid::from(source),
            json("policy", &safeguards.policy)?,
            optional_json("change that waits", safeguards.pending.as_ref())?,
        );
        exactly_one(SAVING, self.attempt(tenant, SAVING, saved).await?)?;
        self.save_contacts(tenant, source, &safeguards.contacts).await
    }

    async fn save_but_policy(&mut self, tenant: TenantId, source: SiteId, safeguards: &Safeguards) -> Result<()> {
        let saved = sqlx::query_file!(
            "../store/sql/safeguard/save_but_policy.sql",
            Uuid::from(tenant),
            Uuid::from(source),
            optional_json("change that waits", safeguards.pending.as_ref())?,
        );
        exactly_one(SAVING, self.attempt(tenant, SAVING, saved).await?)?;
        self.save_contacts(tenant, source, &safeguards.contacts).await
    }

    async fn waiting(&mut self, tenant: TenantId) -> Result<Vec<SiteId>> {
        let rows = sqlx::query_file!("../store/sql/safeguard/waiting.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the changes that wait", rows).await?;
        Ok(rows.into_iter().map(|row| row.source.into()).collect())
    }
}

impl Session<'_> {
    /// What is kept of a source, which may be nothing.
    async fn safeguards_row(&mut self, tenant: TenantId, source: SiteId) -> Result<SafeguardsRow> {
        let (tenant_id, source) = (Uuid::from(tenant), Uuid::from(source));
        let row = sqlx::query_file_as!(SafeguardsRow, "../store/sql/safeguard/get.sql", tenant_id, source);
        Ok(self.one(tenant, "reading the safeguards of a source", row).await?.unwrap_or_default())
    }

    /// Makes the contacts of a source these.
    async fn save_contacts(&mut self, tenant: TenantId, source: SiteId, contacts: &[Contact]) -> Result<()> {
        let before = self.contacts(tenant, source).await?;
        for gone in before.iter().filter(|contact| !contacts.contains(contact)) {
            self.remove_contact(tenant, source, gone.person).await?;
        }
        for new in contacts.iter().filter(|contact| !before.contains(contact)) {
            self.add_contact(tenant, source, new).await?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct SafeguardsRow {
    policy: Option<String>,
    pending: Option<String>,
}
