//! A database beside virtual time: while a transaction is open, no time passes.
//!
//! Tokio's paused time jumps ahead whenever its one thread waits, also for another thread of the same process, as SQLite's
//! is. It does not while it knows of blocking work, so each transaction has some.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc;

use async_trait::async_trait;
use control::id::TenantId;
use store::backup::Rows;
use store::{
    AuditRepository, CaptureRepository, ChallengeRepository, ConnectionRepository, JobRepository, Journal,
    PersonRepository, RecoveryRepository, Repository, Result, ScheduleRepository, SiteRepository, Store,
};

/// Blocking work that ends when this is dropped.
pub(crate) struct Still {
    _end: mpsc::Sender<()>,
}

impl Still {
    pub(crate) fn begin() -> Self {
        let (end, ended) = mpsc::channel();
        tokio::task::spawn_blocking(move || ended.recv());
        Self { _end: end }
    }
}

/// A store whose transactions let no time pass.
pub(crate) struct StillStore(pub(crate) Arc<dyn Store>);

impl fmt::Debug for StillStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[async_trait]
impl Store for StillStore {
    async fn write(&self) -> Result<Box<dyn Repository>> {
        let still = Still::begin();
        let inner = self.0.write().await?;
        Ok(Box::new(StillRepository { inner, _still: still }))
    }

    async fn read(&self) -> Result<Box<dyn Repository>> {
        let still = Still::begin();
        let inner = self.0.read().await?;
        Ok(Box::new(StillRepository { inner, _still: still }))
    }

    async fn rows(&self) -> Result<Rows<'static>> {
        self.0.rows().await
    }

    async fn fill(&self, rows: Rows<'_>) -> Result<u64> {
        self.0.fill(rows).await
    }

    fn journal(&self, tenant: TenantId) -> Box<dyn Journal> {
        self.0.journal(tenant)
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

struct StillRepository {
    inner: Box<dyn Repository>,
    _still: Still,
}

#[async_trait]
impl Repository for StillRepository {
    fn sites(&mut self) -> Box<dyn SiteRepository + '_> {
        self.inner.sites()
    }

    fn people(&mut self) -> Box<dyn PersonRepository + '_> {
        self.inner.people()
    }

    fn accounts(&mut self) -> Box<dyn store::AccountRepository + '_> {
        self.inner.accounts()
    }

    fn errands(&mut self) -> Box<dyn store::ErrandRepository + '_> {
        self.inner.errands()
    }

    fn passkeys(&mut self) -> Box<dyn store::PasskeyRepository + '_> {
        self.inner.passkeys()
    }

    fn sessions(&mut self) -> Box<dyn store::SessionRepository + '_> {
        self.inner.sessions()
    }

    fn api_keys(&mut self) -> Box<dyn store::ApiKeyRepository + '_> {
        self.inner.api_keys()
    }

    fn safeguards(&mut self) -> Box<dyn store::SafeguardRepository + '_> {
        self.inner.safeguards()
    }

    fn messages(&mut self) -> Box<dyn store::MessageRepository + '_> {
        self.inner.messages()
    }

    fn webhooks(&mut self) -> Box<dyn store::WebhookRepository + '_> {
        self.inner.webhooks()
    }

    fn idempotency(&mut self) -> Box<dyn store::IdempotencyRepository + '_> {
        self.inner.idempotency()
    }

    fn connections(&mut self) -> Box<dyn ConnectionRepository + '_> {
        self.inner.connections()
    }

    fn challenges(&mut self) -> Box<dyn ChallengeRepository + '_> {
        self.inner.challenges()
    }

    fn audit(&mut self) -> Box<dyn AuditRepository + '_> {
        self.inner.audit()
    }

    fn recoveries(&mut self) -> Box<dyn RecoveryRepository + '_> {
        self.inner.recoveries()
    }

    fn captures(&mut self) -> Box<dyn CaptureRepository + '_> {
        self.inner.captures()
    }

    fn jobs(&mut self) -> Box<dyn JobRepository + '_> {
        self.inner.jobs()
    }

    fn schedules(&mut self) -> Box<dyn ScheduleRepository + '_> {
        self.inner.schedules()
    }

    async fn only_tenant(&mut self, fresh: TenantId) -> Result<TenantId> {
        self.inner.only_tenant(fresh).await
    }

    async fn save(self: Box<Self>) -> Result<()> {
        self.inner.save().await
    }

    async fn cancel(self: Box<Self>) -> Result<()> {
        self.inner.cancel().await
    }
}
