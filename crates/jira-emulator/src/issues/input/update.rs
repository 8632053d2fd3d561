//! The `update` member: verbs instead of whole values.

use serde_json::{Map, Value, json};

use super::{Read, custom, not_settable, system};
use crate::state::{FieldValue, Issue, SiteState};

/// Turns the verbs for a field into the whole value to set.
pub(crate) fn resolve(state: &SiteState, issue: &Issue, field: &str, verbs: &Value) -> Read<Value> {
    let verbs = verbs.as_array().ok_or("data was not an array")?;
    let mut value = current(state, issue, field);
    for verb in verbs.iter().filter_map(Value::as_object).flat_map(Map::iter) {
        match (verb.0.as_str(), verb.1) {
            ("set", operand) => value = Some(operand.clone()),
            ("edit", operand) if field == "timetracking" => value = Some(operand.clone()),
            ("add", operand) => list(&mut value, field)?.push(operand.clone()),
            ("remove", operand) => {
                let removed = element(state, issue, field, operand);
                list(&mut value, field)?.retain(|kept| element(state, issue, field, kept) != removed);
            }
            _ => return Err(not_settable(field)),
        }
    }
    Ok(value.unwrap_or(Value::Null))
}

fn list<'v>(value: &'v mut Option<Value>, field: &str) -> Read<&'v mut Vec<Value>> {
    value.get_or_insert_with(|| json!([])).as_array_mut().ok_or_else(|| not_settable(field))
}

/// What a multi-valued field holds now, as it would be written.
fn current(state: &SiteState, issue: &Issue, field: &str) -> Option<Value> {
    let ids = |ids: &[u64]| Some(ids.iter().map(|id| json!({ "id": id.to_string() })).collect());
    match field {
        "labels" => Some(json!(issue.labels)),
        "components" => ids(&issue.components),
        "fixVersions" => ids(&issue.fix_versions),
        "versions" => ids(&issue.affects_versions),
        _ => {
            let number = state.fields.get(field)?.schema.custom_id?;
            match issue.custom.get(&number)? {
                FieldValue::Labels(labels) => Some(json!(labels)),
                FieldValue::Options(options) => ids(options),
                FieldValue::Versions(versions) => ids(versions),
                FieldValue::Users(users) => Some(users.iter().map(|user| json!({ "accountId": user })).collect()),
                FieldValue::Groups(groups) => Some(groups.iter().map(|group| json!({ "groupId": group })).collect()),
                _ => None,
            }
        }
    }
}

/// What an element means, so that `{"name":"a"}` removes what `{"id":"1"}` added.
fn element(state: &SiteState, issue: &Issue, field: &str, value: &Value) -> Option<FieldValue> {
    let one = json!([value]);
    let mut probe = issue.clone();
    match state.fields.get(field) {
        Some(known) if known.is_custom() => custom::read(state, issue, known, &one).ok().flatten(),
        _ => {
            system::set(state, &mut probe, field, &one).ok()?;
            Some(match field {
                "labels" => FieldValue::Labels(probe.labels),
                "components" => FieldValue::Options(probe.components),
                "fixVersions" => FieldValue::Versions(probe.fix_versions),
                _ => FieldValue::Versions(probe.affects_versions),
            })
        }
    }
}
