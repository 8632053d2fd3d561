//! Keys: the tenant's key in a key service, and the keys of a vault that it protects.
//!
//! The tenant's key seals the key of each *epoch* ([`epoch`]); the epoch's key seals the key of each segment
//! ([`material`]), MACs the log and seals the capture's states. Attachments are encrypted to the epoch's age identity.

pub(crate) mod aead;
pub(crate) mod epoch;
mod local;
pub(crate) mod material;
pub(crate) mod ring;

use std::fmt;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::error::Result;

pub use local::LocalKeyFile;

/// A secret of a few bytes, wiped when dropped and never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Holds a tenant's key and never gives it away: it seals and opens small secrets.
#[async_trait]
pub trait KeyService: Send + Sync + fmt::Debug {
    /// Names the tenant's key in the vault. Not secret.
    fn key_id(&self) -> &str;

    /// Encrypts `secret` (up to 4 kB) so that it opens only with the same `context`. The answer is text without spaces.
    async fn seal(&self, secret: &[u8], context: &str) -> Result<String>;

    /// Decrypts what [`KeyService::seal`] gave.
    async fn open(&self, sealed: &str, context: &str) -> Result<Secret>;
}
