//! Options of select fields, in their contexts.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use super::field::has_options;
use super::field_context::{contexts, custom_fields};
use super::support::{called, delete, flag, in_batch, in_parts, key, put_each, refused, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `field-option`. Key: `{field}/{context}/{option}`. The second level of a cascading select stands beside the
/// first; its member `optionId` names the option above.
pub struct FieldOption;

const ORDER: Loss = Loss {
    id: "field-option.order",
    what: "The order of options that was changed by hand, or in a field that has options on the standby already",
    instead: "Options are created in the order in which they were made, after those that are there",
    always: true,
};

/// The most that one request creates (matrix §2).
const BATCH: usize = 1000;

/// What stands between the parts of an identity.
const BELOW: &str = " / ";

impl Kind for FieldOption {
    fn name(&self) -> KindName {
        "field-option"
    }

    fn title(&self) -> &'static str {
        "field options"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["field-context"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[ORDER]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        json!({
            "context": called(names, "field-context", context_of(object)),
            "parent": parent_of(object).map(|parent| called(names, self.name(), &parent)),
            "value": text(&object.body, "value"),
            "disabled": flag(&object.body, "disabled"),
        })
    }
}

#[async_trait]
impl SiteKind for FieldOption {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let fields = custom_fields(jira, has_options).await?;
        in_parts(jira, &fields, sink, |jira, field, sink| {
            async move { refused(read_field(jira, field, sink).await, "field-option", field.clone(), sink).await }
                .boxed()
        })
        .await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        let above = match parent_of(object) {
            Some(parent) => called(names, self.name(), &parent),
            None => called(names, "field-context", context_of(object)),
        };
        format!("{above}{BELOW}{}", text(&object.body, "value"))
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let context = called(&translation.source, "field-context", context_of(object));
        let Some(target) = translation.target("field-context", context_of(object)) else {
            translated.cannot = Some(format!("its context {context} is not on the standby"));
            return translated;
        };
        translated.value = json!({
            "context": target,
            "value": text(&object.body, "value"),
            "disabled": flag(&object.body, "disabled"),
        });
        if let Some(parent) = parent_of(object) {
            let parent = called(&translation.source, self.name(), &parent);
            let value = parent.strip_prefix(&format!("{context}{BELOW}")).unwrap_or(&parent);
            translated.value["parent"] = value.into();
        }
        translated
    }

    fn batch(&self) -> usize {
        BATCH
    }

    fn group(&self, object: &Object) -> String {
        context_of(object).to_owned()
    }

    fn owner(&self) -> Option<KindName> {
        Some("field-context")
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("field-context", context_of(object).to_owned()))
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        let (field, option) = (object.key.split('/').next()?, object.key.rsplit('/').next()?);
        Some(format!("cf[{}] = {option}", field.strip_prefix("customfield_")?))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        let (field, context) = context_of(object).split_once('/').unwrap_or_default();
        let option = object.key.rsplit('/').next().unwrap_or_default();
        let call = Call::delete("/rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId}");
        delete(jira, call.arg("fieldId", field).arg("contextId", context).arg("optionId", option)).await
    }

    /// All objects are of one context. What is there already with the same value is taken, so that repeating is harmless.
    fn lane(&self, object: &Object) -> String {
        self.group(object)
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        let Some(context) = objects.first().map(|object| text(&object.value, "context")) else { return Vec::new() };
        let mut options = match Options::read(&writer.jira, context).await {
            Ok(options) => options,
            Err(error) => return objects.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut failed = HashMap::new();
        for below in [false, true] {
            let missing: Vec<&Value> = objects
                .iter()
                .map(|object| &object.value)
                .filter(|value| value.get("parent").is_some() == below && options.id(value).is_none())
                .collect();
            failed.extend(options.add(&writer.jira, &missing).await);
        }
        let result = |object: &Translated| match options.id(&object.value) {
            Some(id) => Ok(Made::new(format!("{context}/{id}"))),
            None => Err(failed.get(&place(&object.value)).cloned().unwrap_or_else(no_parent)),
        };
        objects.iter().map(result).collect()
    }

    fn concludes(&self, object: &Object) -> bool {
        flag(&object.body, "disabled")
    }

    /// Disables the option: only now, because a disabled one cannot be chosen in an issue any more.
    async fn conclude(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        disable(writer, object, id, true).await
    }

    async fn reopen(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        disable(writer, object, id, false).await
    }
}

async fn disable(writer: &Writer, object: &Translated, id: &str, disabled: bool) -> jira::Result<Vec<Occurrence>> {
    let Some((context, option)) = id.rsplit_once('/') else { return Ok(Vec::new()) };
    let (field, context) = context.split_once('/').unwrap_or((context, ""));
    let call = Call::put("/rest/api/3/field/{fieldId}/context/{contextId}/option")
        .arg("fieldId", field)
        .arg("contextId", context)
        .json(&json!({ "options": [{ "id": option, "value": object.value["value"], "disabled": disabled }] }));
    writer.jira.done(call).await.map(|()| Vec::new())
}

/// The value of the option above, and an option's own.
type Place = (String, String);

fn place(value: &Value) -> Place {
    (text(value, "parent").to_owned(), text(value, "value").to_owned())
}

/// The options of one context of the standby.
struct Options {
    field: String,
    context: String,
    ids: HashMap<Place, String>,
}

impl Options {
    async fn read(jira: &Jira, key: &str) -> jira::Result<Self> {
        let (field, context) = key.split_once('/').unwrap_or((key, ""));
        let found: Vec<Value> = jira
            .pages_offset(list(field, context), "values", 100)
            .try_collect::<Vec<_>>()
            .await?
            .iter()
            .filter_map(|raw| serde_json::from_str(raw.get()).ok())
            .collect();
        let id = |option: &Value| option.get("id").and_then(id_text);
        let values: HashMap<String, String> =
            found.iter().filter_map(|option| Some((id(option)?, text(option, "value").to_owned()))).collect();
        let placed = found.iter().filter_map(|option| {
            let above = option.get("optionId").and_then(id_text);
            let parent = above.and_then(|above| values.get(&above).cloned()).unwrap_or_default();
            Some(((parent, text(option, "value").to_owned()), id(option)?))
        });
        Ok(Self { field: field.to_owned(), context: context.to_owned(), ids: placed.collect() })
    }

    fn id(&self, value: &Value) -> Option<&String> {
        self.ids.get(&place(value))
    }

    /// Creates options and remembers their ids; returns those that failed.
    async fn add(&mut self, jira: &Jira, values: &[&Value]) -> HashMap<Place, Error> {
        let ready: Vec<(&Value, Value)> = values.iter().filter_map(|value| Some((*value, self.body(value)?))).collect();
        if ready.is_empty() {
            return HashMap::new();
        }
        let results = in_batch(&ready, |batch| self.post(jira, batch).boxed()).await;
        let mut failed = HashMap::new();
        for ((value, _), result) in ready.iter().zip(results) {
            match result {
                Ok(made) => drop(self.ids.insert(place(value), made.id)),
                Err(error) => drop(failed.insert(place(value), error)),
            }
        }
        failed
    }

    /// What to send for an option; nothing when the option above is not there.
    fn body(&self, value: &Value) -> Option<Value> {
        let mut body = json!({ "value": value["value"], "disabled": false });
        if value.get("parent").is_some() {
            let above = (String::new(), text(value, "parent").to_owned());
            body["optionId"] = self.ids.get(&above)?.as_str().into();
        }
        Some(body)
    }

    async fn post(&self, jira: &Jira, batch: &[(&Value, Value)]) -> jira::Result<Vec<Made>> {
        let call = Call::post("/rest/api/3/field/{fieldId}/context/{contextId}/option")
            .arg("fieldId", &self.field)
            .arg("contextId", &self.context);
        let bodies: Vec<&Value> = batch.iter().map(|(_, body)| body).collect();
        let answer: Value = jira.json(call.json(&json!({ "options": bodies }))).await?;
        let made = answer["options"].as_array().into_iter().flatten();
        Ok(made.filter_map(|option| option.get("id").and_then(id_text).map(Made::new)).collect())
    }
}

fn no_parent() -> Error {
    let messages = vec!["the option above it is not on the standby".to_owned()];
    Error::Rejected { call: "field option".to_owned(), status: 400, messages, fields: Vec::new() }
}

fn list(field: &str, context: &str) -> Call {
    Call::get("/rest/api/3/field/{fieldId}/context/{contextId}/option").arg("fieldId", field).arg("contextId", context)
}

async fn read_field(jira: &Jira, field: &str, sink: &mut dyn Sink) -> sink::Result<()> {
    for context in contexts(jira, field).await? {
        let context = key("field context", &context, "id")?;
        put_each(jira, list(field, &context), "field-option", &format!("{field}/{context}/"), sink).await?;
    }
    Ok(())
}

/// The key of the context: the first two parts of the key.
fn context_of(object: &Object) -> &str {
    object.key.rsplit_once('/').map_or("", |(context, _)| context)
}

/// The key of the option above.
fn parent_of(object: &Object) -> Option<String> {
    let above = object.body.get("optionId").and_then(id_text)?;
    Some(format!("{}/{above}", context_of(object)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn option(key: &str, value: &str, above: Option<&str>) -> Object {
        let id = key.rsplit('/').next().unwrap();
        let mut body = json!({"id": id, "value": value, "disabled": false});
        if let Some(above) = above {
            body["optionId"] = above.into();
        }
        object(&FieldOption, key, body)
    }

    #[test]
    fn the_second_level_is_known_by_the_value_above() {
        let mut translation = translation();
        translation.bind("field-context", "customfield_1/5", "customfield_9/7");
        translation.source.bind("field-context", "customfield_1/5".to_owned(), "Place / global".to_owned());
        translation.standby.bind("field-context", "customfield_9/7".to_owned(), "Place / global".to_owned());
        let source = [option("customfield_1/5/9", "Europe", None), option("customfield_1/5/10", "Paris", Some("9"))];
        let standby = [option("customfield_9/7/1", "Europe", None), option("customfield_9/7/2", "Paris", Some("1"))];
        translation.source.learn(&FieldOption, &source);
        translation.standby.learn(&FieldOption, &standby);
        insta::assert_json_snapshot!(FieldOption.translate(&source[1], &translation).value, @r#"
        {
          "context": "customfield_9/7",
          "disabled": false,
          "parent": "Europe",
          "value": "Paris"
        }
        "#);
        assert_eq!(
            translation.source.identity("field-option", "customfield_1/5/10"),
            Some("Place / global / Europe / Paris")
        );
        for (source, standby) in source.iter().zip(&standby) {
            arrives(&FieldOption, &translation, source, standby);
        }
    }

    #[test]
    fn an_option_below_one_that_is_missing_is_not_sent() {
        let mut options = Options { field: "f".into(), context: "c".into(), ids: HashMap::new() };
        let value = json!({"value": "Paris", "parent": "Europe", "disabled": false});
        assert_eq!(options.body(&value), None);
        options.ids.insert((String::new(), "Europe".into()), "17".into());
        assert_eq!(options.body(&value), Some(json!({"value": "Paris", "disabled": false, "optionId": "17"})));
    }
}
