//! The history of issues. Jira takes none, so it is attached to the issue as a file that people and machines can read.

use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use jira::Jira;
use serde_json::{Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::attachment::{self, Attachment, NewFile};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::{self, account, dated, time};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{Result, Sink};

/// The kind `changelog`.
pub struct Changelog;

/// The name of the attached file.
pub const FILE: &str = "lifeboat-history.json";

const HISTORY: Loss = Loss {
    id: "changelog.history",
    what: "the history of an issue as Jira shows it",
    instead: "the whole of it is attached as `lifeboat-history.json`",
    always: true,
};

impl Kind for Changelog {
    fn name(&self) -> KindName {
        "changelog"
    }

    fn title(&self) -> &'static str {
        "changes"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[HISTORY]
    }

    /// `null`: a site writes its own history, so there is nothing to compare.
    fn normal(&self, _object: &Object, _names: &Names) -> Value {
        Value::Null
    }
}

#[async_trait]
impl IssueKind for Changelog {
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let ids: Vec<&str> = issues.iter().map(|issue| issue.id.as_str()).collect();
        let mut histories = jira.changelogs(&ids);
        while let Some((issue, history)) = histories.try_next().await? {
            let found = dated::found(&history)?;
            let body: Value = serde_json::from_str(history.get()).unwrap_or_default();
            let created = body.get("created").and_then(time::instant);
            sink.put("changelog", format!("{issue}/{}", found.id), created, history).await?;
        }
        Ok(())
    }

    async fn operations(
        &self,
        issue: &IssueContext,
        mut objects: Vec<Object>,
        writer: &Writer,
        _losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        shared::sort_by_age(&mut objects, |object| &object.body);
        let file = NewFile::json(FILE.to_owned(), Bytes::from(readable(issue, &objects)));
        let source = format!("{}/{FILE}", issue.source_id);
        Ok(vec![file.operation_of("changelog", source, &writer.marks)])
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        attachment::upload(issue, operation, writer).await
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        Attachment.existing(issue, writer).await
    }
}

/// The history as indented JSON: for each change a sentence or more, and beside it what Jira said.
fn readable(issue: &IssueContext, histories: &[Object]) -> String {
    let changes: Vec<Value> = histories.iter().map(|history| change(&history.body)).collect();
    let file = json!({ "issue": issue.source_key, "id": issue.source_id, "changes": changes });
    format!("{file:#}\n")
}

fn change(history: &Value) -> Value {
    let author = &history["author"];
    let by = author["displayName"].as_str().or_else(|| account(author)).unwrap_or("somebody unknown");
    let at = time::instant(&history["created"]).map(|instant| instant.to_string());
    let items = history["items"].as_array().map_or(&[][..], Vec::as_slice);
    let what: Vec<String> = items.iter().map(sentence).collect();
    json!({ "at": at, "by": by, "what": what, "original": history })
}

fn sentence(item: &Value) -> String {
    let shown =
        |text: &str, id: &str| item[text].as_str().or_else(|| item[id].as_str()).unwrap_or("nothing").to_owned();
    let field = item["field"].as_str().unwrap_or("something");
    format!("{field}: {} → {}", shown("fromString", "from"), shown("toString", "to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_reads_as_sentences() {
        let history = json!({
            "id": "7", "created": "2020-01-02T03:04:05.000+0000", "author": { "displayName": "Ann" },
            "items": [{ "field": "status", "fromString": "Open", "toString": "Done" }, { "field": "labels", "to": "x" }],
        });
        let change = change(&history);
        assert_eq!(change["what"], json!(["status: Open → Done", "labels: nothing → x"]));
        assert_eq!((&change["at"], &change["by"]), (&json!("2020-01-02T03:04:05Z"), &json!("Ann")));
        assert_eq!(change["original"], history);
    }
}
