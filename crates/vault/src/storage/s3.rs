//! A vault in a bucket.

use std::sync::Arc;

use object_store::aws::{AmazonS3Builder, Checksum, S3ConditionalPut, S3CopyIfNotExists};
use object_store::prefix::PrefixStore;
use secrecy::{ExposeSecret as _, SecretString};

use super::Storage;
use super::failure::failure;
use crate::error::Result;

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

pub(super) fn open(settings: &S3Settings) -> Result<Storage> {
    let place = format!("s3://{}/{}", settings.bucket, settings.prefix);
    let mut builder = if settings.access_key.is_some() { AmazonS3Builder::new() } else { AmazonS3Builder::from_env() }
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_allow_http(settings.allow_http)
        // Buckets with Object Lock refuse every put that has no checksum.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
        .with_disable_tagging(true);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint).with_virtual_hosted_style_request(false);
    }
    if let Some(access_key) = &settings.access_key {
        builder = builder.with_access_key_id(access_key);
    }
    if let Some(secret_key) = &settings.secret_key {
        builder = builder.with_secret_access_key(secret_key.expose_secret());
    }
    let bucket = builder.build().map_err(|error| failure(&place, "opening", "the bucket", error))?;
    let store = PrefixStore::new(bucket, settings.prefix.as_str());
    Ok(Storage { store: Arc::new(store), place: place.as_str().into(), directory: None })
}
