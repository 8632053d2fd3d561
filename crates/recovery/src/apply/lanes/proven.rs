//! Values that Jira is known to take, or to refuse.
//!
//! When Jira refuses one element of a request, those after it get the numbers before theirs, and their keys are lost. What
//! is refused are references: an option that is disabled, a person who may not be assigned, a version of another project.
//! There are only so many of them. Those that Jira itself lists for the create screen are believed; each other is tried once
//! at the end of a request, where a refusal costs nothing, and from then on it is known. Texts, numbers and dates are always
//! taken as safe: there is no end of them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::apply::item::Item;
use crate::apply::screen::Screen;

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

    /// Whether an element says something of which it is not known whether Jira takes it.
    pub(super) fn is_risky(&self, item: &Item, screen: &Screen) -> bool {
        let known = self.lock();
        references(item).any(|(field, value, digest)| !known.taken.contains(&digest) && !screen.allows(field, value))
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
        // What a custom field takes may depend on the type of the issue.
        let place = (project, issue_type.filter(|_| field.starts_with("customfield_")));
        values(value).into_iter().map(move |value| (field.as_str(), value, digest(&(place, field, value))))
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
    use serde_json::json;

    use super::*;

    fn item(fields: &Value) -> Item {
        let mut item = Item::placeholder("1/1".to_owned(), 1, "10", "20");
        item.fields.extend(fields.as_object().unwrap().clone());
        item
    }

    #[test]
    fn a_reference_is_risky_until_it_was_taken_once() {
        let proven = Proven::default();
        let one = item(&json!({"assignee": {"accountId": "a"}, "labels": ["x"], "components": [{"id": "1"}]}));
        let screen = Screen::default();
        assert!(proven.is_risky(&one, &screen));
        proven.accept(&one);
        assert!(!proven.is_risky(&one, &screen));
        assert!(proven.is_risky(&item(&json!({"assignee": {"accountId": "b"}})), &screen));
        let plain = item(&json!({"summary": "s", "labels": ["y"], "description": {"type": "doc"}}));
        assert!(!proven.is_risky(&plain, &screen));
    }

    #[test]
    fn what_the_create_screen_lists_is_believed_until_it_is_refused() {
        let proven = Proven::default();
        let mut screen = Screen::default();
        screen.add(&json!({"fieldId": "priority", "allowedValues": [{"id": "3"}]}));
        let mut one = item(&json!({"priority": {"id": "3"}}));
        assert!(!proven.is_risky(&one, &screen));
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
