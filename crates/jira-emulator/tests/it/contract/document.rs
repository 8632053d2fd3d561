//! The OpenAPI documents as JSON Schemas.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Members that recorded answers of real sites, or the documents' own examples, have where the schemas lack them or say
/// something else: (schema, member).
const UNDOCUMENTED: &[(&str, &str)] = &[
    ("AuditRecordBean", "authorAccountId"),
    ("BulkIssueResults", "expand"),
    ("BulkOperationProgress", "created"),
    ("BulkOperationProgress", "started"),
    ("BulkOperationProgress", "updated"),
    ("ChangeDetails", "from"),
    ("ChangeDetails", "fromString"),
    ("ChangeDetails", "to"),
    ("ChangeDetails", "toString"),
    ("Changelog", "created"),
    ("Project", "projectKeys"),
];

/// The platform and the agile document.
pub(crate) struct Documents(Vec<Document>);

struct Document {
    paths: Value,
    schemas: Map<String, Value>,
}

/// One operation of a document.
pub(crate) struct Operation<'a> {
    document: &'a Document,
    body: &'a Value,
}

impl Documents {
    /// Reads the documents, if they are there.
    pub(crate) fn load() -> Option<Self> {
        let shared = std::env::var_os("LIFEBOAT_SHARED")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
        let folder = shared.join("reference/jira/openapi");
        let names = ["platform.v3.json.gz", "software.v3.json.gz"];
        names
            .map(|name| Document::load(File::open(folder.join(name)).ok()?))
            .into_iter()
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Finds an operation by method and path template.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        self.0.iter().find_map(|document| {
            let body = document.paths.get(path)?.get(method.to_lowercase())?;
            Some(Operation { document, body })
        })
    }
}

impl Document {
    fn load(file: File) -> Option<Self> {
        let mut document: Value = serde_json::from_reader(GzDecoder::new(file)).expect("the document is JSON");
        let Value::Object(mut schemas) = document["components"]["schemas"].take() else { return None };
        for (schema, member) in UNDOCUMENTED {
            if let Some(schema) = schemas.get_mut(*schema) {
                schema["properties"][*member] = json!({});
            }
        }
        schemas.values_mut().for_each(to_json_schema);
        Some(Self { paths: document["paths"].take(), schemas })
    }

    /// A validator for a schema with all schemas it refers to; none when the schema allows anything.
    fn validator(&self, schema: &Value) -> Option<Validator> {
        let mut schema = schema.clone();
        to_json_schema(&mut schema);
        if schema.as_object().is_none_or(Map::is_empty) {
            return None;
        }
        let mut used = BTreeMap::new();
        self.collect(&schema, &mut used);
        schema["components"] = json!({ "schemas": used });
        Some(jsonschema::validator_for(&schema).expect("the documents' schemas are sound"))
    }

    fn collect(&self, schema: &Value, used: &mut BTreeMap<String, Value>) {
        match schema {
            Value::Object(members) => {
                let name = members.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
                if let Some((name, found)) = name.and_then(|name| Some((name, self.schemas.get(name)?)))
                    && used.insert(name.to_owned(), found.clone()).is_none()
                {
                    self.collect(found, used);
                }
                members.values().for_each(|member| self.collect(member, used));
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.collect(element, used)),
            _ => (),
        }
    }
}

/// OpenAPI 3.0 says `nullable` where JSON Schema says `"type": [.., "null"]`. Alternatives of default values overlap, so
/// `oneOf` becomes `anyOf`. What has members beside `$ref` has them for readers only.
fn to_json_schema(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("$ref") {
                members.retain(|member, _| member == "$ref");
            }
            if let Some(alternatives) = members.remove("oneOf") {
                members.insert("anyOf".into(), alternatives);
                // Closed to everything beside the alternatives, it would allow nothing.
                if !members.contains_key("properties") {
                    members.remove("additionalProperties");
                }
            }
            require_only_what_is_allowed(members);
            if members.remove("nullable") == Some(json!(true))
                && let Some(kind) = members.get("type").cloned()
            {
                members.insert("type".into(), json!([kind, "null"]));
            }
            members.values_mut().for_each(to_json_schema);
        }
        Value::Array(elements) => elements.iter_mut().for_each(to_json_schema),
        _ => (),
    }
}

/// Some closed schemas require a member that they do not have, beside the one that is meant.
fn require_only_what_is_allowed(members: &mut Map<String, Value>) {
    if members.get("additionalProperties") == Some(&json!(false))
        && let Some(properties) = members.get("properties").cloned()
        && let Some(Value::Array(required)) = members.get_mut("required")
    {
        required.retain(|name| name.as_str().is_some_and(|name| properties.get(name).is_some()));
    }
}

impl Operation<'_> {
    /// What is wrong with a request body.
    pub(crate) fn check_request(&self, body: &Value) -> Vec<String> {
        let schema = &self.body["requestBody"]["content"]["application/json"]["schema"];
        self.document.validator(schema).map_or_else(Vec::new, |validator| errors(&validator, body))
    }

    /// Whether the document lists a status for the operation.
    pub(crate) fn lists(&self, status: u16) -> bool {
        self.body["responses"].get(status.to_string()).is_some()
    }

    /// What is wrong with an answer; none when the document does not say what it looks like. Where it knows no content, the
    /// answer must be empty.
    pub(crate) fn check_answer(&self, status: u16, body: &Value) -> Option<Vec<String>> {
        let content = &self.body["responses"][status.to_string()]["content"];
        if content.is_null() {
            return Some(if body.is_null() { Vec::new() } else { vec!["should be empty".into()] });
        }
        let schema = &content["application/json"]["schema"];
        Some(errors(&self.document.validator(schema)?, body))
    }
}

fn errors(validator: &Validator, instance: &Value) -> Vec<String> {
    let told = |error: jsonschema::ValidationError<'_>| {
        let mut message = error.to_string();
        message.truncate(message.char_indices().nth(200).map_or(message.len(), |(at, _)| at));
        format!("{}: {message}", error.instance_path())
    };
    validator.iter_errors(instance).take(5).map(told).collect()
}
