//! Where the control plane's state lives: the repository interface and its conformance suite.
//!
//! This crate has no database: it says what one must do. `store-sqlite` does it. A [`Store`] gives out transactions; a
//! [`Repository`] is a transaction as a value, through which everything is read and written, and which must be
//! [saved](Repository::save): dropped unsaved it leaves no trace. So a change and its audit event are written together or
//! not at all.
//!
//! ```text
//! let mut repository = store.write().await?;
//! repository.sites().add(&site).await?;
//! repository.audit().append(tenant, happening).await?;
//! repository.save().await?;
//! ```
//!
//! * What does not exist is `Ok(None)`; a change of something that does not exist is an error.
//! * A statement that changes another number of rows than it must is an error.
//! * Every read and write names its tenant. The one exception is looking up a token.
//! * Time and random bytes come from the caller. Times have whole microseconds.
//! * Connections move by [`transition::apply`], which decides, stores and audits.
//! * The [`Journal`] stands apart: it commits by itself, in groups, because a recovery waits for it before each request.
//!
//! To add an aggregate: its types and trait in a file here, its tests in `conformance`, its statements in `sql/`, and its
//! implementation in each adapter.

pub mod audit;
pub mod challenge;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod connection;
pub mod error;
pub mod journal;
pub mod person;
pub mod run;
pub mod site;
pub mod transition;

use std::fmt::Debug;

use ambient::Ambient;
use async_trait::async_trait;
use control::id::{Id, TenantId};

pub use audit::AuditRepository;
pub use challenge::ChallengeRepository;
pub use connection::ConnectionRepository;
pub use error::{Result, StoreError};
pub use journal::{Entry, Journal, JournalRow, JournalState, StateCount, Target};
pub use person::{Person, PersonRepository, Role};
pub use run::{CaptureRepository, CaptureRun, Lease, LeaseToken, RecoveryRepository, RecoveryRun, RunState, Stop};
pub use site::{KnownName, NameKind, Sealed, Site, SiteRepository, VaultHead};

/// A database of the control plane. Shared by reference; give it to whoever needs it as `Arc<dyn Store>`.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Begins a transaction that may write. Others that write wait until it is saved, cancelled or dropped: keep it short,
    /// and never call Jira in between.
    async fn write(&self) -> Result<Box<dyn Repository>>;
    /// Begins a transaction that sees one moment's state and never waits for writers. What writes in it fails.
    async fn read(&self) -> Result<Box<dyn Repository>>;
    /// The journal of a tenant's recoveries.
    fn journal(&self, tenant: TenantId) -> Box<dyn Journal>;
    /// Waits for what is being written and closes the files.
    async fn close(&self);
}

/// A transaction as a value. Nothing that was written through it exists until it is saved.
#[async_trait]
pub trait Repository: Send {
    /// Sites.
    fn sites(&mut self) -> Box<dyn SiteRepository + '_>;
    /// People and recovery contacts.
    fn people(&mut self) -> Box<dyn PersonRepository + '_>;
    /// Connections and their requests.
    fn connections(&mut self) -> Box<dyn ConnectionRepository + '_>;
    /// Confirmation codes.
    fn challenges(&mut self) -> Box<dyn ChallengeRepository + '_>;
    /// The audit log.
    fn audit(&mut self) -> Box<dyn AuditRepository + '_>;
    /// Recoveries.
    fn recoveries(&mut self) -> Box<dyn RecoveryRepository + '_>;
    /// Captures.
    fn captures(&mut self) -> Box<dyn CaptureRepository + '_>;
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
