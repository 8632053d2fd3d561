//! Project roles and the actors that new projects start with.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Error, Jira, Safety};
use serde_json::{Value, json};

use super::support::{Actors, delete, made, one_by_one, put_array, scope, scoped_identity, text, texts};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `project-role`.
pub struct ProjectRole;

const USER: Loss = Loss {
    id: "project-role.user",
    what: "A default actor who is missing on the standby, or whom Jira does not add",
    instead: "New projects start without this user in the role",
    always: false,
};
const GROUP: Loss = Loss {
    id: "project-role.group",
    what: "A default actor that is a group which is missing on the standby, or which Jira does not add",
    instead: "New projects start without this group in the role",
    always: false,
};

/// The role that Jira keeps for apps.
pub(super) const KEPT_FOR_APPS: &str = "atlassian-addons-project-access";

impl Kind for ProjectRole {
    fn name(&self) -> KindName {
        "project-role"
    }

    fn title(&self) -> &'static str {
        "project roles"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["user", "group"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[USER, GROUP]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let (users, groups) = Actors::of(&object.body).normal(names);
        json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "users": users,
            "groups": groups,
        })
    }
}

#[async_trait]
impl SiteKind for ProjectRole {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_array(jira, Call::get("/rest/api/3/role"), self.name(), sink).await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        scoped_identity(text(&object.body, "name"), object, names)
    }

    fn cannot_create(&self, object: &Object) -> Option<String> {
        if text(&object.body, "name") == KEPT_FOR_APPS {
            return Some("Jira keeps this role for apps".to_owned());
        }
        scope(&object.body).map(|_| "it belongs to a team-managed project, whose roles come with it".to_owned())
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let actors = Actors::of(&object.body);
        let (users, groups) = actors.translate(translation, &mut translated, (&USER, &GROUP, object));
        translated.value = json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "users": users,
            "groups": groups,
        });
        translated
    }

    /// Jira refuses while a scheme uses it.
    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/role/{id}").arg("id", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                let body = json!({ "name": object.value["name"], "description": object.value["description"] });
                made(&writer.jira.json(Call::post("/rest/api/3/role").json(&body)).await?)
            }
            .boxed()
        })
        .await
    }

    /// Adds the default actors that are not there yet, one by one: users and groups may not come in one request.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let role: Value = writer.jira.json(Call::get("/rest/api/3/role/{id}").arg("id", id)).await?;
        let there = Actors::of(&role);
        let groups_there: Vec<&str> = there.group_ids().collect();
        let mut losses = Vec::new();
        for (member, loss) in [("users", USER), ("groups", GROUP)] {
            for actor in texts(&object.value, member) {
                if there.users.contains(&actor) || groups_there.contains(&&*actor) {
                    continue;
                }
                let field = if member == "users" { "user" } else { "groupId" };
                let call = Call::post("/rest/api/3/role/{id}/actors").arg("id", id).json(&json!({ field: [actor] }));
                match writer.jira.done(call.safety(Safety::Repeatable)).await {
                    Ok(()) => {}
                    Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => losses.push(Occurrence {
                        loss: loss.id.to_owned(),
                        kind: self.name().to_owned(),
                        key: object.source.clone(),
                        path: format!("/{member}"),
                        detail: format!("{actor}: {error}"),
                    }),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(losses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    #[test]
    fn default_actors_are_translated_and_missing_ones_named() {
        let mut translation = translation();
        translation.bind_user("ann", "ann");
        translation.bind("group", "g1", "g9");
        translation.source.bind("group", "g1".to_owned(), "crew".to_owned());
        translation.standby.bind("group", "g9".to_owned(), "crew".to_owned());
        let user = |account: &str| json!({"type": "atlassian-user-role-actor", "actorUser": {"accountId": account}});
        let group = |id: &str, name: &str| json!({"actorGroup": {"groupId": id, "name": name, "displayName": name}});
        let actors = json!([user("bob"), group("g1", "crew"), user("ann"), group("g2", "away")]);
        let source = object(&ProjectRole, "10002", json!({"id": 10002, "name": "Developers", "actors": actors}));
        let translated = ProjectRole.translate(&source, &translation);
        insta::assert_json_snapshot!(translated.value, @r#"
        {
          "description": "",
          "groups": [
            "g9"
          ],
          "name": "Developers",
          "users": [
            "ann"
          ]
        }
        "#);
        let lost: Vec<_> = translated.losses.iter().map(|loss| (&*loss.path, &*loss.detail)).collect();
        assert_eq!(lost, [("/users", "bob"), ("/groups", "away")]);
        let standby = json!({"id": 7, "name": "Developers", "actors": [group("g9", "crew"), user("ann")]});
        arrives(&ProjectRole, &translation, &source, &object(&ProjectRole, "7", standby));
    }
}
