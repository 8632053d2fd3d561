//! Keys: the tenant's key in a key service, and the keys of this vault that it protects.
use crate::error::Result;
use ambient::Ambient;
use async_trait::async_trait;
use std::{fmt::Debug, path::Path};

/// A secret of a few bytes, wiped when dropped and never printed.
pub struct Secret(());

/// Holds the tenant's key and never gives it away: it seals and opens small secrets.
#[async_trait]
pub trait KeyService: Send + Sync + Debug {
    /// Names the tenant's key in the vault: not secret.
    fn key_id(&self) -> &str;
    /// Encrypts `secret` so that it opens only with the same `context`. The answer is text.
    async fn seal(&self, secret: &[u8], context: &str) -> Result<String>;
    /// Decrypts what `seal` gave.
    async fn open(&self, sealed: &str, context: &str) -> Result<Secret>;
}

/// The tenant's key in a file on this machine.
#[derive(Debug)]
pub struct LocalKeyFile {}

impl LocalKeyFile {
    /// Makes a new key and its file, readable by its owner only. Refuses to overwrite.
    pub fn create(_path: &Path, _ambient: &Ambient) -> Result<Self> {
        unimplemented!()
    }
    /// Reads the key of a file.
    pub fn load(_path: &Path, _ambient: &Ambient) -> Result<Self> {
        unimplemented!()
    }
}

#[async_trait]
impl KeyService for LocalKeyFile {
    fn key_id(&self) -> &str {
        unimplemented!()
    }
    async fn seal(&self, _secret: &[u8], _context: &str) -> Result<String> {
        unimplemented!()
    }
    async fn open(&self, _sealed: &str, _context: &str) -> Result<Secret> {
        unimplemented!()
    }
}
