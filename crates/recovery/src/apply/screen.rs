//! A create screen: the fields that an issue can be created with, and the values that Jira says they may have.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};
use site::adf;

/// What stands where Jira wants a text and there is none to give. One word: labels have no spaces.
const FILLING: &str = "lifeboat";

/// The fields of a project's issues of one type, as `createmeta` tells them (`FieldCreateMetadata` of the API document).
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// Ids of the values that may be chosen, for each field; none where Jira names none, as for people.
    allowed: HashMap<String, HashSet<String>>,
    /// What Jira wants of every issue and does not fill in by itself, with a value that it would take, if one is known.
    wanted: BTreeMap<String, Option<Value>>,
}

/// Fields that every creation says, or that Jira fills in whatever it says of them.
const GIVEN: [&str; 5] = ["summary", "project", "issuetype", "parent", "reporter"];

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
        if field["required"] == true && field["hasDefaultValue"] != true && !GIVEN.contains(&name) {
            self.wanted.insert(name.to_owned(), any_value(field));
        }
    }

    /// The fields, and values for them, without which Jira takes no issue.
    pub(super) fn wanted(&self) -> &BTreeMap<String, Option<Value>> {
        &self.wanted
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

/// Some value that a field takes: the first that Jira lists, or one of its type.
fn any_value(field: &Value) -> Option<Value> {
    let schema = |member: &str| field["schema"][member].as_str().unwrap_or_default();
    let is_list = schema("type") == "array";
    if let Some(id) = members(field, "allowedValues").find_map(|value| value["id"].as_str()) {
        let value = json!({ "id": id });
        return Some(if is_list { json!([value]) } else { value });
    }
    let is_document =
        schema("custom").ends_with(":textarea") || matches!(schema("system"), "description" | "environment");
    match (schema("type"), schema("items")) {
        ("string", _) if is_document => Some(adf::document(vec![adf::aside(FILLING)])),
        ("string", _) => Some(FILLING.into()),
        ("number", _) => Some(0.into()),
        ("date", _) => Some("2000-01-01".into()),
        ("datetime", _) => Some("2000-01-01T00:00:00.000+0000".into()),
        ("array", "string") => Some(json!([FILLING])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_jira_wants_of_every_issue_is_given_a_value_that_it_takes() {
        let mut screen = Screen::default();
        let mut add = |id: &str, schema: Value, allowed: Value| {
            screen.add(&json!({"fieldId": id, "required": true, "schema": schema, "allowedValues": allowed}));
        };
        add("summary", json!({"type": "string"}), Value::Null);
        add("description", json!({"type": "string", "system": "description"}), Value::Null);
        add("components", json!({"type": "array", "items": "component"}), json!([{"id": "7"}, {"id": "8"}]));
        add("labels", json!({"type": "array", "items": "string"}), Value::Null);
        add("customfield_1", json!({"type": "option"}), json!([{"id": "10"}]));
        add("customfield_2", json!({"type": "number"}), Value::Null);
        add("customfield_3", json!({"type": "user"}), Value::Null);
        screen.add(&json!({"fieldId": "priority", "required": true, "hasDefaultValue": true}));
        screen.add(&json!({"fieldId": "duedate", "required": false, "schema": {"type": "date"}}));
        let wanted = serde_json::to_value(screen.wanted()).unwrap();
        assert_eq!(
            wanted,
            json!({
                "description": {"type": "doc", "version": 1, "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "lifeboat", "marks": [{"type": "em"}]}]},
                ]},
                "components": [{"id": "7"}],
                "labels": ["lifeboat"],
                "customfield_1": {"id": "10"},
                "customfield_2": 0,
                "customfield_3": null,
            })
        );
    }

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
