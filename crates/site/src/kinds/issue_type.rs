//! Issue types.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use super::support::{delete, lose, made, one_by_one, put_array, scope, scoped_identity, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `issue-type`.
pub struct IssueType;

const ICON: Loss =
    Loss { id: "issue-type.icon", what: "Icons of issue types", instead: "Jira's own for the level", always: true };
const SCOPE: Loss = Loss {
    id: "issue-type.team-managed",
    what: "A type that belongs to a team-managed project",
    instead: "The site's type of the same name, created if there is none",
    always: false,
};

impl Kind for IssueType {
    fn name(&self) -> KindName {
        "issue-type"
    }

    fn title(&self) -> &'static str {
        "issue types"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[ICON, SCOPE]
    }

    fn normal(&self, object: &Object, _names: &Names) -> Value {
        json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "level": level(&object.body),
            "scope": if scope(&object.body).is_some() { "project" } else { "site" },
        })
    }
}

#[async_trait]
impl SiteKind for IssueType {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_array(jira, list(), self.name(), sink).await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        scoped_identity(text(&object.body, "name"), object, names)
    }

    fn cannot_create(&self, object: &Object) -> Option<String> {
        let too_high = level(&object.body) > 0 && scope(&object.body).is_none();
        too_high.then(|| "types above the standard level are made in the site's hierarchy settings only".to_owned())
    }

    fn translate(&self, object: &Object, _translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        if let Some(project) = scope(&object.body) {
            // The site's type may say anything else than this one, too: only its name is chosen.
            lose(&mut translated, &SCOPE, object, "", project);
        }
        translated.value = json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "hierarchyLevel": level(&object.body).min(0),
        });
        translated
    }

    /// Jira refuses while issues have it.
    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/issuetype/{id}").arg("id", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                if object.losses.iter().any(|loss| loss.loss == SCOPE.id)
                    && let Some(made) = of_the_site(&writer.jira, &object.value).await?
                {
                    return Ok(made);
                }
                made(&writer.jira.json(Call::post("/rest/api/3/issuetype").json(&object.value)).await?)
            }
            .boxed()
        })
        .await
    }
}

fn list() -> Call {
    Call::get("/rest/api/3/issuetype")
}

/// The hierarchy level: -1 sub-task, 0 standard, 1 epic, more with Premium.
fn level(body: &Value) -> i64 {
    let subtask = body.get("subtask").and_then(Value::as_bool).unwrap_or_default();
    body.get("hierarchyLevel").and_then(Value::as_i64).unwrap_or(if subtask { -1 } else { 0 })
}

/// The site's own type with the name and on the side of the sub-task border of `wanted`.
async fn of_the_site(jira: &Jira, wanted: &Value) -> jira::Result<Option<Made>> {
    for raw in jira.array(list()).await? {
        let body: Value = serde_json::from_str(raw.get())
            .map_err(|error| Error::Unexpected { call: list().label(), reason: error.to_string() })?;
        let same_side = (level(&body) < 0) == (level(wanted) < 0);
        if scope(&body).is_none() && same_side && body["name"] == wanted["name"] {
            return Ok(body.get("id").and_then(id_text).map(Made::found));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, names, object, translation};

    #[test]
    fn a_subtask_type_keeps_its_level() {
        let body = json!({"id": "5", "name": "Sub-task", "description": "Small.", "subtask": true, "avatarId": 9});
        let source = object(&IssueType, "5", body);
        let sent = IssueType.translate(&source, &translation()).value;
        insta::assert_json_snapshot!(sent, @r#"
        {
          "description": "Small.",
          "hierarchyLevel": -1,
          "name": "Sub-task"
        }
        "#);
        arrives(&IssueType, &translation(), &source, &object(&IssueType, "7", sent));
    }

    #[test]
    fn epics_cannot_be_created() {
        let epic = json!({"name": "Epic", "hierarchyLevel": 1});
        assert!(IssueType.cannot_create(&object(&IssueType, "1", epic)).is_some());
    }

    #[test]
    fn a_type_of_a_project_is_never_taken_for_the_sites() {
        let scope = json!({"type": "PROJECT", "project": {"id": "10000"}});
        let own = object(&IssueType, "1", json!({"name": "Task", "scope": scope}));
        let global = object(&IssueType, "2", json!({"name": "Task"}));
        let mut names = names();
        names.learn(&IssueType, &[own.clone(), global]);
        assert_eq!(names.identity("issue-type", "2"), Some("Task"));
        assert_eq!(names.identity("issue-type", "1"), Some("Task (project 10000 of https://source.example)"));
        assert_eq!(IssueType.translate(&own, &translation()).losses[0].loss, "issue-type.team-managed");
    }
}
