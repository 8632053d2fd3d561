//! What is stored instead of a token.

use std::fmt;

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Token;
use crate::id::{ConnectionId, TenantId};

/// A key that lives outside the database. Without it the database's verifiers can be neither used nor forged.
pub struct Pepper(SecretBox<[u8; 32]>);

impl Pepper {
    /// Takes the key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(key)))
    }

    /// HMAC-SHA256 of `parts` one after another. Which part is which must follow from the lengths.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret());
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            context.update(part);
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pepper([hidden])")
    }
}

/// What a token belongs to. A verifier moved to another row fits nothing there.
#[derive(Clone, Copy, Debug)]
pub struct VerifierContext<'a> {
    /// Whose connection.
    pub tenant: TenantId,
    /// Which connection.
    pub connection: ConnectionId,
    /// Which of its tokens.
    pub generation: u32,
    /// The cloudId of the source.
    pub source_cloud: &'a str,
}

/// HMAC-SHA256 of the context and the secret's SHA-256, under the [`Pepper`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verifier([u8; 32]);

impl Verifier {
    /// The verifier of `token` in `context`.
    pub fn new(pepper: &Pepper, context: VerifierContext<'_>, token: &Token) -> Self {
        Self(pepper.mac(&[
            b"lifeboat recovery token 1\0",
            uuid::Uuid::from(context.tenant).as_bytes(),
            uuid::Uuid::from(context.connection).as_bytes(),
            &context.generation.to_be_bytes(),
            context.source_cloud.as_bytes(),
            b"\0",
            &Sha256::digest(token.secret()),
        ]))
    }

    /// Whether `token` is the one that this verifier was made from. Takes the same time whatever the answer.
    pub fn accepts(&self, pepper: &Pepper, context: VerifierContext<'_>, token: &Token) -> bool {
        Self::new(pepper, context, token).0.ct_eq(&self.0).into()
    }

    /// As stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To be stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Verifier([hidden])")
    }
}
