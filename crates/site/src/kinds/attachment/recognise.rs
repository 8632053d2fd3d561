//! Finding the standby's file for a file of the source.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{MEDIA_MEMBER, attachments_of};
use crate::adf::Media;
use crate::kind::{IssueContext, Object, Writer};
use crate::kinds::shared;
use crate::names::id_text;

/// What a file is recognised by on its issue: name, size, and which one of those that are equal in both.
pub fn natural(name: &str, size: u64, number: u32) -> String {
    format!("{name}|{size}|#{number}")
}

/// Numbers equal files in the order in which they are given.
#[derive(Default)]
pub(crate) struct Naturals(BTreeMap<(String, u64), u32>);

impl Naturals {
    /// The natural key of the next file, described as Jira does.
    pub(crate) fn next(&mut self, attachment: &Value) -> String {
        let name = attachment["filename"].as_str().unwrap_or_default();
        let size = attachment["size"].as_u64().unwrap_or_default();
        let number = self.0.entry((name.to_owned(), size)).or_default();
        *number += 1;
        natural(name, size, *number)
    }
}

/// The standby's media ids for those of the source that `wanted` names; `attachments` are the issue's, of the source.
///
/// Files are paired by name, size and order, so this holds whoever uploaded them and after every interruption.
pub async fn media(
    issue: &IssueContext,
    mut attachments: Vec<Object>,
    wanted: Option<&BTreeSet<String>>,
    writer: &Writer,
) -> jira::Result<Media> {
    shared::sort_by_age(&mut attachments, |object| &object.body);
    let mut naturals = Naturals::default();
    let mut sources = BTreeMap::new();
    for attachment in &attachments {
        if writer.contents.of("attachment", &attachment.key).await?.is_none() {
            continue;
        }
        let natural = naturals.next(&attachment.body);
        let media = attachment.body.get(MEDIA_MEMBER).and_then(Value::as_str);
        if let Some(media) = media.filter(|media| wanted.is_none_or(|wanted| wanted.contains(*media))) {
            sources.insert(natural, media.to_owned());
        }
    }
    // As many as were written, numbered as they were written.
    let mut naturals = Naturals::default();
    let mut found = Media::default();
    for attachment in on_standby(issue, writer).await? {
        let natural = naturals.next(&attachment);
        let (Some(source), Some(id)) = (sources.remove(&natural), attachment.get("id").and_then(id_text)) else {
            continue;
        };
        if let Some(target) = writer.jira.media_id(&id).await? {
            found.targets.insert(source, target);
        }
    }
    Ok(found)
}

/// The attachments of an issue on the standby as they were attached.
pub(super) async fn on_standby(issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Value>> {
    let mut issue: Value = writer.jira.json(attachments_of(issue)).await?;
    let mut attachments = match issue["fields"]["attachment"].take() {
        Value::Array(attachments) => attachments,
        _ => Vec::new(),
    };
    shared::sort_by_age(&mut attachments, |attachment| attachment);
    Ok(attachments)
}
