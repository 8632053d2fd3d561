//! Reading lists of configuration into a sink.

use futures::TryStreamExt;
use jira::{Call, Error, Jira};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::kind::KindName;
use crate::members::Members;
use crate::names::id_text;
use crate::sink::{Result, Sink};

/// How many items are asked for at once. Jira lowers it where it allows fewer.
const PAGE: u32 = 100;

/// Reads a paged list; the key of each object is its member `id`.
pub(in crate::kinds) async fn put_pages(jira: &Jira, call: Call, kind: KindName, sink: &mut dyn Sink) -> Result<()> {
    put_each(jira, call, kind, "", sink).await
}

/// Reads a paged list of what belongs to something: the keys begin with `prefix`.
pub(in crate::kinds) async fn put_each(
    jira: &Jira,
    call: Call,
    kind: KindName,
    prefix: &str,
    sink: &mut dyn Sink,
) -> Result<()> {
    let label = call.label();
    let mut items = jira.pages_offset(call, "values", PAGE);
    while let Some(raw) = items.try_next().await? {
        let key = format!("{prefix}{}", key(&label, &raw, "id")?);
        sink.put(kind, key, None, raw).await?;
    }
    Ok(())
}

/// Reads a plain array; the key of each object is its member `id`.
pub(in crate::kinds) async fn put_array(jira: &Jira, call: Call, kind: KindName, sink: &mut dyn Sink) -> Result<()> {
    let label = call.label();
    for raw in jira.array(call).await? {
        let key = key(&label, &raw, "id")?;
        sink.put(kind, key, None, raw).await?;
    }
    Ok(())
}

/// Puts an object with members added that another request told. Their names begin with `lifeboat:`, so that they are
/// never taken for Jira's.
pub(in crate::kinds) async fn put_with(
    sink: &mut dyn Sink,
    kind: KindName,
    key: String,
    raw: &RawValue,
    more: &[(&str, Value)],
) -> Result<()> {
    let unreadable = |error: serde_json::Error| Error::Unexpected { call: kind.to_owned(), reason: error.to_string() };
    let mut members = Members::parse(raw).map_err(unreadable)?;
    for (name, value) in more {
        members.set(name, serde_json::value::to_raw_value(value).map_err(unreadable)?);
    }
    sink.put(kind, key, None, members.to_raw().map_err(unreadable)?).await
}

/// The id in an object's member `name`.
pub(in crate::kinds) fn key(call: &str, raw: &RawValue, name: &str) -> jira::Result<String> {
    let body: Value = serde_json::from_str(raw.get())
        .map_err(|error| Error::Unexpected { call: call.to_owned(), reason: error.to_string() })?;
    body.get(name)
        .and_then(id_text)
        .ok_or_else(|| Error::Unexpected { call: call.to_owned(), reason: format!("an object without `{name}`") })
}

/// The ids of all projects, archived ones included.
pub(in crate::kinds) async fn project_ids(jira: &Jira) -> Result<Vec<String>> {
    let call = super::super::project::search();
    let label = call.label();
    let mut ids = Vec::new();
    let mut projects = jira.pages_offset(call, "values", PAGE);
    while let Some(raw) = projects.try_next().await? {
        ids.push(key(&label, &raw, "id")?);
    }
    Ok(ids)
}

/// Reports what Jira refuses to show, and goes on: one project that may not be seen must not end a capture. Whatever else
/// went wrong does end it.
pub(in crate::kinds) async fn refused(
    result: Result<()>,
    kind: KindName,
    key: String,
    sink: &mut dyn Sink,
) -> Result<()> {
    match result {
        Err(crate::sink::Error::Jira(error @ (Error::Rejected { .. } | Error::Forbidden { .. }))) => {
            sink.failed(kind, key, error.to_string()).await
        }
        other => other,
    }
}
