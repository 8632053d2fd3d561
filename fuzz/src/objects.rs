//! Objects of a site, as every kind reads, compares and translates them.

use serde_json::Value;
use site::adf::{self, Media, plain};
use site::kinds::issue;
use site::{Kind, Names, Object, Translation, jql, registry};

/// A source and a standby that differ.
pub fn translation() -> Translation {
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

/// Queries, and texts that are no documents.
pub fn words(text: &str) {
    let translation = &translation();
    let once = plain::translate(text, translation);
    let _ = (plain::normal(&once, &translation.standby), plain::names_an_id(text, &translation.source));
    let _ = (jql::translate(text, translation), jql::normal(text, &translation.source), jql::filters(text));
    let _ = translation.address(text);
}

/// A document on its way to the standby.
pub fn document(body: &Value) {
    let translation = &translation();
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

/// An object of the kind that the number chooses, on its way to the standby.
pub fn object(choice: u8, body: Value) {
    let translation = &translation();
    let kinds: Vec<&'static dyn Kind> = registry::kinds().collect();
    let kind = kinds[usize::from(choice) % kinds.len()];
    let object = Object { kind: kind.name(), key: "1/1".to_owned(), body };
    let _ = kind.normal(&object, &translation.source);
    if let Some(kind) = registry::SITE_KINDS.iter().find(|one| one.name() == kind.name()) {
        let mut names = Names::default();
        names.learn(*kind, std::slice::from_ref(&object));
        let _ = (kind.cannot_create(&object), kind.born_with(&object), kind.group(&object), kind.concludes(&object));
        let _ = kind.translate(&object, translation);
        kind.sort(&mut vec![object.clone(), object]);
    }
}

/// An issue on its way to the standby.
pub fn issue(body: Value) {
    let translation = &translation();
    let object = Object { kind: "issue", key: "1".to_owned(), body };
    let _ = issue::Issue.normal(&object, &translation.source);
    let mut prepared = issue::prepare(&object, translation);
    prepared.place_media("AB-1", &Media::default());
    let _ = issue::original(&object);
}
