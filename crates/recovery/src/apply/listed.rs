//! Whom the standby knows: people and groups that it lists, so that Jira takes them where an issue names them.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use site::Object;

/// What the standby lists of people and groups, as its configuration was read.
#[derive(Default)]
pub(super) struct Listed(Mutex<Lists>);

#[derive(Default)]
struct Lists {
    /// Accounts that are active and people's.
    people: HashSet<String>,
    /// Names of groups.
    groups: HashSet<String>,
}

impl Listed {
    fn lock(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up the objects of a kind that are on the standby.
    pub(super) fn learn(&self, kind: &str, there: &[Object]) {
        match kind {
            "user" => {
                let people = there.iter().filter(|user| is_person(&user.body)).map(|user| user.key.clone());
                self.lock().people = people.collect();
            }
            "group" => {
                let names = there.iter().filter_map(|group| group.body["name"].as_str());
                self.lock().groups = names.map(str::to_owned).collect();
            }
            _ => {}
        }
    }

    /// Whether a field may name this person or group: `{"accountId": …}` or `{"name": …}`. Only a project says whom its issues
    /// can be assigned to.
    pub(super) fn allows(&self, field: &str, value: &Value, assignable: &HashSet<String>) -> bool {
        match (value["accountId"].as_str(), value["name"].as_str()) {
            (Some(account), _) if field == "assignee" => assignable.contains(account),
            (Some(account), _) => self.lock().people.contains(account),
            (None, Some(group)) => field.starts_with("customfield_") && self.lock().groups.contains(group),
            (None, None) => false,
        }
    }
}

fn is_person(user: &Value) -> bool {
    user["active"] == true && user["accountType"] == "atlassian"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn active_people_and_groups_that_are_there_are_allowed_and_assignees_only_by_the_project() {
        let object = |kind, key: &str, body| Object { kind, key: key.to_owned(), body };
        let listed = Listed::default();
        listed.learn(
            "user",
            &[
                object("user", "ann", json!({"active": true, "accountType": "atlassian"})),
                object("user", "gone", json!({"active": false, "accountType": "atlassian"})),
                object("user", "robot", json!({"active": true, "accountType": "app"})),
            ],
        );
        listed.learn("group", &[object("group", "1", json!({"name": "crew"}))]);
        let assignable = HashSet::from(["bob".to_owned()]);
        let allows = |field: &str, value: Value| listed.allows(field, &value, &assignable);
        assert!(allows("reporter", json!({"accountId": "ann"})));
        assert!(!allows("reporter", json!({"accountId": "gone"})));
        assert!(!allows("reporter", json!({"accountId": "robot"})));
        assert!(!allows("assignee", json!({"accountId": "ann"})));
        assert!(allows("assignee", json!({"accountId": "bob"})));
        assert!(allows("customfield_7", json!({"name": "crew"})));
        assert!(!allows("customfield_7", json!({"name": "others"})));
        assert!(!allows("priority", json!({"name": "crew"})));
        assert!(!allows("customfield_7", json!({"id": "1"})));
    }
}
