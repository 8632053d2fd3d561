//! Values of custom fields as issues show them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::meta::number;
use crate::http::time::parse_time;
use crate::state::{FieldOption, FieldValue, IdKind, RawJson, SiteState};

#[derive(Deserialize)]
struct OptionLine {
    #[serde(deserialize_with = "number")]
    id: u64,
    value: Arc<str>,
    child: Option<Box<OptionLine>>,
}

#[derive(Deserialize)]
struct SprintLine {
    id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersonLine {
    account_id: Arc<str>,
}

/// Reads a value by the type of its field. Options that were not known yet become options of the field's first context.
pub(super) fn read(state: &mut SiteState, field: &str, raw: &RawValue) -> serde_json::Result<FieldValue> {
    let text = raw.get();
    let custom = state.fields.get(field).and_then(|field| field.schema.custom.clone()).unwrap_or_default();
    let kind = custom.rsplit_once(':').map_or(&*custom, |(_, kind)| kind);
    Ok(match kind {
        "textfield" | "url" | "gh-epic-label" | "gh-lexo-rank" | "gh-epic-color" => {
            FieldValue::Text(serde_json::from_str(text)?)
        }
        "textarea" => FieldValue::Document(serde_json::from_str(text)?),
        "float" | "jsw-story-points" => FieldValue::Number(serde_json::from_str(text)?),
        "datepicker" => FieldValue::Date(serde_json::from_str(text)?),
        "datetime" => {
            let written: String = serde_json::from_str(text)?;
            let at = parse_time(&written);
            FieldValue::DateTime(at.ok_or_else(|| serde::de::Error::custom(format!("`{written}` is not a time")))?)
        }
        "labels" => FieldValue::Labels(serde_json::from_str(text)?),
        "gh-sprint" => {
            let sprints: Vec<SprintLine> = serde_json::from_str(text)?;
            FieldValue::Sprints(sprints.into_iter().map(|sprint| sprint.id).collect())
        }
        "select" | "radiobuttons" => FieldValue::Option(option(state, field, serde_json::from_str(text)?)),
        "multiselect" | "multicheckboxes" => {
            let options: Vec<OptionLine> = serde_json::from_str(text)?;
            FieldValue::Options(options.into_iter().map(|line| option(state, field, line)).collect())
        }
        "cascadingselect" => {
            let mut parent: OptionLine = serde_json::from_str(text)?;
            let child = parent.child.take();
            let parent = option(state, field, parent);
            let child = child.map(|child| child_option(state, field, *child, Some(parent)));
            FieldValue::Cascade(parent, child)
        }
        "userpicker" => FieldValue::User(serde_json::from_str::<PersonLine>(text)?.account_id),
        "multiuserpicker" => {
            let people: Vec<PersonLine> = serde_json::from_str(text)?;
            FieldValue::Users(people.into_iter().map(|person| person.account_id).collect())
        }
        _ => FieldValue::Raw(serde_json::from_str::<RawJson>(text)?),
    })
}

fn option(state: &mut SiteState, field: &str, line: OptionLine) -> u64 {
    child_option(state, field, line, None)
}

fn child_option(state: &mut SiteState, field: &str, line: OptionLine, parent: Option<u64>) -> u64 {
    state.ids.saw(IdKind::FieldOption, line.id);
    let Some(field) = state.fields.get_mut(field) else { return line.id };
    let Some(context) = field.contexts.values_mut().next() else { return line.id };
    if context.options.iter().all(|option| option.id != line.id) {
        // A fresh site's own option of the same name has another id; the seed's takes its place.
        context.options.retain(|option| option.value != line.value || option.parent != parent);
        context.options.push(FieldOption { id: line.id, value: line.value, parent, disabled: false });
    }
    line.id
}
