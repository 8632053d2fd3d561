//! Components of projects.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Jira};
use serde_json::{Value, json};

use super::support::{
    account_of, called, create_or, delete, in_parts, lose, one_by_one, project_ids, put_pages, refused, text, without,
};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Person, Translated, Translation};

/// The kind `component`.
pub struct Component;

const LEAD: Loss = Loss {
    id: "component.lead",
    what: "A lead who is missing on the standby, or whom Jira does not take",
    instead: "The component has no lead; the project's default assignee gets its issues",
    always: false,
};

impl Kind for Component {
    fn name(&self) -> KindName {
        "component"
    }

    fn title(&self) -> &'static str {
        "components"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["project", "user"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[LEAD]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        json!({
            "project": called(names, "project", &project_of(object)),
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "lead": account_of(&object.body, "lead").map(|account| names.user(account)),
            "assigneeType": assignee_type(object),
        })
    }
}

#[async_trait]
impl SiteKind for Component {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let projects = project_ids(jira).await?;
        in_parts(jira, &projects, sink, |jira, project, sink| {
            async move {
                let call = Call::get("/rest/api/3/project/{project}/component").arg("project", project);
                let result = put_pages(jira, call, "component", sink).await;
                refused(result, "component", format!("of project {project}"), sink).await
            }
            .boxed()
        })
        .await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        format!("{} / {}", called(names, "project", &project_of(object)), text(&object.body, "name"))
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let project = called(&translation.source, "project", &project_of(object));
        if translation.target("project", &project_of(object)).is_none() {
            translated.cannot = Some(format!("its project {project} is not on the standby"));
            return translated;
        }
        // Wanted by key, which is what projects are recognised by: the same on both sites.
        translated.value = json!({
            "project": project,
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "assigneeType": assignee_type(object),
        });
        if let Some(account) = account_of(&object.body, "lead") {
            if let Person::Account(target) = translation.user(account) {
                translated.value["leadAccountId"] = target.into();
            } else {
                lose(&mut translated, &LEAD, object, "/lead", account);
                if assignee_type(object) == "COMPONENT_LEAD" {
                    lose(&mut translated, &LEAD, object, "/assigneeType", account);
                    translated.value["assigneeType"] = "PROJECT_DEFAULT".into();
                }
            }
        }
        translated
    }

    fn owner(&self) -> Option<KindName> {
        Some("project")
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("project", project_of(object)))
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        Some(format!("component = {}", object.key))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/component/{id}").arg("id", &object.key)).await
    }

    fn lane(&self, object: &Object) -> String {
        object.key.clone()
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            create_or(&writer.jira, "/rest/api/3/component", &object.value, without_lead(&object.value)).boxed()
        })
        .await
    }

    /// Says when the component had to do without its lead.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let Some(wanted) = object.value.get("leadAccountId").and_then(Value::as_str) else { return Ok(Vec::new()) };
        let there: Value = writer.jira.json(Call::get("/rest/api/3/component/{id}").arg("id", id)).await?;
        Ok(lost_lead(object, wanted, &there))
    }
}

/// The request without the lead, and without what needs one.
fn without_lead(body: &Value) -> Option<Value> {
    let mut body = without(body, "leadAccountId")?;
    if body["assigneeType"] == "COMPONENT_LEAD" {
        body["assigneeType"] = "PROJECT_DEFAULT".into();
    }
    Some(body)
}

fn lost_lead(object: &Translated, wanted: &str, there: &Value) -> Vec<Occurrence> {
    if account_of(there, "lead") == Some(wanted) {
        return Vec::new();
    }
    let paths: &[&str] =
        if object.value["assigneeType"] == "COMPONENT_LEAD" { &["/lead", "/assigneeType"] } else { &["/lead"] };
    let lost = |path: &&str| Occurrence {
        loss: LEAD.id.to_owned(),
        kind: Component.name().to_owned(),
        key: object.source.clone(),
        path: (*path).to_owned(),
        detail: format!("Jira does not take {wanted} as lead"),
    };
    paths.iter().map(lost).collect()
}

fn project_of(object: &Object) -> String {
    object.body.get("projectId").and_then(id_text).unwrap_or_default()
}

/// Jira's default where it is not told.
fn assignee_type(object: &Object) -> &str {
    match text(&object.body, "assigneeType") {
        "" => "PROJECT_DEFAULT",
        told => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn sides() -> Translation {
        let mut translation = translation();
        translation.bind("project", "10000", "10");
        translation.source.bind("project", "10000".to_owned(), "ARK".to_owned());
        translation.standby.bind("project", "10".to_owned(), "ARK".to_owned());
        translation.bind_user("ann", "ann");
        translation
    }

    fn component(project: u32, lead: &str) -> Object {
        let body = json!({"id": "5", "name": "Hull", "description": "Below.", "lead": {"accountId": lead},
            "assigneeType": "COMPONENT_LEAD", "project": "ARK", "projectId": project});
        object(&Component, "5", body)
    }

    #[test]
    fn a_component_follows_its_project() {
        let translated = Component.translate(&component(10000, "ann"), &sides());
        insta::assert_json_snapshot!(translated.value, @r#"
        {
          "assigneeType": "COMPONENT_LEAD",
          "description": "Below.",
          "leadAccountId": "ann",
          "name": "Hull",
          "project": "ARK"
        }
        "#);
        arrives(&Component, &sides(), &component(10000, "ann"), &component(10, "ann"));
        assert_eq!(Component.identity(&component(10000, "ann"), &sides().source), "ARK / Hull");
    }

    #[test]
    fn without_its_lead_the_project_decides() {
        let source = component(10000, "gone");
        assert_eq!(Component.translate(&source, &sides()).value["assigneeType"], "PROJECT_DEFAULT");
        let mut standby = component(10, "gone");
        standby.body["lead"] = Value::Null;
        standby.body["assigneeType"] = "PROJECT_DEFAULT".into();
        arrives(&Component, &sides(), &source, &standby);
    }

    #[test]
    fn a_lead_whom_jira_does_not_take_is_named() {
        let translated = Component.translate(&component(10000, "ann"), &sides());
        let body = without_lead(&translated.value).unwrap();
        assert_eq!((body.get("leadAccountId"), &body["assigneeType"]), (None, &json!("PROJECT_DEFAULT")));
        let mut there = component(10, "ann").body;
        assert_eq!(lost_lead(&translated, "ann", &there), []);
        there["lead"] = Value::Null;
        let paths: Vec<String> = lost_lead(&translated, "ann", &there).into_iter().map(|loss| loss.path).collect();
        assert_eq!(paths, ["/lead", "/assigneeType"]);
    }

    #[test]
    fn a_component_without_its_project_cannot_be_restored() {
        let cannot = Component.translate(&component(9, "ann"), &sides()).cannot;
        assert_eq!(cannot.as_deref(), Some("its project <9> is not on the standby"));
    }
}
