//! Where kinds put what they read.

use async_trait::async_trait;
use jiff::Timestamp;
use jira::Download;
use serde_json::value::RawValue;

use crate::kind::KindName;

/// The result of reading.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The site did not answer as needed.
    #[error(transparent)]
    Jira(#[from] jira::Error),
    /// The receiver could not take it (the vault's own error).
    #[error(transparent)]
    Sink(Box<dyn std::error::Error + Send + Sync>),
}

/// Takes what kinds read. Implemented by capture (into the vault) and by prove (into memory).
#[async_trait]
pub trait Sink: Send {
    /// Whether an object with this key and exactly this description is known with its content, which then need not be
    /// downloaded again: the content of an attachment never changes under its id.
    async fn has_content(&mut self, kind: KindName, key: &str) -> Result<bool>;

    /// Takes an object. `body` is the JSON as the site gave it.
    async fn put(&mut self, kind: KindName, key: String, updated: Option<Timestamp>, body: Box<RawValue>)
    -> Result<()>;

    /// Takes an object together with its bytes, streaming them. `None` keeps the bytes that are known.
    async fn put_with_content(
        &mut self,
        kind: KindName,
        key: String,
        updated: Option<Timestamp>,
        body: Box<RawValue>,
        content: Option<Download>,
    ) -> Result<()>;

    /// Reports an object that could not be read: the capture goes on, and says so at its end.
    async fn failed(&mut self, kind: KindName, key: String, reason: String) -> Result<()>;
}
