//! Whole issues on their way to a standby and back.

mod data;

use futures::TryStreamExt;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::kinds::shared::fixture::{self, ABSENT, PRESENT, names_of, unexplained};

/// The issue as the standby gives it once everything that was prepared is written.
fn restored(source: &Object, prepared: &Prepared, translation: &Translation) -> Object {
    let mut fields: Map<String, Value> = Map::new();
    for (id, value) in prepared.fields.iter().chain(&prepared.late) {
        fields.insert(id.clone(), as_read(id, value));
    }
    fields.insert("project".to_owned(), json!({ "id": prepared.project }));
    fields.insert("issuetype".to_owned(), json!({ "id": prepared.issue_type }));
    fields.insert("status".to_owned(), json!({ "id": prepared.status }));
    if let Some(parent) = &prepared.parent {
        fields.insert("parent".to_owned(), json!({ "id": "9", "key": translation.issue_key(&parent.source_key) }));
    }
    let marks = Marks::new("recovery", [1; 32]);
    let mark = marks.mark(marks.operation("issue", &source.key), &original(source));
    let body = json!({
        "id": "90001",
        "key": translation.issue_key(&prepared.key),
        "fields": fields,
        "properties": { PROPERTY: mark },
    });
    Object { kind: "issue", key: "90001".to_owned(), body }
}

/// What Jira gives back for what was written.
fn as_read(id: &str, value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| as_read(id, value)).collect(),
        Value::Object(_) if id == "timetracking" => {
            let seconds = |member: &str| value[member].as_str()?.strip_suffix('m')?.parse::<u64>().ok();
            let mut estimates = json!({});
            for member in ["originalEstimate", "remainingEstimate"] {
                if let Some(minutes) = seconds(member) {
                    estimates[format!("{member}Seconds")] = json!(minutes * 60);
                }
            }
            estimates
        }
        Value::Object(members) if members.contains_key("id") => {
            let mut read = value.clone();
            read["value"] = json!(option_name(value["id"].as_str().unwrap()));
            if let Some(child) = members.get("child") {
                read["child"] = as_read(id, child);
            }
            read
        }
        _ => value.clone(),
    }
}

fn option_name(id: &str) -> String {
    format!("option {}", id.strip_prefix("9x").unwrap_or(id))
}

/// An option of the source: of three, the standby lacks the third.
fn option(field: u32) -> impl Strategy<Value = Value> {
    (1..=3u32).prop_map(move |number| {
        let id = (field * 100 + number).to_string();
        json!({ "id": id, "value": option_name(&id), "self": "https://source.example/…" })
    })
}

fn user() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![PRESENT, ABSENT]).prop_map(|id| json!({ "accountId": id, "displayName": id }))
}

fn named(ids: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(ids).prop_map(|id| json!({ "id": id, "name": format!("name of {id}") }))
}

fn some(values: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop::collection::vec(values, 0..3).prop_map(Value::Array).boxed()
}

/// Issues with any of the fields that Jira has.
fn issues() -> impl Strategy<Value = Object> {
    let strategies: Vec<(&'static str, BoxedStrategy<Value>)> = vec![
        ("summary", prop::sample::select(vec!["AB-7 is broken", "two\nlines", "https://source.example/x"]).prop_map(Value::from).boxed()),
        ("description", crate::adf::tests::documents().boxed()),
        ("environment", crate::adf::tests::documents().boxed()),
        ("duedate", Just(json!("2024-02-29")).boxed()),
        ("labels", Just(json!(["b", "a", "c d"])).boxed()),
        ("assignee", user().boxed()),
        ("reporter", user().boxed()),
        ("priority", named(&["3", "33"]).boxed()),
        ("resolution", named(&["4"]).boxed()),
        ("components", some(named(&["5"]))),
        ("versions", some(named(&["6", "66"]))),
        ("fixVersions", some(named(&["6", "66"]))),
        ("timetracking", (0..200u64, 0..200u64).prop_map(|(one, two)| json!({ "originalEstimateSeconds": one, "remainingEstimateSeconds": two, "timeSpentSeconds": 5 })).boxed()),
        ("security", Just(json!({ "id": "1", "name": "Secret" })).boxed()),
        ("parent", Just(json!({ "id": "2", "key": "AB-7" })).boxed()),
        ("created", Just(json!("2020-01-01T00:00:00.000+0100")).boxed()),
        ("creator", user().boxed()),
        ("customfield_1", Just(json!("plain https://source.example/browse/AB-7")).boxed()),
        ("customfield_2", crate::adf::tests::documents().boxed()),
        ("customfield_3", Just(json!(1.5)).boxed()),
        ("customfield_4", Just(json!("2020-01-01T00:00:00.000+0100")).boxed()),
        ("customfield_5", user().boxed()),
        ("customfield_6", some(user())),
        ("customfield_7", option(7).boxed()),
        ("customfield_8", some(option(8))),
        ("customfield_9", (option(9), option(9)).prop_map(|(mut one, two)| { one["child"] = two; one }).boxed()),
        ("customfield_10", some(named(&["6", "66"]))),
        ("customfield_11", prop::sample::select(vec![("g1", "staff"), ("g2", "guests")]).prop_map(|(id, name)| json!({ "groupId": id, "name": name })).boxed()),
        ("customfield_12", Just(json!("https://other.example/AB-7")).boxed()),
        ("customfield_13", Just(json!(["y", "x"])).boxed()),
        ("customfield_14", named(&["100"]).boxed()),
        ("customfield_20", Just(json!("AB-7")).boxed()),
        ("customfield_21", Just(json!("0|i0001:")).boxed()),
        ("customfield_22", Just(json!({ "anything": 1 })).boxed()),
        ("customfield_99", Just(json!("of a field that is nowhere listed")).boxed()),
    ];
    let fields: Vec<BoxedStrategy<(&'static str, Value)>> = strategies
        .into_iter()
        .map(|(id, value)| prop_oneof![value, Just(Value::Null)].prop_map(move |value| (id, value)).boxed())
        .collect();
    fields.prop_map(|fields| {
        let mut fields: Map<String, Value> = fields.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
        fields.insert("project".to_owned(), json!({ "id": "100", "key": "AB" }));
        fields.insert("issuetype".to_owned(), json!({ "id": "1", "subtask": false }));
        fields.insert("status".to_owned(), json!({ "id": "2" }));
        fixture::object("issue", "1", json!({ "id": "1", "key": "AB-7", "fields": fields }))
    })
}

proptest! {
    #[test]
    fn an_issue_arrives_but_for_its_losses(source in issues()) {
        let translation = fixture::translation();
        let mut prepared = prepare(&source, &translation);
        prepared.place_media(&source.key, &fixture::media());
        let standby = restored(&source, &prepared, &translation);
        let before = Issue.normal(&source, &translation.source);
        let after = Issue.normal(&standby, &translation.standby);
        prop_assert_eq!(unexplained(&before, &after, &prepared.losses), Vec::<String>::new());
    }

    #[test]
    fn every_loss_is_declared(source in issues()) {
        let prepared = prepare(&source, &fixture::translation());
        for occurrence in prepared.losses {
            prop_assert!(Issue.losses().iter().any(|loss| loss.id == occurrence.loss), "{}", occurrence.loss);
        }
    }
}

fn issue(fields: Value) -> Object {
    fixture::object("issue", "1", json!({ "id": "1", "key": "AB-1", "fields": fields }))
}

#[test]
fn each_field_goes_under_its_id_on_the_standby() {
    let source = issue(json!({
        "summary": "A", "project": { "id": "100" }, "issuetype": { "id": "1", "subtask": true }, "status": { "id": "2" },
        "parent": { "id": "2", "key": "AB-2" }, "priority": { "id": "3" }, "fixVersions": [{ "id": "6" }],
        "assignee": { "accountId": PRESENT }, "customfield_7": { "id": "701" }, "customfield_11": { "groupId": "g1" },
        "customfield_9": { "id": "901", "child": { "id": "902" } }, "timetracking": { "originalEstimateSeconds": 3600 },
    }));
    let prepared = prepare(&source, &fixture::translation());
    insta::assert_json_snapshot!(json!({
        "frame": [prepared.project, prepared.issue_type, prepared.status, prepared.subtask],
        "parent": prepared.parent.map(|parent| (parent.source_id, parent.source_key)),
        "fields": prepared.fields, "late": prepared.late, "losses": prepared.losses,
    }), @r#"
    {
      "fields": {
        "assignee": {
          "accountId": "other-ann"
        },
        "customfield_907": {
          "id": "9x701"
        },
        "customfield_909": {
          "child": {
            "id": "9x902"
          },
          "id": "9x901"
        },
        "customfield_911": {
          "name": "staff"
        },
        "fixVersions": [
          {
            "id": "96"
          }
        ],
        "priority": {
          "id": "93"
        },
        "summary": "A"
      },
      "frame": [
        "9100",
        "91",
        "92",
        true
      ],
      "late": {
        "timetracking": {
          "originalEstimate": "60m"
        }
      },
      "losses": [],
      "parent": [
        "2",
        "AB-2"
      ]
    }
    "#);
}

#[test]
fn users_who_are_missing_are_named() {
    let user = json!({ "accountId": ABSENT, "displayName": "Bob" });
    let source =
        issue(json!({ "assignee": user, "reporter": user, "customfield_6": [user, { "accountId": PRESENT }] }));
    let mut translation = fixture::translation();
    translation.set_fallback(Some("fallback".to_owned()));
    let prepared = prepare(&source, &translation);
    assert_eq!(prepared.fields.get("assignee"), None);
    assert_eq!(prepared.fields["reporter"], json!({ "accountId": "fallback" }));
    assert_eq!(prepared.fields["customfield_906"], json!([{ "accountId": "other-ann" }]));
    assert_eq!(names_of(&prepared.losses), ["issue.assignee", "issue.reporter", "issue.user"]);
}

#[test]
fn what_the_standby_lacks_altogether_is_named() {
    let source = issue(json!({
        "project": { "id": "7", "name": "Other" }, "issuetype": { "id": "7" }, "status": { "id": "7" },
        "security": { "name": "Secret" }, "customfield_22": 1, "customfield_99": 1,
    }));
    let prepared = prepare(&source, &fixture::translation());
    assert_eq!((prepared.project.as_str(), prepared.issue_type.as_str(), prepared.status), ("", "", None));
    assert_eq!(
        names_of(&prepared.losses),
        ["issue.field-type", "issue.field-type", "issue.project", "issue.security", "issue.status", "issue.type"]
    );
}

#[test]
fn a_text_that_shows_a_file_waits_for_it() {
    let picture = |id: &str| json!({ "type": "mediaSingle", "content": [{ "type": "media", "attrs": { "type": "file", "id": id } }] });
    let source = issue(json!({ "description": adf::document(vec![picture("file-1"), picture("file-2")]) }));
    let mut prepared = prepare(&source, &fixture::translation());
    assert!(prepared.fields.is_empty());
    assert_eq!(prepared.media, ["file-1".to_owned(), "file-2".to_owned()].into());
    prepared.place_media("1", &fixture::media());
    let shown = &prepared.late["description"]["content"];
    assert_eq!(shown[0]["content"][0]["attrs"]["id"], "other-file-1");
    assert_eq!(shown[1], json!({ "type": "paragraph", "content": [{ "type": "text", "text": "[file]" }] }));
    assert_eq!(prepared.losses[0].path, "/fields/description/content/1");
}

#[test]
fn a_text_over_the_limit_is_cut_and_attached_whole() {
    let long = adf::document(vec![adf::aside("x"), adf::aside(&"é".repeat(40_000))]);
    let source = issue(json!({ "description": long }));
    let prepared = prepare(&source, &fixture::translation());
    assert!(adf::length(&prepared.fields["description"]) <= adf::LIMIT);
    assert_eq!(names_of(&prepared.losses), ["text.long"]);
    let operations = prepared.operations("1", &Marks::new("r", [0; 32]));
    assert_eq!(operations.len(), 1);
    assert_eq!(operations[0].body["filename"], "lifeboat-description-1.json");
    let content = operations[0].content.as_ref().unwrap();
    let length = content.length();
    let bytes: Vec<bytes::Bytes> =
        futures::executor::block_on(async { content.open().await.unwrap().try_collect().await.unwrap() });
    let bytes = bytes.concat();
    assert_eq!(bytes.len() as u64, length);
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), long);
}

#[test]
fn an_issue_restored_twice_keeps_its_first_author() {
    let source = issue(json!({ "creator": { "accountId": PRESENT }, "created": "2020-01-01T00:00:00.000+0000" }));
    let translation = fixture::translation();
    let once = restored(&source, &prepare(&source, &translation), &translation);
    assert_eq!(original(&once), original(&source));
}
