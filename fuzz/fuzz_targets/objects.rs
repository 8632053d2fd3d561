//! Objects of every kind, compared and translated. The first byte chooses the kind, the rest is JSON.

#![no_main]

use fuzz::objects::object;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    if let Ok(body) = serde_json::from_slice(rest) {
        object(choice, body);
    }
});
