//! Webhooks.

use async_trait::async_trait;
use control::id::{TenantId, WebhookId};
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::time;
use store::{Result, Sealed, Webhook, WebhookRepository};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl WebhookRepository for Session<'_> {
    async fn add(&mut self, webhook: &Webhook) -> Result<()> {
        let action = "adding a webhook";
        let added = sqlx::query_file!(
            "../store/sql/webhook/add.sql",
            Uuid::from(webhook.id),
            Uuid::from(webhook.tenant),
            webhook.url,
            webhook.secret.0,
            webhook.made.as_microsecond(),
            webhook.disabled,
        );
        exactly_one(action, self.attempt(webhook.tenant, action, added).await?)
    }

    async fn get(&mut self, tenant: TenantId, id: WebhookId) -> Result<Option<Webhook>> {
        let row = sqlx::query_file_as!(WebhookRow, "../store/sql/webhook/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading a webhook", row).await?;
        row.map(WebhookRow::into_webhook).transpose()
    }

    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Webhook>> {
        let rows = sqlx::query_file_as!(WebhookRow, "../store/sql/webhook/list.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the webhooks", rows).await?;
        rows.into_iter().map(WebhookRow::into_webhook).collect()
    }

    async fn update(&mut self, webhook: &Webhook) -> Result<()> {
        let action = "changing a webhook";
        let changed = sqlx::query_file!(
            "../store/sql/webhook/update.sql",
            Uuid::from(webhook.tenant),
            Uuid::from(webhook.id),
            webhook.url,
            webhook.secret.0,
            webhook.disabled,
        );
        let changed = self.change(webhook.tenant, action, changed).await?;
        one_or_missing(action, "webhook with this id", changed)
    }

    async fn remove(&mut self, tenant: TenantId, id: WebhookId) -> Result<()> {
        let action = "removing a webhook";
        let removed = sqlx::query_file!("../store/sql/webhook/remove.sql", Uuid::from(tenant), Uuid::from(id));
        let removed = self.change(tenant, action, removed).await?;
        one_or_missing(action, "webhook with this id", removed)
    }
}

struct WebhookRow {
    id: Uuid,
    tenant: Uuid,
    url: String,
    secret: Vec<u8>,
    made: i64,
    disabled: Option<String>,
}

impl WebhookRow {
    fn into_webhook(self) -> Result<Webhook> {
        Ok(Webhook {
            id: self.id.into(),
            tenant: self.tenant.into(),
            url: self.url,
            secret: Sealed(self.secret),
            made: time(self.made)?,
            disabled: self.disabled,
        })
    }
}
