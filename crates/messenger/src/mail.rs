//! What carries a letter.

use std::fmt;

use async_trait::async_trait;

/// A letter with its address on it.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The message's id: the same when it is sent again.
    pub id: String,
    /// The e-mail address.
    pub address: String,
    /// Whose it is.
    pub name: String,
    /// One line.
    pub subject: String,
    /// The text. It may hold a code or a link: it is in no log and no error.
    pub text: String,
}

impl fmt::Debug for Envelope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Envelope({} to {}: {:?})", self.id, self.address, self.subject)
    }
}

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotSent {
    /// What happened, for people.
    pub reason: String,
    /// Whether it may fare better later.
    pub passes: bool,
    /// Whether the receiver wants nothing any more.
    pub unwanted: bool,
}

impl NotSent {
    /// It may fare better later.
    pub fn later(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string(), passes: true, unwanted: false }
    }

    /// It will never be sent.
    pub fn for_good(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string(), passes: false, unwanted: false }
    }
}

/// What carries letters.
#[async_trait]
pub trait Mail: fmt::Debug + Send + Sync {
    /// Hands a letter over.
    ///
    /// # Errors
    /// Why it was not taken.
    async fn send(&self, envelope: &Envelope) -> Result<(), NotSent>;
}
