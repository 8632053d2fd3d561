//! Records of the vault as objects of a site.

use serde::de::DeserializeOwned;
use site::{KindName, Object};
use vault::Record;

use crate::{Error, Result};

/// The name of issues as a kind.
pub(crate) const ISSUE: KindName = "issue";

/// A record as the object that it is.
pub(crate) fn object(kind: KindName, record: &Record) -> Result<Object> {
    Ok(Object { kind, key: record.key.clone(), body: parse(record)? })
}

/// A record's body, or the part of it that `T` asks for.
pub(crate) fn parse<T: DeserializeOwned>(record: &Record) -> Result<T> {
    serde_json::from_slice(&record.body).map_err(|error| Error::Unreadable {
        kind: record.kind.clone(),
        key: record.key.clone(),
        reason: error.to_string(),
    })
}

/// The prefix of the keys of what hangs on an issue.
pub(crate) fn prefix(issue: &str) -> String {
    format!("{issue}/")
}

/// The issue that a key belongs to, and what follows.
pub(crate) fn split(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or((key, ""))
}

/// What people call an object of configuration: users by their name, everything else by its identity.
pub(crate) fn called(object: &Object, identity: &str) -> String {
    match object.body.get("displayName").and_then(serde_json::Value::as_str) {
        Some(name) if object.kind == "user" => format!("{name} <{identity}>"),
        _ => identity.to_owned(),
    }
}
