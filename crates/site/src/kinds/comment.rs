//! Comments.
//!
//! Jira does not let us set author and date: a line in front of the text says them, and the property `lifeboat` has them
//! for machines. A comment whose restriction cannot be expressed on the standby is not written: it would become public.

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
use crate::kinds::shared::reading::{self, Found, Reading, made, unexpected};
use crate::kinds::shared::{self, header, occurrence, own_id, properties, text, visibility};
use crate::losses::{Loss, Occurrence};
use crate::marks::Original;
use crate::members::Members;
use crate::names::Names;
use crate::sink::{Result, Sink};

/// The kind `comment`.
pub struct Comment;

/// What the line in front begins with.
const VERB: &str = "Commented";
/// The property by which service projects keep a comment from customers (quirks §6).
const INTERNAL: &str = "sd.public.comment";
/// The most ids that `comment/list` takes.
const LIST: usize = 1000;
/// Comments in a page.
const PAGE: u32 = 100;

const AUTHOR: Loss = Loss {
    id: "comment.author",
    what: "who wrote and edited a comment, and when",
    instead: "a line in front of the text, and the property `lifeboat`",
    always: true,
};
const VISIBILITY: Loss = Loss {
    id: "comment.visibility",
    what: "a comment for a group or role that the standby lacks",
    instead: "nothing: written without its restriction, everybody could read it; it stays in the vault",
    always: false,
};

impl Kind for Comment {
    fn name(&self) -> KindName {
        "comment"
    }

    fn title(&self) -> &'static str {
        "comments"
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
        let body = header::without(&object.body["body"], VERB, &original);
        let mut normal = dated::normal(&object.body, names, &[INTERNAL]);
        normal.insert("internal".to_owned(), is_internal(&object.body).into());
        normal.insert("body".to_owned(), adf::normal(&body, names));
        Value::Object(normal)
    }
}

#[async_trait]
impl IssueKind for Comment {
    /// Comments come with the issue when they are few; then one request for up to 1,000 of them, of all issues, adds their
    /// properties. The others are read page by page.
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let mut complete = Vec::new();
        let mut readings = Vec::new();
        for issue in issues {
            let comments = Embedded::of(issue, "comment");
            if comments.is_complete() {
                complete.push((issue.id.clone(), found(&comments.values)?));
            } else {
                readings.push(Reading::new(jira, issue, |jira, issue| async move {
                    found(&comments_of(&jira, &issue).await?)
                }));
            }
        }
        let properties = properties_of(jira, &complete).await?;
        for (issue, comments) in complete {
            let mut with_all = Vec::new();
            for comment in comments {
                with_all.push(with_properties(comment, &properties)?);
            }
            reading::put("comment", &issue, with_all, sink).await?;
        }
        reading::all("comment", readings, sink).await
    }

    async fn operations(
        &self,
        issue: &IssueContext,
        mut objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        shared::sort_by_age(&mut objects, |object| &object.body);
        let texts: Vec<&Value> = objects.iter().map(|object| &object.body["body"]).collect();
        let media = text::media(&texts, issue, writer).await?;
        let mut operations = Vec::new();
        for object in &objects {
            let subject = ("comment", object.key.as_str());
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
            losses.extend(text::occurrences(&text.notes, subject, "/body"));
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
        let call = Call::post("/rest/api/3/issue/{issue}/comment").arg("issue", &issue.target_id);
        let label = call.label();
        let answer: Value = writer.jira.json(call.json(&operation.body).writes_issue(&issue.target_id)).await?;
        made(&label, &answer).map(Some)
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        dated::existing(&comments_of(&writer.jira, &issue.target_id).await?, writer)
    }
}

/// The text with its line in front. A text that a recovery restored before loses the line that it has.
fn prepare(object: &Object, original: &Original, writer: &Writer) -> text::Text {
    let body = header::without(&object.body["body"], VERB, original);
    let file = format!("lifeboat-comment-{}.json", own_id(&object.key));
    text::prepare(&body, Some(header::line(VERB, original)), file, &writer.translation)
}

fn operation(
    object: &Object,
    original: &Original,
    document: Value,
    visibility: Option<Value>,
    writer: &Writer,
) -> Operation {
    let id = writer.marks.operation("comment", &object.key);
    let mut marked = dated::marked_properties(&object.body, &writer.marks, id, original);
    if is_internal(&object.body) && !marked.iter().any(|property| property["key"] == INTERNAL) {
        marked.push(json!({ "key": INTERNAL, "value": { "internal": true } }));
    }
    let mut body = json!({ "body": document, "properties": marked });
    if let Some(visibility) = visibility {
        body["visibility"] = visibility;
    }
    Operation { id, kind: "comment", source: object.key.clone(), body, natural: String::new(), content: None }
}

/// Whether customers of a service project must not see it.
fn is_internal(body: &Value) -> bool {
    let by_property =
        properties(body).find(|(key, _)| *key == INTERNAL).map(|(_, value)| value["internal"] == json!(true));
    by_property.unwrap_or_else(|| body["jsdPublic"] == json!(false))
}

fn found(comments: &[Box<RawValue>]) -> jira::Result<Vec<Found>> {
    comments.iter().map(|comment| dated::found(comment)).collect()
}

async fn comments_of(jira: &Jira, issue: &str) -> jira::Result<Vec<Box<RawValue>>> {
    let call = Call::get("/rest/api/3/issue/{issue}/comment")
        .arg("issue", issue)
        .query("orderBy", "created")
        .query("expand", "properties");
    jira.pages_offset(call, "comments", PAGE).try_collect().await
}

/// The properties of comments that came without, by the comment's id.
async fn properties_of(jira: &Jira, comments: &[(String, Vec<Found>)]) -> jira::Result<HashMap<String, Box<RawValue>>> {
    #[derive(serde::Deserialize)]
    struct List {
        values: Vec<Box<RawValue>>,
    }
    let ids: Vec<u64> =
        comments.iter().flat_map(|(_, comments)| comments).filter_map(|found| found.id.parse().ok()).collect();
    let mut properties = HashMap::new();
    for ids in ids.chunks(LIST) {
        let call = Call::post_read("/rest/api/3/comment/list").query("expand", "properties");
        let list: List = jira.json(call.json(&json!({ "ids": ids }))).await?;
        for comment in found(&list.values)? {
            let mut members =
                Members::parse(&comment.body).map_err(|error| unexpected("POST /rest/api/3/comment/list", error))?;
            properties.extend(members.remove("properties").map(|properties| (comment.id, properties)));
        }
    }
    Ok(properties)
}

fn with_properties(comment: Found, properties: &HashMap<String, Box<RawValue>>) -> jira::Result<Found> {
    const CALL: &str = "POST /rest/api/3/issue/bulkfetch";
    let Some(properties) = properties.get(&comment.id) else { return Ok(comment) };
    let mut members = Members::parse(&comment.body).map_err(|error| unexpected(CALL, error))?;
    members.set("properties", properties.clone());
    let body = members.to_raw().map_err(|error| unexpected(CALL, error))?;
    Ok(Found { id: comment.id, body })
}

#[cfg(test)]
mod tests;
