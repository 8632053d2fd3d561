//! Issues in batches, on their way from a site through the vault to another.

#![no_main]

use fuzz::answers::{Calls, ask};
use fuzz::objects::issue;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;
use site::kinds::issue::FetchedIssue;

fuzz_target!(|input: &[u8]| {
    ask(Calls::Issues, input);
    if let Ok(raw) = serde_json::from_slice::<&RawValue>(input)
        && let Ok(fetched) = FetchedIssue::parse(raw)
    {
        let _ = (fetched.body(), fetched.list("attachment"), fetched.field::<Value>("watches"));
    }
    if let Ok(body) = serde_json::from_slice(input) {
        issue(body);
    }
});
