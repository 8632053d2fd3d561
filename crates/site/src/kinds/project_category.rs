//! Project categories.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Jira};
use serde_json::{Value, json};

use super::support::{delete, made, one_by_one, put_array, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `project-category`.
pub struct ProjectCategory;

impl Kind for ProjectCategory {
    fn name(&self) -> KindName {
        "project-category"
    }

    fn title(&self) -> &'static str {
        "project categories"
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
impl SiteKind for ProjectCategory {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_array(jira, Call::get("/rest/api/3/projectCategory"), self.name(), sink).await
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
        Some(format!("category = {}", object.key))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/projectCategory/{id}").arg("id", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move { made(&writer.jira.json(Call::post("/rest/api/3/projectCategory").json(&object.value)).await?) }
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
        let source = object(&ProjectCategory, "10000", json!({"id": "10000", "name": "Tools", "self": "…"}));
        let sent = ProjectCategory.translate(&source, &translation()).value;
        insta::assert_json_snapshot!(sent, @r#"
        {
          "description": "",
          "name": "Tools"
        }
        "#);
        arrives(&ProjectCategory, &translation(), &source, &object(&ProjectCategory, "7", sent));
    }
}
