//! Links between issues. Both ends list a link; it is written once, from the end that shows the other as `outwardIssue`.

use async_trait::async_trait;
use jira::{Call, Jira};
use serde_json::{Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::occurrence;
use crate::kinds::shared::{dated, reading};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{Result, Sink};

/// The kind `issue-link`.
pub struct IssueLink;

const DANGLING: Loss = Loss {
    id: "issue-link.dangling",
    what: "a link to an issue that is not part of the recovery",
    instead: "nothing: there is no issue to link to",
    always: false,
};
const TYPE: Loss = Loss {
    id: "issue-link.type",
    what: "a link of a type that the standby lacks",
    instead: "nothing: the link stays in the vault",
    always: false,
};

impl Kind for IssueLink {
    fn name(&self) -> KindName {
        "issue-link"
    }

    fn title(&self) -> &'static str {
        "issue links"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue", "link-type"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[DANGLING, TYPE]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let (direction, other) = match object.body.get("outwardIssue") {
            Some(other) => ("outward", other),
            None => ("inward", &object.body["inwardIssue"]),
        };
        json!({
            "type": names.reference("link-type", &object.body["type"]),
            "direction": direction,
            "other": other["key"].as_str().map(|key| names.issue(key)),
        })
    }
}

#[async_trait]
impl IssueKind for IssueLink {
    async fn read(&self, _jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        for issue in issues {
            let links = issue.list("issuelinks")?;
            let links = links.iter().map(|link| dated::found(link)).collect::<jira::Result<_>>()?;
            reading::put("issue-link", &issue.id, links, sink).await?;
        }
        Ok(())
    }

    async fn operations(
        &self,
        issue: &IssueContext,
        objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        let mut operations = Vec::new();
        for object in objects {
            let subject = ("issue-link", object.key.as_str());
            let outward = object.body.get("outwardIssue");
            let other = outward.unwrap_or(&object.body["inwardIssue"]);
            let id = other.get("id").and_then(id_text).unwrap_or_default();
            let Some(other_context) = writer.issues.by_source_id(&id).await? else {
                losses.push(occurrence(&DANGLING, subject, "", other["key"].as_str().unwrap_or(&id)));
                continue;
            };
            let link_type = object.body["type"].get("id").and_then(id_text).unwrap_or_default();
            let Some(link_type) = writer.translation.target("link-type", &link_type) else {
                losses.push(occurrence(&TYPE, subject, "", object.body["type"]["name"].as_str().unwrap_or_default()));
                continue;
            };
            if outward.is_some() {
                operations.push(operation(&object, link_type, issue, &other_context, writer));
            }
        }
        Ok(operations)
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        let call = Call::post("/rest/api/3/issueLink").json(&operation.body).writes_issue(&issue.target_id);
        writer.jira.done(call).await?;
        // Jira answers without a body: the link has an id, but does not tell it.
        Ok(None)
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        let call = Call::get("/rest/api/3/issue/{issue}").arg("issue", &issue.target_id).query("fields", "issuelinks");
        let answer: Value = writer.jira.json(call).await?;
        let links = answer["fields"]["issuelinks"].as_array().map_or(&[][..], Vec::as_slice);
        let outward = links.iter().filter_map(|link| {
            let other = link.get("outwardIssue")?.get("id").and_then(id_text)?;
            let link_type = link["type"].get("id").and_then(id_text)?;
            let natural = natural(&link_type, &issue.target_id, &other);
            Some(Existing { operation: None, natural, id: link.get("id").and_then(id_text)? })
        });
        Ok(outward.collect())
    }
}

/// `inwardIssue` is the one that the link goes out from: "A blocks B" has A there (quirks §6).
fn operation(
    object: &Object,
    link_type: &str,
    issue: &IssueContext,
    other: &IssueContext,
    writer: &Writer,
) -> Operation {
    Operation {
        id: writer.marks.operation("issue-link", &object.key),
        kind: "issue-link",
        source: object.key.clone(),
        body: json!({
            "type": { "id": link_type },
            "inwardIssue": { "id": issue.target_id },
            "outwardIssue": { "id": other.target_id },
        }),
        natural: natural(link_type, &issue.target_id, &other.target_id),
        content: None,
    }
}

/// A link is known by its type and both ends, in the standby's ids.
fn natural(link_type: &str, from: &str, to: &str) -> String {
    format!("{link_type}|{from}|{to}")
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::kinds::shared::fixture::{self, names_of, object, writer};

    fn link(id: u32, end: &str, other: u32, link_type: u32) -> Object {
        let other = json!({ "id": other.to_string(), "key": format!("AB-{other}") });
        let link_type = json!({ "id": link_type.to_string(), "name": "Blocks" });
        object("issue-link", &format!("1/{id}"), json!({ "id": id.to_string(), "type": link_type, end: other }))
    }

    fn operations(links: Vec<Object>) -> (Vec<Operation>, Vec<Occurrence>) {
        let mut losses = Vec::new();
        let operations = block_on(IssueLink.operations(&fixture::issue(1), links, &writer(), &mut losses)).unwrap();
        (operations, losses)
    }

    #[test]
    fn a_link_is_written_from_the_end_that_it_goes_out_from() {
        let (operations, losses) = operations(vec![link(1, "outwardIssue", 2, 8), link(2, "inwardIssue", 2, 8)]);
        assert_eq!(losses, []);
        assert_eq!(operations.len(), 1);
        insta::assert_json_snapshot!(operations[0].body, @r#"
        {
          "inwardIssue": {
            "id": "901"
          },
          "outwardIssue": {
            "id": "902"
          },
          "type": {
            "id": "98"
          }
        }
        "#);
    }

    #[test]
    fn a_link_that_lacks_an_end_or_a_type_is_named_at_either_end() {
        let links = vec![link(1, "outwardIssue", 3, 8), link(2, "inwardIssue", 3, 8), link(3, "outwardIssue", 2, 7)];
        let (operations, losses) = operations(links);
        assert!(operations.is_empty());
        assert_eq!(names_of(&losses), ["issue-link.dangling", "issue-link.dangling", "issue-link.type"]);
    }

    #[test]
    fn a_redirected_issue_is_the_same_on_both_sides() {
        let translation = fixture::translation();
        let source = link(1, "outwardIssue", 7, 8);
        let mut standby = link(5, "outwardIssue", 70, 98);
        standby.body["outwardIssue"]["id"] = json!("970");
        assert_eq!(IssueLink.normal(&source, &translation.source), IssueLink.normal(&standby, &translation.standby));
    }
}
