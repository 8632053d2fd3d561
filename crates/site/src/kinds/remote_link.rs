//! Links from issues to things outside Jira.

use async_trait::async_trait;
use jira::{Call, Jira, Safety};
use serde_json::{Value, json};

use crate::adf::plain;
use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::reading::{self, Reading};
use crate::kinds::shared::{dated, occurrence};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{Result, Sink};

/// The kind `remote-link`.
pub struct RemoteLink;

/// What the global id of a link begins with to which the recovery gave one.
const OWN_GLOBAL_ID: &str = "lifeboat=";
/// What a remote link consists of, beside its ids.
const MEMBERS: [&str; 3] = ["application", "relationship", "object"];

const APPLICATION: Loss = Loss {
    id: "remote-link.application",
    what: "the connection of a link to the application that made it (its id is another one on the standby)",
    instead: "an ordinary link with the same title and address",
    always: false,
};

impl Kind for RemoteLink {
    fn name(&self) -> KindName {
        "remote-link"
    }

    fn title(&self) -> &'static str {
        "remote links"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[APPLICATION]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let mut normal = json!({});
        for member in MEMBERS {
            let mut value = object.body.get(member).cloned().unwrap_or_default();
            crate::adf::map_strings(&mut value, &|text| plain::normal(text, names));
            normal[member] = without_empty(value);
        }
        normal["globalId"] = global_id(&object.body).map_or(Value::Null, |id| plain::normal(id, names).into());
        normal
    }
}

#[async_trait]
impl IssueKind for RemoteLink {
    /// One request for each issue: Jira has no list of several issues' links, and no count (matrix §6).
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let readings = issues.iter().map(|issue| {
            Reading::new(jira, issue, |jira, issue| async move {
                jira.array(links_of(&issue)).await?.iter().map(|link| dated::found(link)).collect()
            })
        });
        reading::all("remote-link", readings.collect(), sink).await
    }

    async fn operations(
        &self,
        _issue: &IssueContext,
        objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        let operations = objects.into_iter().map(|object| {
            if global_id(&object.body).is_some_and(|id| id.contains("appId=")) {
                let title = object.body["object"]["title"].as_str().unwrap_or_default();
                losses.push(occurrence(&APPLICATION, ("remote-link", &object.key), "/application", title));
            }
            operation(object, writer)
        });
        Ok(operations.collect())
    }

    async fn apply(
        &self,
        issue: &IssueContext,
        operation: &Operation,
        writer: &Writer,
    ) -> jira::Result<Option<String>> {
        // Every link has a global id, and Jira updates the one that has the same: sending it twice changes nothing more.
        let call = Call::post("/rest/api/3/issue/{issue}/remotelink").safety(Safety::Repeatable);
        let call = call.arg("issue", &issue.target_id).json(&operation.body).writes_issue(&issue.target_id);
        let made: Value = writer.jira.json(call).await?;
        Ok(made.get("id").and_then(id_text))
    }

    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>> {
        let links: Vec<Value> = writer.jira.json(links_of(&issue.target_id)).await?;
        let existing = links.iter().filter_map(|link| {
            let natural = link.get("globalId").and_then(Value::as_str).unwrap_or_default().to_owned();
            Some(Existing { operation: None, natural, id: link.get("id").and_then(id_text)? })
        });
        Ok(existing.collect())
    }
}

fn links_of(issue: &str) -> Call {
    Call::get("/rest/api/3/issue/{issue}/remotelink").arg("issue", issue)
}

fn operation(object: Object, writer: &Writer) -> Operation {
    let id = writer.marks.operation("remote-link", &object.key);
    let given = global_id(&object.body).map(|given| plain::translate(given, &writer.translation));
    let global_id = given.unwrap_or_else(|| format!("{OWN_GLOBAL_ID}{id}"));
    let mut body = json!({ "globalId": global_id });
    for member in MEMBERS {
        if let Some(value) = object.body.get(member).filter(|value| !value.is_null()) {
            body[member] = value.clone();
            crate::adf::map_strings(&mut body[member], &|text| plain::translate(text, &writer.translation));
        }
    }
    Operation { id, kind: "remote-link", source: object.key, body, natural: global_id, content: None }
}

/// The global id that the link had on its source.
fn global_id(body: &Value) -> Option<&str> {
    let id = body.get("globalId").and_then(Value::as_str)?;
    (!id.is_empty() && !id.starts_with(OWN_GLOBAL_ID)).then_some(id)
}

/// Jira fills in empty objects (`icon: {}`) where nothing was given.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, without_empty(value)));
            let members: serde_json::Map<_, _> = members.filter(|(_, value)| !value.is_null()).collect();
            if members.is_empty() { Value::Null } else { Value::Object(members) }
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::kinds::shared::fixture::{self, names_of, object, unexplained, writer};

    fn operations(body: &Value) -> (Vec<Operation>, Vec<Occurrence>) {
        let mut losses = Vec::new();
        let link = object("remote-link", "1/5", body.clone());
        let operations =
            block_on(RemoteLink.operations(&fixture::issue(1), vec![link], &writer(), &mut losses)).unwrap();
        (operations, losses)
    }

    #[test]
    fn a_link_arrives_with_a_global_id_so_that_it_cannot_be_made_twice() {
        let body = json!({ "id": 5, "self": "x", "application": {}, "object": {
            "url": "https://source.example/browse/AB-7", "title": "AB-7", "icon": {}, "status": { "resolved": false } } });
        let (operations, losses) = operations(&body);
        assert_eq!(losses, []);
        assert_eq!(operations[0].natural, format!("lifeboat={}", operations[0].id));
        assert_eq!(operations[0].body["object"]["url"], "https://standby.example/browse/AB-70");
        let translation = fixture::translation();
        let before = RemoteLink.normal(&object("remote-link", "1/5", body), &translation.source);
        let standby = object("remote-link", "901/1", operations[0].body.clone());
        assert_eq!(
            unexplained(&before, &RemoteLink.normal(&standby, &translation.standby), &losses),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_link_of_an_application_keeps_its_global_id_and_is_named() {
        let body =
            json!({ "globalId": "appId=1&pageId=2", "object": { "url": "https://wiki.example/2", "title": "Page" } });
        let (operations, losses) = operations(&body);
        assert_eq!(operations[0].body["globalId"], "appId=1&pageId=2");
        assert_eq!(names_of(&losses), ["remote-link.application"]);
    }
}
