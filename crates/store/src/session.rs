//! Sessions of people who signed in.

use async_trait::async_trait;
use control::id::{PersonId, SessionId, TenantId};
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
    /// Writes when something was last done in a session, and nothing else: it may have another secret since it was read, or
    /// have ended. `Missing` if there is none with its id.
    async fn seen(&mut self, session: &Session) -> Result<()>;
    /// Gives a session the secret and the proof that it has after [`Session::proven_again`]. `Missing` if it ended, or if it
    /// has another secret by now than the one whose hash this is: a stolen secret that was replaced stays dead.
    async fn renew(&mut self, replaced: &[u8; 32], session: &Session) -> Result<()>;
    /// Ends a session; one that has ended keeps its end. `Missing` if there is none with this id.
    async fn end(&mut self, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<()>;
    /// The sessions of a person that nobody ended, the latest first. Some may be over by their age.
    async fn of_person(&mut self, tenant: TenantId, person: PersonId) -> Result<Vec<Session>>;
    /// Ends all sessions of a person; how many there were.
    async fn end_all(&mut self, tenant: TenantId, person: PersonId, now: Timestamp) -> Result<u64>;
    /// Forgets the sessions of all tenants that began before a moment; how many. In a transaction of its own: it waits for
    /// nobody's turn, and nobody else should wait for it.
    async fn forget_before(&mut self, before: Timestamp) -> Result<u64>;
}
