//! Taking out what Jira itself shows but does not take back.

use serde_json::Value;

use super::losses::REPAIRED;
use super::{Note, Rewritten, kind};

/// Takes out empty text nodes (quirks §6: refused) and adds a missing version.
pub fn clean(document: &Value) -> Rewritten {
    let mut notes = Vec::new();
    let mut document = document.clone();
    take_out_empty(&mut document, "", &mut notes);
    if kind(&document) == "doc"
        && let Some(members) = document.as_object_mut()
    {
        members.entry("version").or_insert_with(|| 1.into());
        members.entry("content").or_insert_with(|| Value::Array(Vec::new()));
    }
    Rewritten { document, notes }
}

fn take_out_empty(node: &mut Value, path: &str, notes: &mut Vec<Note>) {
    let Some(children) = node.get_mut("content").and_then(Value::as_array_mut) else { return };
    let before = children.len();
    children.retain(|child| !is_empty_text(child));
    if children.len() < before {
        let detail = format!("{} empty text nodes", before - children.len());
        notes.push(Note { loss: REPAIRED.id, path: path.to_owned(), detail });
    }
    for (index, child) in children.iter_mut().enumerate() {
        take_out_empty(child, &format!("{path}/content/{index}"), notes);
    }
}

fn is_empty_text(node: &Value) -> bool {
    kind(node) == "text" && node.get("text").and_then(Value::as_str).is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_texts_go_and_are_named() {
        let document = json!({ "type": "doc", "content": [
            { "type": "paragraph", "content": [{ "type": "text", "text": "" }, { "type": "text", "text": "a" }] },
        ] });
        let cleaned = clean(&document);
        let expected = json!({ "type": "doc", "version": 1, "content": [
            { "type": "paragraph", "content": [{ "type": "text", "text": "a" }] },
        ] });
        assert_eq!(cleaned.document, expected);
        assert_eq!(cleaned.notes.len(), 1);
        assert_eq!(cleaned.notes[0].path, "/content/0");
    }
}
