//! Making a segment and its index.

use std::sync::Arc;

use ambient::Ambient;
use arrow_array::builder::{BinaryBuilder, BooleanBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use bytes::Bytes;
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;

use super::properties::properties;
use super::{GROUP_BYTES, GROUP_ROWS, schema};
use crate::error::{Error, Result};
use crate::hash::RecordHash;
use crate::keys::epoch::EpochKeys;
use crate::keys::material;
use crate::record::Content;

/// zstd's level. Level 6 takes some seconds less for 300 MB of JSON, which Jira's limits spread over minutes, and makes small
/// vaults larger than `zstd -3` of the whole.
const LEVEL: i32 = 9;

/// Encrypted files number their row groups with 16 bits, signed.
const MOST_GROUPS: usize = 32_000;

/// Index rows in a row group.
const INDEX_GROUP: usize = 65_536;

/// One version of one record.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) version: u64,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) hash: RecordHash,
    /// `None`: deleted.
    pub(crate) body: Option<Bytes>,
    pub(crate) content: Option<Content>,
}

impl Row {
    /// Bytes that the row takes before compression, about.
    pub(crate) fn weight(&self) -> usize {
        let content = match &self.content {
            Some(Content::Inline(bytes)) => bytes.len(),
            Some(Content::Blob { .. }) => 140,
            None => 0,
        };
        self.kind.len() + self.key.len() + self.body.as_ref().map_or(0, Bytes::len) + content + 64
    }
}

/// A segment and its index, ready to be stored.
pub(crate) struct Encoded {
    pub(crate) segment: Bytes,
    pub(crate) index: Bytes,
    pub(crate) rows: u64,
}

/// Takes rows in order of kind, key and version.
pub(crate) struct SegmentWriter {
    segment: ArrowWriter<Vec<u8>>,
    index: ArrowWriter<Vec<u8>>,
    group: GroupBuilder,
    index_group: IndexBuilder,
    rows: u64,
    groups: usize,
}

impl SegmentWriter {
    pub(crate) fn new(ambient: &Ambient, keys: &EpochKeys) -> Result<Self> {
        let open = |schema: &SchemaRef| -> Result<_, ParquetError> {
            let properties = properties(material::encryption(ambient, keys)?, LEVEL)?;
            ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties))
        };
        Ok(Self {
            segment: open(&schema::SEGMENT).map_err(failed)?,
            index: open(&schema::INDEX).map_err(failed)?,
            group: GroupBuilder::default(),
            index_group: IndexBuilder::default(),
            rows: 0,
            groups: 0,
        })
    }

    /// Whether the segment should be closed: it has `bytes`, about, or nearly as many row groups as the format allows.
    pub(crate) fn is_full(&self, bytes: usize) -> bool {
        self.segment.bytes_written() + self.group.weight >= bytes || self.groups >= MOST_GROUPS
    }

    pub(crate) fn push(&mut self, row: &Row) -> Result<()> {
        self.group.push(row);
        self.index_group.push(row);
        self.rows += 1;
        if self.group.rows >= GROUP_ROWS || self.group.weight >= GROUP_BYTES {
            self.flush_group()?;
        }
        if self.index_group.rows >= INDEX_GROUP {
            self.flush_index()?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Encoded> {
        self.flush_group()?;
        self.flush_index()?;
        Ok(Encoded {
            segment: self.segment.into_inner().map_err(failed)?.into(),
            index: self.index.into_inner().map_err(failed)?.into(),
            rows: self.rows,
        })
    }

    fn flush_group(&mut self) -> Result<()> {
        if self.group.rows > 0 {
            let batch = std::mem::take(&mut self.group).finish()?;
            self.segment.write(&batch).and_then(|()| self.segment.flush()).map_err(failed)?;
            self.groups += 1;
        }
        Ok(())
    }

    fn flush_index(&mut self) -> Result<()> {
        if self.index_group.rows > 0 {
            let batch = std::mem::take(&mut self.index_group).finish()?;
            self.index.write(&batch).and_then(|()| self.index.flush()).map_err(failed)?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct GroupBuilder {
    kind: StringBuilder,
    key: StringBuilder,
    version: Int64Builder,
    deleted: BooleanBuilder,
    updated: TimestampMicrosecondBuilder,
    body: StringBuilder,
    content: BinaryBuilder,
    blob: StringBuilder,
    blob_length: Int64Builder,
    blob_sha256: StringBuilder,
    rows: usize,
    weight: usize,
}

impl GroupBuilder {
    fn push(&mut self, row: &Row) {
        self.kind.append_value(&row.kind);
        self.key.append_value(&row.key);
        self.version.append_value(row.version as i64);
        self.deleted.append_value(row.body.is_none());
        self.updated.append_option(row.updated.map(Timestamp::as_microsecond));
        // The writer checked that bodies are UTF-8.
        self.body.append_value(row.body.as_ref().map_or("", |body| std::str::from_utf8(body).unwrap_or("")));
        let (content, blob) = match &row.content {
            Some(Content::Inline(bytes)) => (Some(bytes), None),
            Some(Content::Blob { id, length, sha256 }) => (None, Some((id, *length, sha256))),
            None => (None, None),
        };
        self.content.append_option(content);
        self.blob.append_option(blob.map(|(id, ..)| id));
        self.blob_length.append_option(blob.map(|(_, length, _)| length as i64));
        self.blob_sha256.append_option(blob.map(|(.., sha256)| sha256));
        self.rows += 1;
        self.weight += row.weight();
    }

    fn finish(mut self) -> Result<RecordBatch> {
        batch(
            &schema::SEGMENT,
            vec![
                Arc::new(self.kind.finish()),
                Arc::new(self.key.finish()),
                Arc::new(self.version.finish()),
                Arc::new(self.deleted.finish()),
                Arc::new(self.updated.finish().with_timezone("UTC")),
                Arc::new(self.body.finish()),
                Arc::new(self.content.finish()),
                Arc::new(self.blob.finish()),
                Arc::new(self.blob_length.finish()),
                Arc::new(self.blob_sha256.finish()),
            ],
        )
    }
}

#[derive(Default)]
struct IndexBuilder {
    kind: StringBuilder,
    key: StringBuilder,
    version: Int64Builder,
    deleted: BooleanBuilder,
    hash: BinaryBuilder,
    blob: StringBuilder,
    rows: usize,
}

impl IndexBuilder {
    fn push(&mut self, row: &Row) {
        self.kind.append_value(&row.kind);
        self.key.append_value(&row.key);
        self.version.append_value(row.version as i64);
        self.deleted.append_value(row.body.is_none());
        self.hash.append_value(row.hash);
        self.blob.append_option(match &row.content {
            Some(Content::Blob { id, .. }) => Some(id),
            _ => None,
        });
        self.rows += 1;
    }

    fn finish(mut self) -> Result<RecordBatch> {
        batch(
            &schema::INDEX,
            vec![
                Arc::new(self.kind.finish()),
                Arc::new(self.key.finish()),
                Arc::new(self.version.finish()),
                Arc::new(self.deleted.finish()),
                Arc::new(self.hash.finish()),
                Arc::new(self.blob.finish()),
            ],
        )
    }
}

fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(schema.clone(), columns).map_err(|error| failed(error.into()))
}

fn failed(error: ParquetError) -> Error {
    Error::Encode { what: "a segment".to_owned(), reason: error.to_string() }
}
