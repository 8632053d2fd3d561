//! Generated documents, and what must hold of every one of them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::kinds::shared::fixture::{self, ABSENT, PRESENT, unexplained};
use crate::losses::Occurrence;

/// Documents with every node that is rewritten, and some that are not.
pub(crate) fn documents() -> impl Strategy<Value = Value> {
    prop::collection::vec(block(), 0..5).prop_map(document)
}

fn block() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        inlines().prop_map(|content| json!({ "type": "paragraph", "content": content })),
        (1..=6, inlines()).prop_map(|(level, content)| json!({ "type": "heading", "attrs": { "level": level }, "content": content })),
        words().prop_map(|text| json!({ "type": "codeBlock", "attrs": { "language": "c" }, "content": [{ "type": "text", "text": text }] })),
        Just(json!({ "type": "rule" })),
        Just(json!({ "type": "paragraph" })),
        prop::collection::vec(file(), 1..3).prop_map(|files| json!({ "type": "mediaGroup", "content": files })),
        (file(), inlines()).prop_map(|(file, caption)| json!({ "type": "mediaSingle", "attrs": { "layout": "center" }, "content": [file, { "type": "caption", "content": caption }] })),
        Just(json!({ "type": "mediaSingle", "content": [{ "type": "media", "attrs": { "type": "external", "url": "https://source.example/x.png" } }] })),
        Just(json!({ "type": "blockCard", "attrs": { "url": "https://source.example/browse/AB-7" } })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop::collection::vec(inner, 1..3).prop_flat_map(|blocks| {
            let list = json!({ "type": "bulletList", "content": [{ "type": "listItem", "content": blocks }] });
            let cell = json!({ "type": "tableCell", "attrs": {}, "content": blocks });
            let table = json!({ "type": "table", "attrs": { "localId": "x" }, "content": [{ "type": "tableRow", "content": [cell] }] });
            let panel = json!({ "type": "panel", "attrs": { "panelType": "info" }, "content": blocks });
            prop::sample::select(vec![list, table, panel])
        })
    })
}

fn inlines() -> impl Strategy<Value = Vec<Value>> {
    let inline = prop_oneof![
        words().prop_map(|text| json!({ "type": "text", "text": text })),
        words().prop_map(|text| json!({ "type": "text", "text": text, "marks": [{ "type": "strong" }, { "type": "em" }] })),
        words().prop_map(|text| json!({ "type": "text", "text": text, "marks": [{ "type": "code" }] })),
        words().prop_map(|text| json!({ "type": "text", "text": text, "marks": [{ "type": "link", "attrs": { "href": "https://source.example/browse/AB-1?focusedCommentId=5" } }] })),
        Just(json!({ "type": "text", "text": "" })),
        Just(json!({ "type": "hardBreak" })),
        prop::sample::select(vec![PRESENT, ABSENT])
            .prop_map(|account| json!({ "type": "mention", "attrs": { "id": account, "text": format!("@{account}"), "accessLevel": "" } })),
        Just(json!({ "type": "emoji", "attrs": { "shortName": ":x:" } })),
        Just(json!({ "type": "inlineCard", "attrs": { "url": "https://source.example/browse/AB-7" } })),
        prop::sample::select(vec!["file-1", "file-2"]).prop_map(|id| json!({ "type": "mediaInline", "attrs": { "type": "file", "id": id, "collection": "" } })),
    ];
    prop::collection::vec(inline, 0..5)
}

fn file() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["file-1", "file-2"])
        .prop_map(|id| json!({ "type": "media", "attrs": { "type": "file", "id": id, "collection": "", "alt": format!("picture {id}") } }))
}

fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "AB-7",
        "AB-70x",
        "text",
        "🦀",
        "ü",
        "https://source.example/browse/AB-7",
        "https://other.example/AB-7",
        ".",
        "(",
        ")",
    ]);
    prop::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
}

fn all_losses(notes: Vec<Note>) -> Vec<Occurrence> {
    let occurrence = |note: Note| Occurrence {
        loss: note.loss.to_owned(),
        kind: "issue".to_owned(),
        key: "1".to_owned(),
        path: note.path,
        detail: note.detail,
    };
    notes.into_iter().map(occurrence).collect()
}

proptest! {
    #[test]
    fn what_arrives_differs_only_where_a_loss_says_so(source in documents()) {
        let translation = fixture::translation();
        let cleaned = clean(&source);
        let translated = translate(&cleaned.document, &translation);
        let placed = place(&translated.document, &fixture::media());
        let losses = all_losses([cleaned.notes, translated.notes, placed.notes].concat());
        let before = normal(&source, &translation.source);
        let after = normal(&placed.document, &translation.standby);
        prop_assert_eq!(unexplained(&before, &after, &losses), Vec::<String>::new());
        let gone = placed.document.to_string();
        prop_assert!(!gone.contains("\"file-"), "a media id of the source is left: {gone}");
        prop_assert!(!gone.contains(&format!("\"id\":\"{ABSENT}\"")), "an absent user is left: {gone}");
    }

    #[test]
    fn without_losses_nothing_differs(source in documents()) {
        let translation = fixture::translation();
        let cleaned = clean(&source);
        let translated = translate(&cleaned.document, &translation);
        let placed = place(&translated.document, &fixture::media());
        let lost = |note: &Note| ![losses::REPAIRED.id, losses::ADDRESS.id].contains(&note.loss);
        if !cleaned.notes.iter().chain(&translated.notes).chain(&placed.notes).any(lost) {
            prop_assert_eq!(normal(&source, &translation.source), normal(&placed.document, &translation.standby));
        }
    }

    #[test]
    fn what_is_cut_fits_and_what_fits_is_not_cut(source in documents(), limit in 20usize..200) {
        match cut(&source, limit, "cut") {
            Some(cut) => {
                prop_assert!(length(&source) > limit);
                prop_assert!(length(&cut.document) <= limit);
                prop_assert!(!has_empty_container(&cut.document), "{}", cut.document);
            }
            None => prop_assert!(length(&source) <= limit),
        }
    }

    #[test]
    fn placing_files_adds_no_more_than_was_reckoned(source in documents()) {
        let placed = place(&source, &Media::default());
        prop_assert!(length(&placed.document) <= length(&source) + most_added(&source) + source.to_string().matches("caption").count());
    }
}

/// Whether a node that must not be empty is.
fn has_empty_container(node: &Value) -> bool {
    let must_hold = matches!(kind(node), "bulletList" | "listItem" | "tableRow" | "tableCell" | "panel" | "mediaGroup");
    (must_hold && content(node).is_empty()) || content(node).iter().any(has_empty_container)
}

#[test]
fn code_is_nobodys_to_rewrite() {
    let translation = fixture::translation();
    let source = document(vec![
        json!({ "type": "codeBlock", "content": [{ "type": "text", "text": "https://source.example/browse/AB-7" }] }),
    ]);
    assert_eq!(translate(&source, &translation).document, source);
    assert_eq!(
        normal(&source, &translation.source)["content"][0]["content"][0]["text"],
        "https://source.example/browse/AB-7"
    );
}

#[test]
fn a_missing_users_mention_becomes_a_name() {
    let source = document(vec![json!({ "type": "paragraph", "content": [
        { "type": "mention", "attrs": { "id": ABSENT, "text": "@Bob B" } }, { "type": "mention", "attrs": { "id": PRESENT } },
    ] })]);
    let translated = translate(&source, &fixture::translation());
    let line = &translated.document["content"][0]["content"];
    assert_eq!(line[0], json!({ "type": "text", "text": "@Bob B" }));
    assert_eq!(line[1]["attrs"]["id"], "other-ann");
    assert_eq!(translated.notes.len(), 1);
    assert_eq!(translated.notes[0].path, "/content/0/content/0");
}

#[test]
fn a_document_without_content_is_nothing() {
    assert_eq!(normal(&document(Vec::new()), &fixture::translation().source), Value::Null);
}

#[test]
fn length_is_counted_as_java_does() {
    assert_eq!(length(&aside("a🦀")), 3);
}

/// A document as no editor writes it: members of other types, nodes below texts.
fn broken() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "doc",
        "text",
        "mention",
        "media",
        "mediaInline",
        "mediaGroup",
        "mediaSingle",
        "caption",
        "codeBlock",
        "link",
        "code",
        "https://source.example/browse/AB-1",
        "file-1",
        PRESENT,
        "",
        "\u{202e}é\u{0}",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "type",
        "content",
        "text",
        "marks",
        "attrs",
        "id",
        "href",
        "url",
        "data",
        "alt",
        "version",
        "collection",
    ]);
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A node in a node in a node, as deep as JSON may be here.
fn tower() -> Value {
    let leaf = json!({ "type": "text", "text": "AB-1".repeat(1000), "marks": vec![json!({ "type": "link", "attrs": "x" }); 1000] });
    (0..40).fold(leaf, |node, _| json!({ "type": "panel", "content": [node] }))
}

fn through_all(document: &Value) {
    let translation = fixture::translation();
    let cleaned = clean(document);
    let translated = translate(&cleaned.document, &translation).document;
    let placed = place(&translated, &Media::default()).document;
    let _ = cut(&placed, 100, "cut");
    let _ = (normal(document, &translation.source), media_ids(document), most_added(document), text_of(document));
}

#[test]
fn a_tower_of_nodes_is_rewritten_in_no_time() {
    through_all(&document(vec![tower(); 20]));
}

proptest! {
    #[test]
    fn no_document_is_too_broken(document in broken()) {
        through_all(&document);
    }
}
