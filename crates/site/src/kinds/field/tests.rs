use proptest::prelude::*;

use super::*;
use crate::kinds::support::testing::{arrives, names, object, translation};

const SELECT: &str = "com.atlassian.jira.plugin.system.customfieldtypes:select";

fn custom(id: &str, name: &str, custom: &str) -> Object {
    object(&Field, id, json!({"id": id, "name": name, "schema": {"type": "option", "custom": custom, "customId": 1}}))
}

#[test]
fn a_field_of_people_is_known_by_name_and_type() {
    let source = custom("customfield_10050", "Severity", SELECT);
    assert_eq!(Field.identity(&source, &names()), "Severity (select)");
    assert_eq!(Field.cannot_create(&source), None);
    let sent = Field.translate(&source, &translation());
    insta::assert_json_snapshot!(sent.value, @r#"
    {
      "description": "",
      "name": "Severity",
      "searcherKey": "com.atlassian.jira.plugin.system.customfieldtypes:multiselectsearcher",
      "type": "com.atlassian.jira.plugin.system.customfieldtypes:select"
    }
    "#);
    arrives(&Field, &translation(), &source, &custom("customfield_7", "Severity", SELECT));
}

#[test]
fn fields_of_jira_are_known_by_what_they_are() {
    let sprint = custom("customfield_10020", "Sprint", "com.pyxis.greenhopper.jira:gh-sprint");
    let renamed = custom("customfield_9", "Iteration", "com.pyxis.greenhopper.jira:gh-sprint");
    assert_eq!(Field.identity(&sprint, &names()), Field.identity(&renamed, &names()));
    assert!(Field.cannot_create(&sprint).is_some());
    let summary = object(
        &Field,
        "summary",
        json!({"name": "Zusammenfassung", "schema": {"type": "string", "system": "summary"}}),
    );
    assert_eq!(Field.identity(&summary, &names()), "system summary");
    assert_eq!(Field.normal(&summary, &names()), json!({"system": "summary"}));
}

#[test]
fn locked_fields_and_those_of_apps_are_only_matched() {
    let mut locked = custom("customfield_1", "Flagged", SELECT);
    locked.body["isLocked"] = true.into();
    assert_eq!(Field.cannot_create(&locked).unwrap(), "Jira or an app keeps it locked");
    let app = custom("customfield_2", "Script", "com.onresolve.jira:scripted");
    insta::assert_snapshot!(Field.cannot_create(&app).unwrap(),
        @"its type comes with an app: install it on the standby, and make the field there (com.onresolve.jira:scripted)");
    assert_eq!(Field.identity(&app, &names()), "Script (scripted)");
}

#[test]
fn service_levels_are_told_apart_by_name() {
    let level = |name| {
        let mut field = custom("customfield_1", name, "com.atlassian.servicedesk:sd-sla-field");
        field.body["isLocked"] = true.into();
        Field.identity(&field, &names())
    };
    assert_ne!(level("Time to resolution"), level("Time to first response"));
}

proptest! {
    /// However names repeat, every field has an identity of its own, and the same one whatever order they come in.
    #[test]
    fn identities_are_unique_and_do_not_depend_on_order(
        fields in proptest::collection::vec(("[ab#2 ]{1,3}", 0..2u8), 1..12),
        turn in 0..12usize,
    ) {
        let mut objects: Vec<Object> = fields.iter().enumerate().map(|(index, (name, kind))| {
            custom(&format!("customfield_{}", 95 + index), name, if *kind == 0 { SELECT } else { "com.example:own" })
        }).collect();
        let mut one = names();
        one.learn(&Field, &objects);
        let turn = turn % objects.len();
        objects.rotate_left(turn);
        let mut other = names();
        other.learn(&Field, &objects);
        let mut seen = std::collections::BTreeSet::new();
        for object in &objects {
            let identity = one.identity("field", &object.key).unwrap();
            prop_assert_eq!(Some(identity), other.identity("field", &object.key));
            prop_assert!(seen.insert(identity.to_owned()));
            prop_assert_eq!(one.id("field", identity), Some(object.key.as_str()));
        }
    }
}
