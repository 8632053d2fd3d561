//! Passkeys, and what they were asked to sign.

use async_trait::async_trait;
use control::id::{CeremonyId, PasskeyId, PersonId, TenantId};
use jiff::Timestamp;

use crate::Result;

/// The public half of a passkey. Nothing in it is secret: the private half never leaves the person's device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id here.
    pub id: PasskeyId,
    /// Where.
    pub tenant: TenantId,
    /// Whose.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added: Timestamp,
    /// When it was used last.
    pub used: Option<Timestamp>,
    /// Its id on the device. No two people have the same.
    pub credential_id: Vec<u8>,
    /// The public key, its algorithm and its counter, as the verifier writes them (JSON).
    pub credential: String,
}

/// Something that a passkey, or one that is about to be added, was asked to sign. Used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// Its id.
    pub id: CeremonyId,
    /// Where.
    pub tenant: TenantId,
    /// Who was asked.
    pub person: PersonId,
    /// What was asked, as the verifier writes it (JSON).
    pub state: String,
    /// Until when an answer is taken.
    pub expires: Timestamp,
}

/// Passkeys of a tenant's people.
#[async_trait]
pub trait PasskeyRepository: Send {
    /// Keeps a passkey. `Exists` if it is known already, whoever has it.
    async fn add(&mut self, passkey: &Passkey) -> Result<()>;
    /// The passkeys of a person, the oldest first.
    async fn of_person(&mut self, tenant: TenantId, person: PersonId) -> Result<Vec<Passkey>>;
    /// Writes that a passkey was used: its counter and when. `Missing` if there is none with its id.
    async fn used(&mut self, passkey: &Passkey) -> Result<()>;
    /// Removes a passkey of a person. `Missing` if there is none.
    async fn remove(&mut self, tenant: TenantId, person: PersonId, id: PasskeyId) -> Result<()>;
    /// Removes all passkeys of a person; how many there were.
    async fn remove_all(&mut self, tenant: TenantId, person: PersonId) -> Result<u64>;
    /// Keeps what was asked.
    async fn ask(&mut self, ceremony: &Ceremony) -> Result<()>;
    /// Takes out what was asked: there is nothing the second time. It may be too old. Save the transaction whatever comes of
    /// the answer, or it could be tried again.
    async fn take(&mut self, tenant: TenantId, id: CeremonyId) -> Result<Option<Ceremony>>;
    /// Forgets what was asked of anybody and is too old; how much. In a transaction of its own, as
    /// [`SessionRepository::forget_before`](crate::SessionRepository::forget_before).
    async fn forget_before(&mut self, before: Timestamp) -> Result<u64>;
}
