//! Codes that were mailed to confirm an address.

use async_trait::async_trait;
use control::confirmation::Challenge;
use control::id::{PersonId, RequestId, TenantId};
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::{bytes, small, time};
use store::{ChallengeRepository, Result};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl ChallengeRepository for Session<'_> {
    async fn keep(&mut self, tenant: TenantId, request: RequestId, person: PersonId, code: &Challenge) -> Result<()> {
        let action = "keeping a confirmation code";
        let kept = sqlx::query_file!(
            "../store/sql/challenge/keep.sql",
            Uuid::from(tenant),
            Uuid::from(request),
            Uuid::from(person),
            code.mac.as_slice(),
            code.expires.as_microsecond(),
            i64::from(code.attempts_left),
        );
        exactly_one(action, self.attempt(tenant, action, kept).await?)
    }

    async fn get(&mut self, tenant: TenantId, request: RequestId, person: PersonId) -> Result<Option<Challenge>> {
        let row = sqlx::query_file!(
            "../store/sql/challenge/get.sql",
            Uuid::from(tenant),
            Uuid::from(request),
            Uuid::from(person),
        );
        let row = self.one(tenant, "reading a confirmation code", row).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Challenge {
            mac: bytes("confirmation code", &row.mac)?,
            expires: time(row.expires)?,
            attempts_left: small(row.attempts_left)?,
        }))
    }

    async fn forget(&mut self, tenant: TenantId, request: RequestId, person: PersonId) -> Result<()> {
        let action = "forgetting a confirmation code";
        let forgotten = sqlx::query_file!(
            "../store/sql/challenge/forget.sql",
            Uuid::from(tenant),
            Uuid::from(request),
            Uuid::from(person),
        );
        let forgotten = self.change(tenant, action, forgotten).await?;
        one_or_missing(action, "confirmation code for this person and request", forgotten)
    }
}
