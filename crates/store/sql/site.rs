//! Sites, the names they are known by, and the heads of their vaults.

use async_trait::async_trait;
use control::id::{SiteId, TenantId};
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, named, one_or_missing};
use store::adapter::value::{Word as _, signed, small, time, unsigned};
use store::{KnownName, Result, Sealed, Site, SiteRepository, VaultHead};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl SiteRepository for Session<'_> {
    async fn add(&mut self, site: &Site) -> Result<()> {
        let action = "adding a site";
        let added = sqlx::query_file!(
            "../store/sql/site/add.sql",
            Uuid::from(site.id),
            Uuid::from(site.tenant),
            site.name,
            site.url,
            site.cloud_id,
            site.account,
            site.credentials.as_ref().map(|sealed| sealed.0.as_slice()),
            site.added.as_microsecond(),
            site.rpo_target.map(i64::from),
            site.removed.map(Timestamp::as_microsecond),
        );
        let added = self.attempt(site.tenant, action, added).await;
        exactly_one(action, named(added, || described(site))?)
    }

    async fn update(&mut self, site: &Site) -> Result<()> {
        let action = "changing a site";
        let updated = sqlx::query_file!(
            "../store/sql/site/update.sql",
            Uuid::from(site.tenant),
            Uuid::from(site.id),
            site.name,
            site.url,
            site.cloud_id,
            site.account,
            site.credentials.as_ref().map(|sealed| sealed.0.as_slice()),
            site.rpo_target.map(i64::from),
            site.removed.map(Timestamp::as_microsecond),
        );
        let updated = self.attempt(site.tenant, action, updated).await;
        one_or_missing(action, "such site", named(updated, || described(site))?)
    }

    async fn get(&mut self, tenant: TenantId, id: SiteId) -> Result<Option<Site>> {
        let row = sqlx::query_file_as!(SiteRow, "../store/sql/site/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading a site", row).await?;
        row.map(SiteRow::into_site).transpose()
    }

    async fn by_name(&mut self, tenant: TenantId, name: &str) -> Result<Option<Site>> {
        let row = sqlx::query_file_as!(SiteRow, "../store/sql/site/by_name.sql", Uuid::from(tenant), name);
        let row = self.one(tenant, "reading a site", row).await?;
        row.map(SiteRow::into_site).transpose()
    }

    async fn by_cloud_id(&mut self, tenant: TenantId, cloud_id: &str) -> Result<Option<Site>> {
        let row = sqlx::query_file_as!(SiteRow, "../store/sql/site/by_cloud_id.sql", Uuid::from(tenant), cloud_id);
        let row = self.one(tenant, "reading a site", row).await?;
        row.map(SiteRow::into_site).transpose()
    }

    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Site>> {
        let rows = sqlx::query_file_as!(SiteRow, "../store/sql/site/list.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the sites", rows).await?;
        rows.into_iter().map(SiteRow::into_site).collect()
    }

    async fn with_removed(&mut self, tenant: TenantId) -> Result<Vec<Site>> {
        let rows = sqlx::query_file_as!(SiteRow, "../store/sql/site/with_removed.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the sites", rows).await?;
        rows.into_iter().map(SiteRow::into_site).collect()
    }

    async fn add_known_name(&mut self, tenant: TenantId, id: SiteId, name: &KnownName) -> Result<()> {
        let action = "adding a name of a site";
        let added = sqlx::query_file!(
            "../store/sql/site/add_known_name.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            name.name,
            name.kind.word(),
            name.since.as_microsecond(),
        );
        exactly_one(action, self.attempt(tenant, action, added).await?)
    }

    async fn known_names(&mut self, tenant: TenantId, id: SiteId) -> Result<Vec<KnownName>> {
        let rows =
            sqlx::query_file_as!(NameRow, "../store/sql/site/known_names.sql", Uuid::from(tenant), Uuid::from(id));
        let rows = self.all(tenant, "reading the names of a site", rows).await?;
        let mut names = rows.into_iter().map(NameRow::into_name).collect::<Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    async fn vault_head(&mut self, tenant: TenantId, id: SiteId) -> Result<Option<VaultHead>> {
        let row = sqlx::query_file!("../store/sql/site/vault_head.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading the head of a vault", row).await?;
        row.map(|row| Ok(VaultHead { number: unsigned(row.number)?, mac: row.mac })).transpose()
    }

    async fn advance_vault_head(&mut self, tenant: TenantId, id: SiteId, head: &VaultHead) -> Result<bool> {
        let advanced = sqlx::query_file!(
            "../store/sql/site/advance_vault_head.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            signed(head.number)?,
            head.mac,
        );
        Ok(self.attempt(tenant, "remembering the head of a vault", advanced).await? == 1)
    }
}

fn described(site: &Site) -> String {
    format!("a site with the name {:?} or the cloudId {:?}", site.name, site.cloud_id)
}

struct SiteRow {
    id: Uuid,
    tenant: Uuid,
    name: String,
    url: String,
    cloud_id: String,
    account: String,
    credentials: Option<Vec<u8>>,
    added: i64,
    rpo_target: Option<i64>,
    removed: Option<i64>,
}

impl SiteRow {
    fn into_site(self) -> Result<Site> {
        Ok(Site {
            id: self.id.into(),
            tenant: self.tenant.into(),
            name: self.name,
            url: self.url,
            cloud_id: self.cloud_id,
            account: self.account,
            credentials: self.credentials.map(Sealed),
            added: time(self.added)?,
            rpo_target: self.rpo_target.map(small).transpose()?,
            removed: self.removed.map(time).transpose()?,
        })
    }
}

struct NameRow {
    kind: String,
    name: String,
    since: i64,
}

impl NameRow {
    fn into_name(self) -> Result<KnownName> {
        Ok(KnownName { kind: store::NameKind::from_word(&self.kind)?, name: self.name, since: time(self.since)? })
    }
}
