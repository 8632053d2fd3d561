//! The normal form of an issue.

use serde_json::{Map, Value, json};

use super::shape::{Shape, called, is_epic_link, shape};
use super::{fields, original};
use crate::adf::{self, plain};
use crate::kind::Object;
use crate::kinds::shared::{account, time};
use crate::names::Names;

/// See [`crate::Kind::normal`].
pub(super) fn normal(object: &Object, names: &Names) -> Value {
    let issue = &object.body;
    let key = issue.get("key").and_then(Value::as_str).unwrap_or_default();
    let original = original(object);
    json!({
        "key": names.issue(key),
        "project": names.reference("project", &issue["fields"]["project"]),
        "type": names.reference("issue-type", &issue["fields"]["issuetype"]),
        "status": names.reference("status", &issue["fields"]["status"]),
        "parent": parent_key(issue, names).map(|key| names.issue(key)),
        "original": {
            "author": original.author,
            "created": time::normal_text(original.created.as_deref()),
            "updated": time::normal_text(original.updated.as_deref()),
            "resolved": time::normal_text(original.resolved.as_deref()),
        },
        "fields": normal_fields(issue, names),
    })
}

/// The key of the issue above: the parent, or the epic where only the legacy field says it.
pub(super) fn parent_key<'a>(issue: &'a Value, names: &Names) -> Option<&'a str> {
    let by_parent = issue["fields"]["parent"]["key"].as_str();
    by_parent.or_else(|| fields(issue).find(|(id, _)| is_epic_link(id, names)).and_then(|(_, value)| value.as_str()))
}

fn normal_fields(issue: &Value, names: &Names) -> Value {
    let mut normal = Map::new();
    for (id, value) in fields(issue).filter(|(_, value)| !is_empty(value)) {
        let value = normal_value(shape(id, names), value, names);
        if !is_empty(&value) {
            normal.insert(called(id, names), value);
        }
    }
    Value::Object(normal)
}

fn normal_value(shape: Shape, value: &Value, names: &Names) -> Value {
    match shape {
        Shape::Frame | Shape::Decided | Shape::OtherKind => Value::Null,
        Shape::Line | Shape::Document if adf::is_document(value) => adf::normal(value, names),
        Shape::Line | Shape::Document => {
            value.as_str().map_or_else(|| value.clone(), |text| plain::normal(text, names).into())
        }
        Shape::Plain => value.clone(),
        Shape::Moment => time::normal(value),
        Shape::Labels => set(value, Value::clone),
        Shape::User => user(value, names),
        Shape::Users => set(value, |value| user(value, names)),
        Shape::Option => option(value),
        Shape::Options => set(value, option),
        Shape::Cascade => json!([option(value), value.get("child").map_or(Value::Null, option)]),
        Shape::Reference(kind) => names.reference(kind, value),
        Shape::References(kind) => set(value, |value| names.reference(kind, value)),
        Shape::Group => group(value, names),
        Shape::Groups => set(value, |value| group(value, names)),
        Shape::Estimates => estimates(value),
        Shape::Sprints => set(value, |value| names.reference("sprint", value)),
        Shape::Security => value.get("name").cloned().unwrap_or(Value::Null),
        Shape::Unknown => unknown(value, names),
    }
}

fn set(value: &Value, normal: impl Fn(&Value) -> Value) -> Value {
    let mut members: Vec<Value> = value.as_array().into_iter().flatten().map(normal).collect();
    members.sort_by_cached_key(Value::to_string);
    Value::Array(members)
}

fn user(value: &Value, names: &Names) -> Value {
    account(value).map_or(Value::Null, |account| names.user(account).into())
}

fn option(value: &Value) -> Value {
    value.get("value").cloned().unwrap_or(Value::Null)
}

fn group(value: &Value, names: &Names) -> Value {
    let by_id = value.get("groupId").and_then(Value::as_str).and_then(|id| names.identity("group", id));
    by_id.map_or_else(|| value.get("name").cloned().unwrap_or(Value::Null), Value::from)
}

/// Without the time spent: the sum of the worklogs.
fn estimates(value: &Value) -> Value {
    let mut estimates = Map::new();
    for (name, member) in [("original", "originalEstimateSeconds"), ("remaining", "remainingEstimateSeconds")] {
        if let Some(seconds) = value.get(member).filter(|seconds| seconds.is_number()) {
            estimates.insert(name.to_owned(), seconds.clone());
        }
    }
    Value::Object(estimates)
}

/// A value of unknown type without what differs from site to site in any value.
fn unknown(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => plain::normal(text, names).into(),
        Value::Array(values) => values.iter().map(|value| unknown(value, names)).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !matches!(name.as_str(), "self" | "avatarUrls" | "iconUrl"));
            kept.map(|(name, value)| (name.clone(), unknown(value, names))).collect()
        }
        _ => value.clone(),
    }
}

/// Whether a field with this value says no more than one that is not set.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
