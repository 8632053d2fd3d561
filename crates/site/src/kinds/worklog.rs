//! Worklogs.
//!
//! When the work began can be set; who logged it, and when, cannot: as with comments, a line in front of the text and the
//! property `lifeboat` say it. A worklog whose restriction cannot be expressed on the standby is not written.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::TryStreamExt;
use jira::{Call, Jira};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::adf::{self, losses as text_losses};
use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::dated::{self, Embedded};
use crate::kinds::shared::reading::{self, Found, Reading, made};
use crate::kinds::shared::{self, header, occurrence, own_id, text, time, visibility};
use crate::losses::{Loss, Occurrence};
use crate::marks::Original;
use crate::names::Names;
use crate::sink::{Result, Sink};

/// The kind `worklog`.
pub struct Worklog;

/// What the line in front begins with.
const VERB: &str = "Logged";
/// Worklogs in a page: Jira's own default.
const PAGE: u32 = 5000;

const AUTHOR: Loss = Loss {
    id: "worklog.author",
    what: "who logged and edited the work, and when it was logged",
    instead: "a line in front of the text, and the property `lifeboat`; when the work began is kept",
    always: true,
};
const VISIBILITY: Loss = Loss {
    id: "worklog.visibility",
    what: "a worklog for a group or role that the standby lacks",
    instead: "nothing: written without its restriction, everybody could read it; it stays in the vault",
    always: false,
};

impl Kind for Worklog {
    fn name(&self) -> KindName {
        "worklog"
    }

    fn title(&self) -> &'static str {
        "worklogs"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[
            AUTHOR,
            VISIBILITY,
            text_losses::MENTION,
            text_losses::MEDIA,
            text_losses::LONG,
            text_losses::REPAIRED,
            text_losses::ADDRESS,
        ]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let original = shared::original(&object.body);
        let comment = header::without(&object.body["comment"], VERB, &original);
        let mut normal = dated::normal(&object.body, names, &[]);
        normal.insert("started".to_owned(), time::normal(&object.body["started"]));
        normal.insert("timeSpentSeconds".to_owned(), object.body["timeSpentSeconds"].clone());
        normal.insert("comment".to_owned(), adf::normal(&comment, names));
        Value::Object(normal)
    }
}

#[async_trait]
impl IssueKind for Worklog {
    /// Worklogs come with the issue when they are at most 20; then one request for up to 1,000 of them, of all issues, gives
    /// them with their properties. The others are read page by page.
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let mut complete = Vec::new();
        let mut readings = Vec::new();
        for issue in issues {
            let worklogs = Embedded::of(issue, "worklog");
            if worklogs.is_complete() {
                complete.push((issue.id.clone(), found(&worklogs.values)?));
            } else {
                readings.push(Reading::new(jira, issue, |jira, issue| async move {
                    found(&worklogs_of(&jira, &issue).await?)
                }));
            }
        }
        put_complete(jira, complete, sink).await?;
        reading::all("worklog", readings, sink).await
    }

    async fn operations(
        &self,
        issue: &IssueContext,
        mut objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        shared::sort_by_age(&mut objects, |object| &object.body);
        let texts: Vec<&Value> = objects.iter().map(|object| &object.body["comment"]).collect();
        let media = text::media(&texts, issue, writer).await?;
        let mut operations = Vec::new();
        for object in &objects {
            let subject = ("worklog", object.key.as_str());
            let visibility = match visibility::translate(&object.body, &writer.translation) {
                Ok(visibility) => visibility,
                Err(missing) => {
                    losses.push(occurrence(&VISIBILITY, subject, "", missing));
                    continue;
                }
            };
            let original = shared::original(&object.body);
            let mut text = prepare(object, &original, writer);
            text.place(&media);
            losses.extend(text::occurrences(&text.notes, subject, "/comment"));
            operations.extend(text.file.as_ref().map(|file| file.operation(&issue.source_id, &writer.marks)));
            operations.push(operation(object, &original, text.into_document(), visibility, writer));
        }
        Ok(operations)
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        let call = Call::post("/rest/api/3/issue/{issue}/worklog")
            .arg("issue", &issue.target_id)
            .query("notifyUsers", false)
            .query("adjustEstimate", "leave");
        let label = call.label();
        let answer: Value = writer.jira.json(call.json(&operation.body).writes_issue(&issue.target_id)).await?;
        made(&label, &answer).map(Some)
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        dated::existing(&worklogs_of(&writer.jira, &issue.target_id).await?, writer)
    }
}

fn prepare(object: &Object, original: &Original, writer: &Writer) -> text::Text {
    let comment = match &object.body["comment"] {
        comment if adf::is_document(comment) => header::without(comment, VERB, original),
        _ => adf::document(Vec::new()),
    };
    let file = format!("lifeboat-worklog-{}.json", own_id(&object.key));
    text::prepare(&comment, Some(header::line(VERB, original)), file, &writer.translation)
}

fn operation(
    object: &Object,
    original: &Original,
    comment: Value,
    visibility: Option<Value>,
    writer: &Writer,
) -> Operation {
    let id = writer.marks.operation("worklog", &object.key);
    let started = &object.body["started"];
    let mut body = json!({
        "started": time::instant(started).map_or_else(|| started.clone(), |instant| time::jira(instant).into()),
        "timeSpentSeconds": object.body["timeSpentSeconds"],
        "comment": comment,
        "properties": dated::marked_properties(&object.body, &writer.marks, id, original),
    });
    if let Some(visibility) = visibility {
        body["visibility"] = visibility;
    }
    Operation { id, kind: "worklog", source: object.key.clone(), body, natural: String::new(), content: None }
}

/// Puts worklogs that came with their issues, each as the list of worklogs gives it: that has the properties too.
async fn put_complete(jira: &Jira, complete: Vec<(String, Vec<Found>)>, sink: &mut dyn Sink) -> Result<()> {
    let ids = complete.iter().flat_map(|(_, worklogs)| worklogs).filter_map(|worklog| worklog.id.parse().ok());
    let ids: Vec<u64> = ids.collect();
    let listed = found(&jira.worklogs(&ids).await?)?;
    let mut listed: HashMap<String, Found> = listed.into_iter().map(|worklog| (worklog.id.clone(), worklog)).collect();
    for (issue, worklogs) in complete {
        let worklogs = worklogs.into_iter().map(|worklog| listed.remove(&worklog.id).unwrap_or(worklog)).collect();
        reading::put("worklog", &issue, worklogs, sink).await?;
    }
    Ok(())
}

fn found(worklogs: &[Box<RawValue>]) -> jira::Result<Vec<Found>> {
    worklogs.iter().map(|worklog| dated::found(worklog)).collect()
}

async fn worklogs_of(jira: &Jira, issue: &str) -> jira::Result<Vec<Box<RawValue>>> {
    let call = Call::get("/rest/api/3/issue/{issue}/worklog").arg("issue", issue).query("expand", "properties");
    jira.pages_offset(call, "worklogs", PAGE).try_collect().await
}

#[cfg(test)]
mod tests;
