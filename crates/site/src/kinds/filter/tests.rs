use super::notes::with;
use super::steps::name_at_first;
use super::*;
use crate::kinds::support::testing::{arrives, object, translation};

fn sides() -> Translation {
    let mut translation = translation();
    for (kind, source, standby, name) in [
        ("project", "10000", "20000", "ARK"),
        ("project-role", "10002", "20002", "Developers"),
        ("group", "g1", "g2", "crew"),
        ("filter", "10100", "20100", "Leaks / ann"),
    ] {
        translation.bind(kind, source, standby);
        translation.source.bind(kind, source.to_owned(), name.to_owned());
        translation.standby.bind(kind, standby.to_owned(), name.to_owned());
    }
    translation.bind_user("ann", "ann");
    translation
}

fn filter(key: &str, jql: &str, owner: &str, project: &str) -> Object {
    let role = if project == "10000" { 10002 } else { 20002 };
    let group = if project == "10000" { "g1" } else { "g2" };
    let body = json!({
        "id": key, "name": "Leaks", "description": "All of them", "jql": jql, "favourite": true,
        "owner": { "accountId": owner, "displayName": owner },
        "sharePermissions": [
            { "id": 1, "type": "project", "project": { "id": project }, "role": { "id": role } },
            { "id": 2, "type": "group", "group": { "name": "crew", "groupId": group } },
            { "id": 3, "type": "loggedin" },
        ],
        "editPermissions": [{ "id": 4, "type": "user", "user": { "accountId": "ann" } }],
    });
    object(&Filter, key, body)
}

#[test]
fn ids_in_query_and_permissions_are_translated() {
    let source = filter("10101", "project = 10000 AND filter = 10100", "ann", "10000");
    let translated = Filter.translate(&source, &sides());
    assert_eq!(translated.losses, []);
    insta::assert_json_snapshot!(translated.value, @r#"
    {
      "description": "All of them",
      "editPermissions": [
        {
          "type": "user",
          "user": {
            "accountId": "ann"
          }
        }
      ],
      "favourite": true,
      "identity": "Leaks / ann",
      "jql": "project = 20000 AND filter = 20100",
      "name": "Leaks",
      "origin": "[On the source: Leaks, owned by ann (ann)]",
      "owner": "ann",
      "sharePermissions": [
        {
          "project": {
            "id": "20000"
          },
          "role": {
            "id": 20002
          },
          "type": "project"
        },
        {
          "group": {
            "groupId": "g2"
          },
          "type": "group"
        },
        {
          "type": "authenticated"
        }
      ]
    }
    "#);
    let standby = filter("20101", "project = 20000 AND filter = 20100", "ann", "20000");
    arrives(&Filter, &sides(), &source, &standby);
    assert_eq!(refused(&translated, &standby.body), []);
    insta::assert_json_snapshot!(Filter.normal(&source, &sides().source), @r#"
    {
      "description": "All of them",
      "editors": [
        "user ann"
      ],
      "favourite": true,
      "jql": "project = {ARK} AND filter = {Leaks}",
      "name": "Leaks",
      "owner": "ann",
      "shares": [
        "group crew",
        "loggedin",
        "project ARK, role Developers"
      ]
    }
    "#);
}

#[test]
fn what_cannot_be_said_on_the_standby_is_named() {
    let mut source = filter("10101", "project = 10009", "bob", "10000");
    source.body["editPermissions"] =
        json!([{ "type": "project-unknown" }, { "type": "user", "user": { "accountId": "bob" } }]);
    let translated = Filter.translate(&source, &sides());
    let lost: Vec<_> = translated.losses.iter().map(|loss| (&*loss.loss, &*loss.path, &*loss.detail)).collect();
    insta::assert_debug_snapshot!(lost, @r#"
    [
        (
            "filter.query",
            "/jql",
            "the standby has no counterpart of project 10009",
        ),
        (
            "filter.query",
            "/description",
            "the standby has no counterpart of project 10009",
        ),
        (
            "filter.share",
            "/editors",
            "project-unknown",
        ),
        (
            "filter.share",
            "/editors",
            "user bob",
        ),
        (
            "filter.owner",
            "/owner",
            "bob",
        ),
    ]
    "#);
    assert_eq!(translated.value["jql"], FINDS_NOTHING);
    assert_eq!(translated.value["description"], "All of them\n\nThe query on the source: project = 10009");
    let mut standby = filter("20101", FINDS_NOTHING, "recoverer", "20000");
    standby.body["description"] = translated.value["description"].clone();
    standby.body["editPermissions"] = json!([]);
    arrives(&Filter, &sides(), &source, &standby);
}

#[test]
fn what_jira_refused_is_seen_afterwards() {
    let translated = Filter.translate(&filter("10101", "project = 10000", "ann", "10000"), &sides());
    let mut standby = filter("20101", FINDS_NOTHING, "recoverer", "20000");
    standby.body["name"] = "Leaks (10101)".into();
    standby.body["favourite"] = false.into();
    standby.body["sharePermissions"] = json!([{ "type": "loggedin" }]);
    let refused = refused(&translated, &standby.body);
    let paths: Vec<&str> = refused.iter().map(|loss| &*loss.path).collect();
    assert_eq!(paths, ["/name", "/jql", "/description", "/owner", "/favourite", "/shares", "/shares"]);
}

#[test]
fn an_unfinished_filter_is_known_by_whose_it_is_going_to_be() {
    let source = filter("10101", "project = 10000", "ann", "10000");
    let translated = Filter.translate(&source, &sides());
    let claim = Claim { identity: text(&translated.value, "identity") };
    let mut standby = filter("20101", "project = 20000", "recoverer", "20000");
    standby.body["name"] = name_at_first(&translated).into();
    standby.body["description"] = claim.on("All of them").into();
    assert_eq!(Filter.identity(&standby, &sides().standby), Filter.identity(&source, &sides().source));
    assert_eq!(Claim::taken_off(text(&standby.body, "description")), "All of them");
    standby.body["description"] = "All of them".into();
    assert_eq!(Filter.identity(&standby, &sides().standby), "Leaks (10101) / recoverer");
}

#[test]
fn a_filter_without_its_name_and_owner_is_known_by_where_it_came_from() {
    let source = filter("10101", "project = 10000", "bob", "10000");
    let translated = Filter.translate(&source, &sides());
    let mut standby = filter("20101", "project = 20000", "recoverer", "20000");
    standby.body["name"] = name_at_first(&translated).into();
    standby.body["description"] = with("All of them", text(&translated.value, "origin")).into();
    assert_eq!(Filter.identity(&standby, &sides().standby), Filter.identity(&source, &sides().source));
    assert_eq!(Filter.normal(&standby, &sides().standby), Filter.normal(&source, &sides().source));
}

/// Backwards: what was restored is the source, and is called there as it was at first.
#[test]
fn a_restored_filter_that_is_restored_again_stays_the_same() {
    let first = filter("10101", "project = 10000", "bob", "10000");
    let mut source = filter("10109", "project = 10000", "recoverer", "10000");
    source.body["description"] = with("All of them", &Origin::note(&first.body, &sides().source)).into();
    let translated = Filter.translate(&source, &sides());
    assert_eq!(translated.value["identity"], "Leaks / bob");
    let description = with(text(&translated.value, "description"), text(&translated.value, "origin"));
    let mut standby = filter("20101", "project = 20000", "another", "20000");
    standby.body["description"] = description.into();
    assert_eq!(Filter.identity(&standby, &sides().standby), "Leaks / bob");
}

#[test]
fn filters_come_after_those_that_they_refer_to() {
    let named = |key: &str, name: &str, jql: &str| {
        let mut filter = filter(key, jql, "ann", "10000");
        filter.body["name"] = name.into();
        filter
    };
    let mut filters = vec![
        named("9", "nine", "filter = 10"),
        named("10", "ten", "filter in (\"eleven\", 99)"),
        named("11", "eleven", "project = ARK"),
        named("12", "twelve", "filter = 12"),
    ];
    Filter.sort(&mut filters);
    let keys: Vec<&str> = filters.iter().map(|filter| &*filter.key).collect();
    assert_eq!(keys, ["11", "12", "10", "9"]);
}

#[test]
fn a_long_name_has_room_for_its_number() {
    let mut source = filter("10101", "", "ann", "10000");
    source.body["name"] = "⚓".repeat(255).into();
    let name = name_at_first(&Filter.translate(&source, &sides()));
    assert_eq!(name.chars().count(), 255);
    assert!(name.ends_with("⚓ (10101)"));
}
