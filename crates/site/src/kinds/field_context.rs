//! Contexts of custom fields: for which projects and issue types a field has which options.

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Error, Jira};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::field::{custom_type, search};
use super::support::{called, delete, flag, in_parts, key, lose, made, one_by_one, put_with, refused, text, texts};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `field-context`. Key: `{field}/{context}`. Its projects and issue types are part of it: `lifeboat:projects` and
/// `lifeboat:issueTypes`, sorted ids.
pub struct FieldContext;

const PROJECT: Loss = Loss {
    id: "field-context.project",
    what: "A project of a context that is not on the standby",
    instead: "The context is restored for the other projects",
    always: false,
};
const ISSUE_TYPE: Loss = Loss {
    id: "field-context.issue-type",
    what: "An issue type of a context that is not on the standby, or a global context for some issue types only",
    instead: "The context is restored for the other issue types; a global one for all",
    always: false,
};
const NAMED: Loss = Loss {
    id: "field-context.name",
    what: "The name and description of a global context, where Jira does not let them be changed",
    instead: "The name that Jira gave it with the field",
    always: false,
};
const DEFAULT: Loss = Loss {
    id: "field-context.default-value",
    what: "Default values of fields",
    instead: "Fields that are created have none",
    always: true,
};
const BORN: Loss = Loss {
    id: "field-context.global",
    what: "That a field had no global context",
    instead: "Jira makes one with each field, and it cannot be deleted",
    always: true,
};

const PROJECTS: &str = "lifeboat:projects";
const ISSUE_TYPES: &str = "lifeboat:issueTypes";

impl Kind for FieldContext {
    fn name(&self) -> KindName {
        "field-context"
    }

    fn title(&self) -> &'static str {
        "field contexts"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["field", "issue-type", "project"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[PROJECT, ISSUE_TYPE, NAMED, DEFAULT, BORN]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let called = |member, kind| {
            let mut found: Vec<String> = texts(&object.body, member).iter().map(|id| called(names, kind, id)).collect();
            found.sort_unstable();
            found
        };
        json!({
            "field": field_called(object, names),
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "global": is_global(object),
            "projects": called(PROJECTS, "project"),
            "issueTypes": called(ISSUE_TYPES, "issue-type"),
        })
    }
}

#[async_trait]
impl SiteKind for FieldContext {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let fields = custom_fields(jira, |_| true).await?;
        in_parts(jira, &fields, sink, |jira, field, sink| {
            async move { refused(read_field(jira, field, sink).await, "field-context", field.clone(), sink).await }
                .boxed()
        })
        .await
    }

    /// A field has one global context, whatever it is called.
    fn identity(&self, object: &Object, names: &Names) -> String {
        let field = field_called(object, names);
        if is_global(object) {
            format!("{field} / global")
        } else {
            format!("{field} / {}", text(&object.body, "name"))
        }
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    /// The global context comes with its field.
    fn born_with(&self, object: &Object) -> Option<(KindName, String)> {
        is_global(object).then(|| ("field", field_of(object).to_owned()))
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let Some(field) = translation.target("field", field_of(object)) else {
            translated.cannot =
                Some(format!("its field {} is not on the standby", field_called(object, &translation.source)));
            return translated;
        };
        let mut targets = |member: &str, kind: KindName, loss: &Loss, path: &str| {
            let mut found = Vec::new();
            for id in texts(&object.body, member) {
                match translation.target(kind, &id) {
                    Some(target) => found.push(target.to_owned()),
                    None => lose(&mut translated, loss, object, path, called(&translation.source, kind, &id)),
                }
            }
            found
        };
        let projects = targets(PROJECTS, "project", &PROJECT, "/projects");
        let issue_types = targets(ISSUE_TYPES, "issue-type", &ISSUE_TYPE, "/issueTypes");
        // An empty list means "all": a context must not grow to that because what it was for is missing.
        if !is_global(object) && projects.is_empty() {
            translated.cannot = Some("none of its projects is on the standby".to_owned());
        } else if issue_types.is_empty() && !texts(&object.body, ISSUE_TYPES).is_empty() {
            translated.cannot = Some("none of its issue types is on the standby".to_owned());
        } else if is_global(object) && !issue_types.is_empty() {
            lose(&mut translated, &ISSUE_TYPE, object, "/issueTypes", "a global context is for all issue types");
        }
        translated.value = json!({
            "field": field,
            "global": is_global(object),
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "projectIds": projects,
            "issueTypeIds": issue_types,
        });
        translated
    }

    fn owner(&self) -> Option<KindName> {
        Some("field")
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("field", field_of(object).to_owned()))
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        field_of(object).strip_prefix("customfield_").map(|field| format!("cf[{field}] is not EMPTY"))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        if is_global(object) {
            return Ok(Removal::ByHand("Jira keeps the global context of a field as long as the field"));
        }
        let (field, context) = object.key.split_once('/').unwrap_or((&object.key, ""));
        let call = Call::delete("/rest/api/3/field/{fieldId}/context/{contextId}");
        delete(jira, call.arg("fieldId", field).arg("contextId", context)).await
    }

    fn lane(&self, object: &Object) -> String {
        object.key.split_once('/').map_or_else(|| object.key.clone(), |(field, _)| field.to_owned())
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                let field = text(&object.value, "field");
                let context = match object.value["global"] {
                    Value::Bool(true) => global_context(&writer.jira, field).await?,
                    _ => None,
                };
                let context = match context {
                    Some(context) => context,
                    None => post(&writer.jira, field, &object.value).await?.id,
                };
                Ok(Made::new(format!("{field}/{context}")))
            }
            .boxed()
        })
        .await
    }

    /// Calls the context that was born with the field what the source's is called.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        if object.value["global"] != true {
            return Ok(Vec::new());
        }
        let (field, context) = id.split_once('/').unwrap_or((id, ""));
        let call = Call::put("/rest/api/3/field/{fieldId}/context/{contextId}").arg("fieldId", field);
        let body = json!({ "name": object.value["name"], "description": object.value["description"] });
        match writer.jira.done(call.arg("contextId", context).json(&body)).await {
            Ok(()) => Ok(Vec::new()),
            Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => {
                let occurrence = |path: &str| Occurrence {
                    loss: NAMED.id.to_owned(),
                    kind: self.name().to_owned(),
                    key: object.source.clone(),
                    path: path.to_owned(),
                    detail: error.to_string(),
                };
                Ok(vec![occurrence("/name"), occurrence("/description")])
            }
            Err(error) => Err(error),
        }
    }

    /// Projects and issue types that it is for may have come later.
    async fn revise(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        if object.value["global"] != true {
            let (field, context) = id.split_once('/').unwrap_or((id, ""));
            for list in &LISTS {
                add_missing(&writer.jira, list, &object.value, (field, context)).await?;
            }
        }
        self.complete(writer, object, id).await
    }
}

/// The ids of custom fields whose type is wanted.
pub(super) async fn custom_fields(jira: &Jira, wanted: fn(&str) -> bool) -> jira::Result<Vec<String>> {
    let label = search().label();
    let mut found = Vec::new();
    let mut fields = jira.pages_offset(search().query("type", "custom"), "values", 100);
    while let Some(raw) = fields.try_next().await? {
        let body: Value = serde_json::from_str(raw.get())
            .map_err(|error| Error::Unexpected { call: label.clone(), reason: error.to_string() })?;
        let id = key(&label, &raw, "id")?;
        match custom_type(&body) {
            Some(kind) if wanted(kind) => found.push(id),
            None if id.starts_with("customfield_") => {
                let reason = format!("the field {id} has no type");
                return Err(Error::Unexpected { call: label, reason });
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The contexts of a field, as Jira wrote them.
pub(super) async fn contexts(jira: &Jira, field: &str) -> jira::Result<Vec<Box<RawValue>>> {
    let call = Call::get("/rest/api/3/field/{fieldId}/context").arg("fieldId", field);
    jira.pages_offset(call, "values", 50).try_collect().await
}

/// Asks for projects and issue types only where a context is for some of them.
async fn read_field(jira: &Jira, field: &str, sink: &mut dyn Sink) -> sink::Result<()> {
    let mut contexts: Vec<(String, Value, Box<RawValue>)> = Vec::new();
    for raw in self::contexts(jira, field).await? {
        let id = key("GET /rest/api/3/field/{fieldId}/context", &raw, "id")?;
        contexts.push((id, serde_json::from_str(raw.get()).unwrap_or_default(), raw));
    }
    let some = |member: &str| contexts.iter().any(|(_, body, _)| !flag(body, member));
    let projects = Call::get("/rest/api/3/field/{fieldId}/context/projectmapping");
    let projects = if some("isGlobalContext") { pairs(jira, projects, field, "projectId").await? } else { Vec::new() };
    let issue_types = Call::get("/rest/api/3/field/{fieldId}/context/issuetypemapping");
    let issue_types =
        if some("isAnyIssueType") { pairs(jira, issue_types, field, "issueTypeId").await? } else { Vec::new() };
    for (id, _, raw) in &contexts {
        let of = |pairs: &[(String, String)]| {
            let mut found: Vec<&str> =
                pairs.iter().filter(|(context, _)| context == id).map(|(_, other)| other.as_str()).collect();
            found.sort_unstable_by_key(|id| (id.len(), *id));
            json!(found)
        };
        let more = [(PROJECTS, of(&projects)), (ISSUE_TYPES, of(&issue_types))];
        put_with(sink, "field-context", format!("{field}/{id}"), raw, &more).await?;
    }
    Ok(())
}

/// What belongs to which context: (context, member).
async fn pairs(jira: &Jira, call: Call, field: &str, member: &str) -> jira::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut mappings = jira.pages_offset(call.arg("fieldId", field), "values", 100);
    while let Some(raw) = mappings.try_next().await? {
        let mapping: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        let id = |name| mapping.get(name).and_then(id_text);
        found.extend(id("contextId").zip(id(member)));
    }
    Ok(found)
}

/// What a context is for: where it is read and where it is added to.
struct List {
    wanted: &'static str,
    mapping: &'static str,
    member: &'static str,
    add: &'static str,
}

const LISTS: [List; 2] = [
    List {
        wanted: "projectIds",
        mapping: "/rest/api/3/field/{fieldId}/context/projectmapping",
        member: "projectId",
        add: "/rest/api/3/field/{fieldId}/context/{contextId}/project",
    },
    List {
        wanted: "issueTypeIds",
        mapping: "/rest/api/3/field/{fieldId}/context/issuetypemapping",
        member: "issueTypeId",
        add: "/rest/api/3/field/{fieldId}/context/{contextId}/issuetype",
    },
];

/// Adds to a context what it lacks: Jira refuses to add what it has.
async fn add_missing(jira: &Jira, list: &List, value: &Value, (field, context): (&str, &str)) -> jira::Result<()> {
    let mut wanted = texts(value, list.wanted);
    if wanted.is_empty() {
        return Ok(());
    }
    let there = pairs(jira, Call::get(list.mapping), field, list.member).await?;
    wanted.retain(|id| !there.iter().any(|(of, has)| of == context && has == id));
    if wanted.is_empty() {
        return Ok(());
    }
    let call = Call::put(list.add).arg("fieldId", field).arg("contextId", context);
    jira.done(call.json(&json!({ list.wanted: wanted }))).await
}

/// The context that is for all projects.
async fn global_context(jira: &Jira, field: &str) -> jira::Result<Option<String>> {
    let contexts = contexts(jira, field).await?;
    let bodies = contexts.iter().filter_map(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    Ok(bodies.filter(|body| flag(body, "isGlobalContext")).find_map(|body| body.get("id").and_then(id_text)))
}

async fn post(jira: &Jira, field: &str, value: &Value) -> jira::Result<Made> {
    let call = Call::post("/rest/api/3/field/{fieldId}/context").arg("fieldId", field);
    let mut body = json!({ "name": value["name"], "description": value["description"] });
    for list in ["projectIds", "issueTypeIds"] {
        if value[list].as_array().is_some_and(|ids| !ids.is_empty()) {
            body[list] = value[list].clone();
        }
    }
    made(&jira.json(call.json(&body)).await?)
}

fn is_global(object: &Object) -> bool {
    flag(&object.body, "isGlobalContext")
}

fn field_of(object: &Object) -> &str {
    object.key.split('/').next().unwrap_or_default()
}

fn field_called(object: &Object, names: &Names) -> String {
    called(names, "field", field_of(object))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn sides() -> Translation {
        let mut translation = translation();
        for (kind, source, standby, name) in [
            ("field", "customfield_10050", "customfield_7", "Severity (select)"),
            ("project", "10000", "10", "ARK"),
            ("issue-type", "3", "33", "Bug"),
        ] {
            translation.bind(kind, source, standby);
            translation.source.bind(kind, source.to_owned(), name.to_owned());
            translation.standby.bind(kind, standby.to_owned(), name.to_owned());
        }
        translation
    }

    fn context(key: &str, global: bool, projects: &[&str], types: &[&str]) -> Object {
        object(
            &FieldContext,
            key,
            json!({"id": "1", "name": "Default", "description": "", "isGlobalContext": global,
                PROJECTS: projects, ISSUE_TYPES: types}),
        )
    }

    #[test]
    fn a_context_follows_its_field_projects_and_types() {
        let source = context("customfield_10050/1", false, &["10000", "10001"], &["3"]);
        let translated = FieldContext.translate(&source, &sides());
        assert_eq!(translated.losses[0].detail, "<10001>");
        insta::assert_json_snapshot!(translated.value, @r#"
        {
          "description": "",
          "field": "customfield_7",
          "global": false,
          "issueTypeIds": [
            "33"
          ],
          "name": "Default",
          "projectIds": [
            "10"
          ]
        }
        "#);
        arrives(&FieldContext, &sides(), &source, &context("customfield_7/4", false, &["10"], &["33"]));
    }

    #[test]
    fn a_context_never_grows_to_all_projects() {
        let source = context("customfield_10050/1", false, &["10001"], &[]);
        let cannot = FieldContext.translate(&source, &sides()).cannot;
        assert_eq!(cannot.as_deref(), Some("none of its projects is on the standby"));
    }

    #[test]
    fn a_context_without_its_field_cannot_be_restored() {
        let cannot = FieldContext.translate(&context("customfield_9/1", true, &[], &[]), &sides()).cannot;
        assert_eq!(cannot.as_deref(), Some("its field <customfield_9> is not on the standby"));
    }

    #[test]
    fn global_contexts_are_the_same_whatever_they_are_called() {
        let source = context("customfield_10050/1", true, &[], &[]);
        assert_eq!(FieldContext.identity(&source, &sides().source), "Severity (select) / global");
        arrives(&FieldContext, &sides(), &source, &context("customfield_7/2", true, &[], &[]));
    }
}
