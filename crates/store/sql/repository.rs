//! A transaction as a value.

use async_trait::async_trait;
use control::id::TenantId;
use store::{
    AccountRepository, ApiKeyRepository, AuditRepository, CaptureRepository, ChallengeRepository, ConnectionRepository,
    ErrandRepository, IdempotencyRepository, JobRepository, MessageRepository, PasskeyRepository, PersonRepository,
    RecoveryRepository, Repository, Result, SafeguardRepository, ScheduleRepository, SessionRepository, SiteRepository,
    StoreError, WebhookRepository,
};
use uuid::Uuid;

use crate::session::Begun;

#[async_trait]
impl Repository for Begun {
    fn sites(&mut self) -> Box<dyn SiteRepository + '_> {
        Box::new(self.session())
    }

    fn people(&mut self) -> Box<dyn PersonRepository + '_> {
        Box::new(self.session())
    }

    fn accounts(&mut self) -> Box<dyn AccountRepository + '_> {
        Box::new(self.session())
    }

    fn passkeys(&mut self) -> Box<dyn PasskeyRepository + '_> {
        Box::new(self.session())
    }

    fn errands(&mut self) -> Box<dyn ErrandRepository + '_> {
        Box::new(self.session())
    }

    fn sessions(&mut self) -> Box<dyn SessionRepository + '_> {
        Box::new(self.session())
    }

    fn api_keys(&mut self) -> Box<dyn ApiKeyRepository + '_> {
        Box::new(self.session())
    }

    fn connections(&mut self) -> Box<dyn ConnectionRepository + '_> {
        Box::new(self.session())
    }

    fn messages(&mut self) -> Box<dyn MessageRepository + '_> {
        Box::new(self.session())
    }

    fn webhooks(&mut self) -> Box<dyn WebhookRepository + '_> {
        Box::new(self.session())
    }

    fn idempotency(&mut self) -> Box<dyn IdempotencyRepository + '_> {
        Box::new(self.session())
    }

    fn safeguards(&mut self) -> Box<dyn SafeguardRepository + '_> {
        Box::new(self.session())
    }

    fn challenges(&mut self) -> Box<dyn ChallengeRepository + '_> {
        Box::new(self.session())
    }

    fn audit(&mut self) -> Box<dyn AuditRepository + '_> {
        Box::new(self.session())
    }

    fn recoveries(&mut self) -> Box<dyn RecoveryRepository + '_> {
        Box::new(self.session())
    }

    fn captures(&mut self) -> Box<dyn CaptureRepository + '_> {
        Box::new(self.session())
    }

    fn jobs(&mut self) -> Box<dyn JobRepository + '_> {
        Box::new(self.session())
    }

    fn schedules(&mut self) -> Box<dyn ScheduleRepository + '_> {
        Box::new(self.session())
    }

    async fn only_tenant(&mut self, fresh: TenantId) -> Result<TenantId> {
        let action = "looking up the tenant";
        let mut session = self.session();
        let added = sqlx::query_file!("../store/sql/tenant/add_only.sql", Uuid::from(fresh));
        session.change(fresh, action, added).await?;
        let only = session.one_of_any(action, sqlx::query_file!("../store/sql/tenant/only.sql")).await?;
        let only = only.ok_or_else(|| StoreError::Missing { what: "tenant of this installation".to_owned() })?;
        Ok(only.id.into())
    }

    async fn save(self: Box<Self>) -> Result<()> {
        (*self).commit().await
    }

    async fn cancel(self: Box<Self>) -> Result<()> {
        (*self).roll_back().await
    }
}
