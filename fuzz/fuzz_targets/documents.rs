//! Documents (ADF), rewritten for another site.

#![no_main]

use fuzz::objects::document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(body) = serde_json::from_slice(bytes) {
        document(&body);
    }
});
