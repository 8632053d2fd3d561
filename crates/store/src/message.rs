//! The outbox: what people and webhooks are told, until it is sent.
//!
//! A message is added in the transaction of what it tells. Whoever sends takes it first: that moves its time, so that somebody
//! else sends it if the sender dies.

use std::fmt;

use async_trait::async_trait;
use control::id::{MessageId, PersonId, TenantId, WebhookId};
use jiff::Timestamp;

use crate::Result;

/// A message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Whose.
    pub tenant: TenantId,
    /// Which way it goes.
    pub channel: Channel,
    /// One line.
    pub subject: String,
    /// What it says, sealed by the caller; nothing once it was sent.
    pub body: String,
    /// Not before this.
    pub due: Timestamp,
    /// How often it was taken to be sent.
    pub attempts: u32,
    /// When it was added.
    pub made: Timestamp,
    /// Where it stands.
    pub state: MessageState,
    /// Why it was not sent the last time.
    pub problem: Option<String>,
}

impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Message({} {:?} {:?} {:?})", self.id, self.channel, self.state, self.subject)
    }
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail.
    Mail {
        /// To whom.
        person: PersonId,
    },
    /// To a webhook.
    Webhook {
        /// To which.
        endpoint: WebhookId,
    },
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// It is to be sent.
    Waiting,
    /// It was.
    Sent,
    /// It will not be.
    GivenUp,
}

/// Messages.
///
/// Reads and writes name their tenant, but for [`due`](Self::due), which is for whoever sends: they send for everybody.
#[async_trait]
pub trait MessageRepository: Send {
    /// Adds a message.
    async fn add(&mut self, message: &Message) -> Result<()>;
    /// Up to `limit` messages that are due, the longest due first, of every tenant.
    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Message>>;
    /// Takes a message for sending until a time, and counts the attempt; `false` if somebody else took it since it was read.
    async fn take(&mut self, message: &Message, until: Timestamp) -> Result<bool>;
    /// It was sent: what it said is forgotten.
    async fn sent(&mut self, tenant: TenantId, id: MessageId) -> Result<()>;
    /// It was not sent: it waits until `again`, or is given up. `Missing` if it does not wait.
    async fn failed(&mut self, tenant: TenantId, id: MessageId, problem: &str, again: Option<Timestamp>) -> Result<()>;
    /// Up to `limit` messages that were added before the message `before`, the latest first. Begin with none.
    async fn list(&mut self, tenant: TenantId, before: Option<MessageId>, limit: u32) -> Result<Vec<Message>>;
}
