//! Real issues, where the data of real sites is at hand: nothing of them may get lost in silence.

use std::path::PathBuf;

use serde_json::value::RawValue;

use super::*;
use crate::kind::Kind as _;
use crate::kinds::shared::fixture::bind;
use crate::members::Members;
use crate::names::Field;

/// The folder with the data, if there is one: `LIFEBOAT_SHARED`, or `shared` beside the project.
fn shared() -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let folder = std::env::var_os("LIFEBOAT_SHARED").map_or_else(beside, PathBuf::from);
    folder.join("data/jira/small/issues.ndjson.zst").is_file().then_some(folder)
}

fn unpacked(folder: &std::path::Path, file: &str) -> String {
    let file = std::fs::File::open(folder.join("data/jira").join(file)).unwrap();
    String::from_utf8(zstd::decode_all(file).unwrap()).unwrap()
}

/// Both sites have everything that the issues name, under other ids; of the users, the standby lacks every seventh.
fn translation(folder: &std::path::Path, issues: &[Value]) -> Translation {
    let mut translation = Translation::default();
    translation.source.addresses = vec!["https://source.example.atlassian.net".to_owned()];
    translation.standby.addresses = vec!["https://standby.example".to_owned()];
    let fields: Vec<Value> = serde_json::from_str(&unpacked(folder, "meta/fields.json.zst")).unwrap();
    for field in &fields {
        learn_field(&mut translation, field);
    }
    for issue in issues {
        learn(&mut translation, None, &issue["fields"]);
    }
    translation
}

fn learn_field(translation: &mut Translation, field: &Value) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let id = field["id"].as_str().unwrap();
    let target = if id.starts_with("customfield_") { format!("{id}9") } else { id.to_owned() };
    for (names, id) in [(&mut translation.source, id), (&mut translation.standby, &target)] {
        names.bind("field", id.to_owned(), field["name"].as_str().unwrap().to_owned());
        names.learn_field(Field {
            id: id.to_owned(),
            custom: text(&field["schema"]["custom"]),
            system: text(&field["schema"]["system"]),
            ..Field::default()
        });
    }
    translation.bind("field", id, target);
}

/// Takes up whatever an issue names, wherever it does.
fn learn(translation: &mut Translation, field: Option<&str>, value: &Value) {
    if let Some(account) = value["accountId"].as_str() {
        if account.bytes().map(u32::from).sum::<u32>() % 7 != 0 {
            translation.bind_user(account, account);
        }
        return;
    }
    if let (Some(name), Some(id)) = (field, value["id"].as_str()) {
        let kind = match name {
            "project" => Some("project"),
            "issuetype" => Some("issue-type"),
            "status" => Some("status"),
            "priority" => Some("priority"),
            "resolution" => Some("resolution"),
            "components" => Some("component"),
            "versions" | "fixVersions" => Some("version"),
            "customfield_10021" => {
                translation.bind("field-option", format!("{name}/1/{id}"), format!("{name}9/1/9{id}"));
                None
            }
            _ => None,
        };
        if let Some(kind) = kind {
            bind(translation, kind, id, &format!("{kind} {id}"));
        }
    }
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| learn(translation, Some(name), value)),
        Value::Array(values) => values.iter().for_each(|value| learn(translation, field, value)),
        _ => {}
    }
}

#[test]
fn the_body_keeps_every_byte_but_comments_and_worklogs() {
    let Some(folder) = shared() else { return };
    let lines = unpacked(&folder, "small/issues.ndjson.zst");
    for line in lines.lines() {
        let raw = RawValue::from_string(line.to_owned()).unwrap();
        let issue = FetchedIssue::parse(&raw).unwrap();
        let mut members = Members::parse(&issue.body().unwrap()).unwrap();
        let mut fields = Members::parse(members.get("fields").unwrap()).unwrap();
        // Put back where it was, what is taken out makes the line again.
        for (position, (name, value)) in issue.fields.0.iter().enumerate() {
            if ["comment", "worklog"].contains(&name.as_str()) {
                assert!(fields.get(name).is_none(), "{name} is left in {}", issue.key);
                fields.0.insert(position, (name.clone(), value.clone()));
            }
        }
        members.set("fields", fields.to_raw().unwrap());
        assert_eq!(members.to_raw().unwrap().get(), line, "{}", issue.key);
    }
}

#[test]
fn no_field_of_a_real_issue_is_lost_in_silence() {
    let Some(folder) = shared() else { return };
    let lines = unpacked(&folder, "small/issues.ndjson.zst");
    let issues: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(issues.len() >= 501);
    let translation = translation(&folder, &issues);
    for issue in issues {
        let key = issue["id"].as_str().unwrap().to_owned();
        let source = Object { kind: "issue", key, body: issue };
        let normal = Issue.normal(&source, &translation.source);
        for (id, value) in fields(&source.body) {
            assert_told(&source, &normal, id, value, &translation.source);
        }
        let mut prepared = prepare(&source, &translation);
        prepared.place_media(&source.key, &Media::default());
        let standby = restored_data(&source, &prepared, &translation);
        assert_eq!(
            unexplained(&normal, &Issue.normal(&standby, &translation.standby), &prepared.losses),
            Vec::<String>::new()
        );
    }
}

/// A field that says something is in the normal form, or it is one of these.
fn assert_told(source: &Object, normal: &Value, id: &str, value: &Value, names: &Names) {
    /// Set by Jira alone, or told as `/project`, `/type`, `/status`, `/parent`, `/original`, or objects of other kinds.
    const ELSEWHERE: [&str; 30] = [
        "aggregateprogress",
        "aggregatetimeestimate",
        "aggregatetimeoriginalestimate",
        "aggregatetimespent",
        "attachment",
        "comment",
        "created",
        "creator",
        "customfield_10014",
        "customfield_10019",
        "issuelinks",
        "issuetype",
        "lastViewed",
        "parent",
        "progress",
        "project",
        "resolutiondate",
        "status",
        "statuscategorychangedate",
        "subtasks",
        "timeestimate",
        "timeoriginalestimate",
        "timespent",
        "updated",
        "votes",
        "watches",
        "worklog",
        "workratio",
        "issuekey",
        "thumbnail",
    ];
    let told = normal["fields"].get(super::super::shape::called(id, names)).is_some();
    let says_nothing = super::super::normal::is_empty(value)
        || adf::normal(value, names).is_null()
        || (id == "timetracking"
            && value["originalEstimateSeconds"].is_null()
            && value["remainingEstimateSeconds"].is_null());
    assert!(told || says_nothing || ELSEWHERE.contains(&id), "{id} of {} is lost: {value}", source.key);
}

/// As [`restored`], with the sprints that the kind `sprint` restores and the names of options.
fn restored_data(source: &Object, prepared: &Prepared, translation: &Translation) -> Object {
    let mut standby = restored(source, prepared, translation);
    standby.body["fields"]["customfield_100209"] = source.body["fields"]["customfield_10020"].clone();
    let flagged = &source.body["fields"]["customfield_10021"];
    if !flagged.is_null() {
        assert_eq!(
            standby.body["fields"]["customfield_100219"][0]["id"],
            format!("9{}", flagged[0]["id"].as_str().unwrap())
        );
        standby.body["fields"]["customfield_100219"][0]["value"] = flagged[0]["value"].clone();
    }
    standby
}

#[test]
fn real_comments_and_worklogs_arrive_but_for_their_losses() {
    let Some(folder) = shared() else { return };
    let lines = unpacked(&folder, "small/issues.ndjson.zst");
    let issues: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let translation = std::sync::Arc::new(translation(&folder, &issues));
    let writer = crate::kind::Writer { translation: translation.clone(), ..fixture::writer() };
    let kinds: [(&dyn crate::IssueKind, &str, &str); 2] = [
        (&crate::kinds::comment::Comment, "comment", "comments"),
        (&crate::kinds::worklog::Worklog, "worklog", "worklogs"),
    ];
    let context = fixture::issue(1);
    let mut compared = 0;
    for issue in &issues {
        for (kind, field, list) in kinds {
            for body in issue["fields"][field][list].as_array().into_iter().flatten() {
                let key = format!("1/{}", body["id"].as_str().unwrap());
                let source = fixture::object(kind.name(), &key, body.clone());
                let mut losses = Vec::new();
                let operations = kind.operations(&context, vec![source.clone()], &writer, &mut losses);
                let operations = futures::executor::block_on(operations).unwrap();
                let written = operations.iter().find(|operation| operation.kind == kind.name()).unwrap();
                let before = kind.normal(&source, &translation.source);
                let after = kind.normal(&fixture::restored(written), &translation.standby);
                assert_eq!(unexplained(&before, &after, &losses), Vec::<String>::new(), "{key}");
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "only {compared}");
}
