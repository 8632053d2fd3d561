//! A sink that keeps what kinds read in memory: for reading the standby.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use jira::Download;
use serde_json::value::RawValue;
use site::sink::{Error, Result, Sink};
use site::{KindName, Object};

/// Keeps what it is given. Bytes of attachments are not asked for.
#[derive(Debug, Default)]
pub struct MemorySink {
    /// The objects by kind, in the order in which they came.
    pub objects: BTreeMap<KindName, Vec<Object>>,
    /// What could not be read: kind, key, reason.
    pub failed: Vec<(KindName, String, String)>,
}

impl MemorySink {
    /// Takes out the objects of a kind.
    pub fn take(&mut self, kind: KindName) -> Vec<Object> {
        self.objects.remove(kind).unwrap_or_default()
    }
}

#[async_trait]
impl Sink for MemorySink {
    async fn has_content(&mut self, _kind: KindName, _key: &str) -> Result<bool> {
        Ok(true)
    }

    async fn put(
        &mut self,
        kind: KindName,
        key: String,
        _updated: Option<Timestamp>,
        body: Box<RawValue>,
    ) -> Result<()> {
        let unreadable = |error: serde_json::Error| {
            let reason = format!("{key} cannot be read: {error}");
            Error::Jira(jira::Error::Unexpected { call: kind.to_owned(), reason })
        };
        let body = serde_json::from_str(body.get()).map_err(unreadable)?;
        self.objects.entry(kind).or_default().push(Object { kind, key, body });
        Ok(())
    }

    async fn put_with_content(
        &mut self,
        kind: KindName,
        key: String,
        updated: Option<Timestamp>,
        body: Box<RawValue>,
        _content: Option<Download>,
    ) -> Result<()> {
        self.put(kind, key, updated, body).await
    }

    async fn failed(&mut self, kind: KindName, key: String, reason: String) -> Result<()> {
        self.failed.push((kind, key, reason));
        Ok(())
    }
}
