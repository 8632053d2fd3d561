//! How a capture writes.
use crate::{
    error::Result,
    point::RecoveryPoint,
    record::{Change, Content, NewRecord},
};
use bytes::Bytes;
use futures::Stream;
use serde_json::Value;

/// Writes the records of one capture. Only one exists at a time.
///
/// Nothing is visible before [`Writer::commit`]; [`Writer::progress`] makes what was written so far durable, so that a
/// capture that is killed goes on instead of starting again.
#[derive(Debug)]
pub struct Writer {}

impl Writer {
    /// Stores the record if it differs from its newest version (of this run too).
    pub async fn put(&mut self, _record: NewRecord<'_>) -> Result<Change> {
        unimplemented!()
    }
    /// Notes that the record is gone. `false` if the vault has no such live record.
    pub async fn delete(&mut self, _kind: &str, _key: &str) -> Result<bool> {
        unimplemented!()
    }
    /// Deletes all live records of a kind whose keys begin with `prefix`; how many that were.
    pub async fn delete_prefix(&mut self, _kind: &str, _prefix: &str) -> Result<u64> {
        unimplemented!()
    }
    /// The keys of all live records of a kind, of this run too, in order.
    pub async fn keys(&mut self, _kind: &str) -> Result<Vec<String>> {
        unimplemented!()
    }
    /// Stores the bytes of an attachment; the answer goes into a record.
    pub async fn blob(&mut self, _bytes: impl Stream<Item = std::io::Result<Bytes>> + Send + Unpin) -> Result<Content> {
        unimplemented!()
    }
    /// Makes everything so far durable, together with the capture's state.
    pub async fn progress(&mut self, _state: Value) -> Result<()> {
        unimplemented!()
    }
    /// Makes a recovery point of everything so far. The writer may go on writing towards the next one.
    pub async fn commit(&mut self, _note: &str, _state: Value) -> Result<RecoveryPoint> {
        unimplemented!()
    }
}
