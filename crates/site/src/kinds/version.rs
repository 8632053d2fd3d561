//! Versions (releases) of projects, in their order.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Jira};
use serde_json::{Map, Value, json};

use super::support::{
    called, create_or, delete, flag, in_parts, key, lose, one_by_one, project_ids, put_with, refused, target_number,
    text, without,
};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Person, Translated, Translation};

/// The kind `version`. The version before it in its project is part of it: `lifeboat:after`.
pub struct Version;

const DRIVER: Loss = Loss {
    id: "version.driver",
    what: "A driver who is missing on the standby, or whom Jira does not take",
    instead: "The version has no driver",
    always: false,
};
const APPROVERS: Loss = Loss {
    id: "version.approvers",
    what: "Approvers of a version and what they decided",
    instead: "Named in the report",
    always: false,
};
const RELATED: Loss = Loss {
    id: "version.related-work",
    what: "Related work of versions, and their order in a project that has versions on the standby already",
    instead: "Versions are created in their order, after those that are there",
    always: true,
};

const AFTER: &str = "lifeboat:after";

impl Kind for Version {
    fn name(&self) -> KindName {
        "version"
    }

    fn title(&self) -> &'static str {
        "versions"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["project", "user"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[DRIVER, APPROVERS, RELATED]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let body = &object.body;
        json!({
            "project": called(names, "project", &project_of(object)),
            "name": text(body, "name"),
            "description": text(body, "description"),
            "startDate": text(body, "startDate"),
            "releaseDate": text(body, "releaseDate"),
            "released": flag(body, "released"),
            "archived": flag(body, "archived"),
            "driver": driver(object).map(|account| names.user(account)),
            "approvers": approvers(object).iter().map(|account| names.user(account)).collect::<Vec<_>>(),
            "after": body.get(AFTER).and_then(id_text).map(|before| called(names, self.name(), &before)),
        })
    }
}

#[async_trait]
impl SiteKind for Version {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let projects = project_ids(jira).await?;
        in_parts(jira, &projects, sink, |jira, project, sink| {
            async move {
                let result = read_project(jira, project, sink).await;
                refused(result, "version", format!("of project {project}"), sink).await
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
        let Some(project) = target_number(translation, "project", &project_of(object)) else {
            let project = called(&translation.source, "project", &project_of(object));
            translated.cannot = Some(format!("its project {project} is not on the standby"));
            return translated;
        };
        let body = &object.body;
        let mut value = Map::new();
        value.insert("projectId".to_owned(), project.into());
        value.insert("released".to_owned(), flag(body, "released").into());
        value.insert("archived".to_owned(), flag(body, "archived").into());
        for member in ["name", "description", "startDate", "releaseDate"] {
            if !text(body, member).is_empty() {
                value.insert(member.to_owned(), text(body, member).into());
            }
        }
        if let Some(account) = driver(object) {
            match translation.user(account) {
                Person::Account(target) => drop(value.insert("driver".to_owned(), target.into())),
                Person::Missing => lose(&mut translated, &DRIVER, object, "/driver", account),
            }
        }
        if let approvers @ [_, ..] = &*approvers(object) {
            lose(&mut translated, &APPROVERS, object, "/approvers", approvers.join(", "));
        }
        translated.value = value.into();
        translated
    }

    /// Project by project, each version after the one before it: Jira puts a new one at the end.
    fn sort(&self, objects: &mut Vec<Object>) {
        objects.sort_by_cached_key(|object| (object.key.len(), object.key.clone()));
        let place = places(objects);
        objects.sort_by_cached_key(|object| {
            let project = project_of(object);
            (project.len(), project, place.get(&object.key).copied())
        });
    }

    fn owner(&self) -> Option<KindName> {
        Some("project")
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("project", project_of(object)))
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        Some(format!("fixVersion = {0} OR affectedVersion = {0}", object.key))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/version/{id}").arg("id", &object.key)).await
    }

    /// The order of a project's versions is that of their creation.
    fn lane(&self, object: &Object) -> String {
        object.body.get("projectId").and_then(id_text).unwrap_or_default()
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            let instead = without(&object.value, "driver");
            create_or(&writer.jira, "/rest/api/3/version", &object.value, instead).boxed()
        })
        .await
    }

    /// Says when the version had to do without its driver.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let Some(wanted) = object.value.get("driver").and_then(Value::as_str) else { return Ok(Vec::new()) };
        let call = Call::get("/rest/api/3/version/{id}").arg("id", id).query("expand", "driver");
        let there: Value = writer.jira.json(call).await?;
        if there["driver"] == wanted {
            return Ok(Vec::new());
        }
        Ok(vec![Occurrence {
            loss: DRIVER.id.to_owned(),
            kind: self.name().to_owned(),
            key: object.source.clone(),
            path: "/driver".to_owned(),
            detail: format!("Jira does not take {wanted} as driver"),
        }])
    }
}

/// Where each version stands: along the chain from the first, then whatever the chain does not reach, by id.
fn places(objects: &[Object]) -> HashMap<String, usize> {
    let known: HashSet<&str> = objects.iter().map(|object| object.key.as_str()).collect();
    let mut next: BTreeMap<Option<String>, Vec<&str>> = BTreeMap::new();
    for object in objects {
        let before = object.body.get(AFTER).and_then(id_text).filter(|before| known.contains(before.as_str()));
        next.entry(before).or_default().push(&object.key);
    }
    let mut place = HashMap::new();
    let mut waiting: Vec<&str> = next.remove(&None).unwrap_or_default();
    waiting.reverse();
    while let Some(key) = waiting.pop() {
        place.insert(key.to_owned(), place.len());
        waiting.extend(next.remove(&Some(key.to_owned())).into_iter().flatten().rev());
    }
    for object in objects {
        let end = place.len();
        place.entry(object.key.clone()).or_insert(end);
    }
    place
}

async fn read_project(jira: &Jira, project: &str, sink: &mut dyn Sink) -> sink::Result<()> {
    let call = Call::get("/rest/api/3/project/{project}/version").arg("project", project);
    let call = call.query("expand", "driver,approvers");
    let label = call.label();
    let mut before: Option<String> = None;
    let mut versions = jira.pages_offset(call, "values", 50);
    while let Some(raw) = versions.try_next().await? {
        let id = key(&label, &raw, "id")?;
        let after = before.replace(id.clone()).map(|before| (AFTER, Value::from(before)));
        put_with(sink, "version", id, &raw, after.as_slice()).await?;
    }
    Ok(())
}

fn project_of(object: &Object) -> String {
    object.body.get("projectId").and_then(id_text).unwrap_or_default()
}

fn driver(object: &Object) -> Option<&str> {
    object.body.get("driver")?.as_str()
}

fn approvers(object: &Object) -> Vec<&str> {
    let approvers = object.body.get("approvers").and_then(Value::as_array);
    let mut found: Vec<&str> =
        approvers.into_iter().flatten().filter_map(|approver| approver.get("accountId")?.as_str()).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn version(id: &str, project: u32, name: &str, after: Option<&str>) -> Object {
        let mut body = json!({"id": id, "name": name, "projectId": project, "released": true, "archived": false,
            "releaseDate": "2024-02-29", "overdue": false, "userReleaseDate": "29/Feb/24"});
        if let Some(after) = after {
            body[AFTER] = after.into();
        }
        object(&Version, id, body)
    }

    #[test]
    fn a_version_keeps_its_dates_and_its_place() {
        let mut translation = translation();
        translation.bind("project", "10000", "10");
        translation.source.bind("project", "10000".to_owned(), "ARK".to_owned());
        translation.standby.bind("project", "10".to_owned(), "ARK".to_owned());
        let source = [version("1", 10000, "1.0", None), version("2", 10000, "1.1", Some("1"))];
        let standby = [version("7", 10, "1.0", None), version("8", 10, "1.1", Some("7"))];
        translation.source.learn(&Version, &source);
        translation.standby.learn(&Version, &standby);
        insta::assert_json_snapshot!(Version.translate(&source[1], &translation).value, @r#"
        {
          "archived": false,
          "name": "1.1",
          "projectId": 10,
          "releaseDate": "2024-02-29",
          "released": true
        }
        "#);
        insta::assert_json_snapshot!(Version.normal(&source[1], &translation.source), @r#"
        {
          "after": "ARK / 1.0",
          "approvers": [],
          "archived": false,
          "description": "",
          "driver": null,
          "name": "1.1",
          "project": "ARK",
          "releaseDate": "2024-02-29",
          "released": true,
          "startDate": ""
        }
        "#);
        for (source, standby) in source.iter().zip(&standby) {
            arrives(&Version, &translation, source, standby);
        }
    }

    #[test]
    fn what_a_version_loses_is_named() {
        let mut translation = translation();
        translation.bind("project", "10000", "10");
        let mut source = version("1", 10000, "1.0", None);
        source.body["driver"] = "gone".into();
        source.body["approvers"] = json!([{"accountId": "ann", "status": "APPROVED"}]);
        let losses = Version.translate(&source, &translation).losses;
        let lost: Vec<_> = losses.iter().map(|loss| (&*loss.path, &*loss.detail)).collect();
        assert_eq!(lost, [("/driver", "gone"), ("/approvers", "ann")]);
    }

    proptest! {
        /// Whatever order the ids are in, the chain decides.
        #[test]
        fn the_order_of_a_project_is_kept(ids in proptest::collection::hash_set(1..500u32, 1..20)) {
            let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
            let mut objects: Vec<Object> = ids.iter().enumerate().map(|(index, id)| {
                version(id, 1, id, index.checked_sub(1).map(|before| ids[before].as_str()))
            }).collect();
            objects.sort_by(|one, two| one.key.cmp(&two.key));
            Version.sort(&mut objects);
            let sorted: Vec<String> = objects.into_iter().map(|object| object.key).collect();
            prop_assert_eq!(sorted, ids);
        }
    }

    #[test]
    fn a_broken_chain_loses_no_version() {
        let mut objects =
            vec![version("1", 1, "a", Some("2")), version("2", 1, "b", Some("1")), version("3", 1, "c", Some("9"))];
        Version.sort(&mut objects);
        let keys: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
        assert_eq!(keys, ["3", "1", "2"]);
    }
}
