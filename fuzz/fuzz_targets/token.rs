//! Tokens that people paste.

#![no_main]

use control::token::{Token, TokenId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = TokenId::parse(text);
    let Err(error) = Token::parse(text) else { return };
    let told = error.to_string();
    assert!(told.len() < 500, "{told}");
});
