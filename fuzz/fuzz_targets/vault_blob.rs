//! Attachments of a vault.

#![no_main]

use fuzz::stored::change;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| change("blobs/", input));
