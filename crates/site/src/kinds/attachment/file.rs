//! Files that a recovery makes itself: texts over Jira's limit, histories.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::json;

use super::natural;
use crate::kind::{Content, KindName, Operation};
use crate::marks::Marks;

/// A file to attach that is not an attachment of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its name; begins with `lifeboat-`.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl NewFile {
    /// A JSON file.
    pub fn json(name: String, bytes: Bytes) -> Self {
        Self { name, bytes }
    }

    /// The operation that attaches it to an issue of the source.
    pub fn operation(&self, issue: &str, marks: &Marks) -> Operation {
        self.operation_of("attachment", format!("{issue}/{}", self.name), marks)
    }

    /// The operation of some kind that attaches it.
    pub(crate) fn operation_of(&self, kind: KindName, source: String, marks: &Marks) -> Operation {
        Operation {
            id: marks.operation(kind, &source),
            kind,
            source,
            body: json!({ "filename": self.name, "mimeType": "application/json" }),
            natural: natural(&self.name, self.bytes.len() as u64, 1),
            content: Some(Arc::new(InMemory(self.bytes.clone()))),
        }
    }
}

struct InMemory(Bytes);

#[async_trait]
impl Content for InMemory {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    async fn open(&self) -> std::io::Result<BoxStream<'static, std::io::Result<Bytes>>> {
        let bytes = self.0.clone();
        Ok(futures::stream::once(async move { Ok(bytes) }).boxed())
    }
}
