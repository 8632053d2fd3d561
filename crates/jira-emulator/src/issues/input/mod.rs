//! Reading of written field values: JSON in, checked state out. Start at [`IssueInput`] and [`set`].

mod custom;
mod duration;
mod system;
mod update;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::properties::PropertyInput;
use super::selection;
use crate::state::{Field, Issue, RawJson, SiteState};

pub(crate) use duration::seconds;
pub(crate) use system::{automatic_assignee, issue_type, project};
pub(crate) use update::resolve;

/// The body of a request that creates, edits or transitions an issue.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IssueInput {
    #[serde(default)]
    pub(crate) fields: Map<String, Value>,
    #[serde(default)]
    pub(crate) update: Map<String, Value>,
    #[serde(default)]
    pub(crate) properties: Vec<PropertyInput>,
    pub(crate) transition: Option<TransitionInput>,
    pub(crate) history_metadata: Option<RawJson>,
}

/// The transition to take, by id.
#[derive(Debug, Deserialize)]
pub(crate) struct TransitionInput {
    id: Value,
}

impl TransitionInput {
    /// The id as text; clients send a string or a number.
    pub(crate) fn id(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }
}

/// Problems by field.
pub(crate) type Problems = BTreeMap<String, String>;

/// Result of reading one value: what is wrong with it, in Jira's words.
pub(crate) type Read<T> = Result<T, String>;

/// Jira's words for a field that cannot be written.
pub(crate) fn not_settable(field: &str) -> String {
    format!("Field '{field}' cannot be set. It is not on the appropriate screen, or unknown.")
}

/// Sets a field of an issue to a written value.
pub(crate) fn set(state: &SiteState, issue: &mut Issue, field: &str, value: &Value) -> Read<()> {
    let known = state.fields.get(field).filter(|known| !known.trashed);
    match known {
        _ if field == "parent" => system::parent(state, issue, value),
        Some(known) if known.is_custom() => set_custom(state, issue, known, value),
        Some(_) => system::set(state, issue, field, value),
        None => Err(not_settable(field)),
    }
}

fn set_custom(state: &SiteState, issue: &mut Issue, field: &Field, value: &Value) -> Read<()> {
    let number = field.schema.custom_id.ok_or_else(|| not_settable(&field.id))?;
    if !selection::applies(field, issue.project, issue.issue_type) {
        return Err(not_settable(&field.id));
    }
    if field.schema.custom.as_deref() == Some("com.pyxis.greenhopper.jira:gh-epic-link") {
        return custom::epic_link(state, issue, value);
    }
    match custom::read(state, issue, field, value)? {
        Some(value) => issue.custom.insert(number, value),
        None => issue.custom.remove(&number),
    };
    Ok(())
}

/// An id in a reference: a string or a number.
fn id_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}
