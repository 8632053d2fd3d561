//! What hangs on issues: histories, worklogs, files.

#![no_main]

use fuzz::answers::{Calls, ask};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| ask(Calls::Hanging, input));
