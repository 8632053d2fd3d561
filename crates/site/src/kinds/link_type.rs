//! Types of links between issues.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Jira};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::support::{delete, key, made, one_by_one, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `link-type`.
pub struct LinkType;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkTypes {
    issue_link_types: Vec<Box<RawValue>>,
}

impl Kind for LinkType {
    fn name(&self) -> KindName {
        "link-type"
    }

    fn title(&self) -> &'static str {
        "link types"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[]
    }

    fn normal(&self, object: &Object, _names: &Names) -> Value {
        described(object)
    }
}

#[async_trait]
impl SiteKind for LinkType {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let call = Call::get("/rest/api/3/issueLinkType");
        let label = call.label();
        let types: LinkTypes = jira.json(call).await?;
        for raw in types.issue_link_types {
            let key = key(&label, &raw, "id")?;
            sink.put(self.name(), key, None, raw).await?;
        }
        Ok(())
    }

    fn identity(&self, object: &Object, _names: &Names) -> String {
        text(&object.body, "name").to_owned()
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, _translation: &Translation) -> Translated {
        Translated { source: object.key.clone(), value: described(object), ..Translated::default() }
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        let name = text(&object.body, "name").replace('\\', "\\\\").replace('"', "\\\"");
        Some(format!("issueLinkType = \"{name}\""))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/issueLinkType/{id}").arg("id", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move { made(&writer.jira.json(Call::post("/rest/api/3/issueLinkType").json(&object.value)).await?) }
                .boxed()
        })
        .await
    }
}

fn described(object: &Object) -> Value {
    let part = |name| text(&object.body, name);
    json!({ "name": part("name"), "inward": part("inward"), "outward": part("outward") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    #[test]
    fn what_is_sent_is_what_arrives() {
        let body = json!({"id": "1", "name": "Blocker", "inward": "is blocked by", "outward": "blocks", "self": "…"});
        let source = object(&LinkType, "1", body);
        let sent = LinkType.translate(&source, &translation()).value;
        insta::assert_json_snapshot!(sent, @r#"
        {
          "inward": "is blocked by",
          "name": "Blocker",
          "outward": "blocks"
        }
        "#);
        arrives(&LinkType, &translation(), &source, &object(&LinkType, "7", sent));
    }
}
