//! Which of Parquet's features are used: those that stock DuckDB and PyArrow read in encrypted files.

use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};

/// More than any row group holds: a column chunk must have exactly one data page.
const ONE_PAGE: usize = 1 << 30;

/// Exactly one data page for each column chunk, DataPage V1, PLAIN + zstd, nothing else.
pub(crate) fn properties(
    encryption: Arc<FileEncryptionProperties>,
    compression: i32,
) -> Result<WriterProperties, ParquetError> {
    Ok(WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by("lifeboat vault 1".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(compression)?))
        .set_encoding(Encoding::PLAIN)
        .set_dictionary_enabled(false)
        .set_bloom_filter_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_data_page_size_limit(ONE_PAGE)
        .set_data_page_row_count_limit(ONE_PAGE)
        .set_max_row_group_row_count(None)
        .with_file_encryption_properties(encryption)
        .build())
}
