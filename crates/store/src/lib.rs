//! Where the control plane's state lives: the repository interface and its conformance suite.
//!
//! This crate has no database: it says what one must do. `store-sqlite` and `store-postgres` do it, with the statements and the
//! code around them that lie in `sql/` and are compiled in each of them; [`adapter`] is what these need of this crate.
//!
//! A [`Store`] gives out transactions; a [`Repository`] is a transaction as a value, through which everything is read and
//! written, and which must be [saved](Repository::save): dropped unsaved it leaves no trace. So a change and its audit event
//! are written together or not at all, and the [job](job) that follows from it with them.
//!
//! ```text
//! let mut repository = store.write().await?;
//! repository.sites().add(&site).await?;
//! repository.audit().append(tenant, happening).await?;
//! repository.jobs().enqueue(&capture).await?;
//! repository.save().await?;
//! ```
//!
//! * What does not exist is `Ok(None)`; a change of something that does not exist is an error.
//! * A statement that changes another number of rows than it must is an error.
//! * Every read and write names its tenant. The exceptions are looking up a token, a cookie, a key or a link by its secret's id
//!   or hash, what workers ask of the queue, and forgetting what is old.
//! * Time and random bytes come from the caller. Times have whole microseconds.
//! * Connections move by [`transition::apply`], safeguards by [`transition::apply_safeguard`], which decide, store and audit.
//! * The [`Journal`] stands apart: it commits by itself, in groups, because a recovery waits for it before each request.
//!
//! To add an aggregate: its types and trait in a file here, its tests in `conformance`, its statements and their code in `sql/`,
//! and its tables and its line in each adapter (CONTRIBUTING.md).

pub mod account;
pub mod adapter;
pub mod api_key;
pub mod audit;
pub mod backup;
pub mod challenge;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod connection;
pub mod errand;
pub mod error;
pub mod idempotency;
pub mod job;
pub mod journal;
pub mod message;
pub mod passkey;
pub mod person;
pub mod run;
pub mod safeguard;
pub mod schedule;
pub mod session;
pub mod site;
mod traffic;
pub mod transition;
pub mod webhook;
mod witnessed;

use std::fmt::Debug;

use ambient::Ambient;
use async_trait::async_trait;
use control::id::{Id, TenantId};

pub use account::{AccountRepository, Invitation, PasswordHash};
pub use api_key::ApiKeyRepository;
pub use audit::{AuditRepository, EventFilter};
pub use challenge::ChallengeRepository;
pub use connection::ConnectionRepository;
pub use errand::{Errand, ErrandRepository};
pub use error::{Result, StoreError};
pub use idempotency::{IdempotencyRepository, KeptAnswer};
pub use job::{Job, JobRepository, JobState, Lease, LeaseToken, NewJob, Stop, StopRequest, Subject};
pub use journal::{Entry, Journal, JournalRow, JournalState, StateCount, Target};
pub use message::{Message, MessageRepository};
pub use passkey::{Ceremony, Passkey, PasskeyRepository};
pub use person::{Person, PersonRepository, Role};
pub use run::{CaptureRepository, CaptureRun, RecoveryRepository, RecoveryRun};
pub use safeguard::SafeguardRepository;
pub use schedule::{Schedule, ScheduleRepository};
pub use session::SessionRepository;
pub use site::{KnownName, NameKind, Sealed, Site, SiteRepository, VaultHead};
pub use webhook::{Webhook, WebhookRepository};
pub use witnessed::{MACHINE, Witnessed};

/// A database of the control plane. Shared by reference; give it to whoever needs it as `Arc<dyn Store>`.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Begins a transaction that may write. Others that write for the same tenant wait until it is saved, cancelled or dropped,
    /// on whichever machine: keep it short, and never call Jira in between.
    async fn write(&self) -> Result<Box<dyn Repository>>;
    /// Begins a transaction that sees one moment's state and never waits for writers. What writes in it fails.
    async fn read(&self) -> Result<Box<dyn Repository>>;
    /// Every row that a copy of the database keeps ([`backup`]), as they are at one moment.
    async fn rows(&self) -> Result<backup::Rows<'static>>;
    /// Fills a database with the rows of a copy; how many they were. `Exists` if something is in it: all of it or nothing.
    async fn fill(&self, rows: backup::Rows<'_>) -> Result<u64>;
    /// The journal of a tenant's recoveries.
    fn journal(&self, tenant: TenantId) -> Box<dyn Journal>;
    /// Waits for what is being written and closes the files or connections.
    async fn close(&self);
}

/// A transaction as a value. Nothing that was written through it exists until it is saved.
#[async_trait]
pub trait Repository: Send {
    /// Sites.
    fn sites(&mut self) -> Box<dyn SiteRepository + '_>;
    /// People and recovery contacts.
    fn people(&mut self) -> Box<dyn PersonRepository + '_>;
    /// Passwords and one-time links.
    fn accounts(&mut self) -> Box<dyn AccountRepository + '_>;
    /// The outbox.
    fn messages(&mut self) -> Box<dyn MessageRepository + '_>;
    /// Webhooks.
    fn webhooks(&mut self) -> Box<dyn WebhookRepository + '_>;
    /// Answers that are given again.
    fn idempotency(&mut self) -> Box<dyn IdempotencyRepository + '_>;
    /// Passkeys.
    fn passkeys(&mut self) -> Box<dyn PasskeyRepository + '_>;
    /// Browsers that were sent somewhere else.
    fn errands(&mut self) -> Box<dyn ErrandRepository + '_>;
    /// Sessions.
    fn sessions(&mut self) -> Box<dyn SessionRepository + '_>;
    /// API keys.
    fn api_keys(&mut self) -> Box<dyn ApiKeyRepository + '_>;
    /// Connections and their requests.
    fn connections(&mut self) -> Box<dyn ConnectionRepository + '_>;
    /// What guards the recovery of a source.
    fn safeguards(&mut self) -> Box<dyn SafeguardRepository + '_>;
    /// Confirmation codes.
    fn challenges(&mut self) -> Box<dyn ChallengeRepository + '_>;
    /// The audit log.
    fn audit(&mut self) -> Box<dyn AuditRepository + '_>;
    /// Recoveries.
    fn recoveries(&mut self) -> Box<dyn RecoveryRepository + '_>;
    /// Captures.
    fn captures(&mut self) -> Box<dyn CaptureRepository + '_>;
    /// The queue.
    fn jobs(&mut self) -> Box<dyn JobRepository + '_>;
    /// What is done again and again.
    fn schedules(&mut self) -> Box<dyn ScheduleRepository + '_>;
    /// The tenant of an installation that has only one: `fresh`, if there was none yet.
    async fn only_tenant(&mut self, fresh: TenantId) -> Result<TenantId>;
    /// Makes all of it durable, at once.
    async fn save(self: Box<Self>) -> Result<()>;
    /// Forgets all of it.
    async fn cancel(self: Box<Self>) -> Result<()>;
}

/// A new identifier.
pub fn new_id<I: Id>(ambient: &Ambient) -> I {
    I::from_parts(ambient.now(), ambient.entropy.bytes())
}
