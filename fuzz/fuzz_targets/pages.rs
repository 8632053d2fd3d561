//! Lists of a site in every style of pages.

#![no_main]

use fuzz::answers::{Calls, ask};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| ask(Calls::Pages, input));
