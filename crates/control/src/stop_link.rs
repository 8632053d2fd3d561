//! The *Stop* link in every message about a connection: one click by the person it was sent to, without signing in.
//!
//! `lbs1_<what:56>_<mac:43>` says who may stop what until when, and proves by an HMAC under the [`Pepper`] that Lifeboat wrote
//! it. Nothing is stored, and it opens nothing else: it is good for one kind of stop, over one connection, by one person.
//! Mail programs follow links by themselves, so whoever serves one shows a page with a button and stops on the button.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::base62;
use crate::connection::Event;
use crate::id::{ConnectionId, PersonId};
use crate::token::Pepper;

/// How long a link works: longer than any request or grace period lasts.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);

const PREFIX: &str = "lbs1";
const LENGTH: usize = 41;
const WIDTH: usize = 56;
const MAC_WIDTH: usize = 43;

/// What a link stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// The recovery request, as a contact's veto.
    Veto,
    /// A protected operation that waits.
    Pending {
        /// Whether the person was told as an administrator of the source.
        from_source: bool,
    },
    /// The connection.
    Suspend,
}

/// Who may stop what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopLink {
    /// What.
    pub stop: Stop,
    /// Over which connection.
    pub connection: ConnectionId,
    /// By whom.
    pub person: PersonId,
    /// Until when; whole seconds.
    pub expires: Timestamp,
}

/// The link stops nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeadLink {
    /// Not written by this Lifeboat, or damaged on the way.
    #[error("this link does not work: copy it again as a whole, or sign in to stop")]
    Unknown,
    /// Too old.
    #[error("this link is too old: sign in to stop")]
    Expired,
}

impl StopLink {
    /// The link for a message that is sent now.
    pub fn new(stop: Stop, connection: ConnectionId, person: PersonId, now: Timestamp) -> Self {
        let expires = now + LIFETIME;
        let expires = Timestamp::from_second(expires.as_second()).unwrap_or(expires);
        Self { stop, connection, person, expires }
    }

    /// The text that stands in the link.
    pub fn write(&self, pepper: &Pepper) -> SecretString {
        let what = self.bytes();
        let mac = base62::encode(&mac(pepper, &what), MAC_WIDTH);
        SecretString::from(format!("{PREFIX}_{}_{mac}", base62::encode(&what, WIDTH)))
    }

    /// Reads a link's text.
    pub fn read(text: &str, pepper: &Pepper, now: Timestamp) -> Result<Self, DeadLink> {
        let parts: Vec<&str> = text.split('_').collect();
        let &[PREFIX, what, given] = parts.as_slice() else { return Err(DeadLink::Unknown) };
        if what.len() != WIDTH || given.len() != MAC_WIDTH {
            return Err(DeadLink::Unknown);
        }
        let what: [u8; LENGTH] = base62::decode(what).ok_or(DeadLink::Unknown)?;
        let given: [u8; 32] = base62::decode(given).ok_or(DeadLink::Unknown)?;
        let is_ours: bool = mac(pepper, &what).ct_eq(&given).into();
        let link = Self::from_bytes(&what).filter(|_| is_ours).ok_or(DeadLink::Unknown)?;
        if now >= link.expires { Err(DeadLink::Expired) } else { Ok(link) }
    }

    /// The event that the click is.
    pub fn event(&self) -> Event {
        let by = self.person;
        match self.stop {
            Stop::Veto => Event::Veto { by },
            Stop::Pending { from_source } => Event::CancelPending { by, from_source },
            Stop::Suspend => Event::Suspend { by },
        }
    }

    fn bytes(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[0] = match self.stop {
            Stop::Veto => 1,
            Stop::Pending { from_source: false } => 2,
            Stop::Pending { from_source: true } => 3,
            Stop::Suspend => 4,
        };
        bytes[1..17].copy_from_slice(Uuid::from(self.connection).as_bytes());
        bytes[17..33].copy_from_slice(Uuid::from(self.person).as_bytes());
        bytes[33..].copy_from_slice(&self.expires.as_second().to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; LENGTH]) -> Option<Self> {
        let stop = match bytes[0] {
            1 => Stop::Veto,
            2 => Stop::Pending { from_source: false },
            3 => Stop::Pending { from_source: true },
            4 => Stop::Suspend,
            _ => return None,
        };
        let id = |from: usize| Uuid::from_slice(&bytes[from..from + 16]).ok();
        let seconds = i64::from_be_bytes(bytes[33..].try_into().ok()?);
        let expires = Timestamp::from_second(seconds).ok()?;
        Some(Self { stop, connection: id(1)?.into(), person: id(17)?.into(), expires })
    }
}

fn mac(pepper: &Pepper, what: &[u8; LENGTH]) -> [u8; 32] {
    pepper.mac(&[b"lifeboat stop link 1\0", what])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use secrecy::ExposeSecret as _;

    use super::*;

    fn pepper() -> Pepper {
        Pepper::new([3; 32])
    }

    fn link(stop: Stop) -> StopLink {
        StopLink::new(stop, Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), Timestamp::UNIX_EPOCH)
    }

    fn text(stop: Stop) -> String {
        link(stop).write(&pepper()).expose_secret().to_owned()
    }

    #[rstest]
    #[case(Stop::Veto, "request.veto")]
    #[case(Stop::Pending { from_source: true }, "connection.cancel-pending")]
    #[case(Stop::Pending { from_source: false }, "connection.cancel-pending")]
    #[case(Stop::Suspend, "connection.suspend")]
    fn it_reads_back_and_is_one_event(#[case] stop: Stop, #[case] action: &str) {
        let read = StopLink::read(&text(stop), &pepper(), Timestamp::UNIX_EPOCH);
        assert_eq!(read, Ok(link(stop)));
        assert_eq!(link(stop).event().action(), action);
    }

    #[test]
    fn it_dies_of_age_and_under_another_pepper() {
        let text = text(Stop::Veto);
        let end = Timestamp::UNIX_EPOCH + LIFETIME;
        assert_eq!(StopLink::read(&text, &pepper(), end), Err(DeadLink::Expired));
        assert!(StopLink::read(&text, &pepper(), end - SignedDuration::from_secs(1)).is_ok());
        assert_eq!(StopLink::read(&text, &Pepper::new([4; 32]), Timestamp::UNIX_EPOCH), Err(DeadLink::Unknown));
    }

    proptest! {
        #[test]
        fn no_other_text_stops_anything(at in 0usize..200, with in "[0-9A-Za-z_]") {
            let text = text(Stop::Veto);
            let at = at % text.len();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &with);
            let read = StopLink::read(&changed, &pepper(), Timestamp::UNIX_EPOCH);
            prop_assert!(changed == text || read == Err(DeadLink::Unknown));
        }
    }
}
