//! Addresses of sites, and names of connections, that people type.

#![no_main]

use control::name::ConnectionName;
use control::source_url::SourceUrl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(address) = SourceUrl::parse(text) {
        let again = SourceUrl::parse(address.as_str()).expect("what was taken is taken again");
        assert_eq!(again.as_str(), address.as_str());
        assert!(address.as_str().starts_with("https://") && !address.as_str().contains(['@', ' ', '#', '?']));
    }
    if let Ok(name) = ConnectionName::parse(text) {
        assert!(!name.as_str().is_empty() && !name.as_str().contains(char::is_control));
    }
});
