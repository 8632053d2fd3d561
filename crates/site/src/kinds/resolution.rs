//! Resolutions.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Jira};
use serde_json::{Value, json};

use super::support::{delete, made, one_by_one, put_pages, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `resolution`.
pub struct Resolution;

const ORDER: Loss = Loss {
    id: "resolution.order",
    what: "The order of resolutions, and which one is the default",
    instead: "Resolutions that are created come after those of the standby; the standby's default stays",
    always: true,
};

impl Kind for Resolution {
    fn name(&self) -> KindName {
        "resolution"
    }

    fn title(&self) -> &'static str {
        "resolutions"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[ORDER]
    }

    fn normal(&self, object: &Object, _names: &Names) -> Value {
        described(object)
    }
}

#[async_trait]
impl SiteKind for Resolution {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_pages(jira, Call::get("/rest/api/3/resolution/search"), self.name(), sink).await
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
        Some(format!("resolution = {}", object.key))
    }

    /// Jira wants to know what issues get instead, even though none has it.
    async fn remove(&self, jira: &Jira, object: &Object, there: &[Object]) -> jira::Result<Removal> {
        let others = there.iter().filter(|other| other.key != object.key);
        // The oldest: what this recovery made may be on its way out.
        let Some(other) = others.min_by_key(|other| (other.key.len(), &other.key)) else {
            return Ok(Removal::ByHand("it is the only one: Jira deletes one only for another"));
        };
        let call = Call::delete("/rest/api/3/resolution/{id}").arg("id", &object.key).query("replaceWith", &other.key);
        delete(jira, call).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move { made(&writer.jira.json(Call::post("/rest/api/3/resolution").json(&object.value)).await?) }
                .boxed()
        })
        .await
    }
}

fn described(object: &Object) -> Value {
    json!({ "name": text(&object.body, "name"), "description": text(&object.body, "description") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    #[test]
    fn what_is_sent_is_what_arrives() {
        let body = json!({"id": "1", "name": "Won't Fix", "description": "Never.", "default": true, "self": "…"});
        let source = object(&Resolution, "1", body);
        let sent = Resolution.translate(&source, &translation()).value;
        insta::assert_json_snapshot!(sent, @r#"
        {
          "description": "Never.",
          "name": "Won't Fix"
        }
        "#);
        arrives(&Resolution, &translation(), &source, &object(&Resolution, "7", sent));
    }
}
