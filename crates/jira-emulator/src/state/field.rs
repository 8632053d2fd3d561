//! Fields of issues with their contexts and options.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::RawJson;

/// What a field holds, as its `schema` member says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSchema {
    /// Data type, as `string`, `array`, `option`.
    pub value_type: Arc<str>,
    /// Type of the elements of an array.
    pub items: Option<Arc<str>>,
    /// Name of a system field.
    pub system: Option<Arc<str>>,
    /// Type of a custom field, as `com.pyxis.greenhopper.jira:gh-sprint`.
    pub custom: Option<Arc<str>>,
    /// Numeric part of a custom field's id.
    pub custom_id: Option<u64>,
}

/// A system or custom field.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// `summary` or `customfield_10020`.
    pub id: Arc<str>,
    /// Name; names of custom fields are not unique.
    pub name: Arc<str>,
    /// Description of a custom field.
    pub description: Arc<str>,
    /// Type.
    pub schema: FieldSchema,
    /// Key of the searcher of a custom field.
    pub searcher: Option<Arc<str>>,
    /// Whether JQL can use it.
    pub searchable: bool,
    /// Whether it can be put on screens.
    pub orderable: bool,
    /// Whether issue tables can show it.
    pub navigable: bool,
    /// Whether it is one of the fields Jira makes and locks (Sprint, Rank…).
    pub locked: bool,
    /// Whether it is in the trash.
    pub trashed: bool,
    /// Whether every new issue must have a value, as a field configuration can say. Tests set it.
    pub required: bool,
    /// Contexts of a custom field by id.
    pub contexts: BTreeMap<u64, FieldContext>,
}

impl Field {
    /// Whether the field is a custom field.
    pub fn is_custom(&self) -> bool {
        self.schema.custom_id.is_some()
    }

    /// Finds one of its options by id in any context.
    pub fn option(&self, id: u64) -> Option<&FieldOption> {
        self.contexts.values().flat_map(|context| &context.options).find(|option| option.id == id)
    }

    /// Finds a top-level option by its value in any context.
    pub fn option_named(&self, value: &str) -> Option<&FieldOption> {
        let options = self.contexts.values().flat_map(|context| &context.options);
        options.into_iter().find(|option| option.parent.is_none() && *option.value == *value)
    }
}

/// Where a custom field applies, with its options.
#[derive(Debug, Clone, Default)]
pub struct FieldContext {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Projects; empty is every project (the global context).
    pub projects: Vec<u64>,
    /// Issue types; empty is every type.
    pub issue_types: Vec<u64>,
    /// Options in order; a child follows in the order of its siblings.
    pub options: Vec<FieldOption>,
    /// Default value object, as `{"type":"option.single","optionId":"10001"}`.
    pub default_value: Option<RawJson>,
}

/// An option of a select field.
#[derive(Debug, Clone)]
pub struct FieldOption {
    /// Id.
    pub id: u64,
    /// Text.
    pub value: Arc<str>,
    /// Parent option of a cascading select.
    pub parent: Option<u64>,
    /// Whether it can no longer be chosen.
    pub disabled: bool,
}
