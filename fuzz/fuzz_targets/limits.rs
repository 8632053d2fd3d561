//! Statuses and headers of a site: limits, refusals, redirects; and what is asked once.

#![no_main]

use fuzz::answers::{Calls, ask};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| ask(Calls::Site, input));
