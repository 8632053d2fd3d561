//! Watchers: one object for each issue that has any, one operation for each of them.

use async_trait::async_trait;
use jira::{Call, Jira, Safety};
use serde_json::{Map, Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::reading::{self, Found, Reading};
use crate::kinds::shared::{account, occurrence};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{Result, Sink};
use crate::translation::Person;

/// The kind `watchers`.
pub struct Watchers;

const USER: Loss = Loss {
    id: "watchers.user",
    what: "a watcher who has no account on the standby, or a deactivated one",
    instead: "the issue is without that watcher",
    always: false,
};

impl Kind for Watchers {
    fn name(&self) -> KindName {
        "watchers"
    }

    fn title(&self) -> &'static str {
        "lists of watchers"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue", "user"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[USER]
    }

    /// A member for each watcher, so that the loss of one explains that one only.
    fn normal(&self, object: &Object, names: &Names) -> Value {
        let accounts = watchers(&object.body).filter_map(account);
        accounts.map(|account| (names.user(account).to_owned(), Value::Bool(true))).collect::<Map<_, _>>().into()
    }
}

#[async_trait]
impl IssueKind for Watchers {
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let watched = issues.iter().filter(|issue| {
            issue.field::<Value>("watches").is_some_and(|watches| watches["watchCount"].as_u64().unwrap_or(1) > 0)
        });
        let readings = watched.map(|issue| {
            Reading::new(jira, issue, |jira, issue| async move {
                Ok(vec![Found { id: "watchers".to_owned(), body: jira.json(watchers_of(&issue)).await? }])
            })
        });
        reading::all("watchers", readings.collect(), sink).await
    }

    async fn operations(
        &self,
        _issue: &IssueContext,
        objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        let mut operations = Vec::new();
        for object in &objects {
            for watcher in watchers(&object.body) {
                let Some(source) = account(watcher) else { continue };
                // An account is deactivated everywhere, and then watches nothing new.
                let deactivated = |target: &str| target == source && watcher["active"] == Value::Bool(false);
                match writer.translation.user(source) {
                    Person::Account(target) if !deactivated(target) => {
                        operations.push(operation(object, source, target, writer));
                    }
                    Person::Account(_) | Person::Missing => {
                        let path = format!("/{}", crate::kinds::shared::pointer_step(source));
                        let name = watcher["displayName"].as_str().unwrap_or(source);
                        losses.push(occurrence(&USER, ("watchers", &object.key), &path, name));
                    }
                }
            }
        }
        Ok(operations)
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        // Watchers are a set.
        let call = Call::post("/rest/api/3/issue/{issue}/watchers").safety(Safety::Repeatable);
        let call = call.arg("issue", &issue.target_id).json(&operation.body).writes_issue(&issue.target_id);
        writer.jira.done(call).await?;
        Ok(None)
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        let answer: Value = writer.jira.json(watchers_of(&issue.target_id)).await?;
        let accounts = watchers(&answer).filter_map(account);
        let existing =
            |account: &str| Existing { operation: None, natural: account.to_owned(), id: account.to_owned() };
        Ok(accounts.map(existing).collect())
    }
}

fn watchers_of(issue: &str) -> Call {
    Call::get("/rest/api/3/issue/{issue}/watchers").arg("issue", issue)
}

fn watchers(body: &Value) -> impl Iterator<Item = &Value> {
    body["watchers"].as_array().into_iter().flatten()
}

fn operation(object: &Object, source: &str, target: &str, writer: &Writer) -> Operation {
    let source = format!("{}/{source}", object.key);
    Operation {
        id: writer.marks.operation("watchers", &source),
        kind: "watchers",
        source,
        body: json!(target),
        natural: target.to_owned(),
        content: None,
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::kinds::shared::fixture::{self, ABSENT, PRESENT, object, unexplained, writer};

    #[test]
    fn each_watcher_is_an_operation_and_a_missing_one_a_loss_of_its_own() {
        let user = |account: &str| json!({ "accountId": account, "displayName": account });
        let source = object("watchers", "1/watchers", json!({ "watchers": [user(PRESENT), user(ABSENT)] }));
        let mut losses = Vec::new();
        let operations =
            block_on(Watchers.operations(&fixture::issue(1), vec![source.clone()], &writer(), &mut losses)).unwrap();
        assert_eq!(operations.len(), 1);
        assert_eq!(operations[0].body, json!("other-ann"));
        assert_eq!(losses.len(), 1);
        assert_eq!(losses[0].path, "/bob");
        let translation = fixture::translation();
        let standby = object("watchers", "901/watchers", json!({ "watchers": [user("other-ann")] }));
        let before = Watchers.normal(&source, &translation.source);
        assert_eq!(
            unexplained(&before, &Watchers.normal(&standby, &translation.standby), &losses),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_deactivated_watcher_is_a_loss_although_the_account_is_known() {
        let mut writer = writer();
        std::sync::Arc::make_mut(&mut writer.translation).bind_user("gone", "gone");
        let watcher = json!({ "accountId": "gone", "displayName": "Gone", "active": false });
        let source = object("watchers", "1/watchers", json!({ "watchers": [watcher] }));
        let mut losses = Vec::new();
        let operations = block_on(Watchers.operations(&fixture::issue(1), vec![source], &writer, &mut losses)).unwrap();
        assert!(operations.is_empty());
        assert_eq!(losses[0].detail, "Gone");
    }
}
