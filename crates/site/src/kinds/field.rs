//! Fields: Jira's own are recognised by what they are, people's by name and type.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Error, Jira, Safety};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::support::{delete, key, lose, made, one_by_one, put_with, scope, scoped_identity, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

mod types;

pub(super) use types::has_options;

/// The kind `field`. Read from `field/search`, which tells most, completed by what only `field` tells: the fields that are
/// no columns of a search, and (as `scope`) which belong to a team-managed project.
pub struct Field;

const SCREENS: Loss = Loss {
    id: "field.screens",
    what: "Which screens show a field",
    instead: "A field that is created is put on the default screen",
    always: true,
};
const NOT_SHOWN: Loss = Loss {
    id: "field.default-screen",
    what: "A field that Jira does not put on the default screen",
    instead: "Its values are written by edits, which do not ask for screens",
    always: false,
};
const SEARCHER: Loss = Loss {
    id: "field.searcher",
    what: "That a field could not be searched",
    instead: "A field without a searcher gets the usual one of its type",
    always: true,
};
const SCOPE: Loss = Loss {
    id: "field.team-managed",
    what: "A field that belongs to a team-managed project",
    instead: "A field of the whole site with the same name and type",
    always: false,
};

/// How a field is recognised on another site.
#[derive(Debug, PartialEq, Eq)]
enum Nature<'a> {
    /// Jira's own, by the name that Jira gives it in code.
    System(&'a str),
    /// Kept by Jira or an app, one of its type: by the type.
    Single(&'a str),
    /// One of many of its type: by name and type.
    Named(&'a str),
}

impl Kind for Field {
    fn name(&self) -> KindName {
        "field"
    }

    fn title(&self) -> &'static str {
        "fields"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[SCREENS, NOT_SHOWN, SEARCHER, SCOPE]
    }

    /// Of Jira's own fields only which they are: their names are in the reader's language, and nobody can change the rest.
    fn normal(&self, object: &Object, _names: &Names) -> Value {
        match nature(object) {
            Nature::System(name) => json!({ "system": name }),
            Nature::Single(custom) => json!({ "type": custom }),
            Nature::Named(custom) => json!({
                "name": text(&object.body, "name"),
                "description": text(&object.body, "description"),
                "type": custom,
                "scope": if scope(&object.body).is_some() { "project" } else { "site" },
            }),
        }
    }
}

#[async_trait]
impl SiteKind for Field {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let list = Call::get("/rest/api/3/field");
        let label = list.label();
        let mut all: HashMap<String, Box<RawValue>> = HashMap::new();
        for raw in jira.array(list).await? {
            all.insert(key(&label, &raw, "id")?, raw);
        }
        let search = search();
        let label = search.label();
        let mut found = jira.pages_offset(search, "values", 100);
        while let Some(raw) = found.try_next().await? {
            let id = key(&label, &raw, "id")?;
            let scope =
                all.remove(&id).and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok()?.get("scope").cloned());
            let more: Vec<(&str, Value)> = scope.map(|scope| ("scope", scope)).into_iter().collect();
            put_with(sink, self.name(), id, &raw, &more).await?;
        }
        for (id, raw) in all {
            sink.put(self.name(), id, None, raw).await?;
        }
        Ok(())
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        match nature(object) {
            Nature::System(name) => format!("system {name}"),
            Nature::Single(custom) => custom.to_owned(),
            Nature::Named(custom) => {
                let kind = custom.rsplit(':').next().unwrap_or(custom);
                scoped_identity(&format!("{} ({kind})", text(&object.body, "name")), object, names)
            }
        }
    }

    fn cannot_create(&self, object: &Object) -> Option<String> {
        match nature(object) {
            Nature::System(_) => Some("it is one of Jira's own fields".to_owned()),
            Nature::Single(custom) => Some(format!("Jira or an app keeps it ({custom})")),
            Nature::Named(_) if is_locked(object) => Some("Jira or an app keeps it locked".to_owned()),
            Nature::Named(custom) if types::searcher(custom).is_none() => Some(format!(
                "its type comes with an app: install it on the standby, and make the field there ({custom})"
            )),
            Nature::Named(_) => None,
        }
    }

    fn translate(&self, object: &Object, _translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let Nature::Named(custom) = nature(object) else { return translated };
        if let Some(project) = scope(&object.body) {
            lose(&mut translated, &SCOPE, object, "", project);
        }
        let mut body = json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "type": custom,
        });
        let own = Some(text(&object.body, "searcherKey")).filter(|searcher| !searcher.is_empty());
        if let Some(searcher) = own.map(str::to_owned).or_else(|| types::searcher(custom)) {
            body["searcherKey"] = searcher.into();
        }
        translated.value = body;
        translated
    }

    /// Into the bin, from where an administrator can bring it back with its values.
    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        let call = Call::post("/rest/api/3/field/{id}/trash").arg("id", &object.key).safety(Safety::Repeatable);
        delete(jira, call).await
    }

    /// Two of one name are told apart by their age.
    fn lane(&self, object: &Object) -> String {
        text(&object.body, "name").to_lowercase()
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                if object.losses.iter().any(|loss| loss.loss == SCOPE.id)
                    && let Some(made) = of_the_site(&writer.jira, &object.value).await?
                {
                    return Ok(made);
                }
                made(&writer.jira.json(Call::post("/rest/api/3/field").json(&object.value)).await?)
            }
            .boxed()
        })
        .await
    }

    /// Puts the field on the default screen, so that issues can be created with it.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let call = Call::post("/rest/api/3/screens/addToDefault/{fieldId}").arg("fieldId", id);
        match writer.jira.done(call.safety(Safety::Repeatable)).await {
            // 404 says that it is there already: the field itself was made a moment ago. So does 400 in words, when the
            // answer to an earlier attempt was lost.
            Ok(()) | Err(Error::Rejected { status: 404, .. }) => Ok(Vec::new()),
            Err(Error::Rejected { status: 400, messages, .. })
                if messages.iter().any(|message| message.contains("already exists on the screen")) =>
            {
                Ok(Vec::new())
            }
            Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => Ok(vec![Occurrence {
                loss: NOT_SHOWN.id.to_owned(),
                kind: self.name().to_owned(),
                key: object.source.clone(),
                path: "/screens".to_owned(),
                detail: error.to_string(),
            }]),
            Err(error) => Err(error),
        }
    }
}

/// All fields that a search can show, with all that Jira tells of them.
pub(super) fn search() -> Call {
    Call::get("/rest/api/3/field/search").query("expand", "searcherKey,isLocked")
}

/// `schema.custom`: the type of a custom field.
pub(super) fn custom_type(body: &Value) -> Option<&str> {
    body.pointer("/schema/custom")?.as_str()
}

fn nature(object: &Object) -> Nature<'_> {
    match custom_type(&object.body) {
        None => {
            let system = object.body.pointer("/schema/system").and_then(Value::as_str);
            Nature::System(system.unwrap_or(&object.key))
        }
        Some(custom) if types::is_single(custom, is_locked(object)) => Nature::Single(custom),
        Some(custom) => Nature::Named(custom),
    }
}

fn is_locked(object: &Object) -> bool {
    super::support::flag(&object.body, "isLocked")
}

/// The site's own field with the name and type of `wanted`.
async fn of_the_site(jira: &Jira, wanted: &Value) -> jira::Result<Option<Made>> {
    let label = search().label();
    for raw in jira.array(Call::get("/rest/api/3/field")).await? {
        let id = key(&label, &raw, "id")?;
        let body: Value = serde_json::from_str(raw.get())
            .map_err(|error| Error::Unexpected { call: label.clone(), reason: error.to_string() })?;
        if scope(&body).is_none() && body["name"] == wanted["name"] && custom_type(&body) == wanted["type"].as_str() {
            return Ok(Some(Made::found(id)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
