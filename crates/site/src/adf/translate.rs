//! Users, addresses and keys in a document, from the source's to the standby's.

use serde_json::{Value, json};

use super::losses::{ADDRESS, MENTION};
use super::{Note, Rewritten, holds_code, is_code, kind, map_content, plain};
use crate::translation::{Person, Translation};

/// Rewrites a cleaned document. Code is left alone. Files are left to [`super::place`].
pub fn translate(document: &Value, translation: &Translation) -> Rewritten {
    let mut rewriter = Rewriter { translation, notes: Vec::new() };
    let document = rewriter.node(document, String::new());
    Rewritten { document, notes: rewriter.notes }
}

struct Rewriter<'a> {
    translation: &'a Translation,
    notes: Vec<Note>,
}

impl Rewriter<'_> {
    fn node(&mut self, node: &Value, path: String) -> Value {
        match kind(node) {
            "text" => self.text(node, &path),
            "mention" => self.mention(node, path),
            _ if holds_code(node) => node.clone(),
            _ => {
                let mut node = map_content(node, &path, |child, path| self.node(child, path));
                self.addresses(&mut node, &path);
                node
            }
        }
    }

    fn text(&mut self, node: &Value, path: &str) -> Value {
        let mut node = node.clone();
        if !is_code(&node) {
            let text = plain::translate(node["text"].as_str().unwrap_or_default(), self.translation);
            node["text"] = Value::String(text);
        }
        for mark in node.get_mut("marks").and_then(Value::as_array_mut).into_iter().flatten() {
            if kind(mark) == "link"
                && let Some(href) = mark.pointer_mut("/attrs/href")
            {
                self.address(href, path);
            }
        }
        node
    }

    fn mention(&mut self, node: &Value, path: String) -> Value {
        let account = node["attrs"]["id"].as_str().unwrap_or_default();
        match self.translation.user(account) {
            Person::Account(target) => {
                let mut node = node.clone();
                node["attrs"]["id"] = target.into();
                node
            }
            Person::Missing => {
                let name = node["attrs"]["text"].as_str().filter(|text| !text.is_empty());
                let name = name.map_or_else(|| format!("@{account}"), str::to_owned);
                self.notes.push(Note { loss: MENTION.id, path, detail: name.clone() });
                json!({ "type": "text", "text": name })
            }
        }
    }

    /// Cards and pictures from elsewhere carry their address as an attribute.
    fn addresses(&mut self, node: &mut Value, path: &str) {
        if node["attrs"]["url"].is_string() {
            self.address(&mut node["attrs"]["url"], path);
        }
        if node["attrs"]["data"].is_object() {
            translate_strings(&mut node["attrs"]["data"], self.translation);
        }
    }

    fn address(&mut self, address: &mut Value, path: &str) {
        let Some(text) = address.as_str() else { return };
        if plain::names_an_id(text, &self.translation.source) {
            self.notes.push(Note { loss: ADDRESS.id, path: path.to_owned(), detail: text.to_owned() });
        }
        *address = Value::String(plain::translate(text, self.translation));
    }
}

/// Rewrites every string below a value.
pub(crate) fn translate_strings(value: &mut Value, translation: &Translation) {
    map_strings(value, &|text| plain::translate(text, translation));
}

/// Changes every string below a value.
pub(crate) fn map_strings(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| map_strings(value, change)),
        Value::Object(members) => members.values_mut().for_each(|value| map_strings(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
