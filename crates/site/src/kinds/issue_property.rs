//! Entity properties of issues: what apps and scripts keep there. The mark of a recovery is not one of them.

use async_trait::async_trait;
use jira::{Call, Jira};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::own_id;
use crate::kinds::shared::reading::{self, Found, Reading};
use crate::losses::{Loss, Occurrence};
use crate::marks::PROPERTY;
use crate::names::Names;
use crate::sink::{Result, Sink};

/// The kind `issue-property`.
pub struct IssueProperty;

impl Kind for IssueProperty {
    fn name(&self) -> KindName {
        "issue-property"
    }

    fn title(&self) -> &'static str {
        "issue properties"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[]
    }

    /// The value as it is: what its ids mean, only the app knows.
    fn normal(&self, object: &Object, _names: &Names) -> Value {
        json!({ "key": own_id(&object.key), "value": object.body["value"] })
    }
}

#[async_trait]
impl IssueKind for IssueProperty {
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let readings = issues.iter().map(|issue| Reading::new(jira, issue, read_all));
        reading::all("issue-property", readings.collect(), sink).await
    }

    async fn operations(
        &self,
        _issue: &IssueContext,
        objects: Vec<Object>,
        writer: &Writer,
        _losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        let operations = objects.into_iter().map(|object| Operation {
            id: writer.marks.operation("issue-property", &object.key),
            kind: "issue-property",
            body: object.body["value"].clone(),
            natural: own_id(&object.key).to_owned(),
            source: object.key,
            content: None,
        });
        Ok(operations.collect())
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        let call = Call::put("/rest/api/3/issue/{issue}/properties/{property}")
            .arg("issue", &issue.target_id)
            .arg("property", &operation.natural);
        writer.jira.done(call.json(&operation.body).writes_issue(&issue.target_id)).await?;
        Ok(Some(operation.natural.clone()))
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        let keys = keys_of(&writer.jira, &issue.target_id).await?;
        let existing = |key: String| Existing { operation: None, natural: key.clone(), id: key };
        Ok(keys.into_iter().filter(|key| key != PROPERTY).map(existing).collect())
    }
}

async fn keys_of(jira: &Jira, issue: &str) -> jira::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Keys {
        keys: Vec<Key>,
    }
    #[derive(Deserialize)]
    struct Key {
        key: String,
    }
    let keys: Keys = jira.json(Call::get("/rest/api/3/issue/{issue}/properties").arg("issue", issue)).await?;
    Ok(keys.keys.into_iter().map(|key| key.key).collect())
}

async fn read_all(jira: Jira, issue: String) -> jira::Result<Vec<Found>> {
    let mut found = Vec::new();
    for key in keys_of(&jira, &issue).await?.into_iter().filter(|key| key != PROPERTY) {
        found.extend(read_one(&jira, &issue, key).await?);
    }
    Ok(found)
}

/// One property, or `None` when it went away since the keys were read.
async fn read_one(jira: &Jira, issue: &str, key: String) -> jira::Result<Option<Found>> {
    let call = Call::get("/rest/api/3/issue/{issue}/properties/{property}").arg("issue", issue).arg("property", &key);
    match jira.json(call).await {
        Ok(body) => Ok(Some(Found { id: key, body })),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
