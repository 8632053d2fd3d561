//! A whole issue.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::View;
use crate::issues::selection::Selection;
use crate::issues::workflow;
use crate::state::{Field, Issue, RawJson};

/// In which answer an issue stands: comments are cut in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Embedding {
    /// Search and bulk fetch.
    Listed,
    /// The answer is the issue.
    Alone,
}

/// What is shown beside the fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extras {
    pub(crate) expand: Vec<String>,
    pub(crate) properties: Vec<String>,
}

impl Extras {
    pub(crate) fn expands(&self, part: &str) -> bool {
        self.expand.iter().any(|expanded| expanded == part)
    }
}

/// An issue in an answer.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IssueBean {
    #[serde(skip_serializing_if = "Option::is_none")]
    expand: Option<&'static str>,
    id: String,
    #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
    self_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changelog: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transitions: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<BTreeMap<String, RawJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<Arc<str>, RawJson>>,
}

impl IssueBean {
    fn only_id(issue: &Issue) -> Self {
        Self { id: issue.id.to_string(), ..Self::default() }
    }
}

const EXPANDABLE: &str = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

/// `expand=changelog` shows only the latest entries.
const EMBEDDED_HISTORIES: usize = 100;

impl View<'_> {
    /// An issue with the selected fields.
    pub(crate) fn issue(
        &self,
        issue: &Issue,
        selection: &Selection<'_>,
        embedding: Embedding,
        extras: &Extras,
    ) -> IssueBean {
        if selection.is_id_only() {
            return IssueBean::only_id(issue);
        }
        let fields = selection.fields_of(issue);
        let alone = embedding == Embedding::Alone;
        IssueBean {
            expand: Some(EXPANDABLE),
            id: issue.id.to_string(),
            self_url: Some(self.link(&format!("/rest/api/3/issue/{}", issue.id))),
            key: Some(self.state.key_of(issue)),
            changelog: extras.expands("changelog").then(|| self.latest_histories(issue)),
            transitions: extras.expands("transitions").then(|| self.transitions(issue)),
            properties: (!extras.properties.is_empty()).then(|| properties(issue, &extras.properties)),
            names: (alone && extras.expands("names")).then(|| names(&fields)),
            schema: (alone && extras.expands("schema")).then(|| schemas(&fields)),
            fields: (!selection.is_key_only())
                .then(|| fields.iter().map(|field| (field.id.clone(), self.field(issue, field, embedding))).collect()),
        }
    }

    fn latest_histories(&self, issue: &Issue) -> Value {
        let latest = issue.histories.iter().rev().take(EMBEDDED_HISTORIES);
        let histories: Vec<Value> =
            latest.map(|history| self.history(history, json!(self.time(history.created)))).collect();
        json!({ "startAt": 0, "maxResults": histories.len(), "total": issue.histories.len(), "histories": histories })
    }

    fn transitions(&self, issue: &Issue) -> Vec<Value> {
        let transitions = workflow::transitions(self.state, issue);
        transitions.map(|transition| workflow::show(self, transition, issue.status)).collect()
    }
}

/// The wanted properties that the issue has.
fn properties(issue: &Issue, wanted: &[String]) -> BTreeMap<String, RawJson> {
    let all = wanted.iter().any(|key| key == "*all");
    let chosen = issue.properties.iter().filter(|(key, _)| all || wanted.contains(key));
    chosen.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Names of fields by id.
fn names(fields: &[&Field]) -> Value {
    fields.iter().map(|field| (field.id.to_string(), json!(field.name))).collect()
}

/// Types of fields by id.
fn schemas(fields: &[&Field]) -> Value {
    fields.iter().map(|field| (field.id.to_string(), schema(field))).collect()
}

/// The type of a field.
pub(crate) fn schema(field: &Field) -> Value {
    let schema = &field.schema;
    let mut shown = json!({ "type": schema.value_type });
    let parts = [("items", &schema.items), ("system", &schema.system), ("custom", &schema.custom)];
    for (name, part) in parts {
        if let Some(part) = part {
            shown[name] = json!(part);
        }
    }
    if let Some(number) = schema.custom_id {
        shown["customId"] = json!(number);
    }
    shown
}
