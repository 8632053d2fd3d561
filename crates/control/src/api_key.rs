//! API keys: what a program signs in with on behalf of one person.
//!
//! `lbk1_<id:12>_<secret:43>_<crc:6>`, in the shape of the recovery token: the id finds the key's record, the check characters
//! tell typing errors and let secret scanners be sure. Of the secret only an HMAC under the [`Pepper`] is kept, bound to the
//! tenant, the person and the key: a row that is moved or copied opens nothing.

use std::fmt;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::id::{PersonId, TenantId};
use crate::token::{Pepper, TokenId, coded};

const PREFIX: &str = "lbk1";

/// A whole key, with its secret. Neither `Debug` nor any error shows the secret.
pub struct ApiKey {
    id: TokenId,
    secret: SecretBox<[u8; 32]>,
}

/// What was sent is no API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an API key: it begins with \"lbk1_\" and must be copied as a whole")]
pub struct NotAnApiKey;

impl ApiKey {
    /// A key from random bytes.
    pub fn generate(id: [u8; 8], secret: [u8; 32]) -> Self {
        Self { id: TokenId::from_bytes(id), secret: SecretBox::new(Box::new(secret)) }
    }

    /// Reads what a program sent.
    pub fn parse(sent: &str) -> Result<Self, NotAnApiKey> {
        let (id, secret) = coded::parse(sent.trim(), PREFIX).map_err(|_| NotAnApiKey)?;
        Ok(Self { id, secret })
    }

    /// The public part.
    pub fn id(&self) -> &TokenId {
        &self.id
    }

    /// The whole key, to be shown once and then forgotten.
    pub fn reveal(&self) -> SecretString {
        coded::write(PREFIX, &self.id, self.secret.expose_secret())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKey({PREFIX}_{}_[hidden])", self.id)
    }
}

/// What is kept of a key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRecord {
    /// The public part.
    pub id: TokenId,
    /// Whose installation it opens.
    pub tenant: TenantId,
    /// On whose behalf, with whose role.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it is taken.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// HMAC of the secret and of whose it is.
    pub mac: [u8; 32],
}

impl ApiKeyRecord {
    /// The record of a new key.
    pub fn new(
        pepper: &Pepper,
        key: &ApiKey,
        (tenant, person): (TenantId, PersonId),
        name: String,
        (made, expires): (Timestamp, Option<Timestamp>),
    ) -> Self {
        let mac = mac(pepper, tenant, person, key);
        Self { id: key.id.clone(), tenant, person, name, made, expires, revoked: None, mac }
    }

    /// Whether the key opens anything now. Takes the same time whatever is wrong with its secret.
    pub fn accepts(&self, pepper: &Pepper, key: &ApiKey, now: Timestamp) -> bool {
        let fits: bool = mac(pepper, self.tenant, self.person, key).ct_eq(&self.mac).into();
        let lives = self.revoked.is_none() && self.expires.is_none_or(|expires| now < expires);
        fits && lives && self.id == key.id
    }
}

impl fmt::Debug for ApiKeyRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKeyRecord({} {:?} of {})", self.id, self.name, self.person)
    }
}

fn mac(pepper: &Pepper, tenant: TenantId, person: PersonId, key: &ApiKey) -> [u8; 32] {
    let (tenant, person) = (Uuid::from(tenant), Uuid::from(person));
    let secret = Sha256::digest(key.secret.expose_secret());
    pepper.mac(&[b"lifeboat api key 1\0", tenant.as_bytes(), person.as_bytes(), key.id.as_str().as_bytes(), &secret])
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::token::Token;

    fn pepper() -> Pepper {
        Pepper::new([1; 32])
    }

    fn whose() -> (TenantId, PersonId) {
        (Uuid::from_u128(1).into(), Uuid::from_u128(2).into())
    }

    fn record(key: &ApiKey, expires: Option<Timestamp>) -> ApiKeyRecord {
        ApiKeyRecord::new(&pepper(), key, whose(), "nightly".to_owned(), (Timestamp::UNIX_EPOCH, expires))
    }

    #[test]
    fn a_key_opens_until_it_expires_or_is_revoked() {
        let (key, now) = (ApiKey::generate([7; 8], [9; 32]), Timestamp::UNIX_EPOCH);
        let hour = SignedDuration::from_hours(1);
        let mut record = record(&key, Some(now + hour));
        assert!(record.accepts(&pepper(), &key, now));
        assert!(!record.accepts(&pepper(), &key, now + hour));
        record.revoked = Some(now);
        assert!(!record.accepts(&pepper(), &key, now));
    }

    #[test]
    fn it_belongs_to_one_person_of_one_tenant_under_one_pepper() {
        let (key, now) = (ApiKey::generate([7; 8], [9; 32]), Timestamp::UNIX_EPOCH);
        let own = record(&key, None);
        assert!(own.accepts(&pepper(), &key, now));
        assert!(!own.accepts(&Pepper::new([2; 32]), &key, now));
        let moved = [
            ApiKeyRecord { tenant: Uuid::from_u128(3).into(), ..own.clone() },
            ApiKeyRecord { person: Uuid::from_u128(3).into(), ..own.clone() },
            ApiKeyRecord { id: ApiKey::generate([8; 8], [9; 32]).id, ..own.clone() },
        ];
        assert!(moved.iter().all(|record| !record.accepts(&pepper(), &key, now)));
        assert!(!own.accepts(&pepper(), &ApiKey::generate([7; 8], [8; 32]), now));
    }

    #[test]
    fn a_recovery_token_is_no_api_key_and_nothing_shows_the_secret() {
        let token = Token::generate([7; 8], [9; 32]).reveal();
        assert_eq!(ApiKey::parse(token.expose_secret()).unwrap_err(), NotAnApiKey);
        let key = ApiKey::generate([7; 8], [9; 32]);
        let secret = key.reveal().expose_secret().split('_').nth(2).unwrap().to_owned();
        assert!(key.reveal().expose_secret().starts_with("lbk1_"));
        let shown = format!("{key:?} {:?}", record(&key, None));
        assert!(!shown.contains(&secret) && !shown.contains("mac"));
    }

    proptest! {
        #[test]
        fn every_key_reads_back_and_no_other_text_does(id: [u8; 8], secret: [u8; 32], at in 0usize..68, with in "[0-9A-Za-z_]") {
            let text = ApiKey::generate(id, secret).reveal().expose_secret().to_owned();
            let read = ApiKey::parse(&text).unwrap().reveal();
            prop_assert_eq!(read.expose_secret(), &text);
            let mut other = text.clone();
            other.replace_range(at..=at, &with);
            prop_assert!(other == text || ApiKey::parse(&other).is_err());
        }
    }
}
