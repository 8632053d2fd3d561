//! Answers that are given again.

use async_trait::async_trait;
use control::id::{PersonId, TenantId};
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, named};
use store::adapter::value::{bytes, time, unreadable};
use store::{IdempotencyRepository, KeptAnswer, Result, Sealed};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl IdempotencyRepository for Session<'_> {
    async fn find(&mut self, tenant: TenantId, person: PersonId, key: &str) -> Result<Option<KeptAnswer>> {
        let (tenant_id, person_id) = (Uuid::from(tenant), Uuid::from(person));
        let row = sqlx::query_file!("../store/sql/idempotency/find.sql", tenant_id, person_id, key);
        let Some(row) = self.one(tenant, "reading an answer", row).await? else { return Ok(None) };
        Ok(Some(KeptAnswer {
            tenant,
            person,
            key: key.to_owned(),
            request: bytes("digest of a request", &row.request)?,
            status: u16::try_from(row.status).map_err(|error| unreadable("status", error))?,
            location: row.location,
            body: Sealed(row.body),
            at: time(row.at)?,
        }))
    }

    async fn keep(&mut self, answer: &KeptAnswer) -> Result<()> {
        let action = "keeping an answer";
        let kept = sqlx::query_file!(
            "../store/sql/idempotency/keep.sql",
            Uuid::from(answer.tenant),
            Uuid::from(answer.person),
            answer.key,
            answer.request.as_slice(),
            i64::from(answer.status),
            answer.location,
            answer.body.0,
            answer.at.as_microsecond(),
        );
        let kept = self.attempt(answer.tenant, action, kept).await;
        exactly_one(action, named(kept, || "an answer to a request with this key".to_owned())?)
    }

    async fn forget_before(&mut self, before: Timestamp) -> Result<u64> {
        let forgotten = sqlx::query_file!("../store/sql/idempotency/forget_before.sql", before.as_microsecond());
        self.change_of_any("forgetting old answers", forgotten).await
    }
}
