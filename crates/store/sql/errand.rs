//! Where browsers were sent, to come back from with an answer.

use async_trait::async_trait;
use control::id::TenantId;
use jiff::Timestamp;
use store::adapter::changed::exactly_one;
use store::adapter::value::time;
use store::{Errand, ErrandRepository, Result, Sealed};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl ErrandRepository for Session<'_> {
    async fn send(&mut self, errand: &Errand) -> Result<()> {
        let action = "keeping where a browser was sent";
        let sent = sqlx::query_file!(
            "../store/sql/errand/send.sql",
            errand.hash.as_slice(),
            Uuid::from(errand.tenant),
            errand.state.0,
            errand.expires.as_microsecond(),
        );
        exactly_one(action, self.attempt(errand.tenant, action, sent).await?)
    }

    async fn take(&mut self, tenant: TenantId, hash: &[u8; 32]) -> Result<Option<Errand>> {
        let taken = sqlx::query_file!("../store/sql/errand/take.sql", Uuid::from(tenant), hash.as_slice());
        let Some(row) = self.one(tenant, "taking where a browser was sent", taken).await? else { return Ok(None) };
        Ok(Some(Errand { hash: *hash, tenant, state: Sealed(row.state), expires: time(row.expires)? }))
    }

    async fn forget_before(&mut self, before: Timestamp) -> Result<u64> {
        let forgotten = sqlx::query_file!("../store/sql/errand/forget_before.sql", before.as_microsecond());
        self.change_of_any("forgetting where browsers were sent", forgotten).await
    }
}
