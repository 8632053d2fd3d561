//! Which issues were in which sprint.
//!
//! Jira tells it on the issue (its Sprint field lists closed sprints too), but it is written on the sprint, and only after
//! the issues exist. So it is noted while issues are read: a pair of numbers for each membership.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::names::{Names, id_text};

/// `schema.custom` of the Sprint field (quirks of ids: it is matched by type, its id differs between sites).
pub const SPRINT_FIELD: &str = "com.pyxis.greenhopper.jira:gh-sprint";

/// For each sprint of the source the issues that ever were in it, by their ids on the source.
#[derive(Debug, Default)]
pub struct SprintMembers {
    members: Mutex<BTreeMap<String, BTreeSet<u64>>>,
}

impl SprintMembers {
    /// Notes the sprints of one issue of the source: its id there and its `fields`.
    pub fn learn(&self, source: &Names, issue: &str, fields: &Value) {
        let Ok(issue) = issue.parse() else { return };
        let fields_of_sprints = source.fields().filter(|field| field.custom.as_deref() == Some(SPRINT_FIELD));
        let sprints = fields_of_sprints.filter_map(|field| fields.get(&field.id)?.as_array()).flatten();
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        for sprint in sprints.filter_map(|sprint| id_text(sprint.get("id")?)) {
            members.entry(sprint).or_default().insert(issue);
        }
    }

    /// The ids on the source of the issues that were in the sprint with this id there, in ascending order.
    pub fn of(&self, sprint: &str) -> Vec<String> {
        let members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.get(sprint).into_iter().flatten().map(u64::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::names::Field;

    #[test]
    fn sprints_are_found_by_the_type_of_the_field() {
        let mut names = Names::default();
        let custom = Some(SPRINT_FIELD.to_owned());
        names.learn_field(Field { id: "customfield_7".to_owned(), custom, ..Field::default() });
        let members = SprintMembers::default();
        members.learn(&names, "10002", &json!({"customfield_7": [{"id": 3}, {"id": 4}]}));
        members.learn(&names, "9999", &json!({"customfield_7": [{"id": 4}], "customfield_8": [{"id": 3}]}));
        members.learn(&names, "10003", &json!({"customfield_7": null}));
        assert_eq!(members.of("4"), ["9999", "10002"]);
        assert_eq!(members.of("3"), ["10002"]);
        assert!(members.of("5").is_empty());
    }
}
