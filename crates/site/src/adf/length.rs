//! How long Jira takes a document to be.

use serde_json::Value;

use super::{content, kind};

/// The most characters that Jira takes in one text (quirks §6).
pub const LIMIT: usize = 32_767;

/// The characters of all text nodes, counted as Jira's Java does: in UTF-16 units, so never fewer than there are.
pub fn length(node: &Value) -> usize {
    let own = if kind(node) == "text" { node["text"].as_str().map_or(0, units) } else { 0 };
    own + content(node).iter().map(length).sum::<usize>()
}

/// The UTF-16 units of a text.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
