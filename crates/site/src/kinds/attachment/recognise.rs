//! Finding the standby's file for a file of the source.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{MEDIA_MEMBER, attachments_of};
use crate::adf::Media;
use crate::kind::{IssueContext, Object, Writer};
use crate::kinds::shared;
use crate::kinds::shared::reading::unexpected;
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

/// The attachments of an issue on the standby as they were attached. One that cannot be told from others makes the answer
/// useless: what is there would be taken for missing.
pub(super) async fn on_standby(issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Value>> {
    let call = attachments_of(issue);
    let label = call.label();
    let mut issue: Value = writer.jira.json(call).await?;
    let fields = issue.get_mut("fields").and_then(Value::as_object_mut);
    let fields = fields.ok_or_else(|| unexpected(&label, "an issue without fields"))?;
    let mut attachments = match fields.remove("attachment") {
        Some(Value::Array(attachments)) => attachments,
        // Where attachments are switched off.
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(unexpected(&label, "attachments that are no list")),
    };
    if !attachments.iter().all(is_recognisable) {
        return Err(unexpected(&label, "an attachment without id, name or size"));
    }
    shared::sort_by_age(&mut attachments, |attachment| attachment);
    Ok(attachments)
}

fn is_recognisable(attachment: &Value) -> bool {
    let has_id = attachment.get("id").and_then(id_text).is_some();
    has_id && attachment["filename"].is_string() && attachment["size"].is_u64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_told_from_others_is_not_taken_for_another_file() {
        assert!(is_recognisable(&json!({ "id": "1", "filename": "a.txt", "size": 3 })));
        for broken in [json!({ "size": "3" }), json!({ "size": null }), json!({ "filename": 1 }), json!({ "id": [] })] {
            let mut attachment = json!({ "id": "1", "filename": "a.txt", "size": 3 });
            attachment.as_object_mut().unwrap().extend(broken.as_object().unwrap().clone());
            assert!(!is_recognisable(&attachment), "{attachment}");
        }
    }
}
