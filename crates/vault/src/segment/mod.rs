//! Segments: encrypted Parquet files of versions of records, each with an index file of its narrow columns.
//!
//! [`schema`] says which columns, [`properties`] which of Parquet's features (few: what stock DuckDB reads), [`write`]
//! makes both files, [`footer`] and [`group`] read a segment, [`cache`] keeps what was read within bounds.

pub(crate) mod cache;
pub(crate) mod footer;
pub(crate) mod group;
pub(crate) mod properties;
pub(crate) mod schema;
pub(crate) mod write;

/// Rows in a row group, at most.
pub(crate) const GROUP_ROWS: usize = 8192;
/// Bytes of a row group before compression, about: a row is never split. Reading one record reads its group: some
/// milliseconds. A quarter makes a vault a tenth larger.
pub(crate) const GROUP_BYTES: usize = 4 << 20;

/// The name of a new segment's object.
pub(crate) fn name(ulid: &str) -> String {
    format!("segments/{ulid}.parquet")
}

/// The name of the index that belongs to a segment.
pub(crate) fn index_name(segment: &str) -> String {
    segment.replacen("segments/", "index/", 1)
}

/// The name of the segment that an index belongs to.
pub(crate) fn of_index(index: &str) -> String {
    index.replacen("index/", "segments/", 1)
}
