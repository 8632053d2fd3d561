//! The form in which two sites' documents are compared.

use serde_json::{Map, Value};

use super::translate::map_strings;
use super::{clean, content, has_code, holds_code, kind, plain};
use crate::names::Names;

/// The normal form of a document: users by their name on the source, the site as `{site}`, keys as on the source, and
/// without what Jira alone decides (media ids, names beside mentions, local ids). `null` when nothing is in it.
pub fn normal(document: &Value, names: &Names) -> Value {
    let document = clean(document).document;
    if content(&document).is_empty() {
        return Value::Null;
    }
    node(&document, names, false)
}

fn node(value: &Value, names: &Names, code: bool) -> Value {
    let Some(members) = value.as_object() else { return value.clone() };
    let mut normal = Map::new();
    for (name, value) in members {
        let value = match name.as_str() {
            "content" => children(members, names, code),
            "text" => text(value, names, code || has_code(members)),
            "attrs" => attributes(kind_of(members), value, names),
            "marks" => marks(value, names),
            _ => value.clone(),
        };
        if !is_nothing(&value) {
            normal.insert(name.clone(), value);
        }
    }
    Value::Object(normal)
}

fn children(members: &Map<String, Value>, names: &Names, code: bool) -> Value {
    let parent = Value::Object(Map::from_iter([("type".to_owned(), kind_of(members).into())]));
    let code = code || holds_code(&parent);
    let children = members.get("content").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    children.iter().map(|child| node(child, names, code)).collect()
}

fn text(value: &Value, names: &Names, code: bool) -> Value {
    match value.as_str() {
        Some(text) if !code => Value::String(plain::normal(text, names)),
        _ => value.clone(),
    }
}

fn attributes(kind: &str, value: &Value, names: &Names) -> Value {
    let mut attributes = value.as_object().cloned().unwrap_or_default();
    attributes.remove("localId");
    match kind {
        "mention" => {
            let account = attributes.get("id").and_then(Value::as_str).map(|account| names.user(account).to_owned());
            return Value::Object(Map::from_iter(account.map(|account| ("id".to_owned(), account.into()))));
        }
        "media" | "mediaInline" => {
            for decided in ["id", "collection", "occurrenceKey"] {
                attributes.remove(decided);
            }
        }
        _ => {}
    }
    for address in ["url", "href", "data"] {
        if let Some(value) = attributes.get_mut(address) {
            map_strings(value, &|text| plain::normal(text, names));
        }
    }
    attributes.retain(|_, value| !value.is_null());
    Value::Object(attributes)
}

fn marks(value: &Value, names: &Names) -> Value {
    let mut marks: Vec<Value> = value.as_array().into_iter().flatten().map(|mark| node(mark, names, false)).collect();
    marks.sort_by_cached_key(|mark| (kind(mark).to_owned(), mark.to_string()));
    Value::Array(marks)
}

fn kind_of(members: &Map<String, Value>) -> &str {
    members.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
