//! Bytes of objects, from the recovery point.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use site::KindName;
use site::kind::{Content, Contents};
use vault::View;

/// The contents of a recovery point.
pub(crate) struct PointContents {
    view: View,
}

impl PointContents {
    pub(crate) fn new(view: View) -> Self {
        Self { view }
    }
}

struct PointContent {
    view: View,
    content: vault::Content,
}

#[async_trait]
impl Contents for PointContents {
    async fn of(&self, kind: KindName, key: &str) -> jira::Result<Option<Arc<dyn Content>>> {
        let record = self
            .view
            .get(kind, key)
            .await
            .map_err(|error| jira::Error::Unreachable { site: "the vault".to_owned(), reason: error.to_string() })?;
        let content = record.and_then(|record| record.content);
        Ok(content.map(|content| Arc::new(PointContent { view: self.view.clone(), content }) as Arc<dyn Content>))
    }
}

#[async_trait]
impl Content for PointContent {
    fn length(&self) -> u64 {
        self.content.length()
    }

    async fn open(&self) -> io::Result<BoxStream<'static, io::Result<Bytes>>> {
        Ok(self.view.content(&self.content).map(|bytes| bytes.map_err(io::Error::other)).boxed())
    }
}
