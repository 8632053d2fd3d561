//! Values that Jira is known to take, or to refuse.
//!
//! When Jira refuses one element of a request, those after it get the numbers before theirs, and their keys are lost. What
//! is refused are references: an option that is disabled, a person who may not be assigned, a version of another project.
//! There are only so many of them. Those that Jira itself lists are believed: on the create screen, among a project's
//! assignable people, among the site's people and groups. Each other is tried once at the end of a request, where a refusal
//! costs nothing, and from then on it is known. Texts, numbers and dates are always taken as safe: there is no end of them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::apply::item::Item;

/// Fields whose values are decided with the project, or are no references.
const ALWAYS: [&str; 4] = ["summary", "project", "issuetype", "parent"];

/// See the module. Digests only: one for each pair of a field and a value, in each project.
#[derive(Default)]
pub(in crate::apply) struct Proven {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    taken: HashSet<u64>,
    refused: HashSet<u64>,
}

impl Proven {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an element says something of which it is not known whether Jira takes it; `allows` tells of a field and a
    /// value whether Jira lists it.
    pub(super) fn is_risky(&self, item: &Item, allows: impl Fn(&str, &Value) -> bool) -> bool {
        let known = self.lock();
        references(item).any(|(field, value, digest)| !known.taken.contains(&digest) && !allows(field, value))
    }

    /// Remembers that Jira took all that the element says.
    pub(super) fn accept(&self, item: &Item) {
        self.lock().taken.extend(references(item).map(|(_, _, digest)| digest));
    }

    /// Remembers which values Jira refused.
    pub(super) fn refuse(&self, item: &Item, fields: &[String]) {
        let mut known = self.lock();
        for (field, _, digest) in references(item) {
            // One of several values of a field may be the culprit; those that were taken before are not.
            if fields.iter().any(|refused| refused == field) && !known.taken.contains(&digest) {
                known.refused.insert(digest);
            }
        }
    }

    /// Takes out the fields that Jira would refuse. The edit at the end tries them once more, and says so if it cannot.
    pub(super) fn strip(&self, item: &mut Item) {
        let known = self.lock();
        let refused: Vec<String> = references(item)
            .filter(|(_, _, digest)| known.refused.contains(digest))
            .map(|(field, _, _)| field.to_owned())
            .collect();
        drop(known);
        for field in refused {
            item.fields.remove(&field);
        }
    }
}

/// The references in an element's fields: field, value, digest.
fn references(item: &Item) -> impl Iterator<Item = (&str, &Value, u64)> {
    let project = item.fields.get("project");
    let issue_type = item.fields.get("issuetype");
    let fields = item.fields.iter().filter(|(field, _)| !ALWAYS.contains(&field.as_str()));
    fields.flat_map(move |(field, value)| {
        values(value).into_iter().map(move |value| {
            // Which options a custom field takes may depend on the type of the issue; which people it takes does not.
            let typed = field.starts_with("customfield_") && value.get("accountId").is_none();
            let place = (project, issue_type.filter(|_| typed));
            (field.as_str(), value, digest(&(place, field, value)))
        })
    })
}

/// The references in a value: objects, and objects in arrays; not documents.
fn values(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(members) if members.get("type").is_none_or(|kind| kind != "doc") => vec![value],
        Value::Array(values) => values.iter().filter(|value| value.is_object()).collect(),
        _ => Vec::new(),
    }
}

fn digest(what: &((Option<&Value>, Option<&Value>), &String, &Value)) -> u64 {
    let ((project, issue_type), field, value) = what;
    let mut hasher = DefaultHasher::new();
    for part in [*project, *issue_type, Some(*value)] {
        part.map(Value::to_string).hash(&mut hasher);
    }
    field.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn item(fields: &Value) -> Item {
        let mut item = Item::placeholder("1/1".to_owned(), 1, "10", "20", Map::new());
        item.fields.extend(fields.as_object().unwrap().clone());
        item
    }

    #[test]
    fn a_reference_is_risky_until_it_was_taken_once() {
        let proven = Proven::default();
        let one = item(&json!({"assignee": {"accountId": "a"}, "labels": ["x"], "components": [{"id": "1"}]}));
        let nothing = |_: &str, _: &Value| false;
        assert!(proven.is_risky(&one, nothing));
        proven.accept(&one);
        assert!(!proven.is_risky(&one, nothing));
        assert!(proven.is_risky(&item(&json!({"assignee": {"accountId": "b"}})), nothing));
        let plain = item(&json!({"summary": "s", "labels": ["y"], "description": {"type": "doc"}}));
        assert!(!proven.is_risky(&plain, nothing));
    }

    #[test]
    fn an_option_is_proven_for_a_type_of_issue_and_a_person_for_all() {
        let proven = Proven::default();
        let of_type =
            |issue_type: &str, value: Value| item(&json!({"issuetype": {"id": issue_type}, "customfield_1": value}));
        let nothing = |_: &str, _: &Value| false;
        proven.accept(&of_type("1", json!({"id": "9"})));
        proven.accept(&of_type("1", json!({"accountId": "a"})));
        assert!(proven.is_risky(&of_type("2", json!({"id": "9"})), nothing));
        assert!(!proven.is_risky(&of_type("2", json!({"accountId": "a"})), nothing));
    }

    #[test]
    fn what_jira_lists_is_believed_until_it_is_refused() {
        let proven = Proven::default();
        let mut one = item(&json!({"priority": {"id": "3"}}));
        assert!(!proven.is_risky(&one, |field, value| field == "priority" && value["id"] == "3"));
        proven.refuse(&one, &["priority".to_owned()]);
        proven.strip(&mut one);
        assert!(!one.fields.contains_key("priority"));
    }

    #[test]
    fn what_was_refused_is_not_said_again() {
        let proven = Proven::default();
        let mut one = item(&json!({"customfield_1": {"id": "9"}, "priority": {"id": "3"}}));
        proven.refuse(&one, &["customfield_1".to_owned()]);
        proven.strip(&mut one);
        assert_eq!(one.fields.get("customfield_1"), None);
        assert!(one.fields.contains_key("priority"));
    }
}
