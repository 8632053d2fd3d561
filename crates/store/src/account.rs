//! How people sign in: their passwords, and the one-time links that stand for one.

use std::fmt;

use async_trait::async_trait;
use control::id::{PersonId, TenantId};
use jiff::Timestamp;

use crate::Result;

/// A hash of a password with its salt and parameters, as a PHC string. `Debug` shows nothing of it: weak passwords can be guessed
/// from their hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash([hidden])")
    }
}

/// A one-time link that was given to a person: to make the first account, to join, to choose another password.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of the link's secret.
    pub hash: [u8; 32],
    /// Where it lets them in.
    pub tenant: TenantId,
    /// Whom.
    pub person: PersonId,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it is taken.
    pub expires: Timestamp,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Invitation(of {} until {})", self.person, self.expires)
    }
}

/// Passwords and one-time links of people.
#[async_trait]
pub trait AccountRepository: Send {
    /// The hash of a person's password, if they chose one.
    async fn password(&mut self, tenant: TenantId, person: PersonId) -> Result<Option<PasswordHash>>;
    /// Keeps the hash of a person's password, in place of an earlier one.
    async fn set_password(&mut self, tenant: TenantId, person: PersonId, hash: &PasswordHash) -> Result<()>;
    /// Keeps a one-time link.
    async fn invite(&mut self, invitation: &Invitation) -> Result<()>;
    /// The one-time link of a secret's hash, of whichever tenant: whoever presents it does not know whose it is. It may have
    /// expired, and it is not used up. Read the person and it again before it is used: PostgreSQL takes no turn for this.
    async fn invitation(&mut self, hash: &[u8; 32]) -> Result<Option<Invitation>>;
    /// Forgets all one-time links of a person: one that is used ends the others too. There need not be any.
    async fn forget_invitations(&mut self, tenant: TenantId, person: PersonId) -> Result<()>;
}
