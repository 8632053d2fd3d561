//! Sessions of people who signed in.
//!
//! A [`SessionSecret`] is 256 random bits in a cookie; what is kept is its SHA-256 (nobody guesses 256 bits, so a thief of the
//! database has nothing to try). A [`Session`] ends after half an hour of silence and after twelve hours in any case, and
//! remembers when the person last proved who they are.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::authority::Needed;
use crate::base62;
use crate::id::{PersonId, SessionId, TenantId};
use crate::token::Pepper;

/// A session ends after this much silence.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// A session ends after this time in any case.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);

/// A passkey vouches for others from this long after it was added. Whoever gets into an account by a one-time link, and so
/// could speak for two people, is found out by then: the person was told of the new passkey.
pub const PASSKEY_VOUCHES_AFTER: SignedDuration = SignedDuration::from_hours(72);

const WIDTH: usize = 43;

/// What stands for the id of a passkey where an address has none, so that asking does not tell which addresses do: always the
/// same for an address, and nothing that anybody without the pepper can tell from a device's.
pub fn decoy_credential(pepper: &Pepper, email: &str) -> [u8; 32] {
    pepper.mac(&[b"lifeboat/decoy-credential\n", email.as_bytes()])
}

/// What the cookie holds.
pub struct SessionSecret(SecretBox<[u8; 32]>);

impl SessionSecret {
    /// A secret from fresh random bytes: at sign-in, and again whenever somebody proves anew who they are.
    pub fn generate(random: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(random)))
    }

    /// Reads a cookie's value.
    pub fn parse(value: &str) -> Option<Self> {
        let is_whole = value.len() == WIDTH;
        base62::decode(value).filter(|_| is_whole).map(Self::generate)
    }

    /// The cookie's value.
    pub fn reveal(&self) -> SecretString {
        SecretString::from(base62::encode(self.0.expose_secret(), WIDTH))
    }

    /// What is kept of it, and what it is found by.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose_secret()).into()
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionSecret([hidden])")
    }
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id. It stays the same when the secret changes, and opens nothing.
    pub id: SessionId,
    /// Where.
    pub tenant: TenantId,
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub since: Timestamp,
    /// When they last did something.
    pub seen: Timestamp,
    /// When they last proved who they are; at first, when they signed in.
    pub proven: Timestamp,
    /// When the passkey was added with which they did; nothing if it was by other means.
    pub passkey: Option<Timestamp>,
    /// When it was ended, by the person or by somebody who may.
    pub ended: Option<Timestamp>,
    /// SHA-256 of the present secret.
    pub hash: [u8; 32],
}

/// Why a session is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEnough {
    /// It is over, or it is another one's secret.
    #[error("the session is over; sign in")]
    Over,
    /// The person must prove again who they are.
    #[error("sign in again to do this")]
    SignInAgain,
    /// And with a passkey.
    #[error("sign in again with a passkey to do this")]
    Passkey,
    /// With one that is not so new.
    #[error("this passkey is too new to vouch with: it counts from {0} on")]
    YoungPasskey(Timestamp),
}

impl Session {
    /// The session of somebody who signs in now.
    pub fn begin(
        id: SessionId,
        secret: &SessionSecret,
        (tenant, person): (TenantId, PersonId),
        passkey: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let hash = secret.hash();
        Self { id, tenant, person, since: now, seen: now, proven: now, passkey, ended: None, hash }
    }

    /// Whether it goes on: it was not ended, and is not over by its age.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.seen + IDLE && now < self.since + ABSOLUTE
    }

    /// The session after something was done in it now, if it still lives.
    pub fn touched(&self, secret: &SessionSecret, now: Timestamp) -> Result<Self, NotEnough> {
        let fits: bool = secret.hash().ct_eq(&self.hash).into();
        if !(fits && self.lives(now)) {
            return Err(NotEnough::Over);
        }
        // A clock that goes back must not make a session older than it is.
        Ok(Self { seen: self.seen.max(now), ..self.clone() })
    }

    /// The session after the person proved again who they are. It gets a new secret, so that one that was stolen before dies.
    pub fn proven_again(&self, fresh: &SessionSecret, passkey: Option<Timestamp>, now: Timestamp) -> Self {
        Self { proven: now, seen: now, passkey, hash: fresh.hash(), ..self.clone() }
    }

    /// Whether it is enough for what an action asks.
    pub fn satisfies(&self, needed: Needed, now: Timestamp) -> Result<(), NotEnough> {
        let is_recent = needed.signed_in_within.is_none_or(|within| now < self.proven + within);
        if !needed.passkey {
            return if is_recent { Ok(()) } else { Err(NotEnough::SignInAgain) };
        }
        let added = self.passkey.filter(|_| is_recent).ok_or(NotEnough::Passkey)?;
        let vouches = added + PASSKEY_VOUCHES_AFTER;
        if now < vouches { Err(NotEnough::YoungPasskey(vouches)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use uuid::Uuid;

    use super::*;
    use crate::authority::Action;
    use crate::policy::Policy;

    fn secret(number: u8) -> SessionSecret {
        SessionSecret::generate([number; 32])
    }

    fn begin() -> Session {
        let whose = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        Session::begin(Uuid::from_u128(3).into(), &secret(1), whose, None, Timestamp::UNIX_EPOCH)
    }

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn it_ends_after_half_an_hour_of_silence() {
        assert!(begin().touched(&secret(1), at(29)).is_ok());
        assert_eq!(begin().touched(&secret(1), at(30)), Err(NotEnough::Over));
    }

    #[test]
    fn it_ends_after_twelve_hours_however_busy() {
        let mut session = begin();
        for minutes in (0..12 * 60).step_by(20) {
            session = session.touched(&secret(1), at(minutes)).unwrap();
        }
        assert_eq!(session.touched(&secret(1), at(12 * 60)), Err(NotEnough::Over));
    }

    #[test]
    fn another_secret_or_an_ended_session_opens_nothing() {
        assert_eq!(begin().touched(&secret(2), at(1)), Err(NotEnough::Over));
        let ended = Session { ended: Some(at(1)), ..begin() };
        assert_eq!(ended.touched(&secret(1), at(2)), Err(NotEnough::Over));
    }

    #[test]
    fn proving_again_changes_the_secret() {
        let again = begin().proven_again(&secret(2), Some(at(-60)), at(20));
        assert_eq!(again.touched(&secret(1), at(21)), Err(NotEnough::Over));
        assert!(again.touched(&secret(2), at(21)).is_ok());
        assert_eq!((again.id, again.since), (begin().id, at(0)));
    }

    #[rstest]
    #[case(Action::SiteRead, None, 400, Ok(()))]
    #[case(Action::ConnectionRelease, None, 9, Ok(()))]
    #[case(Action::ConnectionRelease, None, 10, Err(NotEnough::SignInAgain))]
    #[case(Action::ConnectionRelease, Some(1), 9, Ok(()))]
    #[case(Action::RequestApprove, None, 1, Err(NotEnough::Passkey))]
    #[case(Action::RequestApprove, Some(72), 0, Ok(()))]
    #[case(Action::RequestApprove, Some(72), 10, Err(NotEnough::Passkey))]
    #[case(Action::RequestApprove, Some(71), 1, Err(NotEnough::YoungPasskey(at(60))))]
    fn an_action_asks_for_what_the_table_says(
        #[case] action: Action,
        #[case] passkey_hours: Option<i64>,
        #[case] minutes: i64,
        #[case] enough: Result<(), NotEnough>,
    ) {
        let session = Session { passkey: passkey_hours.map(|hours| at(-60 * hours)), ..begin() };
        assert_eq!(session.satisfies(action.needs(&Policy::strict()), at(minutes)), enough);
    }

    #[test]
    fn a_cookie_reads_back_and_nothing_shows_it() {
        let shown = secret(7).reveal().expose_secret().to_owned();
        assert_eq!(SessionSecret::parse(&shown).unwrap().hash(), secret(7).hash());
        assert!(SessionSecret::parse(&shown[1..]).is_none());
        assert!(SessionSecret::parse(&format!("{shown}0")).is_none());
        assert!(!format!("{:?}", secret(7)).contains(&shown));
    }
}
