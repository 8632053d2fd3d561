//! API keys, as far as they are kept.

use async_trait::async_trait;
use control::api_key::ApiKeyRecord;
use control::id::{PersonId, TenantId};
use control::token::TokenId;
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, named, one_or_missing};
use store::adapter::value::{bytes, optional_microseconds, optional_time, time, unreadable};
use store::{ApiKeyRepository, Result};
use uuid::Uuid;

use crate::session::Session;

const READING: &str = "reading an API key";

#[async_trait]
impl ApiKeyRepository for Session<'_> {
    async fn add(&mut self, record: &ApiKeyRecord) -> Result<()> {
        let action = "keeping an API key";
        let added = sqlx::query_file!(
            "../store/sql/api_key/add.sql",
            record.id.as_str(),
            Uuid::from(record.tenant),
            Uuid::from(record.person),
            record.name,
            record.made.as_microsecond(),
            optional_microseconds(record.expires),
            optional_microseconds(record.revoked),
            record.mac.as_slice(),
        );
        let added = self.attempt(record.tenant, action, added).await;
        exactly_one(action, named(added, || format!("an API key with the id {}", record.id))?)
    }

    async fn by_id(&mut self, id: &TokenId) -> Result<Option<ApiKeyRecord>> {
        let row = sqlx::query_file_as!(KeyRow, "../store/sql/api_key/by_id.sql", id.as_str());
        let row = self.one_of_any(READING, row).await?;
        row.map(KeyRow::into_record).transpose()
    }

    async fn get(&mut self, tenant: TenantId, id: &TokenId) -> Result<Option<ApiKeyRecord>> {
        let row = sqlx::query_file_as!(KeyRow, "../store/sql/api_key/get.sql", Uuid::from(tenant), id.as_str());
        let row = self.one(tenant, READING, row).await?;
        row.map(KeyRow::into_record).transpose()
    }

    async fn list(&mut self, tenant: TenantId, person: Option<PersonId>) -> Result<Vec<ApiKeyRecord>> {
        let (tenant_id, person) = (Uuid::from(tenant), person.map(Uuid::from));
        let rows = sqlx::query_file_as!(KeyRow, "../store/sql/api_key/list.sql", tenant_id, person);
        let rows = self.all(tenant, "reading the API keys", rows).await?;
        rows.into_iter().map(KeyRow::into_record).collect()
    }

    async fn revoke(&mut self, tenant: TenantId, id: &TokenId, now: Timestamp) -> Result<()> {
        let action = "revoking an API key";
        let (tenant_id, now) = (Uuid::from(tenant), now.as_microsecond());
        let revoked = sqlx::query_file!("../store/sql/api_key/revoke.sql", tenant_id, id.as_str(), now);
        let revoked = self.change(tenant, action, revoked).await?;
        one_or_missing(action, "API key with this id", revoked)
    }
}

struct KeyRow {
    id: String,
    tenant: Uuid,
    person: Uuid,
    name: String,
    made: i64,
    expires: Option<i64>,
    revoked: Option<i64>,
    mac: Vec<u8>,
}

impl KeyRow {
    fn into_record(self) -> Result<ApiKeyRecord> {
        Ok(ApiKeyRecord {
            id: TokenId::parse(&self.id).ok_or_else(|| unreadable("id of an API key", "it is not 12 digits"))?,
            tenant: self.tenant.into(),
            person: self.person.into(),
            name: self.name,
            made: time(self.made)?,
            expires: optional_time(self.expires)?,
            revoked: optional_time(self.revoked)?,
            mac: bytes("MAC of an API key", &self.mac)?,
        })
    }
}
