//! One row group of a segment, decrypted.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, BinaryArray, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use bytes::Bytes;
use jiff::Timestamp;

use super::schema;
use super::write::Row;
use crate::error::{Error, Result};
use crate::hash::HashKey;
use crate::record::Content;

/// The rows of one row group.
#[derive(Debug)]
pub(crate) struct Group {
    segment: String,
    kind: StringArray,
    key: StringArray,
    version: Int64Array,
    deleted: BooleanArray,
    updated: TimestampMicrosecondArray,
    body: StringArray,
    content: BinaryArray,
    blob: StringArray,
    blob_length: Int64Array,
    blob_sha256: StringArray,
    weight: usize,
}

impl Group {
    pub(crate) fn new(segment: &str, batch: RecordBatch) -> Result<Self> {
        if batch.schema_ref().fields() != schema::SEGMENT.fields() {
            return Err(Error::Damaged { object: segment.to_owned(), reason: "it has other columns".to_owned() });
        }
        let mut group = Self {
            segment: segment.to_owned(),
            kind: batch.column(0).as_string().clone(),
            key: batch.column(1).as_string().clone(),
            version: batch.column(2).as_primitive::<Int64Type>().clone(),
            deleted: batch.column(3).as_boolean().clone(),
            updated: batch.column(4).as_primitive::<TimestampMicrosecondType>().clone(),
            body: batch.column(5).as_string().clone(),
            content: batch.column(6).as_binary().clone(),
            blob: batch.column(7).as_string().clone(),
            blob_length: batch.column(8).as_primitive::<Int64Type>().clone(),
            blob_sha256: batch.column(9).as_string().clone(),
            weight: 0,
        };
        drop(batch);
        group.shrink();
        Ok(group)
    }

    /// Gives back what the decoder took in advance, up to as much again as is in use, and weighs the rest. Nobody else may hold
    /// the columns.
    fn shrink(&mut self) {
        let columns: [&mut dyn Array; 10] = [
            &mut self.kind,
            &mut self.key,
            &mut self.version,
            &mut self.deleted,
            &mut self.updated,
            &mut self.body,
            &mut self.content,
            &mut self.blob,
            &mut self.blob_length,
            &mut self.blob_sha256,
        ];
        self.weight = columns
            .into_iter()
            .map(|column| {
                column.shrink_to_fit();
                column.get_array_memory_size()
            })
            .sum();
    }

    pub(crate) fn rows(&self) -> usize {
        self.kind.len()
    }

    /// Bytes that this group keeps in memory.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// A row by its place in the group, with the hash of what was read.
    pub(crate) fn row(&self, row: usize, hash_key: &HashKey) -> Result<Row> {
        if row >= self.rows() {
            return Err(self.damaged("it has fewer rows than its index"));
        }
        let (kind, key, deleted) = (self.kind.value(row), self.key.value(row), self.deleted.value(row));
        let body = (!deleted).then(|| Bytes::copy_from_slice(self.body.value(row).as_bytes()));
        let content = self.content(row);
        Ok(Row {
            kind: kind.to_owned(),
            key: key.to_owned(),
            version: self.version.value(row).unsigned_abs(),
            updated: if self.updated.is_valid(row) { self.time(row)? } else { None },
            hash: hash_key.record(kind, key, body.as_deref(), content.as_ref()),
            body,
            content,
        })
    }

    fn time(&self, row: usize) -> Result<Option<Timestamp>> {
        let time = Timestamp::from_microsecond(self.updated.value(row));
        time.map(Some).map_err(|_| self.damaged("a time is out of range"))
    }

    fn content(&self, row: usize) -> Option<Content> {
        if self.content.is_valid(row) {
            return Some(Content::Inline(Bytes::copy_from_slice(self.content.value(row))));
        }
        self.blob.is_valid(row).then(|| Content::Blob {
            id: self.blob.value(row).to_owned(),
            length: self.blob_length.value(row).unsigned_abs(),
            sha256: self.blob_sha256.value(row).to_owned(),
        })
    }

    fn damaged(&self, reason: &str) -> Error {
        Error::Damaged { object: self.segment.clone(), reason: reason.to_owned() }
    }
}

/// The rows of one row group of an index.
#[derive(Debug)]
pub(crate) struct IndexGroup {
    pub(crate) kind: StringArray,
    pub(crate) key: StringArray,
    pub(crate) version: Int64Array,
    pub(crate) deleted: BooleanArray,
    pub(crate) hash: BinaryArray,
    pub(crate) blob: StringArray,
}

impl IndexGroup {
    pub(crate) fn new(object: &str, batch: &RecordBatch) -> Result<Self> {
        if batch.schema_ref().fields() != schema::INDEX.fields() {
            return Err(Error::Damaged { object: object.to_owned(), reason: "it has other columns".to_owned() });
        }
        Ok(Self {
            kind: batch.column(0).as_string().clone(),
            key: batch.column(1).as_string().clone(),
            version: batch.column(2).as_primitive::<Int64Type>().clone(),
            deleted: batch.column(3).as_boolean().clone(),
            hash: batch.column(4).as_binary().clone(),
            blob: batch.column(5).as_string().clone(),
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.kind.len()
    }

    /// The large attachment that a row refers to.
    pub(crate) fn blob(&self, at: usize) -> Option<&str> {
        self.blob.is_valid(at).then(|| self.blob.value(at))
    }

    /// Whether a row describes this one of the segment.
    pub(crate) fn is_of(&self, at: usize, row: &Row) -> bool {
        let blob = match &row.content {
            Some(Content::Blob { id, .. }) => Some(id.as_str()),
            _ => None,
        };
        self.kind.value(at) == row.kind
            && self.key.value(at) == row.key
            && self.version.value(at) == row.version as i64
            && self.deleted.value(at) == row.body.is_none()
            && self.hash.value(at) == row.hash
            && self.blob(at) == blob
    }
}
