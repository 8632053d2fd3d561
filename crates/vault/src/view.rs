//! The site as it was at a recovery point.
use crate::{
    error::Result,
    record::{Content, Record},
};
use bytes::Bytes;
use futures::stream::BoxStream;
use std::collections::BTreeMap;

/// The records of one recovery point. Cheap to clone.
#[derive(Clone, Debug)]
pub struct View {}

impl View {
    /// The recovery point's number.
    pub fn point(&self) -> u64 {
        unimplemented!()
    }
    /// One record.
    pub async fn get(&self, _kind: &str, _key: &str) -> Result<Option<Record>> {
        unimplemented!()
    }
    /// The records of these keys that exist, in key order.
    pub async fn get_many(&self, _kind: &str, _keys: &[String]) -> Result<Vec<Record>> {
        unimplemented!()
    }
    /// All records of a kind whose keys begin with `prefix`, in key order. Memory stays bounded.
    pub fn scan(&self, _kind: &str, _prefix: &str) -> BoxStream<'static, Result<Record>> {
        unimplemented!()
    }
    /// Keys and keyed hashes of all records of a kind, in key order, from the index alone.
    pub fn keys(&self, _kind: &str) -> BoxStream<'static, Result<(String, [u8; 32])>> {
        unimplemented!()
    }
    /// The number of records of each kind.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        unimplemented!()
    }
    /// The bytes of an attachment. Ends in an error if they are not what was stored.
    pub fn content(&self, _content: &Content) -> BoxStream<'static, Result<Bytes>> {
        unimplemented!()
    }
}
