//! Groups and who is in them.

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Error, Jira, Safety};
use serde_json::{Value, json};

use super::support::{delete, in_parts, key, made, one_by_one, people, put_with, text, texts};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `group`. Its members are part of it: `lifeboat:members`, sorted account ids.
pub struct Group;

const MEMBER: Loss = Loss {
    id: "group.member",
    what: "A member who is missing on the standby, or whom Jira does not add",
    instead: "The group is restored without this member",
    always: false,
};

const MEMBERS: &str = "lifeboat:members";

/// Groups that Atlassian keeps itself, on every site.
const KEPT_BY_ATLASSIAN: [&str; 4] =
    ["site-admins", "system-administrators", "atlassian-addons", "atlassian-addons-admin"];

impl Kind for Group {
    fn name(&self) -> KindName {
        "group"
    }

    fn title(&self) -> &'static str {
        "groups"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["user"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[MEMBER]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let accounts = texts(&object.body, MEMBERS);
        let mut members: Vec<&str> = accounts.iter().map(|account| names.user(account)).collect();
        members.sort_unstable();
        json!({ "name": text(&object.body, "name"), "members": members })
    }
}

#[async_trait]
impl SiteKind for Group {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let call = Call::get("/rest/api/3/group/bulk");
        let label = call.label();
        let mut groups = Vec::new();
        let mut found = jira.pages_offset(call, "values", 50);
        while let Some(raw) = found.try_next().await? {
            groups.push((key(&label, &raw, "groupId")?, raw));
        }
        in_parts(jira, &groups, sink, |jira, (id, raw), sink| {
            async move {
                let members = members(jira, id).await?;
                put_with(sink, "group", id.clone(), raw, &[(MEMBERS, json!(members))]).await
            }
            .boxed()
        })
        .await
    }

    fn identity(&self, object: &Object, _names: &Names) -> String {
        text(&object.body, "name").to_owned()
    }

    fn cannot_create(&self, object: &Object) -> Option<String> {
        KEPT_BY_ATLASSIAN.contains(&text(&object.body, "name")).then(|| "Atlassian keeps this group itself".to_owned())
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let members = texts(&object.body, MEMBERS);
        let members = people(translation, &members, &mut translated, (&MEMBER, object, "/members"));
        translated.value = json!({ "name": text(&object.body, "name"), "members": members });
        translated
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/group").query("groupId", &object.key)).await
    }

    fn lane(&self, object: &Object) -> String {
        object.key.clone()
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                let body = json!({ "name": object.value["name"] });
                made(&writer.jira.json(Call::post("/rest/api/3/group").json(&body)).await?)
            }
            .boxed()
        })
        .await
    }

    /// Adds the members. Adding one who is there already is refused, so only those who lack are added.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let there = members(&writer.jira, id).await?;
        let mut losses = Vec::new();
        for account in texts(&object.value, "members").iter().filter(|account| !there.contains(account)) {
            let call = Call::post("/rest/api/3/group/user").query("groupId", id).json(&json!({ "accountId": account }));
            match writer.jira.done(call.safety(Safety::Repeatable)).await {
                Ok(()) => {}
                Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => losses.push(Occurrence {
                    loss: MEMBER.id.to_owned(),
                    kind: self.name().to_owned(),
                    key: object.source.clone(),
                    path: "/members".to_owned(),
                    detail: format!("{account}: {error}"),
                }),
                Err(error) => return Err(error),
            }
        }
        Ok(losses)
    }
}

/// The accounts in a group, sorted. Jira gives 50 at once, no more.
async fn members(jira: &Jira, group: &str) -> jira::Result<Vec<String>> {
    let call = Call::get("/rest/api/3/group/member").query("groupId", group).query("includeInactiveUsers", true);
    let label = call.label();
    let mut accounts = Vec::new();
    let mut members = jira.pages_offset(call, "values", 50);
    while let Some(raw) = members.try_next().await? {
        accounts.push(key(&label, &raw, "accountId")?);
    }
    accounts.sort_unstable();
    accounts.dedup();
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    #[test]
    fn members_are_translated_and_missing_ones_named() {
        let mut translation = translation();
        translation.bind_user("ann", "ann-2");
        translation.standby.users.insert("ann-2".to_owned(), "ann".to_owned());
        let source = object(&Group, "g1", json!({"name": "crew", "groupId": "g1", MEMBERS: ["ann", "bob"]}));
        let translated = Group.translate(&source, &translation);
        insta::assert_json_snapshot!(translated.value, @r#"
        {
          "members": [
            "ann-2"
          ],
          "name": "crew"
        }
        "#);
        assert_eq!(translated.losses[0].detail, "bob");
        let standby = object(&Group, "g9", json!({"name": "crew", "groupId": "g9", MEMBERS: ["ann-2"]}));
        arrives(&Group, &translation, &source, &standby);
    }

    #[test]
    fn groups_of_atlassian_are_only_matched() {
        assert!(Group.cannot_create(&object(&Group, "g", json!({"name": "site-admins"}))).is_some());
        assert!(Group.cannot_create(&object(&Group, "g", json!({"name": "crew"}))).is_none());
    }
}
