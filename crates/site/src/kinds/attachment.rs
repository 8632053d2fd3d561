//! Attachments: files on issues.
//!
//! A file never changes under its id, so it is downloaded once. Jira takes no marker with a file, so one is recognised by
//! name and size; names repeat within an issue, and so do whole files, so equal ones are numbered in the order in which they
//! were attached.

mod bounded;
mod file;
mod recognise;

use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use jira::{Call, Download, Jira, Upload};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::reading::{made, unexpected};
use crate::kinds::shared::{self, occurrence, time};
use crate::losses::{Loss, Occurrence};
use crate::members::Members;
use crate::names::{Names, id_text};
use crate::sink::{Result, Sink};

pub use file::NewFile;
pub(crate) use recognise::Naturals;
pub use recognise::{media, natural};

/// The member that capture adds to an attachment: its id in the media service, by which texts show it (quirks §6).
pub const MEDIA_MEMBER: &str = "lifeboat:media";

/// How many downloads are begun before they are needed.
const DOWNLOADS: usize = 4;

/// The same where all bytes are known, and only the ids of their media files are asked for.
const LOOKS: usize = 16;

/// The kind `attachment`.
pub struct Attachment;

const AUTHOR: Loss = Loss {
    id: "attachment.author",
    what: "who attached the file and when",
    instead: "the restoring account; the history file tells it where the history does",
    always: true,
};
const CONTENT: Loss = Loss {
    id: "attachment.content",
    what: "a file whose bytes could not be downloaded when it was captured",
    instead: "nothing is attached",
    always: false,
};

impl Kind for Attachment {
    fn name(&self) -> KindName {
        "attachment"
    }

    fn title(&self) -> &'static str {
        "attachments"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[AUTHOR, CONTENT]
    }

    /// Without the content type, which Jira derives from name and bytes.
    fn normal(&self, object: &Object, _names: &Names) -> Value {
        json!({ "filename": object.body["filename"], "size": object.body["size"] })
    }
}

#[async_trait]
impl IssueKind for Attachment {
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let mut listed = Vec::new();
        for issue in issues {
            for raw in issue.list("attachment")? {
                let attachment = Listed::parse(issue, &raw)?;
                let known = sink.has_content("attachment", &attachment.key).await?;
                listed.push((attachment, known));
            }
        }
        let listed_only = listed.iter().all(|(_, known)| *known);
        let downloads = listed.into_iter().map(|(attachment, known)| attachment.fetch(jira.clone(), known).boxed());
        let downloads: Vec<BoxFuture<'static, _>> = downloads.collect();
        let at_once = if listed_only { LOOKS } else { DOWNLOADS };
        let mut downloads = futures::stream::iter(downloads).buffered(at_once);
        while let Some((attachment, fetched)) = downloads.next().await {
            attachment.put(fetched, sink).await?;
        }
        Ok(())
    }

    async fn operations(
        &self,
        _issue: &IssueContext,
        mut objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        shared::sort_by_age(&mut objects, |object| &object.body);
        let mut naturals = Naturals::default();
        let mut operations = Vec::new();
        for object in objects {
            let Some(content) = writer.contents.of("attachment", &object.key).await? else {
                let name = object.body["filename"].as_str().unwrap_or_default();
                losses.push(occurrence(&CONTENT, ("attachment", &object.key), "", name));
                continue;
            };
            operations.push(Operation {
                id: writer.marks.operation("attachment", &object.key),
                kind: "attachment",
                source: object.key,
                body: json!({ "filename": object.body["filename"], "mimeType": object.body["mimeType"] }),
                // Numbered after those without bytes are left out: they will not be on the standby.
                natural: naturals.next(&object.body),
                content: Some(content),
            });
        }
        Ok(operations)
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        upload(issue, operation, writer).await
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        let attachments = recognise::on_standby(issue, writer).await?;
        let mut naturals = Naturals::default();
        let existing = attachments.iter().filter_map(|attachment| {
            let natural = naturals.next(attachment);
            Some(Existing { operation: None, natural, id: attachment.get("id").and_then(id_text)? })
        });
        Ok(existing.collect())
    }
}

/// How often the bytes of one file are sent when Jira asks to come again later. The wait, a few seconds each time, is the
/// client's: together minutes, as other calls have them.
const UPLOADS: u32 = 100;

/// Attaches the content of an operation.
pub(crate) async fn upload(
    issue: &IssueContext,
    operation: &Operation,
    writer: &Writer,
) -> jira::Result<Option<String>> {
    for _ in 1..UPLOADS {
        match upload_once(issue, operation, writer).await {
            // Nothing was attached, but the bytes are gone: they are opened again. A wait beyond the client's patience comes
            // back at once, without a request.
            Err(jira::Error::Throttled { .. }) => {}
            done => return done,
        }
    }
    upload_once(issue, operation, writer).await
}

async fn upload_once(issue: &IssueContext, operation: &Operation, writer: &Writer) -> jira::Result<Option<String>> {
    const CALL: &str = "POST /rest/api/3/issue/{issue}/attachments";
    let content = operation.content.as_ref().ok_or_else(|| unexpected(CALL, "an attachment without content"))?;
    let bytes = content.open().await.map_err(|error| jira::Error::Unreachable {
        site: "the vault".to_owned(),
        reason: format!("the bytes of {} cannot be read: {error}", operation.source),
    })?;
    let file = Upload {
        name: operation.body["filename"].as_str().unwrap_or_default().to_owned(),
        length: content.length(),
        media_type: operation.body["mimeType"].as_str().unwrap_or("application/octet-stream").to_owned(),
        bytes,
    };
    let attached = writer.jira.upload(&issue.target_id, file).await?;
    let attached = attached.get(0).unwrap_or(&attached);
    made(CALL, attached).map(Some)
}

/// An attachment as an issue lists it.
struct Listed {
    id: String,
    key: String,
    created: Option<Timestamp>,
    size: Option<u64>,
    members: Members,
}

/// The media id and, unless the bytes are known, the bytes.
type Fetched = (Option<String>, Option<Download>);

impl Listed {
    fn parse(issue: &FetchedIssue, raw: &RawValue) -> jira::Result<Self> {
        const CALL: &str = "POST /rest/api/3/issue/bulkfetch";
        let members = Members::parse(raw).map_err(|error| unexpected(CALL, error))?;
        let member = |name: &str| members.get(name).and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
        let id = member("id").as_ref().and_then(id_text);
        let id = id.ok_or_else(|| unexpected(CALL, "an attachment without id"))?;
        let created = member("created").as_ref().and_then(time::instant);
        let size = member("size").as_ref().and_then(Value::as_u64);
        Ok(Self { key: format!("{}/{id}", issue.id), id, created, size, members })
    }

    async fn fetch(self, jira: Jira, known: bool) -> (Self, jira::Result<Fetched>) {
        let fetched = if known {
            jira.media_id(&self.id).await.map(|media| (media, None))
        } else {
            jira.download(&self.id)
                .await
                .map(|mut download| (download.media.take(), Some(bounded::bounded(download, &self.id, self.size))))
        };
        (self, fetched)
    }

    /// Puts it. One that could not be downloaded is put without its bytes and reported: the next capture tries again.
    async fn put(mut self, fetched: jira::Result<Fetched>, sink: &mut dyn Sink) -> Result<()> {
        let (media, content) = match fetched {
            Ok(fetched) => fetched,
            Err(error @ (jira::Error::Credentials { .. } | jira::Error::Throttled { .. })) => return Err(error.into()),
            Err(error) => {
                sink.failed("attachment", self.key.clone(), error.to_string()).await?;
                (None, None)
            }
        };
        if let Some(media) = media {
            self.members.set(MEDIA_MEMBER, to_raw(&json!(media))?);
        }
        let body = self.members.to_raw().map_err(|error| unexpected("POST /rest/api/3/issue/bulkfetch", error))?;
        sink.put_with_content("attachment", self.key, self.created, body, content).await
    }
}

fn to_raw(value: &Value) -> jira::Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value).map_err(|error| unexpected("GET /rest/api/3/attachment/content/{id}", error))
}

/// The call that reads the attachments of an issue.
fn attachments_of(issue: &IssueContext) -> Call {
    Call::get("/rest/api/3/issue/{issue}").arg("issue", &issue.target_id).query("fields", "attachment")
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::kinds::shared::fixture::{self, names_of, object, writer};

    fn file(id: &str, name: &str, size: u64) -> Object {
        let body = json!({ "id": id, "filename": name, "size": size, "mimeType": "text/plain",
            "created": "2020-01-01T00:00:00.000+0000" });
        object("attachment", &format!("1/{id}"), body)
    }

    fn operations(files: Vec<Object>) -> (Vec<Operation>, Vec<Occurrence>) {
        let mut losses = Vec::new();
        let operations = block_on(Attachment.operations(&fixture::issue(1), files, &writer(), &mut losses)).unwrap();
        (operations, losses)
    }

    #[test]
    fn equal_files_are_told_apart_by_their_order() {
        let (operations, losses) =
            operations(vec![file("10", "文件.txt", 3), file("9", "文件.txt", 3), file("11", "文件.txt", 0)]);
        assert_eq!(losses, []);
        let told: Vec<_> = operations.iter().map(|one| (one.source.as_str(), one.natural.as_str())).collect();
        assert_eq!(told, [("1/9", "文件.txt|3|#1"), ("1/10", "文件.txt|3|#2"), ("1/11", "文件.txt|0|#1")]);
    }

    #[test]
    fn a_file_without_bytes_is_named_and_not_counted() {
        let (operations, losses) = operations(vec![file("1lost", "a", 3), file("200000", "a", 3)]);
        assert_eq!(operations.len(), 1);
        assert_eq!(operations[0].natural, "a|3|#1");
        assert_eq!(names_of(&losses), ["attachment.content"]);
    }
}
