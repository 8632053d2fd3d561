//! The keys of one epoch: the time during which one coordinator writes a vault.

use std::str::FromStr as _;

use ambient::Ambient;
use aws_lc_rs::hmac;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyService, aead};
use crate::error::{Error, Result};
use crate::hash::Digest;

const FORMAT: u32 = 1;

/// `keys/<epoch>.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EpochFile {
    pub(crate) format: u32,
    pub(crate) epoch: u64,
    /// The tenant's key that the two secrets are sealed with.
    pub(crate) key_id: String,
    /// What the epoch's key is sealed for.
    pub(crate) context: String,
    pub(crate) wrapped_key: String,
    /// The public half of the epoch's age identity: attachments are encrypted to it.
    pub(crate) age_recipient: String,
    pub(crate) age_context: String,
    pub(crate) wrapped_age_identity: String,
    pub(crate) created: Timestamp,
}

/// The keys of one epoch, opened.
pub(crate) struct EpochKeys {
    pub(crate) number: u64,
    pub(crate) file: EpochFile,
    pub(crate) key: Zeroizing<[u8; 32]>,
    pub(crate) age: age::x25519::Identity,
    mac: hmac::Key,
    seal: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for EpochKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "EpochKeys({})", self.number)
    }
}

/// The name of an epoch's key object.
pub(crate) fn name(epoch: u64) -> String {
    format!("keys/{epoch:020}.json")
}

impl EpochKeys {
    /// Makes the keys of a new epoch.
    pub(crate) async fn make(service: &dyn KeyService, ambient: &Ambient, vault: &str, number: u64) -> Result<Self> {
        let key = Zeroizing::new(ambient.entropy.bytes::<32>());
        let identity = age::x25519::Identity::generate();
        let (context, age_context) = contexts(vault, number);
        let file = EpochFile {
            format: FORMAT,
            epoch: number,
            key_id: service.key_id().to_owned(),
            wrapped_key: service.seal(&*key, &context).await?,
            context,
            age_recipient: identity.to_public().to_string(),
            wrapped_age_identity: service.seal(identity.to_string().expose_secret().as_bytes(), &age_context).await?,
            age_context,
            created: ambient.now(),
        };
        Ok(Self::assemble(file, key, identity))
    }

    /// Opens the keys of `keys/<epoch>.json`.
    pub(crate) async fn open(service: &dyn KeyService, vault: &str, number: u64, bytes: &[u8]) -> Result<Self> {
        let object = name(number);
        let damaged = |reason: &str| Error::Damaged { object: object.clone(), reason: reason.to_owned() };
        let file: EpochFile = serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))?;
        if file.format > FORMAT {
            return Err(Error::NewerFormat { object, found: file.format, known: FORMAT });
        }
        if file.key_id != service.key_id() {
            return Err(Error::WrongKey { given: service.key_id().to_owned(), expected: file.key_id });
        }
        let (context, age_context) = contexts(vault, number);
        let key = service.open(&file.wrapped_key, &context).await?;
        let key = <[u8; 32]>::try_from(key.expose()).map_err(|_| damaged("its key has the wrong length"))?;
        let identity = service.open(&file.wrapped_age_identity, &age_context).await?;
        let identity = std::str::from_utf8(identity.expose()).ok().map(age::x25519::Identity::from_str);
        let Some(Ok(identity)) = identity else { return Err(damaged("its age identity is not one")) };
        Ok(Self::assemble(file, Zeroizing::new(key), identity))
    }

    fn assemble(file: EpochFile, key: Zeroizing<[u8; 32]>, age: age::x25519::Identity) -> Self {
        let mac = derive(&key, "lifeboat log mac v1");
        let seal = derive(&key, "lifeboat log seal v1");
        Self { number: file.epoch, file, key, age, mac: hmac::Key::new(hmac::HMAC_SHA256, &*mac), seal }
    }

    /// The MAC of a log entry.
    pub(crate) fn mac(&self, entry: &[u8]) -> Digest {
        let tag = hmac::sign(&self.mac, entry);
        <Digest>::try_from(tag.as_ref()).expect("HMAC-SHA-256 has 32 bytes")
    }

    /// Whether `mac` is the MAC of a log entry, in constant time.
    pub(crate) fn has_mac(&self, entry: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&self.mac, entry, mac).is_ok()
    }

    /// Encrypts a part of a log entry.
    pub(crate) fn seal(&self, ambient: &Ambient, plain: &[u8], context: &str) -> Vec<u8> {
        aead::seal(ambient, &self.seal, plain, context.as_bytes())
    }

    /// Decrypts a part of a log entry.
    pub(crate) fn unseal(&self, sealed: &[u8], context: &str) -> Option<super::Secret> {
        aead::open(&self.seal, sealed, context.as_bytes())
    }
}

fn contexts(vault: &str, epoch: u64) -> (String, String) {
    (format!("lifeboat/{vault}/epoch/{epoch}"), format!("lifeboat/{vault}/epoch/{epoch}/age"))
}

fn derive(key: &[u8; 32], purpose: &str) -> Zeroizing<[u8; 32]> {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), purpose.as_bytes());
    Zeroizing::new(<[u8; 32]>::try_from(tag.as_ref()).expect("HMAC-SHA-256 has 32 bytes"))
}
