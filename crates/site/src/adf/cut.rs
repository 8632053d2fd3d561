//! Cutting a document to what Jira takes.

use serde_json::Value;

use super::length::units;
use super::{aside, content, kind, length, with_content};

/// A document that was too long.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// Its beginning, with a note at the end.
    pub document: Value,
    /// How long it was.
    pub length: usize,
}

/// The beginning of a document with `note` as its last paragraph, no longer than `limit` characters; `None` when all of it
/// fits. Cuts between nodes, and inside the one text node that the limit falls into.
pub fn cut(document: &Value, limit: usize, note: &str) -> Option<Cut> {
    let whole = length(document);
    if whole <= limit {
        return None;
    }
    let mut room = limit.saturating_sub(units(note));
    let mut shortened = shorten(document, &mut room).unwrap_or_else(|| super::document(Vec::new()));
    if let Some(children) = shortened.get_mut("content").and_then(Value::as_array_mut) {
        children.push(aside(note));
    }
    Some(Cut { document: shortened, length: whole })
}

/// The node as far as there is room, or `None` when nothing of it is left.
fn shorten(node: &Value, room: &mut usize) -> Option<Value> {
    let children = content(node);
    if kind(node) == "text" {
        let text = shorten_text(node, room)?;
        // Jira makes no text with children, but what is foreign may have some.
        return Some(if children.is_empty() { text } else { with_content(&text, shorten_all(children, room)) });
    }
    if children.is_empty() {
        return Some(node.clone());
    }
    let kept = shorten_all(children, room);
    (!kept.is_empty()).then(|| with_content(node, kept))
}

/// The first nodes, as far as there is room.
fn shorten_all(nodes: &[Value], room: &mut usize) -> Vec<Value> {
    let mut kept = Vec::new();
    for node in nodes {
        let fits = length(node) <= *room;
        kept.extend(shorten(node, room));
        if !fits {
            *room = 0;
            break;
        }
    }
    kept
}

fn shorten_text(node: &Value, room: &mut usize) -> Option<Value> {
    let text = node["text"].as_str()?;
    let mut kept = String::new();
    for character in text.chars() {
        let Some(left) = room.checked_sub(character.len_utf16()) else { break };
        *room = left;
        kept.push(character);
    }
    (!kept.is_empty()).then(|| {
        let mut node = node.clone();
        node["text"] = Value::String(kept);
        node
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_with_children_is_cut_with_them() {
        let text = |text: &str| json!({ "type": "text", "text": text });
        let node = json!({ "type": "text", "text": "abc", "content": [text("defg"), text("hi")] });
        let document = json!({ "type": "doc", "content": [node, text("jk")] });
        let content = |limit| cut(&document, limit, "cut").map(|cut| cut.document["content"][0].clone());
        assert_eq!(content(11), None);
        assert_eq!(content(8), Some(json!({ "type": "text", "text": "abc", "content": [text("de")] })));
        assert_eq!(content(5), Some(json!({ "type": "text", "text": "ab", "content": [] })));
    }
}
