//! Statuses.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use super::support::{delete, in_batch, lose, put_pages, scope, scoped_identity, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `status`.
pub struct Status;

const SCOPE: Loss = Loss {
    id: "status.team-managed",
    what: "A status that belongs to a team-managed project",
    instead: "The site's status of the same name, created if there is none",
    always: false,
};

/// The most that one request creates (matrix §2).
const BATCH: usize = 50;

impl Kind for Status {
    fn name(&self) -> KindName {
        "status"
    }

    fn title(&self) -> &'static str {
        "statuses"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[SCOPE]
    }

    fn normal(&self, object: &Object, _names: &Names) -> Value {
        json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "category": text(&object.body, "statusCategory"),
            "scope": if scope(&object.body).is_some() { "project" } else { "site" },
        })
    }
}

#[async_trait]
impl SiteKind for Status {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_pages(jira, list(), self.name(), sink).await
    }

    /// Names of statuses are unique without regard to case.
    fn identity(&self, object: &Object, names: &Names) -> String {
        scoped_identity(&text(&object.body, "name").to_lowercase(), object, names)
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, _translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        if let Some(project) = scope(&object.body) {
            lose(&mut translated, &SCOPE, object, "", project);
        }
        translated.value = json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "statusCategory": text(&object.body, "statusCategory"),
        });
        translated
    }

    fn batch(&self) -> usize {
        BATCH
    }

    /// Statuses of team-managed projects are apart: they may become one that is there.
    fn group(&self, object: &Object) -> String {
        scope(&object.body).unwrap_or_default()
    }

    /// Jira refuses while a workflow has it.
    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/statuses").query("id", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        let scoped = objects.iter().any(|object| object.losses.iter().any(|loss| loss.loss == SCOPE.id));
        let there = match if scoped { of_the_site(&writer.jira).await } else { Ok(HashMap::new()) } {
            Ok(there) => there,
            Err(error) => return objects.iter().map(|_| Err(error.clone())).collect(),
        };
        let known = |object: &Translated| there.get(&text(&object.value, "name").to_lowercase());
        let new: Vec<&Translated> = objects.iter().filter(|object| known(object).is_none()).collect();
        let mut results = in_batch(&new, |batch| post(&writer.jira, batch).boxed()).await.into_iter();
        let mut result_of = |object: &Translated| match known(object) {
            Some(id) => Ok(Made::found(id.clone())),
            None => results.next().expect("one result for each new status"),
        };
        objects.iter().map(&mut result_of).collect()
    }
}

fn list() -> Call {
    Call::get("/rest/api/3/statuses/search")
}

/// The site's own statuses: name in lower case, id.
async fn of_the_site(jira: &Jira) -> jira::Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    let mut statuses = jira.pages_offset(list(), "values", 200);
    while let Some(raw) = statuses.try_next().await? {
        let body: Value = serde_json::from_str(raw.get())
            .map_err(|error| Error::Unexpected { call: list().label(), reason: error.to_string() })?;
        if let (None, Some(id)) = (scope(&body), body.get("id").and_then(id_text)) {
            found.insert(text(&body, "name").to_lowercase(), id);
        }
    }
    Ok(found)
}

async fn post(jira: &Jira, statuses: &[&Translated]) -> jira::Result<Vec<Made>> {
    if statuses.is_empty() {
        return Ok(Vec::new());
    }
    let values: Vec<&Value> = statuses.iter().map(|status| &status.value).collect();
    let body = json!({ "scope": { "type": "GLOBAL" }, "statuses": values });
    let made: Vec<Value> = jira.json(Call::post("/rest/api/3/statuses").json(&body)).await?;
    // Taken by name: the document does not promise the order.
    let id = |status: &&&Translated| {
        let same = made.iter().find(|made| made["name"] == status.value["name"])?;
        id_text(same.get("id")?).map(Made::new)
    };
    Ok(statuses.iter().filter_map(|status| id(&status)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, names, object, translation};

    #[test]
    fn what_is_sent_is_what_arrives() {
        let body =
            json!({"id": "3", "name": "In Review", "statusCategory": "IN_PROGRESS", "scope": {"type": "GLOBAL"}});
        let source = object(&Status, "3", body);
        let sent = Status.translate(&source, &translation()).value;
        insta::assert_json_snapshot!(sent, @r#"
        {
          "description": "",
          "name": "In Review",
          "statusCategory": "IN_PROGRESS"
        }
        "#);
        arrives(&Status, &translation(), &source, &object(&Status, "7", sent));
    }

    #[test]
    fn names_are_the_same_in_any_case() {
        let shouted = object(&Status, "3", json!({"name": "DONE", "scope": {"type": "GLOBAL"}}));
        assert_eq!(Status.identity(&shouted, &names()), "done");
    }
}
