//! Queries (JQL) and plain texts, rewritten for another site.

#![no_main]

use fuzz::objects::words;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| words(text));
