//! Typed identifiers: a person's id cannot be passed where a site's is meant.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What all identifiers have in common: a UUID of version 7, so that they sort by the time they were made.
pub trait Id: Copy + From<Uuid> + Into<Uuid> {
    /// An identifier from a time and random bytes.
    fn from_parts(now: Timestamp, random: [u8; 10]) -> Self {
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Self::from(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
    }
}

macro_rules! ids {
    ($($(#[$documentation:meta])* $name:ident)*) => {$(
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl Id for $name {}
    )*};
}

ids! {
    /// Who owns sites, connections and people. Nothing is shared between tenants.
    TenantId
    /// A Jira site that Lifeboat knows.
    SiteId
    /// A link between two sites.
    ConnectionId
    /// One request to recover a source onto a standby.
    RequestId
    /// Somebody who acts: an administrator, a supporter, a recovery contact.
    PersonId
    /// One run of a recovery.
    RecoveryId
    /// One run of a capture.
    CaptureId
    /// One piece of work in the queue.
    JobId
    /// Something that is done again and again.
    ScheduleId
    /// Somebody's session, from sign-in to sign-out.
    SessionId
    /// A passkey of somebody's.
    PasskeyId
    /// What a passkey was asked to sign, until it answers.
    CeremonyId
    /// A message to one recipient.
    MessageId
    /// An address that messages are posted to.
    WebhookId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = SiteId::from_parts(Timestamp::from_second(1_000).unwrap(), [255; 10]);
        let late = SiteId::from_parts(Timestamp::from_second(1_001).unwrap(), [0; 10]);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<SiteId>().unwrap(), early);
    }
}
