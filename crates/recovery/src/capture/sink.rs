//! The sink that puts what kinds read into the vault.

use std::collections::HashSet;
use std::io;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use jira::Download;
use serde_json::value::RawValue;
use site::KindName;
use site::sink::{Error, Result, Sink};
use tokio::sync::Mutex;
use vault::{Content, NewRecord, View, Writer};

use super::limits;
use super::state::Unread;

/// Files up to this size are fetched before the writer is taken, so that a slow download does not hold the others up.
const BUFFERED: usize = 8 << 20;

/// Puts into the vault, and remembers what it put.
pub(super) struct VaultSink<'a> {
    writer: &'a Mutex<Writer>,
    before: Option<&'a View>,
    /// What was read, whether it was new or not.
    pub seen: HashSet<(KindName, String)>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

impl<'a> VaultSink<'a> {
    /// A sink for `writer`; `before` is the point that the capture continues.
    pub(super) fn new(writer: &'a Mutex<Writer>, before: Option<&'a View>) -> Self {
        Self { writer, before, seen: HashSet::new(), unread: Vec::new() }
    }

    async fn store(
        &mut self,
        kind: KindName,
        key: String,
        updated: Option<Timestamp>,
        body: &RawValue,
        content: Option<Content>,
    ) -> Result<()> {
        if let Some(excess) = limits::excess(&key, body.get()) {
            return self.failed(kind, key, excess).await;
        }
        let body = Bytes::copy_from_slice(body.get().as_bytes());
        let record = NewRecord { kind, key: key.clone(), updated, body, content };
        self.writer.lock().await.put(record).await.map_err(refused)?;
        self.seen.insert((kind, key));
        Ok(())
    }

    async fn known(&self, kind: KindName, key: &str) -> Result<Option<Content>> {
        match self.before {
            Some(view) => Ok(view.get(kind, key).await.map_err(refused)?.and_then(|record| record.content)),
            None => Ok(None),
        }
    }

    /// The bytes in the vault, or why they could not be fetched.
    async fn fetch(&self, download: Download) -> Result<std::result::Result<Content, String>> {
        let announced = download.length;
        let mut rest = download.bytes;
        let (mut chunks, mut length, mut ended) = (Vec::new(), 0, false);
        while length <= BUFFERED && !ended {
            match rest.next().await {
                Some(Ok(chunk)) => {
                    length += chunk.len();
                    chunks.push(Ok(chunk));
                }
                Some(Err(error)) => return Ok(Err(error.to_string())),
                None => ended = true,
            }
        }
        if ended && announced.is_some_and(|announced| announced != length as u64) {
            return Ok(Err(format!("the file has {length} bytes instead of {}", announced.unwrap_or_default())));
        }
        let broken = std::sync::Mutex::new(None);
        let rest = rest.map(|chunk| {
            chunk.map_err(|error| {
                let text = error.to_string();
                *broken.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(text.clone());
                io::Error::other(text)
            })
        });
        let bytes = stream::iter(chunks).chain(rest).boxed();
        let stored = self.writer.lock().await.blob(bytes).await;
        let broken = broken.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        match (stored, broken) {
            (_, Some(reason)) => Ok(Err(reason)),
            (Ok(content), None) => Ok(Ok(content)),
            (Err(error), None) => Err(refused(error)),
        }
    }
}

fn refused(error: vault::Error) -> Error {
    Error::Sink(Box::new(error))
}

#[async_trait]
impl Sink for VaultSink<'_> {
    async fn has_content(&mut self, kind: KindName, key: &str) -> Result<bool> {
        Ok(self.known(kind, key).await?.is_some())
    }

    async fn put(
        &mut self,
        kind: KindName,
        key: String,
        updated: Option<Timestamp>,
        body: Box<RawValue>,
    ) -> Result<()> {
        self.store(kind, key, updated, &body, None).await
    }

    async fn put_with_content(
        &mut self,
        kind: KindName,
        key: String,
        updated: Option<Timestamp>,
        body: Box<RawValue>,
        content: Option<Download>,
    ) -> Result<()> {
        let content = match content {
            Some(download) => match self.fetch(download).await? {
                Ok(content) => Some(content),
                Err(reason) => return self.failed(kind, key, reason).await,
            },
            None => self.known(kind, &key).await?,
        };
        self.store(kind, key, updated, &body, content).await
    }

    async fn failed(&mut self, kind: KindName, key: String, reason: String) -> Result<()> {
        let key = limits::nameable(key);
        tracing::warn!(kind, key, reason, "an object could not be read");
        self.unread.push(Unread { kind: kind.to_owned(), key, reason });
        Ok(())
    }
}
