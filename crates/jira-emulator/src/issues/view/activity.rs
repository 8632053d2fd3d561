//! Comments, worklogs, attachments, links and histories.

use serde::Serialize;
use serde_json::{Value, json};

use super::{View, raw};
use crate::issues::properties;
use crate::state::{
    Attachment, Comment, History, Issue, Link, LinkEnd, RawJson, RemoteLink, Settings, Visibility, Worklog,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CommentBean<'a> {
    #[serde(rename = "self")]
    self_url: String,
    id: String,
    author: RawJson,
    body: &'a RawJson,
    update_author: RawJson,
    created: String,
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<Value>,
    jsd_public: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Vec<Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorklogBean<'a> {
    #[serde(rename = "self")]
    self_url: String,
    author: RawJson,
    update_author: RawJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a RawJson>,
    created: String,
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<Value>,
    started: String,
    time_spent: String,
    time_spent_seconds: u64,
    id: String,
    issue_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Vec<Value>>,
}

impl View<'_> {
    /// A comment.
    pub(crate) fn comment(&self, comment: &Comment, with_properties: bool) -> RawJson {
        raw(&CommentBean {
            self_url: self.link(&format!("/rest/api/3/issue/{}/comment/{}", comment.issue, comment.id)),
            id: comment.id.to_string(),
            author: self.user(comment.author.as_ref()),
            body: &comment.body,
            update_author: self.user(comment.update_author.as_ref()),
            created: self.time(comment.created),
            updated: self.time(comment.updated),
            visibility: comment.visibility.as_ref().map(visibility),
            jsd_public: comment.public,
            properties: with_properties.then(|| properties::list(&comment.properties)),
        })
    }

    /// A worklog.
    pub(crate) fn worklog(&self, worklog: &Worklog, with_properties: bool) -> RawJson {
        raw(&WorklogBean {
            self_url: self.link(&format!("/rest/api/3/issue/{}/worklog/{}", worklog.issue, worklog.id)),
            author: self.user(worklog.author.as_ref()),
            update_author: self.user(worklog.update_author.as_ref()),
            comment: worklog.comment.as_ref(),
            created: self.time(worklog.created),
            updated: self.time(worklog.updated),
            visibility: worklog.visibility.as_ref().map(visibility),
            started: self.time(worklog.started),
            time_spent: worklog_duration(&self.state.settings, worklog.seconds),
            time_spent_seconds: worklog.seconds,
            id: worklog.id.to_string(),
            issue_id: worklog.issue.to_string(),
            properties: with_properties.then(|| properties::list(&worklog.properties)),
        })
    }

    /// An attachment; its id is a string in issues.
    pub(crate) fn attachment(&self, attachment: &Attachment) -> Value {
        let id = attachment.id;
        let mut shown = json!({
            "self": self.link(&format!("/rest/api/3/attachment/{id}")),
            "id": id.to_string(),
            "filename": attachment.filename,
            "author": self.user(attachment.author.as_ref()),
            "created": self.time(attachment.created),
            "size": attachment.size,
            "mimeType": attachment.mime_type,
            "content": self.link(&format!("/rest/api/3/attachment/content/{id}")),
        });
        if attachment.thumbnail {
            shown["thumbnail"] = json!(self.link(&format!("/rest/api/3/attachment/thumbnail/{id}")));
        }
        shown
    }

    /// A link as one of its ends shows it: the other end only.
    pub(crate) fn link_of(&self, issue: &Issue, link: &Link) -> Value {
        let mut shown = self.link_frame(link);
        if link.source == LinkEnd::Issue(issue.id) {
            shown["outwardIssue"] = self.link_end(&link.destination);
        } else {
            shown["inwardIssue"] = self.link_end(&link.source);
        }
        shown
    }

    /// A link with both ends.
    pub(crate) fn whole_link(&self, link: &Link) -> Value {
        let mut shown = self.link_frame(link);
        shown["inwardIssue"] = self.link_end(&link.source);
        shown["outwardIssue"] = self.link_end(&link.destination);
        shown
    }

    fn link_frame(&self, link: &Link) -> Value {
        json!({
            "id": link.id.to_string(),
            "self": self.link(&format!("/rest/api/3/issueLink/{}", link.id)),
            "type": self.link_type(link.link_type),
        })
    }

    fn link_end(&self, end: &LinkEnd) -> Value {
        match end {
            LinkEnd::Issue(id) => self.state.issues.get(id).map_or(Value::Null, |issue| self.brief(issue)),
            LinkEnd::Absent { id, key } => json!({
                "id": id.to_string(),
                "key": key,
                "self": self.link(&format!("/rest/api/3/issue/{id}")),
            }),
        }
    }

    /// An issue as other issues show it.
    pub(crate) fn brief(&self, issue: &Issue) -> Value {
        json!({
            "id": issue.id.to_string(),
            "key": self.state.key_of(issue),
            "self": self.link(&format!("/rest/api/3/issue/{}", issue.id)),
            "fields": {
                "summary": issue.summary,
                "status": self.status(issue.status),
                "priority": self.priority(issue.priority),
                "issuetype": self.issue_type(issue.issue_type),
            },
        })
    }

    /// A remote link; its id is a number.
    pub(crate) fn remote_link(&self, link: &RemoteLink) -> Value {
        let mut shown = link.body.value();
        shown["id"] = json!(link.id);
        shown["self"] = json!(self.link(&format!("/rest/api/3/issue/{}/remotelink/{}", link.issue, link.id)));
        if let Some(global_id) = &link.global_id {
            shown["globalId"] = json!(global_id);
        }
        shown
    }

    /// An entry of the changelog. `created` is text or, in `changelog/bulkfetch`, a number.
    pub(crate) fn history(&self, history: &History, created: Value) -> Value {
        let items: Vec<Value> = history
            .items
            .iter()
            .map(|item| {
                let mut shown = json!({
                    "field": item.field,
                    "fieldtype": item.field_type,
                    "from": item.from,
                    "fromString": item.from_string,
                    "to": item.to,
                    "toString": item.to_string,
                });
                if let Some(field_id) = &item.field_id {
                    shown["fieldId"] = json!(field_id);
                }
                shown
            })
            .collect();
        let mut shown = json!({ "id": history.id.to_string(), "created": created, "items": items });
        if history.author.is_some() {
            shown["author"] = json!(self.user(history.author.as_ref()));
        }
        if let Some(metadata) = &history.metadata {
            shown["historyMetadata"] = json!(metadata);
        }
        shown
    }
}

fn visibility(visibility: &Visibility) -> Value {
    json!({ "type": visibility.kind, "value": visibility.value, "identifier": visibility.identifier })
}

/// Seconds as Jira words them: `1w 2d 3h 30m`, with the site's working hours.
pub(crate) fn worklog_duration(settings: &Settings, seconds: u64) -> String {
    let day = u64::from(settings.hours_per_day.max(1)) * 3600;
    let week = u64::from(settings.days_per_week.max(1)) * day;
    let mut rest = seconds;
    let mut words = Vec::new();
    for (unit, length) in [("w", week), ("d", day), ("h", 3600), ("m", 60)] {
        if rest >= length {
            words.push(format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if words.is_empty() { "0m".into() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_worded_in_working_time() {
        let words = |seconds| worklog_duration(&Settings::default(), seconds);
        assert_eq!(words(5 * 8 * 3600 + 8 * 3600 + 3600 + 60), "1w 1d 1h 1m");
        assert_eq!(words(12 * 3600), "1d 4h");
        assert_eq!(words(59), "0m");
    }
}
