//! The chain of events, and what checks it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Actor, Happening, Outcome, hex};
use crate::id::TenantId;

/// One link of a tenant's audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Whose log.
    pub tenant: TenantId,
    /// 1, 2, 3, … without a gap.
    pub number: u64,
    /// What happened.
    pub happening: Happening,
    /// The hash of the event before; zeros for the first. In JSON 64 lower-case hexadecimal digits, as `hash`.
    #[serde(with = "hex")]
    pub previous: [u8; 32],
    /// SHA-256 over all of the above.
    #[serde(with = "hex")]
    pub hash: [u8; 32],
}

/// The end of a tenant's log: what the next event is linked to, and what a copy elsewhere proves the length with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The number of the last event; 0 for an empty log.
    pub number: u64,
    /// Its hash; zeros for an empty log. In JSON 64 lower-case hexadecimal digits.
    #[serde(with = "hex")]
    pub hash: [u8; 32],
}

impl AuditHead {
    /// The head of an empty log.
    pub const EMPTY: Self = Self { number: 0, hash: [0; 32] };
}

impl AuditEvent {
    /// The event that follows `head`.
    pub fn following(tenant: TenantId, head: AuditHead, happening: Happening) -> Self {
        let number = head.number + 1;
        let hash = hash(tenant, number, &happening, &head.hash);
        Self { tenant, number, happening, previous: head.hash, hash }
    }

    /// The head of a log that ends with this event.
    pub fn head(&self) -> AuditHead {
        AuditHead { number: self.number, hash: self.hash }
    }
}

/// Where and how a log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// An event is missing, doubled or out of order.
    #[error("audit event {expected} is missing: event {found} stands in its place")]
    Gap {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// An event of somebody else's log.
    #[error("audit event {number} belongs to another tenant")]
    Foreign {
        /// Its number.
        number: u64,
    },
    /// The event does not follow the one before it: one of the two was replaced.
    #[error("audit event {number} does not follow the event before it: one of the two was replaced")]
    Unlinked {
        /// Its number.
        number: u64,
    },
    /// What the event says was changed.
    #[error("audit event {number} was changed after it was written")]
    Altered {
        /// Its number.
        number: u64,
    },
    /// The log follows itself, but not the head that was kept elsewhere.
    #[error("audit event {number} is not the one whose hash was kept elsewhere: the log was rewritten up to there")]
    Rewritten {
        /// The number of the event whose hash is known.
        number: u64,
    },
    /// Events at the end are missing.
    #[error("the audit log ends at event {found}, but it had {expected} events: its end was cut off")]
    Truncated {
        /// What is known to have been there.
        expected: u64,
        /// The last one found.
        found: u64,
    },
}

/// Checks a log event by event, in any amount of memory.
#[derive(Clone, Debug)]
pub struct ChainVerifier {
    tenant: TenantId,
    head: AuditHead,
    known: Option<AuditHead>,
}

impl ChainVerifier {
    /// Begins before the first event of a tenant's log. A `known` head, kept elsewhere, must be met on the way: whoever can
    /// write the log can link all of it anew and add to it, so that no comparison with its end alone would show it.
    pub fn new(tenant: TenantId, known: Option<AuditHead>) -> Self {
        Self { tenant, head: AuditHead::EMPTY, known }
    }

    /// Checks the next event.
    pub fn check(&mut self, event: &AuditEvent) -> Result<(), BrokenChain> {
        let (number, expected) = (event.number, self.head.number + 1);
        if event.tenant != self.tenant {
            return Err(BrokenChain::Foreign { number });
        }
        if number != expected {
            return Err(BrokenChain::Gap { expected, found: number });
        }
        if event.previous != self.head.hash {
            return Err(BrokenChain::Unlinked { number });
        }
        // The hash covers microseconds; what is finer was never written.
        if event.happening.at.subsec_nanosecond() % 1000 != 0 {
            return Err(BrokenChain::Altered { number });
        }
        if event.hash != hash(event.tenant, number, &event.happening, &event.previous) {
            return Err(BrokenChain::Altered { number });
        }
        if self.known.is_some_and(|known| known.number == number && known.hash != event.hash) {
            return Err(BrokenChain::Rewritten { number });
        }
        self.head = event.head();
        Ok(())
    }

    /// The end of what was checked. Fails if the known head was not reached.
    pub fn finish(self) -> Result<AuditHead, BrokenChain> {
        match self.known {
            Some(known) if known.number > self.head.number => {
                Err(BrokenChain::Truncated { expected: known.number, found: self.head.number })
            }
            _ => Ok(self.head),
        }
    }
}

/// Checks a whole log; see [`ChainVerifier`] for long ones.
pub fn verify<'a>(
    tenant: TenantId,
    events: impl IntoIterator<Item = &'a AuditEvent>,
    known: Option<AuditHead>,
) -> Result<AuditHead, BrokenChain> {
    let mut verifier = ChainVerifier::new(tenant, known);
    events.into_iter().try_for_each(|event| verifier.check(event))?;
    verifier.finish()
}

fn hash(tenant: TenantId, number: u64, happening: &Happening, previous: &[u8; 32]) -> [u8; 32] {
    let mut hasher = FieldHasher(Sha256::new());
    hasher.field(b"lifeboat audit event 1");
    hasher.field(previous);
    hasher.field(uuid::Uuid::from(tenant).as_bytes());
    hasher.field(&number.to_be_bytes());
    hasher.field(&happening.at.as_microsecond().to_be_bytes());
    match happening.actor {
        Actor::Person(person) => hasher.field(uuid::Uuid::from(person).as_bytes()),
        Actor::Lifeboat => hasher.field(b"lifeboat"),
        Actor::Unknown => hasher.field(b"unknown"),
    }
    hasher.field(happening.action.as_bytes());
    hasher.field(happening.subject.as_bytes());
    hasher.field(match happening.outcome {
        Outcome::Done => b"done",
        Outcome::Refused => b"refused",
    });
    for (name, value) in &happening.details {
        hasher.field(name.as_bytes());
        hasher.field(value.as_bytes());
    }
    hasher.0.finalize().into()
}

/// Hashes fields with their lengths, so that no two different events are the same bytes.
struct FieldHasher(Sha256);

impl FieldHasher {
    fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
}
