//! Objects of a site as every kind reads, compares and translates them: documents, plain text, queries, issues, settings.
//!
//! The first byte chooses the kind, the rest is the object's JSON; of bytes that are none, the text is rewritten.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;
use site::adf::{self, Media, plain};
use site::kinds::issue::{self, FetchedIssue};
use site::{Kind, Names, Object, Translation, jql, registry};

fuzz_target!(|input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let translation = translation();
    words(text, &translation);
    if let Ok(raw) = serde_json::from_str::<&RawValue>(text)
        && let Ok(issue) = FetchedIssue::parse(raw)
    {
        let _ = (issue.body(), issue.list("attachment"), issue.field::<Value>("watches"));
    }
    if let Ok(body) = serde_json::from_str::<Value>(text) {
        document(&body, &translation);
        object(choice, body, &translation);
    }
});

fn translation() -> Translation {
    let mut translation = Translation::default();
    translation.source.addresses.push("https://source.example".to_owned());
    translation.standby.addresses.push("https://standby.example".to_owned());
    translation.redirects.insert("AB-1".to_owned(), "AB-90".to_owned());
    translation.bind_user("ann", "bob");
    for kind in registry::SITE_KINDS {
        translation.bind(kind.name(), "1", "2");
    }
    translation
}

fn words(text: &str, translation: &Translation) {
    let once = plain::translate(text, translation);
    let _ = (plain::normal(&once, &translation.standby), plain::names_an_id(text, &translation.source));
    let _ = (jql::translate(text, translation), jql::normal(text, &translation.source), jql::filters(text));
    let _ = translation.address(text);
}

fn document(body: &Value, translation: &Translation) {
    let cleaned = adf::clean(body).document;
    let translated = adf::translate(&cleaned, translation).document;
    let placed = adf::place(&translated, &Media::default()).document;
    if let Some(cut) = adf::cut(&placed, 50, "cut") {
        assert!(adf::length(&cut.document) <= 50.max(adf::length(&adf::aside("cut"))), "{}", cut.document);
    }
    let normal = adf::normal(body, &translation.source);
    assert_eq!(normal, adf::normal(body, &translation.source));
    let _ = (adf::media_ids(body), adf::text_of(body), adf::is_document(body));
}

fn object(choice: u8, body: Value, translation: &Translation) {
    let kinds: Vec<&'static dyn Kind> = registry::kinds().collect();
    let kind = kinds[usize::from(choice) % kinds.len()];
    let object = Object { kind: kind.name(), key: "1/1".to_owned(), body };
    let _ = kind.normal(&object, &translation.source);
    if kind.name() == "issue" {
        let mut prepared = issue::prepare(&object, translation);
        prepared.place_media("AB-1", &Media::default());
        let _ = issue::original(&object);
    }
    if let Some(kind) = registry::SITE_KINDS.iter().find(|one| one.name() == kind.name()) {
        let mut names = Names::default();
        names.learn(*kind, std::slice::from_ref(&object));
        let _ = (kind.cannot_create(&object), kind.born_with(&object), kind.group(&object), kind.concludes(&object));
        let _ = kind.translate(&object, translation);
        kind.sort(&mut vec![object.clone(), object]);
    }
}
