//! A store whose audit events say, too, on which machine and as which of its users somebody did something.
//!
//! Whoever works on the machine itself says by name who they are, and nobody checks it: the account that the operating system
//! knows is written beside the name. What Lifeboat does of itself, and whatever comes over the network, has none.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use control::audit::{Actor, AuditEvent, AuditHead, Happening};
use control::id::TenantId;

use crate::{
    AccountRepository, ApiKeyRepository, AuditRepository, CaptureRepository, ChallengeRepository, ConnectionRepository,
    ErrandRepository, EventFilter, IdempotencyRepository, JobRepository, Journal, MessageRepository, PasskeyRepository,
    PersonRepository, RecoveryRepository, Repository, Result, SafeguardRepository, ScheduleRepository,
    SessionRepository, SiteRepository, Store, WebhookRepository, backup,
};

/// What the detail of the audit events is called.
pub const MACHINE: &str = "machine";

/// A store for somebody who works on the machine itself.
#[derive(Clone)]
pub struct Witnessed {
    store: Arc<dyn Store>,
    machine: Arc<str>,
}

impl Witnessed {
    /// The same store; `machine` says who is at which machine.
    pub fn new(store: Arc<dyn Store>, machine: &str) -> Self {
        Self { store, machine: machine.into() }
    }
}

impl fmt::Debug for Witnessed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Witnessed({:?})", self.store)
    }
}

#[async_trait]
impl Store for Witnessed {
    async fn write(&self) -> Result<Box<dyn Repository>> {
        let repository = self.store.write().await?;
        Ok(Box::new(Transaction { repository, machine: self.machine.clone() }))
    }

    async fn read(&self) -> Result<Box<dyn Repository>> {
        self.store.read().await
    }

    async fn rows(&self) -> Result<backup::Rows<'static>> {
        self.store.rows().await
    }

    async fn fill(&self, rows: backup::Rows<'_>) -> Result<u64> {
        self.store.fill(rows).await
    }

    fn journal(&self, tenant: TenantId) -> Box<dyn Journal> {
        self.store.journal(tenant)
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

struct Transaction {
    repository: Box<dyn Repository>,
    machine: Arc<str>,
}

macro_rules! the_same {
    ($($aggregate:ident: $interface:ident),* $(,)?) => {
        $(fn $aggregate(&mut self) -> Box<dyn $interface + '_> {
            self.repository.$aggregate()
        })*
    };
}

#[async_trait]
impl Repository for Transaction {
    the_same! {
        sites: SiteRepository,
        people: PersonRepository,
        accounts: AccountRepository,
        messages: MessageRepository,
        webhooks: WebhookRepository,
        idempotency: IdempotencyRepository,
        passkeys: PasskeyRepository,
        errands: ErrandRepository,
        sessions: SessionRepository,
        api_keys: ApiKeyRepository,
        connections: ConnectionRepository,
        safeguards: SafeguardRepository,
        challenges: ChallengeRepository,
        recoveries: RecoveryRepository,
        captures: CaptureRepository,
        jobs: JobRepository,
        schedules: ScheduleRepository,
    }

    fn audit(&mut self) -> Box<dyn AuditRepository + '_> {
        Box::new(Log { log: self.repository.audit(), machine: &self.machine })
    }

    async fn only_tenant(&mut self, fresh: TenantId) -> Result<TenantId> {
        self.repository.only_tenant(fresh).await
    }

    async fn save(self: Box<Self>) -> Result<()> {
        self.repository.save().await
    }

    async fn cancel(self: Box<Self>) -> Result<()> {
        self.repository.cancel().await
    }
}

struct Log<'a> {
    log: Box<dyn AuditRepository + 'a>,
    machine: &'a str,
}

#[async_trait]
impl AuditRepository for Log<'_> {
    async fn append(&mut self, tenant: TenantId, happening: Happening) -> Result<AuditEvent> {
        let witnessed = match happening.actor {
            Actor::Person(_) | Actor::Unknown => happening.with(MACHINE, self.machine),
            Actor::Lifeboat => happening,
        };
        self.log.append(tenant, witnessed).await
    }

    async fn events(&mut self, tenant: TenantId, after: u64, limit: u32) -> Result<Vec<AuditEvent>> {
        self.log.events(tenant, after, limit).await
    }

    async fn list(
        &mut self,
        tenant: TenantId,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEvent>> {
        self.log.list(tenant, filter, before, limit).await
    }

    async fn head(&mut self, tenant: TenantId) -> Result<AuditHead> {
        self.log.head(tenant).await
    }
}
