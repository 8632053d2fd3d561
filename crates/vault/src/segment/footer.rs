//! What a Parquet file of the vault says of itself at its end.

use std::ops::Range;
use std::sync::Arc;

use ambient::elsewhere;
use bytes::{Buf as _, Bytes};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::reader::{ChunkReader, Length};

use crate::error::{Error, Result};
use crate::hash::sha256;
use crate::keys::epoch::EpochKeys;
use crate::keys::material;
use crate::log::entry::Object;
use crate::storage::Storage;

/// What is read at once from the end of a file: most footers are smaller, and small files come whole.
const GUESS: u64 = 256 * 1024;

/// The decrypted footer of a file, and the file's last bytes.
#[derive(Debug)]
pub(crate) struct Footer {
    object: Object,
    metadata: ArrowReaderMetadata,
    /// The first row of each row group, and the number of rows.
    starts: Vec<u64>,
    /// The end of the file, if that is small enough to hold the whole file.
    whole: Option<Bytes>,
}

impl Footer {
    /// Reads a whole file, which must be what the log says: for an index, against which rows of segments are checked and
    /// which therefore must not be another one.
    pub(crate) async fn read_whole(storage: &Storage, keys: Arc<EpochKeys>, object: &Object) -> Result<Self> {
        let bytes = storage.range(&object.name, 0..object.size).await?;
        object.check(bytes.len() as u64, &sha256(&bytes))?;
        Self::decrypt(keys, object, 0, bytes).await
    }

    /// Reads the footer of a segment or an index.
    pub(crate) async fn read(storage: &Storage, keys: Arc<EpochKeys>, object: &Object) -> Result<Self> {
        let name = &object.name;
        let mut from = object.size.saturating_sub(GUESS);
        let mut tail = storage.range(name, from..object.size).await?;
        if tail.len() as u64 != object.size - from {
            return Err(damaged(name, "it is shorter than it was"));
        }
        let needed = footer_length(name, &tail)?.min(object.size);
        if needed > tail.len() as u64 {
            from = object.size - needed;
            tail = storage.range(name, from..object.size).await?;
        }
        Self::decrypt(keys, object, from, tail).await
    }

    /// Opens a footer that lies in `tail`, the bytes of the file from `from` on.
    async fn decrypt(keys: Arc<EpochKeys>, object: &Object, from: u64, tail: Bytes) -> Result<Self> {
        let part = Part { start: from, length: object.size, bytes: tail.clone() };
        let size = object.size;
        let metadata = decode(&object.name, move || {
            let decryption = material::decryption(keys)?;
            let mut reader = ParquetMetaDataReader::new().with_decryption_properties(Some(decryption.clone()));
            reader.try_parse_sized(&part, size)?;
            let options = ArrowReaderOptions::new().with_file_decryption_properties(decryption);
            ArrowReaderMetadata::try_new(Arc::new(reader.finish()?), options)
        })
        .await?;
        let mut starts = vec![0];
        for group in metadata.metadata().row_groups() {
            starts.push(starts[starts.len() - 1] + group.num_rows().unsigned_abs());
        }
        Ok(Self { object: object.clone(), metadata, starts, whole: (from == 0).then_some(tail) })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.starts[self.starts.len() - 1]
    }

    pub(crate) fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of the first row of a row group.
    pub(crate) fn start(&self, group: usize) -> u64 {
        self.starts[group]
    }

    /// The row group that a row is in.
    pub(crate) fn group_of(&self, row: u64) -> Result<usize> {
        let group = self.starts.partition_point(|start| *start <= row);
        if row >= self.rows() {
            Err(damaged(&self.object.name, "it has fewer rows than its index"))
        } else {
            Ok(group - 1)
        }
    }

    /// Bytes that this footer keeps in memory, about.
    pub(crate) fn weight(&self) -> usize {
        self.groups() * 4096 + self.whole.as_ref().map_or(0, Bytes::len) + 4096
    }

    /// Reads one row group and decrypts it.
    pub(crate) async fn batch(&self, storage: &Storage, group: usize) -> Result<arrow_array::RecordBatch> {
        self.decode(group, self.fetch(storage, group).await?).await
    }

    /// The bytes of a row group, as they are stored.
    pub(crate) async fn fetch(&self, storage: &Storage, group: usize) -> Result<Bytes> {
        let name = &self.object.name;
        let range = self.bytes_of(group)?;
        let bytes = match &self.whole {
            Some(whole) => whole.slice(range.start as usize..range.end as usize),
            None => storage.range(name, range.clone()).await?,
        };
        if bytes.len() as u64 == range.end - range.start {
            Ok(bytes)
        } else {
            Err(damaged(name, "it is shorter than it was"))
        }
    }

    /// Decrypts a row group from its bytes.
    pub(crate) async fn decode(&self, group: usize, bytes: Bytes) -> Result<arrow_array::RecordBatch> {
        let name = &self.object.name;
        let part = Part { start: self.bytes_of(group)?.start, length: self.object.size, bytes };
        let metadata = self.metadata.clone();
        let rows = (self.starts[group + 1] - self.starts[group]) as usize;
        let read = decode(name, move || {
            let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(part, metadata)
                .with_row_groups(vec![group])
                .with_batch_size(rows.max(1))
                .build()?;
            reader.next().transpose().map_err(ParquetError::from)
        })
        .await?;
        match read {
            Some(batch) if batch.num_rows() == rows => Ok(batch),
            _ => Err(damaged(name, "it has fewer rows than it says")),
        }
    }

    fn bytes_of(&self, group: usize) -> Result<Range<u64>> {
        let metadata = self.metadata.metadata().row_group(group);
        let ranges = metadata.columns().iter().map(parquet::file::metadata::ColumnChunkMetaData::byte_range);
        let (start, end) = ranges.fold((u64::MAX, 0), |(low, high), (start, length)| {
            (low.min(start), high.max(start.saturating_add(length)))
        });
        if start < end && end <= self.object.size {
            Ok(start..end)
        } else {
            Err(damaged(&self.object.name, "its footer points outside of it"))
        }
    }
}

/// The length of the footer, with the eight bytes that say so.
fn footer_length(name: &str, tail: &Bytes) -> Result<u64> {
    let end = tail.len().checked_sub(8).map(|start| &tail[start..]);
    match end {
        Some(&[a, b, c, d, b'P', b'A', b'R', b'E']) => Ok(u64::from(u32::from_le_bytes([a, b, c, d])) + 8),
        _ => Err(damaged(name, "it is no encrypted Parquet file")),
    }
}

fn damaged(object: &str, reason: &str) -> Error {
    Error::Damaged { object: object.to_owned(), reason: reason.to_owned() }
}

/// Runs the Parquet library away from the async threads; its errors, and its panics on nonsense, mean damage.
async fn decode<T: Send + 'static>(
    object: &str,
    work: impl FnOnce() -> Result<T, ParquetError> + Send + 'static,
) -> Result<T> {
    match elsewhere(async { tokio::task::spawn_blocking(work).await }).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(damaged(object, &error.to_string())),
        Err(_) => Err(damaged(object, "the Parquet library gave up on it")),
    }
}

/// A part of a file, at its place.
struct Part {
    start: u64,
    length: u64,
    bytes: Bytes,
}

impl Length for Part {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Part {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let offset = start.checked_sub(self.start).filter(|offset| *offset <= self.bytes.len() as u64);
        let offset = offset.ok_or_else(|| ParquetError::EOF(format!("byte {start} was not read")))?;
        Ok(self.bytes.slice(offset as usize..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_sub(self.start).and_then(|offset| offset.checked_add(length as u64));
        match end {
            Some(end) if end <= self.bytes.len() as u64 => Ok(self.bytes.slice(end as usize - length..end as usize)),
            _ => Err(ParquetError::EOF(format!("bytes from {start} were not read"))),
        }
    }
}
