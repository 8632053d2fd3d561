//! The audit log: who did what, numbered without gaps and chained by hashes for each tenant.
//!
//! A [`Happening`] is what the code that does something says about it. The store gives it the next number and links it to
//! the event before it: that is an [`AuditEvent`]. [`verify`] reads events in order and finds what was changed, left out,
//! put in or moved. [`export`] writes a log for others, [`checkpoint`] signs where it stood, and [`export::check`] finds out
//! offline whether an export is what was logged.

mod chain;
pub mod checkpoint;
pub mod export;
mod hex;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use chain::{AuditEvent, AuditHead, BrokenChain, ChainVerifier, verify};

use crate::id::PersonId;

/// Something that somebody did or tried to do. Never holds secrets or text of issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, as noun and verb: `connection.activate`.
    pub action: String,
    /// To what: kind and id, as `connection/0192…`.
    pub subject: String,
    /// How it went.
    pub outcome: Outcome,
    /// What else matters, by name.
    pub details: BTreeMap<String, String>,
}

impl Happening {
    /// Something that was done.
    pub fn done(at: Timestamp, actor: Actor, action: impl Into<String>, subject: impl Into<String>) -> Self {
        let (action, subject) = (action.into(), subject.into());
        Self { at, actor, action, subject, outcome: Outcome::Done, details: BTreeMap::new() }
    }

    /// Something that was refused. The reason is for the log alone: who was refused is told less.
    pub fn refused(
        at: Timestamp,
        actor: Actor,
        action: &str,
        subject: impl Into<String>,
        why: impl fmt::Display,
    ) -> Self {
        let refused = Self { outcome: Outcome::Refused, ..Self::done(at, actor, action, subject) };
        refused.with("reason", why)
    }

    /// Adds a detail.
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// A person.
    Person(PersonId),
    /// A timer or a worker of Lifeboat.
    Lifeboat,
    /// Somebody whom nobody vouched for yet, such as the sender of a wrong token.
    Unknown,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused and changed nothing.
    Refused,
}

#[cfg(test)]
mod tests;
