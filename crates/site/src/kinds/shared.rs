//! What several kinds need: times, people, restrictions, texts with their header line, and reading in a bounded window.

pub(crate) mod dated;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod header;
pub(crate) mod reading;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod visibility;

use serde_json::Value;

use crate::losses::Occurrence;
use crate::marks::{self, Original, PROPERTY};

/// The accountId of a user, or of what has one.
pub(crate) fn account(user: &Value) -> Option<&str> {
    user.get("accountId").and_then(Value::as_str)
}

/// The entity properties of a comment or worklog that `expand=properties` gave: `(key, value)`.
pub(crate) fn properties(body: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let entries = body.get("properties").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    entries.iter().filter_map(|entry| Some((entry.get("key")?.as_str()?, entry.get("value")?)))
}

/// Who made a comment or worklog, and when. One that a recovery restored says so itself.
pub(crate) fn original(body: &Value) -> Original {
    let restored = properties(body).find(|(key, _)| *key == PROPERTY).and_then(|(_, value)| marks::original(value));
    let text = |member: &str| body.get(member).and_then(Value::as_str).map(str::to_owned);
    restored.unwrap_or_else(|| Original {
        id: text("id"),
        author: body.get("author").and_then(account).map(str::to_owned),
        author_name: body["author"]["displayName"].as_str().map(str::to_owned),
        created: text("created"),
        updated: text("updated"),
        ..Original::default()
    })
}

/// The own id in a key `{issue}/{own}`.
pub(crate) fn own_id(key: &str) -> &str {
    key.split_once('/').map_or(key, |(_, own)| own)
}

/// A loss of one object.
pub(crate) fn occurrence(
    loss: &crate::Loss,
    object: (&str, &str),
    path: &str,
    detail: impl Into<String>,
) -> Occurrence {
    let (kind, key) = object;
    Occurrence {
        loss: loss.id.to_owned(),
        kind: kind.to_owned(),
        key: key.to_owned(),
        path: path.to_owned(),
        detail: detail.into(),
    }
}

/// A name as one step of a JSON pointer.
pub(crate) fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Sorts objects as they came to be: by `created`, then by id.
pub(crate) fn sort_by_age<T>(objects: &mut [T], body: impl Fn(&T) -> &Value) {
    objects.sort_by_cached_key(|object| {
        let body = body(object);
        let created = body.get("created").and_then(time::instant);
        let id = body.get("id").and_then(crate::names::id_text).unwrap_or_default();
        (created, id.len(), id)
    });
}
