//! Who plays which role in a project.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Error, Jira, Outcome, Safety};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::project_role::KEPT_FOR_APPS;
use super::support::{Actors, called, in_parts, project_ids, refused, text, texts};
use crate::kind::{Kind, KindName, Made, Object, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `role-actors`. Key: `{project}/{role}`.
pub struct RoleActors;

const USER: Loss = Loss {
    id: "role-actors.user",
    what: "A user in a role who is missing on the standby, or whom Jira does not add",
    instead: "The role is restored without this user",
    always: false,
};
const GROUP: Loss = Loss {
    id: "role-actors.group",
    what: "A group in a role that is missing on the standby, or which Jira does not add",
    instead: "The role is restored without this group",
    always: false,
};

const ROLE_OF_PROJECT: &str = "/rest/api/3/project/{project}/role/{role}";

impl Kind for RoleActors {
    fn name(&self) -> KindName {
        "role-actors"
    }

    fn title(&self) -> &'static str {
        "role actors"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["project", "project-role", "user", "group"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[USER, GROUP]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let (project, role) = parts(&object.key);
        let (users, groups) = Actors::of(&object.body).normal(names);
        json!({
            "project": called(names, "project", project),
            "role": called(names, "project-role", role),
            "users": users,
            "groups": groups,
        })
    }
}

#[async_trait]
impl SiteKind for RoleActors {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let projects = project_ids(jira).await?;
        in_parts(jira, &projects, sink, |jira, project, sink| {
            async move { refused(read_project(jira, project, sink).await, "role-actors", project.clone(), sink).await }
                .boxed()
        })
        .await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        let (project, role) = parts(&object.key);
        format!("{} / {}", called(names, "project", project), called(names, "project-role", role))
    }

    fn cannot_create(&self, object: &Object) -> Option<String> {
        (text(&object.body, "name") == KEPT_FOR_APPS).then(|| "Jira keeps this role for apps".to_owned())
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let (project, role) = parts(&object.key);
        let targets = translation.target("project", project).zip(translation.target("project-role", role));
        let Some((project, role)) = targets else {
            translated.cannot = Some("its project or its role is not on the standby".to_owned());
            return translated;
        };
        if translation.source.identity("project-role", parts(&object.key).1) == Some(KEPT_FOR_APPS) {
            translated.cannot = Some("Jira keeps this role for apps".to_owned());
            return translated;
        }
        let actors = Actors::of(&object.body);
        let (users, groups) = actors.translate(translation, &mut translated, (&USER, &GROUP, object));
        translated.value = json!({ "project": project, "role": role, "users": users, "groups": groups });
        translated
    }

    fn born_with(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("project", parts(&object.key).0.to_owned()))
    }

    fn owner(&self) -> Option<KindName> {
        Some("project")
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("project", parts(&object.key).0.to_owned()))
    }

    /// A role is there with its project: only its actors are to be written, which `complete` does.
    fn lane(&self, object: &Object) -> String {
        object.key.clone()
    }

    async fn create(&self, _writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        let made = |object: &Translated| {
            let place = Place::of(&object.value);
            Ok(Made::new(format!("{}/{}", place.project, place.role)))
        };
        objects.iter().map(made).collect()
    }

    /// Replaces the actors, those that Jira gave the new project by default included.
    async fn complete(&self, writer: &Writer, object: &Translated, _id: &str) -> jira::Result<Vec<Occurrence>> {
        let place = Place::of(&object.value);
        let wanted = (texts(&object.value, "users"), texts(&object.value, "groups"));
        match writer.jira.done(place.set(&wanted.0, &wanted.1)).await {
            // One user whom Jira refuses (a deactivated one) makes it refuse all: then they are added singly.
            Err(error) if error.outcome() == Outcome::Rejected => {
                writer.jira.done(place.set(&[], &[])).await?;
                add_singly(writer, &place, object).await
            }
            other => other.map(|()| Vec::new()),
        }
    }
}

async fn add_singly(writer: &Writer, place: &Place<'_>, object: &Translated) -> jira::Result<Vec<Occurrence>> {
    let mut losses = Vec::new();
    for (member, field, loss) in [("users", "user", USER), ("groups", "groupId", GROUP)] {
        for actor in texts(&object.value, member) {
            let call = place.call(Call::post(ROLE_OF_PROJECT)).json(&json!({ field: [actor] }));
            match writer.jira.done(call.safety(Safety::Repeatable)).await {
                Ok(()) => {}
                Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => losses.push(Occurrence {
                    loss: loss.id.to_owned(),
                    kind: RoleActors.name().to_owned(),
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

/// A role in a project of the standby.
struct Place<'a> {
    project: &'a str,
    role: &'a str,
}

impl<'a> Place<'a> {
    fn of(value: &'a Value) -> Self {
        Self { project: text(value, "project"), role: text(value, "role") }
    }

    fn call(&self, call: Call) -> Call {
        call.arg("project", self.project).arg("role", self.role)
    }

    /// Not to be repeated at once after a lost answer: it could land for a second time, over what is added after it.
    fn set(&self, users: &[String], groups: &[String]) -> Call {
        self.call(Call::put(ROLE_OF_PROJECT)).json(&actors_body(users, groups)).safety(Safety::Once)
    }
}

fn actors_body(users: &[String], groups: &[String]) -> Value {
    json!({ "categorisedActors": { "atlassian-user-role-actor": users, "atlassian-group-role-actor-id": groups } })
}

fn parts(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or((key, ""))
}

/// A project tells its roles as a map from names to addresses that end with the role's id.
async fn read_project(jira: &Jira, project: &str, sink: &mut dyn Sink) -> sink::Result<()> {
    let list = Call::get("/rest/api/3/project/{project}/role").arg("project", project);
    let label = list.label();
    let roles: BTreeMap<String, String> = jira.json(list).await?;
    let no_id = || Error::Unexpected { call: label.clone(), reason: "a role without an id".to_owned() };
    let roles = roles.values().map(|address| Ok((project.to_owned(), role_id(address).ok_or_else(no_id)?.to_owned())));
    let roles: Vec<(String, String)> = roles.collect::<jira::Result<_>>()?;
    in_parts(jira, &roles, sink, |jira, (project, role), sink| {
        async move {
            let call = Call::get(ROLE_OF_PROJECT).arg("project", project).arg("role", role);
            let raw: Box<RawValue> = jira.json(call).await?;
            sink.put("role-actors", format!("{project}/{role}"), None, raw).await
        }
        .boxed()
    })
    .await?;
    Ok(())
}

fn role_id(address: &str) -> Option<&str> {
    let id = address.split('?').next()?.trim_end_matches('/').rsplit('/').next()?;
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    #[test]
    fn actors_are_replaced_by_those_who_are_there() {
        let mut translation = translation();
        for (kind, source, standby, name) in
            [("project", "10000", "10", "ARK"), ("project-role", "10002", "2", "Developers")]
        {
            translation.bind(kind, source, standby);
            translation.source.bind(kind, source.to_owned(), name.to_owned());
            translation.standby.bind(kind, standby.to_owned(), name.to_owned());
        }
        translation.bind_user("ann", "ann");
        let user = |account: &str| json!({"actorUser": {"accountId": account}});
        let source = json!({"id": 10002, "name": "Developers", "actors": [user("ann"), user("bob")]});
        let source = object(&RoleActors, "10000/10002", source);
        let translated = RoleActors.translate(&source, &translation);
        insta::assert_json_snapshot!(translated.value, @r#"
        {
          "groups": [],
          "project": "10",
          "role": "2",
          "users": [
            "ann"
          ]
        }
        "#);
        assert_eq!(translated.losses[0].detail, "bob");
        let standby = object(&RoleActors, "10/2", json!({"id": 2, "name": "Developers", "actors": [user("ann")]}));
        arrives(&RoleActors, &translation, &source, &standby);
        assert_eq!(RoleActors.identity(&source, &translation.source), "ARK / Developers");
    }

    #[test]
    fn the_body_has_users_and_groups_apart() {
        insta::assert_json_snapshot!(actors_body(&["ann".to_owned()], &["g1".to_owned()]), @r#"
        {
          "categorisedActors": {
            "atlassian-group-role-actor-id": [
              "g1"
            ],
            "atlassian-user-role-actor": [
              "ann"
            ]
          }
        }
        "#);
    }

    #[test]
    fn ids_of_roles_are_at_the_end_of_their_address() {
        assert_eq!(role_id("https://host/rest/api/3/project/10000/role/10002"), Some("10002"));
        assert_eq!(role_id("https://host/rest/api/3/project/10000/role/"), None);
    }
}
