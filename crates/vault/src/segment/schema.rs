//! The columns of segments and of their indexes.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A segment: one row is one version of one record, sorted by kind, key, version.
pub(crate) static SEGMENT: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("kind", DataType::Utf8, false),
        Field::new("key", DataType::Utf8, false),
        Field::new("version", DataType::Int64, false),
        Field::new("deleted", DataType::Boolean, false),
        Field::new("updated", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        // Empty when deleted.
        Field::new("body", DataType::Utf8, false),
        // A small attachment's bytes.
        Field::new("content", DataType::Binary, true),
        // A large attachment's file, length and SHA-256.
        Field::new("blob", DataType::Utf8, true),
        Field::new("blob_length", DataType::Int64, true),
        Field::new("blob_sha256", DataType::Utf8, true),
    ]))
});

/// The index of a segment: the narrow columns, row by row, and the keyed hash of each.
pub(crate) static INDEX: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("kind", DataType::Utf8, false),
        Field::new("key", DataType::Utf8, false),
        Field::new("version", DataType::Int64, false),
        Field::new("deleted", DataType::Boolean, false),
        // Plain binary, not fixed-size: readers agree on it.
        Field::new("hash", DataType::Binary, false),
        Field::new("blob", DataType::Utf8, true),
    ]))
});
