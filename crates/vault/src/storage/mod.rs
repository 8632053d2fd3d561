//! Where a vault lies: a directory, an S3 bucket, or memory, under one prefix.
use crate::error::Result;
use secrecy::SecretString;
use std::path::Path;

/// A place for one vault.
#[derive(Clone, Debug)]
pub struct Storage {}

/// An S3-compatible bucket.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The bucket's name.
    pub bucket: String,
    /// The folder of this vault within the bucket; may be empty.
    pub prefix: String,
    /// The region, `us-east-1` where the store has none.
    pub region: String,
    /// The store's address; `None` for Amazon's own.
    pub endpoint: Option<String>,
    /// The access key's id; `None` takes credentials from the environment or the machine's role.
    pub access_key: Option<String>,
    /// The secret that belongs to the access key.
    pub secret_key: Option<SecretString>,
    /// Whether `http://` endpoints are allowed: for tests on one machine only.
    pub allow_http: bool,
}

impl Storage {
    /// A directory, made if it is not there.
    pub async fn directory(_path: &Path) -> Result<Self> {
        unimplemented!()
    }
    /// A bucket.
    pub async fn s3(_settings: S3Settings) -> Result<Self> {
        unimplemented!()
    }
    /// Memory: for tests.
    pub fn memory() -> Self {
        unimplemented!()
    }
}
