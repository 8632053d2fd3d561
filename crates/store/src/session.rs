//! Sessions of people who signed in.

use async_trait::async_trait;
use control::id::{PersonId, TenantId};
use control::session::Session;
use jiff::Timestamp;

use crate::Result;

/// Sessions of a tenant's people.
///
/// Nothing here knows how long a session lives: [`Session::touched`] decides that.
#[async_trait]
pub trait SessionRepository: Send {
    /// Keeps a session that begins.
    async fn begin(&mut self, session: &Session) -> Result<()>;
    /// The session of a secret's hash, of whichever tenant: a cookie does not say whose it is. It may have ended.
    async fn by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<Session>>;
    /// Writes what becomes of a session: its secret's hash, when it was seen and proven, by what, and its end. `Missing` if
    /// there is none with its id.
    async fn save(&mut self, session: &Session) -> Result<()>;
    /// The sessions of a person that nobody ended, the latest first. Some may be over by their age.
    async fn of_person(&mut self, tenant: TenantId, person: PersonId) -> Result<Vec<Session>>;
    /// Ends all sessions of a person; how many there were.
    async fn end_all(&mut self, tenant: TenantId, person: PersonId, now: Timestamp) -> Result<u64>;
    /// Forgets the sessions of all tenants that began before a moment; how many. In a transaction of its own: it waits for
    /// nobody's turn, and nobody else should wait for it.
    async fn forget_before(&mut self, before: Timestamp) -> Result<u64>;
}
