//! One element of a bulk creation: an issue, or a placeholder that uses up a number which no issue has any more.

use serde_json::{Map, Value, json};
use site::Object;
use site::kinds::issue::{self, Prepared};
use site::marks::{Original, PROPERTY};

use super::PLACEHOLDER;
use super::run::Run;
use crate::objects::ISSUE;

/// What a placeholder is called.
const PLACEHOLDER_SUMMARY: &str = "Lifeboat placeholder";

/// One element of a bulk creation.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Kind of its row.
    pub kind: &'static str,
    /// Source key of its row.
    pub source: String,
    /// The number that it shall get.
    pub number: u32,
    /// Fields, in the standby's ids.
    pub fields: Map<String, Value>,
    /// The transition to its status.
    pub transition: Option<String>,
    /// What Jira does not let us set.
    pub original: Original,
}

impl Item {
    /// A placeholder for a number; `source` is what the journal and its mark call it, `fields` is what Jira wants of it.
    pub(super) fn placeholder(
        source: String,
        number: u32,
        project: &str,
        issue_type: &str,
        mut fields: Map<String, Value>,
    ) -> Self {
        fields.insert("summary".to_owned(), PLACEHOLDER_SUMMARY.into());
        Self {
            kind: PLACEHOLDER,
            source,
            number,
            fields: typed(fields, project, issue_type),
            transition: None,
            original: Original::default(),
        }
    }

    /// An issue with the fields that can be said at its creation.
    pub(super) fn issue(
        object: &Object,
        number: u32,
        prepared: &Prepared,
        issue_type: &str,
        fields: Map<String, Value>,
        transition: Option<String>,
    ) -> Self {
        let mut fields = fields;
        // Left out, Jira would assign the issue to whoever the project says.
        fields.entry("assignee").or_insert(Value::Null);
        Self {
            kind: ISSUE,
            source: object.key.clone(),
            number,
            fields: typed(fields, &prepared.project, issue_type),
            transition,
            original: issue::original(object),
        }
    }

    /// The same with nothing but what an issue cannot be without.
    pub(super) fn bare(&self) -> Self {
        let keep = ["summary", "project", "issuetype", "parent"];
        let fields = self.fields.iter().filter(|(name, _)| keep.contains(&name.as_str()));
        let fields = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        Self { fields, transition: None, ..self.clone() }
    }

    /// The same without these fields.
    pub(super) fn without(&self, names: &[String]) -> Self {
        let mut item = self.clone();
        for name in names {
            item.fields.remove(name);
        }
        item
    }

    /// The type that it is to have.
    pub(super) fn issue_type(&self) -> Option<&str> {
        self.fields.get("issuetype").and_then(|issue_type| issue_type["id"].as_str())
    }

    /// The element of the request.
    pub(super) fn element(&self, run: &Run<'_>) -> Value {
        let marks = &run.recovery.marks;
        let mark = marks.mark(marks.operation(self.kind, &self.source), &self.original);
        let mut element = json!({ "fields": self.fields, "properties": [{ "key": PROPERTY, "value": mark }] });
        if let Some(transition) = &self.transition {
            element["transition"] = json!({ "id": transition });
        }
        element
    }
}

fn typed(mut fields: Map<String, Value>, project: &str, issue_type: &str) -> Map<String, Value> {
    fields.insert("project".to_owned(), json!({ "id": project }));
    fields.insert("issuetype".to_owned(), json!({ "id": issue_type }));
    fields
}
