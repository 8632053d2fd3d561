//! Passwords and one-time links.

use async_trait::async_trait;
use control::id::{PersonId, TenantId};
use store::adapter::changed::exactly_one;
use store::adapter::value::time;
use store::{AccountRepository, Invitation, PasswordHash, Result};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl AccountRepository for Session<'_> {
    async fn password(&mut self, tenant: TenantId, person: PersonId) -> Result<Option<PasswordHash>> {
        let row = sqlx::query_file!("../store/sql/account/password.sql", Uuid::from(tenant), Uuid::from(person));
        let row = self.one(tenant, "reading a password", row).await?;
        Ok(row.map(|row| PasswordHash(row.hash)))
    }

    async fn set_password(&mut self, tenant: TenantId, person: PersonId, hash: &PasswordHash) -> Result<()> {
        let action = "keeping a password";
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let set = sqlx::query_file!("../store/sql/account/set_password.sql", tenant_id, person, hash.0);
        exactly_one(action, self.attempt(tenant, action, set).await?)
    }

    async fn invite(&mut self, invitation: &Invitation) -> Result<()> {
        let action = "keeping an invitation";
        let kept = sqlx::query_file!(
            "../store/sql/account/invite.sql",
            invitation.hash.as_slice(),
            Uuid::from(invitation.tenant),
            Uuid::from(invitation.person),
            invitation.made.as_microsecond(),
            invitation.expires.as_microsecond(),
        );
        exactly_one(action, self.attempt(invitation.tenant, action, kept).await?)
    }

    async fn invitation(&mut self, hash: &[u8; 32]) -> Result<Option<Invitation>> {
        let row = sqlx::query_file!("../store/sql/account/invitation.sql", hash.as_slice());
        let row = self.one_of_any("reading an invitation", row).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Invitation {
            hash: *hash,
            tenant: row.tenant.into(),
            person: row.person.into(),
            made: time(row.made)?,
            expires: time(row.expires)?,
        }))
    }

    async fn forget_invitations(&mut self, tenant: TenantId, person: PersonId) -> Result<()> {
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let forgotten = sqlx::query_file!("../store/sql/account/forget_invitations.sql", tenant_id, person);
        self.change(tenant, "forgetting invitations", forgotten).await.map(drop)
    }
}
