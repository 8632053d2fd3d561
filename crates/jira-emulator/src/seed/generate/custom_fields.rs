//! Custom fields of all usual types, with contexts and options.

use std::sync::Arc;

use serde_json::json;

use super::chance::Chance;
use super::measure::Measure;
use crate::seed::fields::global_context;
use crate::state::{Field, FieldContext, FieldOption, FieldSchema, IdKind, SiteState};

const PREFIX: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// Name, type, data type, type of elements, searcher. Two share a name: names are not unique.
const FIELDS: &[(&str, &str, &str, &str, &str)] = &[
    ("Vessel", "textfield", "string", "", "textsearcher"),
    ("Root cause", "textarea", "string", "", "textsearcher"),
    ("Cost estimate", "float", "number", "", "exactnumber"),
    ("Contract date", "datepicker", "date", "", "daterange"),
    ("Incident start", "datetime", "datetime", "", "datetimerange"),
    ("Reviewer", "userpicker", "user", "", "userpickergroupsearcher"),
    ("Stakeholders", "multiuserpicker", "array", "user", "userpickergroupsearcher"),
    ("Severity", "select", "option", "", "multiselectsearcher"),
    ("Affected piers", "multiselect", "array", "option", "multiselectsearcher"),
    ("Location", "cascadingselect", "option-with-child", "", "cascadingselectsearcher"),
    ("Decision", "radiobuttons", "option", "", "multiselectsearcher"),
    ("Checks done", "multicheckboxes", "array", "option", "multiselectsearcher"),
    ("Keywords", "labels", "array", "string", "labelsearcher"),
    ("Runbook", "url", "string", "", "exacttextsearcher"),
    ("Found in", "version", "version", "", "versionsearcher"),
    ("Verified in", "multiversion", "array", "version", "versionsearcher"),
    ("Owning crew", "grouppicker", "group", "", "grouppickersearcher"),
    ("Informed crews", "multigrouppicker", "array", "group", "grouppickersearcher"),
    ("Related project", "project", "project", "", "projectsearcher"),
    ("Vessel", "select", "option", "", "multiselectsearcher"),
    ("Risk score", "float", "number", "", "exactnumber"),
];

/// A field that stays off every screen.
const OFF_SCREEN: &str = "Risk score";

/// Adds the fields. `project` gets a context of its own for the selects.
pub(super) fn add(state: &mut SiteState, chance: &mut Chance, project: u64, measure: Measure) {
    for (name, kind, value_type, items, searcher) in FIELDS.iter().filter(|_| measure.has(chance)) {
        let number = state.ids.take(IdKind::CustomField);
        let id: Arc<str> = format!("customfield_{number}").into();
        let schema = FieldSchema {
            value_type: (*value_type).into(),
            items: (!items.is_empty()).then(|| (*items).into()),
            system: None,
            custom: Some(format!("{PREFIX}{kind}").into()),
            custom_id: Some(number),
        };
        let mut contexts = global_context(state, name);
        for context in contexts.values_mut() {
            fill(state, context, kind, GLOBAL_OPTIONS);
        }
        if *kind == "select" {
            let context = own_context(state, name, kind, project);
            contexts.insert(context.id, context);
        }
        let field = Field {
            id: id.clone(),
            name: (*name).into(),
            description: format!("{name} of the issue").into(),
            schema,
            searcher: Some(format!("{PREFIX}{searcher}").into()),
            searchable: true,
            orderable: true,
            navigable: true,
            contexts,
            ..Field::default()
        };
        state.fields.insert(id.clone(), field);
        if *name != OFF_SCREEN {
            put_on_default_screen(state, id);
        }
    }
}

fn put_on_default_screen(state: &mut SiteState, field: Arc<str>) {
    if let Some(tab) = state.screens.values_mut().next().and_then(|screen| screen.tabs.first_mut()) {
        tab.fields.push(field);
    }
}

fn own_context(state: &mut SiteState, name: &str, kind: &str, project: u64) -> FieldContext {
    let id = state.ids.take(IdKind::FieldContext);
    let description = "Other words on the quay".into();
    let name = format!("{name} on the quay").into();
    let mut context = FieldContext { id, name, description, projects: vec![project], ..FieldContext::default() };
    fill(state, &mut context, kind, OWN_OPTIONS);
    context
}

const GLOBAL_OPTIONS: &[&str] =
    &["Low tide", "High tide", "Slack, \"dead\" water", "Sturmflut", "無し", "No longer used"];

/// The first one is also an option of the global context.
const OWN_OPTIONS: &[&str] = &["High tide", "Dry", "Flooded", "Retired"];

/// Adds options to a context of a field that has some. The last one is disabled, the second one the default.
fn fill(state: &mut SiteState, context: &mut FieldContext, kind: &str, values: &[&str]) {
    let has_options = matches!(kind, "select" | "multiselect" | "radiobuttons" | "multicheckboxes" | "cascadingselect");
    if !has_options {
        return;
    }
    for (place, value) in values.iter().enumerate() {
        let id = state.ids.take(IdKind::FieldOption);
        let disabled = place + 1 == values.len();
        context.options.push(FieldOption { id, value: (*value).into(), parent: None, disabled });
        if kind == "cascadingselect" {
            for side in ["Port side", "Starboard"] {
                let child = state.ids.take(IdKind::FieldOption);
                context.options.push(FieldOption { id: child, value: side.into(), parent: Some(id), disabled });
            }
        }
    }
    let second =
        context.options.iter().filter(|option| option.parent.is_none()).nth(1).map(|option| option.id.to_string());
    context.default_value = match kind {
        "select" => second.map(|id| json!({ "type": "option.single", "optionId": id }).into()),
        "multicheckboxes" => second.map(|id| json!({ "type": "option.multiple", "optionIds": [id] }).into()),
        _ => None,
    };
}
