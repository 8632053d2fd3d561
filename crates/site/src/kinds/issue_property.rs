//! Entity properties of issues: what apps and scripts keep there. The mark of a recovery is not one of them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jira::{Call, Jira};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::own_id;
use crate::kinds::shared::reading::{self, Found, Reading, unexpected};
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

/// All properties of an issue, keys and values, in one request. Reading an issue is also allowed more often than reading its
/// list of keys. No field is needed; one is named, since none would mean all.
async fn read_all(jira: Jira, issue: String) -> jira::Result<Vec<Found>> {
    const CALL: &str = "GET /rest/api/3/issue/{issue}";
    #[derive(Deserialize)]
    struct Issue {
        #[serde(default)]
        properties: BTreeMap<String, Box<RawValue>>,
    }
    #[derive(Serialize)]
    struct Property<'a> {
        key: &'a str,
        value: &'a RawValue,
    }
    let call = Call::get("/rest/api/3/issue/{issue}").arg("issue", &issue);
    let read: Issue = jira.json(call.query("fields", "summary").query("properties", "*all")).await?;
    let own = read.properties.iter().filter(|(key, _)| *key != PROPERTY);
    own.map(|(key, value)| {
        let body = serde_json::value::to_raw_value(&Property { key, value });
        Ok(Found { id: key.clone(), body: body.map_err(|error| unexpected(CALL, error))? })
    })
    .collect()
}
