//! Codes that confirm an e-mail address: mailed, typed back, short-lived.
//!
//! Only an HMAC under the [`Pepper`] is kept, bound to the request and the person. Eight digits can be guessed by whoever
//! may try often; so a code dies after [`ATTEMPTS`] wrong ones, and with it the chance: 1 in 20 million.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::id::{PersonId, RequestId};
use crate::token::Pepper;

/// How many wrong codes are taken.
pub const ATTEMPTS: u32 = 5;

/// How long a code lives.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

const DIGITS: usize = 8;

/// What is kept of a code that was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// HMAC of the code.
    pub mac: [u8; 32],
    /// Until when it is taken.
    pub expires: Timestamp,
    /// How many more times a wrong one is taken.
    pub attempts_left: u32,
}

/// What a typed code was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The right one. It must not be taken again: forget the challenge.
    Right,
    /// A wrong one: keep this challenge instead of the one that was checked.
    Wrong(Challenge),
    /// Too late, or after too many wrong ones: send a new code.
    Dead,
}

impl Challenge {
    /// A code for `person` to confirm `request`, and what to keep of it. `random` must be fresh.
    pub fn new(
        pepper: &Pepper,
        request: RequestId,
        person: PersonId,
        random: [u8; 8],
        now: Timestamp,
    ) -> (SecretString, Self) {
        // The remainder of a 64-bit number by 10^8 favours no code by more than 1 in 10^11.
        let code = format!("{:0DIGITS$}", u64::from_be_bytes(random) % 10u64.pow(DIGITS as u32));
        let mac = mac(pepper, request, person, &code);
        (SecretString::from(code), Self { mac, expires: now + LIFETIME, attempts_left: ATTEMPTS })
    }

    /// Checks what was typed; spaces and dashes in it are dropped.
    pub fn answer(&self, pepper: &Pepper, request: RequestId, person: PersonId, typed: &str, now: Timestamp) -> Answer {
        if now >= self.expires || self.attempts_left == 0 {
            return Answer::Dead;
        }
        let code: String = typed.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
        if mac(pepper, request, person, &code).ct_eq(&self.mac).into() {
            return Answer::Right;
        }
        Answer::Wrong(Self { attempts_left: self.attempts_left - 1, ..*self })
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Challenge(until {}, {} attempts left)", self.expires, self.attempts_left)
    }
}

fn mac(pepper: &Pepper, request: RequestId, person: PersonId, code: &str) -> [u8; 32] {
    let (request, person) = (Uuid::from(request), Uuid::from(person));
    pepper.mac(&[b"lifeboat confirmation code 1\0", request.as_bytes(), person.as_bytes(), code.as_bytes()])
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn pepper() -> Pepper {
        Pepper::new([3; 32])
    }

    fn ids() -> (RequestId, PersonId) {
        (Uuid::from_u128(1).into(), Uuid::from_u128(2).into())
    }

    fn sent(now: Timestamp) -> (String, Challenge) {
        let (request, person) = ids();
        let (code, challenge) = Challenge::new(&pepper(), request, person, [9; 8], now);
        (code.expose_secret().to_owned(), challenge)
    }

    #[test]
    fn the_mailed_code_is_right_however_it_is_grouped() {
        let (request, person) = ids();
        let now = Timestamp::UNIX_EPOCH;
        let (code, challenge) = sent(now);
        assert_eq!(code.len(), 8);
        let grouped = format!(" {}-{} ", &code[..4], &code[4..]);
        assert_eq!(challenge.answer(&pepper(), request, person, &code, now), Answer::Right);
        assert_eq!(challenge.answer(&pepper(), request, person, &grouped, now), Answer::Right);
    }

    #[test]
    fn it_belongs_to_one_person_and_request() {
        let (request, person) = ids();
        let now = Timestamp::UNIX_EPOCH;
        let (code, challenge) = sent(now);
        let (other_request, other_person) = (Uuid::from_u128(8).into(), Uuid::from_u128(9).into());
        assert_ne!(challenge.answer(&pepper(), other_request, person, &code, now), Answer::Right);
        assert_ne!(challenge.answer(&pepper(), request, other_person, &code, now), Answer::Right);
    }

    #[test]
    fn it_dies_of_age_and_of_wrong_answers() {
        let (request, person) = ids();
        let now = Timestamp::UNIX_EPOCH;
        let (code, mut challenge) = sent(now);
        assert_eq!(challenge.answer(&pepper(), request, person, &code, now + LIFETIME), Answer::Dead);
        for left in (0..ATTEMPTS).rev() {
            let answer = challenge.answer(&pepper(), request, person, "00000000", now);
            let Answer::Wrong(next) = answer else { panic!("{answer:?}") };
            assert_eq!(next.attempts_left, left);
            challenge = next;
        }
        assert_eq!(challenge.answer(&pepper(), request, person, &code, now), Answer::Dead);
    }

    #[test]
    fn debug_shows_no_mac() {
        let (_, challenge) = sent(Timestamp::UNIX_EPOCH);
        assert_eq!(format!("{challenge:?}"), "Challenge(until 1970-01-01T00:30:00Z, 5 attempts left)");
    }
}
