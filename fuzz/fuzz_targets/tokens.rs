//! What people and other systems hand in: tokens, addresses of sites, names, codes, audit logs.

#![no_main]

use control::audit::{self, AuditEvent};
use control::name::ConnectionName;
use control::source_url::SourceUrl;
use control::token::{Token, TokenId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    match choice % 4 {
        0 => token(text),
        1 => {
            if let Ok(address) = SourceUrl::parse(text) {
                let again = SourceUrl::parse(address.as_str()).expect("what was taken is taken again");
                assert_eq!(again.as_str(), address.as_str());
                assert!(address.as_str().starts_with("https://") && !address.as_str().contains(['@', ' ', '#', '?']));
            }
        }
        2 => {
            if let Ok(name) = ConnectionName::parse(text) {
                assert!(!name.as_str().is_empty() && !name.as_str().contains(char::is_control));
            }
        }
        _ => {
            if let Ok(events) = serde_json::from_str::<Vec<AuditEvent>>(text)
                && let Some(first) = events.first()
            {
                let _ = audit::verify(first.tenant, &events, None);
            }
        }
    }
});

fn token(text: &str) {
    let _ = TokenId::parse(text);
    let Err(error) = Token::parse(text) else { return };
    let told = error.to_string();
    assert!(told.len() < 500, "{told}");
}
