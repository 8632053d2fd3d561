//! Documents that Jira takes and refuses.

use serde_json::{Value, json};

use super::*;

fn document(content: Value) -> Value {
    json!({ "type": "doc", "version": 1, "content": content })
}

fn verdict(content: Value) -> Result<(), AdfProblem> {
    check(&document(content), &|file| file == Uuid::from_u128(1))
}

fn paragraph(inline: Value) -> Value {
    json!({ "type": "paragraph", "content": inline })
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

#[test]
fn rich_documents_are_taken() {
    let strong = json!({ "type": "text", "text": "b", "marks": [{ "type": "strong" }, { "type": "textColor", "attrs": { "color": "#ff00aa" } }] });
    let item = json!({ "type": "listItem", "content": [paragraph(json!([text("a"), strong]))] });
    let list = json!({ "type": "bulletList", "content": [item] });
    let cell = json!({ "type": "tableCell", "attrs": { "colspan": 2 }, "content": [paragraph(json!([]))] });
    let table = json!({ "type": "table", "content": [{ "type": "tableRow", "content": [cell] }] });
    let media = json!({ "type": "media", "attrs": { "type": "file", "id": Uuid::from_u128(1), "collection": "", "alt": "net.png" } });
    let image = json!({ "type": "mediaSingle", "attrs": { "layout": "center" }, "content": [media] });
    let code = json!({ "type": "codeBlock", "attrs": { "language": "rust" }, "content": [text("fn main() {}")] });
    assert_eq!(verdict(json!([list, table, image, code, { "type": "rule" }])), Ok(()));
    assert_eq!(verdict(json!([])), Ok(()));
}

#[test]
fn what_is_no_document_is_told_apart_from_a_broken_one() {
    assert_eq!(check(&json!("plain"), &|_| true), Err(AdfProblem::NoDocument));
    assert_eq!(check(&json!({ "type": "doc", "content": [] }), &|_| true), Err(AdfProblem::NoDocument));
    assert_eq!(verdict(json!([text("bare")])), Err(AdfProblem::Invalid));
}

#[test]
fn everything_the_schema_does_not_know_is_refused() {
    let broken = [
        json!({ "type": "blink", "content": [] }),
        json!({ "type": "paragraph", "attrs": { "color": "red" } }),
        json!({ "type": "paragraph", "extra": 1 }),
        json!({ "type": "heading", "attrs": { "level": 7 } }),
        json!({ "type": "heading" }),
        json!({ "type": "bulletList", "content": [] }),
        json!({ "type": "bulletList", "content": [paragraph(json!([]))] }),
        paragraph(json!([text("")])),
        paragraph(json!([{ "type": "text", "text": "a", "marks": [{ "type": "blink" }] }])),
        paragraph(json!([{ "type": "text", "text": "a", "marks": [{ "type": "code" }, { "type": "strong" }] }])),
        json!({ "type": "codeBlock", "content": [{ "type": "text", "text": "a", "marks": [{ "type": "strong" }] }] }),
        json!({ "type": "mediaGroup", "content": [{ "type": "media", "attrs": { "type": "file", "id": Uuid::from_u128(2), "collection": "" } }] }),
    ];
    for node in broken {
        assert_eq!(verdict(json!([node])), Err(AdfProblem::Invalid), "{node}");
    }
}

#[test]
fn text_nodes_count_in_characters_up_to_the_limit() {
    assert_eq!(verdict(json!([paragraph(json!([text(&"é".repeat(LONGEST))]))])), Ok(()));
    let halves = json!([text(&"a".repeat(LONGEST)), text("b")]);
    assert_eq!(verdict(json!([paragraph(halves)])), Err(AdfProblem::TooLong));
}

#[test]
fn plain_text_has_a_line_for_each_paragraph() {
    let document = document(json!([paragraph(json!([text("a"), text("b")])), paragraph(json!([text("c")]))]));
    assert_eq!(plain_text(&document.into()), "ab\nc");
}

#[test]
#[ignore = "needs a folder of real site JSON, named by JIRA_EMULATOR_SEED"]
fn real_documents_keep_to_the_schema() {
    let folder = std::env::var_os("JIRA_EMULATOR_SEED").expect("JIRA_EMULATOR_SEED names the folder");
    let file = std::path::Path::new(&folder).join("issues.ndjson.zst");
    let text = zstd::decode_all(std::fs::File::open(file).unwrap()).unwrap();
    let (mut documents, mut refused) = (0, Vec::new());
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let issue: Value = serde_json::from_slice(line).unwrap();
        each_document(&issue, &mut |document| {
            documents += 1;
            if let Err(problem @ (AdfProblem::Invalid | AdfProblem::NoDocument)) = check(document, &|_| true) {
                refused.push(format!("{}: {problem:?}", issue["key"]));
            }
        });
    }
    assert!(documents > 0);
    assert!(refused.is_empty(), "{} of {documents}: {:?}", refused.len(), &refused[..refused.len().min(20)]);
}

fn each_document(value: &Value, visit: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(members) if members.get("type").is_some_and(|kind| kind == "doc") => visit(value),
        Value::Object(members) => members.values().for_each(|member| each_document(member, visit)),
        Value::Array(elements) => elements.iter().for_each(|element| each_document(element, visit)),
        _ => (),
    }
}
