//! Rich text (Atlassian Document Format): measuring, rewriting, comparing.
//!
//! A document on its way to the standby goes through [`clean`], [`translate`] (users, addresses, keys), [`place`] (files)
//! and [`cut`] (Jira's limit), each of which says what it lost. [`normal`] is the form in which two sites' documents are
//! compared. [`plain`] does to plain text what `translate` and `normal` do to documents.
//!
//! Paths are JSON pointers into the *cleaned* document, which is also what the normal form's paths point into; replacements
//! therefore stand where the original stood, one node for one node.

mod clean;
mod cut;
mod length;
pub mod losses;
mod media;
mod normal;
pub mod plain;
#[cfg(test)]
pub(crate) mod tests;
mod translate;

use serde_json::{Map, Value, json};

pub use clean::clean;
pub use cut::{Cut, cut};
pub use length::{LIMIT, length};
pub(crate) use media::most_added;
pub use media::{Media, media_ids, names_of_files, place};
pub use normal::normal;
pub(crate) use translate::map_strings;
pub use translate::translate;

/// Something that a rewriting could not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The name of the loss, one of [`losses`].
    pub loss: &'static str,
    /// Where, as a JSON pointer into the cleaned document; empty for the document as a whole.
    pub path: String,
    /// What exactly.
    pub detail: String,
}

/// A rewritten document and what it lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewritten {
    /// The document.
    pub document: Value,
    /// What could not be kept.
    pub notes: Vec<Note>,
}

/// Whether a value is a document.
pub fn is_document(value: &Value) -> bool {
    kind(value) == "doc"
}

/// A document with these nodes at its top.
pub fn document(content: Vec<Value>) -> Value {
    json!({ "type": "doc", "version": 1, "content": content })
}

/// A paragraph in italics.
pub fn aside(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text, "marks": [{ "type": "em" }] }] })
}

/// The text of a node and all below it, without what is between.
pub fn text_of(node: &Value) -> String {
    let own = if kind(node) == "text" { node["text"].as_str().unwrap_or_default() } else { "" };
    content(node).iter().fold(own.to_owned(), |text, child| text + &text_of(child))
}

/// `type` of a node, or the empty string.
fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The children of a node.
fn content(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The node with every child replaced; the function is given the child's path. Children are never copied first: below each
/// other, the copies of a large document would fill the memory.
fn map_content(node: &Value, path: &str, mut change: impl FnMut(&Value, String) -> Value) -> Value {
    let children = content(node).iter().enumerate();
    let children: Vec<Value> =
        children.map(|(index, child)| change(child, format!("{path}/content/{index}"))).collect();
    with_content(node, children)
}

/// The node with other children; without any if it has none.
fn with_content(node: &Value, children: Vec<Value>) -> Value {
    let Some(members) = node.as_object() else { return node.clone() };
    let mut changed: Map<String, Value> = Map::new();
    for (name, value) in members {
        if !(name == "content" && value.is_array()) {
            changed.insert(name.clone(), value.clone());
        }
    }
    if members.get("content").is_some_and(Value::is_array) {
        changed.insert("content".to_owned(), Value::Array(children));
    }
    Value::Object(changed)
}

/// Whether a text node is code, whose text is nobody's to rewrite.
fn is_code(node: &Value) -> bool {
    node.as_object().is_some_and(has_code)
}

/// See [`is_code`].
fn has_code(members: &Map<String, Value>) -> bool {
    members.get("marks").and_then(Value::as_array).is_some_and(|marks| marks.iter().any(|mark| kind(mark) == "code"))
}

/// Whether the text below a node is code.
fn holds_code(node: &Value) -> bool {
    kind(node) == "codeBlock"
}
