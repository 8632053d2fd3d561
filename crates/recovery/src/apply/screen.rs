//! A create screen: the fields that an issue can be created with, and the values that Jira says they may have.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

/// The fields of a project's issues of one type, as `createmeta` tells them (`FieldCreateMetadata` of the API document).
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// Ids of the values that may be chosen, for each field; none where Jira names none, as for people.
    allowed: HashMap<String, HashSet<String>>,
}

impl Screen {
    /// Adds a field as Jira describes it.
    pub(super) fn add(&mut self, field: &Value) {
        let name = ["fieldId", "key"].into_iter().find_map(|member| field[member].as_str());
        let Some(name) = name else { return };
        let mut allowed = HashSet::new();
        for value in members(field, "allowedValues") {
            let Some(id) = value["id"].as_str() else { continue };
            allowed.insert(id.to_owned());
            let children = members(value, "children").filter_map(|child| child["id"].as_str());
            allowed.extend(children.map(|child| path(id, child)));
        }
        self.allowed.insert(name.to_owned(), allowed);
    }

    /// Whether a field can be said at creation.
    pub(super) fn has(&self, field: &str) -> bool {
        self.allowed.contains_key(field)
    }

    /// The fields that can be said at creation, and the others, which wait for an edit.
    pub(super) fn sayable(&self, fields: &Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
        fields.clone().into_iter().partition(|(name, _)| name == "summary" || self.has(name))
    }

    /// Whether Jira says that a field may have a value: `{"id": …}`, with `{"child": {"id": …}}` in it for the second level
    /// of a cascading field.
    pub(super) fn allows(&self, field: &str, value: &Value) -> bool {
        let Some((allowed, id)) = self.allowed.get(field).zip(value["id"].as_str()) else { return false };
        match value.get("child") {
            None => allowed.contains(id),
            Some(child) => child["id"].as_str().is_some_and(|child| allowed.contains(&path(id, child))),
        }
    }
}

fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().into_iter().flatten()
}

fn path(parent: &str, child: &str) -> String {
    format!("{parent}/{child}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_jira_names_is_allowed() {
        let mut screen = Screen::default();
        screen.add(&json!({"fieldId": "priority", "allowedValues": [{"id": "1", "name": "Highest"}]}));
        screen.add(&json!({"key": "assignee"}));
        screen.add(&json!({"fieldId": "customfield_1", "allowedValues": [
            {"id": "10", "children": [{"id": "11"}]},
            {"id": "12"},
        ]}));
        let allows = |field: &str, value: Value| screen.allows(field, &value);
        assert!(allows("priority", json!({"id": "1"})));
        assert!(!allows("priority", json!({"id": "2"})));
        assert!(!allows("resolution", json!({"id": "1"})));
        assert!(screen.has("assignee"));
        assert!(!allows("assignee", json!({"accountId": "a"})));
        assert!(allows("customfield_1", json!({"id": "10"})));
        assert!(allows("customfield_1", json!({"id": "10", "child": {"id": "11"}})));
        assert!(!allows("customfield_1", json!({"id": "12", "child": {"id": "11"}})));
    }

    #[test]
    fn strange_descriptions_allow_nothing() {
        let mut screen = Screen::default();
        screen.add(&json!({"fieldId": "a", "allowedValues": {"id": "1"}}));
        screen.add(&json!({"fieldId": "b", "allowedValues": [1, null, {"id": 2}]}));
        screen.add(&json!("c"));
        assert!(!screen.allows("a", &json!({"id": "1"})) && !screen.allows("b", &json!({"id": "2"})));
        assert!(screen.has("b") && !screen.has("c"));
    }
}
