//! Nodes of Atlassian documents.

use serde_json::{Value, json};

use crate::state::RawJson;

/// A whole document.
pub(super) fn document(content: Vec<Value>) -> RawJson {
    json!({ "type": "doc", "version": 1, "content": content }).into()
}

/// A node with content.
pub(super) fn node(kind: &str, content: Vec<Value>) -> Value {
    json!({ "type": kind, "content": content })
}

/// A node with attributes and content.
pub(super) fn node_with(kind: &str, attrs: Value, content: Vec<Value>) -> Value {
    json!({ "type": kind, "attrs": attrs, "content": content })
}

/// A node with attributes and nothing in it.
pub(super) fn leaf(kind: &str, attrs: Value) -> Value {
    json!({ "type": kind, "attrs": attrs })
}

/// A paragraph.
pub(super) fn paragraph(content: Vec<Value>) -> Value {
    node("paragraph", content)
}

/// Plain text.
pub(super) fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

/// Text with marks.
pub(super) fn marked(text: &str, marks: Vec<Value>) -> Value {
    json!({ "type": "text", "text": text, "marks": marks })
}

/// A mark without attributes.
pub(super) fn mark(kind: &str) -> Value {
    json!({ "type": kind })
}

/// A mark with attributes.
pub(super) fn mark_with(kind: &str, attrs: Value) -> Value {
    json!({ "type": kind, "attrs": attrs })
}

/// Puts marks on a node.
pub(super) fn with_marks(mut node: Value, marks: Vec<Value>) -> Value {
    node["marks"] = Value::Array(marks);
    node
}

/// A list item with one paragraph.
pub(super) fn item(words: &str) -> Value {
    node("listItem", vec![paragraph(vec![text(words)])])
}
