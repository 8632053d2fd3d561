//! What comments and worklogs have in common: both are texts with an author, a date, a restriction and properties.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::reading::{Found, unexpected};
use super::{original, properties, time, visibility};
use crate::kind::{Existing, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::marks::{Marks, OperationId, Original, PROPERTY};
use crate::members::Members;
use crate::names::{Names, id_text};

/// An embedded list: complete when as many came as there are.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Embedded {
    pub total: u64,
    #[serde(default, alias = "comments", alias = "worklogs")]
    pub values: Vec<Box<RawValue>>,
}

impl Embedded {
    /// The list of an issue. One that cannot be read counts as cut short: then the issue's own list is asked.
    pub(crate) fn of(issue: &FetchedIssue, field: &str) -> Self {
        let Some(list) = issue.fields.get(field) else { return Self::default() };
        let list: serde_json::Result<Option<Self>> = serde_json::from_str(list.get());
        list.map_or(Self { total: u64::MAX, values: Vec::new() }, Option::unwrap_or_default)
    }

    /// Whether nothing is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.values.len() as u64 >= self.total
    }
}

/// An object of an answer, with its id; without an empty list of properties, which only some ways of reading give.
pub(crate) fn found(raw: &RawValue) -> jira::Result<Found> {
    const CALL: &str = "GET /rest/api/3/issue/{issue}/…";
    let mut members = Members::parse(raw).map_err(|error| unexpected(CALL, error))?;
    let id = members.get("id").and_then(|id| serde_json::from_str::<Value>(id.get()).ok());
    let id = id.as_ref().and_then(id_text).ok_or_else(|| unexpected(CALL, "an object without id"))?;
    if members.get("properties").is_some_and(|properties| matches!(properties.get(), "[]" | "null")) {
        members.remove("properties");
    }
    let body = members.to_raw().map_err(|error| unexpected(CALL, error))?;
    Ok(Found { id, body })
}

/// The normal form of what both have, apart from the text.
pub(crate) fn normal(body: &Value, names: &Names, hidden: &[&str]) -> Map<String, Value> {
    let original = original(body);
    let properties: Map<String, Value> = own_properties(body)
        .filter(|(key, _)| !hidden.contains(key))
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect();
    let mut normal = Map::new();
    normal.insert("author".to_owned(), original.author.into());
    normal.insert("created".to_owned(), time::normal_text(original.created.as_deref()));
    normal.insert("updated".to_owned(), time::normal_text(original.updated.as_deref()));
    normal.insert("visibility".to_owned(), visibility::normal(body, names));
    normal.insert("properties".to_owned(), Value::Object(properties));
    normal
}

/// The properties to write: those of the source and the mark.
pub(crate) fn marked_properties(
    body: &Value,
    marks: &Marks,
    operation: OperationId,
    original: &Original,
) -> Vec<Value> {
    let own = own_properties(body).map(|(key, value)| json!({ "key": key, "value": value }));
    own.chain([json!({ "key": PROPERTY, "value": marks.mark(operation, original) })]).collect()
}

/// The objects of an answer with the operations that their marks name.
pub(crate) fn existing(objects: &[Box<RawValue>], writer: &Writer) -> jira::Result<Vec<Existing>> {
    objects
        .iter()
        .map(|raw| {
            let Found { id, body } = found(raw)?;
            let body: Value = serde_json::from_str(body.get()).map_err(|error| unexpected("GET …", error))?;
            let mark = properties(&body).find(|(key, _)| *key == PROPERTY);
            let operation = mark.and_then(|(_, value)| writer.marks.recognise(value));
            Ok(Existing { operation, natural: String::new(), id })
        })
        .collect()
}

fn own_properties(body: &Value) -> impl Iterator<Item = (&str, &Value)> {
    properties(body).filter(|(key, _)| *key != PROPERTY)
}
