//! Segments of a vault: Parquet footers, key material, pages.

#![no_main]

use fuzz::stored::change;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| change("segments/", input));
