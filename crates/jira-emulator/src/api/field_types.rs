//! The types of custom fields that can be created through the API.

use crate::state::FieldSchema;

const PREFIX: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// Type after [`PREFIX`], data type, type of elements.
const TYPES: &[(&str, &str, &str)] = &[
    ("cascadingselect", "option-with-child", ""),
    ("datepicker", "date", ""),
    ("datetime", "datetime", ""),
    ("float", "number", ""),
    ("grouppicker", "group", ""),
    ("importid", "number", ""),
    ("labels", "array", "string"),
    ("multicheckboxes", "array", "option"),
    ("multigrouppicker", "array", "group"),
    ("multiselect", "array", "option"),
    ("multiuserpicker", "array", "user"),
    ("multiversion", "array", "version"),
    ("project", "project", ""),
    ("radiobuttons", "option", ""),
    ("readonlyfield", "string", ""),
    ("select", "option", ""),
    ("textarea", "string", ""),
    ("textfield", "string", ""),
    ("url", "string", ""),
    ("userpicker", "user", ""),
    ("version", "version", ""),
];

/// The schema of a new field; none for a type that cannot be created.
pub(crate) fn schema(custom: &str, number: u64) -> Option<FieldSchema> {
    let kind = custom.strip_prefix(PREFIX)?;
    let (_, value_type, items) = TYPES.iter().find(|(name, ..)| *name == kind)?;
    Some(FieldSchema {
        value_type: (*value_type).into(),
        items: (!items.is_empty()).then(|| (*items).into()),
        system: None,
        custom: Some(custom.into()),
        custom_id: Some(number),
    })
}
