//! From the program's values to columns, and back.

use control::audit::Outcome;
use control::connection::{ConnectionStatus, Kind, ProofKind, RequestStatus};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::job::ErrorClass;
use crate::message::MessageState;
use crate::{JobState, NameKind, Result, Role, Stop, StoreError};

/// An enum that is stored as a word.
pub trait Word: Sized + Copy + 'static {
    /// Every value and its word.
    const WORDS: &'static [(Self, &'static str)];
    /// What a wrong word is reported as.
    const WHAT: &'static str;

    /// The word of this value.
    fn word(self) -> &'static str;

    /// The value of a stored word.
    fn from_word(stored: &str) -> Result<Self> {
        let found = Self::WORDS.iter().find(|(_, word)| *word == stored);
        found.map(|(value, _)| *value).ok_or_else(|| unreadable(Self::WHAT, format!("{stored:?} is unknown")))
    }
}

macro_rules! words {
    ($name:ident, $what:literal, { $($value:ident = $word:literal),* $(,)? }) => {
        impl Word for $name {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$value, $word)),*];
            const WHAT: &'static str = $what;

            fn word(self) -> &'static str {
                match self { $(Self::$value => $word),* }
            }
        }
    };
}

words!(NameKind, "kind of name", {
    Url = "url", EarlierUrl = "earlier-url", CustomDomain = "custom-domain", CloudId = "cloud-id",
});
words!(Role, "role", {
    Owner = "owner", Administrator = "administrator", Operator = "operator", Auditor = "auditor", Contact = "contact",
    Support = "support", SupportLead = "support-lead",
});
words!(JobState, "state of a job", {
    Waiting = "waiting", Running = "running", Paused = "paused", Done = "done", Cancelled = "cancelled", Failed = "failed",
});
words!(ErrorClass, "class of an error", {
    Passing = "passing", Person = "person", Hopeless = "hopeless", Poison = "poison",
});
words!(Stop, "request to stop", { Pause = "pause", CancelKeep = "cancel-keep", CancelRemove = "cancel-remove" });
words!(Kind, "kind of connection", { DisasterRecovery = "disaster-recovery", CrossSite = "cross-site" });
words!(ConnectionStatus, "status of a connection", {
    Issued = "issued", Active = "active", Suspended = "suspended", Revoked = "revoked",
});
words!(RequestStatus, "status of a request", {
    Verifying = "verifying", Cooling = "cooling", Unlocked = "unlocked", Running = "running", Paused = "paused",
    Done = "done", Denied = "denied", Vetoed = "vetoed", Expired = "expired", Cancelled = "cancelled",
});
words!(ProofKind, "kind of evidence", {
    DnsRecord = "dns-record", SourceAdministrator = "source-administrator", SameOrganisation = "same-organisation",
    Attestation = "attestation",
});
words!(MessageState, "state of a message", { Waiting = "waiting", Sent = "sent", GivenUp = "given-up" });
words!(Outcome, "outcome", { Done = "done", Refused = "refused" });

/// A time that was stored as microseconds.
pub fn time(stored: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(stored).map_err(|error| unreadable("time", error))
}

/// A time that may be missing.
pub fn optional_time(stored: Option<i64>) -> Result<Option<Timestamp>> {
    stored.map(time).transpose()
}

/// Microseconds of a time that may be missing.
pub fn optional_microseconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_microsecond)
}

/// A count or number that is never negative.
pub fn unsigned(stored: i64) -> Result<u64> {
    u64::try_from(stored).map_err(|error| unreadable("number", error))
}

/// A number as databases take it.
pub fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|error| unreadable("number", error))
}

/// A small number that is never negative.
pub fn small(stored: i64) -> Result<u32> {
    u32::try_from(stored).map_err(|error| unreadable("number", error))
}

/// Bytes of a known length.
pub fn bytes<const N: usize>(what: &'static str, stored: &[u8]) -> Result<[u8; N]> {
    stored.try_into().map_err(|_| unreadable(what, format!("it has {} bytes instead of {N}", stored.len())))
}

/// JSON text.
pub fn json<T: Serialize + ?Sized>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| unreadable(what, error))
}

/// A value that was stored as JSON text.
pub fn from_json<T: DeserializeOwned>(what: &'static str, stored: &str) -> Result<T> {
    serde_json::from_str(stored).map_err(|error| unreadable(what, error))
}

/// JSON text of a value that may be missing.
pub fn optional_json<T: Serialize>(what: &'static str, value: Option<&T>) -> Result<Option<String>> {
    value.map(|value| json(what, value)).transpose()
}

/// A value that was stored as JSON text, unless it was missing.
pub fn from_optional_json<T: DeserializeOwned>(what: &'static str, stored: Option<&str>) -> Result<Option<T>> {
    stored.map(|stored| from_json(what, stored)).transpose()
}

/// A stored value that no version of the program has written.
pub fn unreadable(what: &'static str, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Unreadable { what, reason: reason.to_string() }
}
