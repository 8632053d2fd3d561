//! Custom fields.

use serde_json::Value;

use super::system::{account, date, document, each, labels, version, versions};
use super::{Read, id_of, not_settable, system};
use crate::http::time::parse_time;
use crate::state::{Field, FieldOption, FieldValue, Issue, RawJson, SiteState, SprintState};

const LONGEST_LINE: usize = 255;

/// Reads a value by the type of its field; none clears the field.
pub(super) fn read(state: &SiteState, issue: &Issue, field: &Field, value: &Value) -> Read<Option<FieldValue>> {
    let custom = field.schema.custom.as_deref().unwrap_or_default();
    let kind = custom.rsplit_once(':').map_or(custom, |(_, kind)| kind);
    if matches!(kind, "gh-lexo-rank" | "devsummarycf" | "devsummary" | "readonlyfield") {
        return Err(not_settable(&field.id));
    }
    if value.is_null() {
        return Ok(None);
    }
    let filled = |values: Vec<u64>, wrap: fn(Vec<u64>) -> FieldValue| (!values.is_empty()).then(|| wrap(values));
    Ok(match kind {
        "textfield" | "url" | "gh-epic-label" | "gh-epic-color" => line(value)?.map(FieldValue::Text),
        "textarea" => document(state, value)?.map(FieldValue::Document),
        "float" | "jsw-story-points" => {
            Some(FieldValue::Number(value.as_f64().ok_or("Operation value must be a number")?))
        }
        "datepicker" => date(value)?.map(FieldValue::Date),
        "datetime" => {
            let at = value.as_str().and_then(parse_time);
            Some(FieldValue::DateTime(
                at.ok_or_else(|| format!("Error parsing time: {}", value.as_str().unwrap_or_default()))?,
            ))
        }
        "labels" => Some(labels(value)?).filter(|labels| !labels.is_empty()).map(FieldValue::Labels),
        "gh-sprint" => sprint(state, issue, field, value)?,
        "select" | "radiobuttons" | "gh-epic-status" => Some(FieldValue::Option(option(field, None, value)?)),
        "multiselect" | "multicheckboxes" => {
            filled(each(value, |value| option(field, None, value))?, FieldValue::Options)
        }
        "cascadingselect" => {
            let parent = option(field, None, value)?;
            let child = value.get("child").filter(|child| !child.is_null());
            let child = child.map(|child| option(field, Some(parent), child)).transpose()?;
            Some(FieldValue::Cascade(parent, child))
        }
        "userpicker" => Some(FieldValue::User(user(state, value)?)),
        "multiuserpicker" | "people" => {
            let users = each(value, |value| user(state, value))?;
            (!users.is_empty()).then_some(FieldValue::Users(users))
        }
        "grouppicker" => Some(FieldValue::Groups(vec![group(state, value)?])),
        "multigrouppicker" => {
            let groups = each(value, |value| group(state, value))?;
            (!groups.is_empty()).then_some(FieldValue::Groups(groups))
        }
        "project" => Some(FieldValue::Project(system::project(state, Some(value))?.id)),
        "version" => Some(FieldValue::Versions(vec![version(state, issue.project, value)?])),
        "multiversion" => filled(versions(state, issue.project, value)?, FieldValue::Versions),
        _ => Some(FieldValue::Raw(RawJson::from(value.clone()))),
    })
}

fn line(value: &Value) -> Read<Option<std::sync::Arc<str>>> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if text.chars().count() > LONGEST_LINE {
        return Err(format!(
            "The entered text is too long. It exceeds the allowed limit of {LONGEST_LINE} characters."
        ));
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

fn option(field: &Field, parent: Option<u64>, value: &Value) -> Read<u64> {
    let options =
        || field.contexts.values().flat_map(|context| &context.options).filter(|option| option.parent == parent);
    let named: Option<&FieldOption> = match id_of(&value["id"]) {
        Some(id) => options().find(|option| option.id == id),
        None => options().find(|option| Some(&*option.value) == value["value"].as_str()),
    };
    let usable = named.filter(|option| !option.disabled);
    usable.map(|option| option.id).ok_or_else(|| match id_of(&value["id"]) {
        Some(id) => format!("Option id '{id}' is not valid"),
        None => format!("Option value '{}' is not valid", value["value"].as_str().unwrap_or_default()),
    })
}

fn user(state: &SiteState, value: &Value) -> Read<crate::state::AccountId> {
    let account = account(value).ok_or("expected Object containing an `accountId` property")?;
    let user = state.users.get(account);
    user.map(|user| user.account_id.clone()).ok_or_else(|| format!("User '{account}' does not exist."))
}

fn group(state: &SiteState, value: &Value) -> Read<std::sync::Arc<str>> {
    let groups = &state.groups;
    let named = match value["groupId"].as_str() {
        Some(id) => groups.get(id),
        None => groups.values().find(|group| Some(&*group.name) == value["name"].as_str()),
    };
    named.map(|group| group.id.clone()).ok_or_else(|| {
        let name = value["groupId"].as_str().or(value["name"].as_str()).unwrap_or_default();
        format!("Could not find group with name '{name}'.")
    })
}

/// A sprint is written as one number; sprints the issue was in stay when they are closed.
fn sprint(state: &SiteState, issue: &Issue, field: &Field, value: &Value) -> Read<Option<FieldValue>> {
    let id = id_of(value).ok_or("Number value expected as the Sprint id.")?;
    let sprints = &state.sprints;
    let sprint = sprints.get(&id).ok_or_else(|| format!("Sprint with id {id} does not exist."))?;
    if sprint.state == SprintState::Closed {
        return Err("Issue can be assigned only active or future sprints.".into());
    }
    let before = field.schema.custom_id.and_then(|number| issue.custom.get(&number));
    let mut ids = match before {
        Some(FieldValue::Sprints(ids)) => ids.clone(),
        _ => Vec::new(),
    };
    ids.retain(|id| sprints.get(id).is_some_and(|sprint| sprint.state == SprintState::Closed));
    ids.push(id);
    Ok(Some(FieldValue::Sprints(ids)))
}

/// The legacy field takes a key and sets the parent.
pub(super) fn epic_link(state: &SiteState, issue: &mut Issue, value: &Value) -> Read<()> {
    match value {
        Value::Null => issue.parent = None,
        Value::String(key) => return system::parent(state, issue, &serde_json::json!({ "key": key })),
        _ => return Err("data was not a string".into()),
    }
    Ok(())
}
