use proptest::prelude::*;

use super::*;
use crate::names::Field;

const KINDS: &[(&str, &str, &str, &str)] = &[
    ("project", "10001", "20001", "ARK"),
    ("project", "10002", "20002", "SEA"),
    ("status", "3", "5", "In Progress"),
    ("version", "10100", "20100", "ARK / 1.0"),
    ("version", "10101", "20101", "ARK / 2024"),
    ("filter", "10200", "20200", "Open bugs / ann"),
    ("sprint", "7", "9", "ARK / Crew / Watch 7"),
    ("field", "customfield_10010", "customfield_20010", "Severity (select)"),
    ("field", "customfield_10011", "customfield_20011", "Reviewer (userpicker)"),
    ("field", "customfield_10020", "customfield_20020", "sprint"),
    ("field-option", "customfield_10010/1/10300", "customfield_20010/2/20300", "Severity › High"),
    ("user", "712020:ann", "712020:other-ann", "712020:ann"),
];

fn sides() -> Translation {
    let mut translation = Translation::default();
    for (kind, source, standby, name) in KINDS {
        translation.bind(kind, *source, *standby);
        translation.source.bind(kind, (*source).to_owned(), (*name).to_owned());
        translation.standby.bind(kind, (*standby).to_owned(), (*name).to_owned());
    }
    translation.source.bind("user", "gone".to_owned(), "gone".to_owned());
    translation.bind_user("712020:ann", "712020:other-ann");
    translation.standby.users.insert("712020:other-ann".to_owned(), "712020:ann".to_owned());
    translation.redirects.insert("ARK-7".to_owned(), "ARK-107".to_owned());
    translation.standby.redirects.insert("ARK-107".to_owned(), "ARK-7".to_owned());
    let select = "com.atlassian.jira.plugin.system.customfieldtypes:select";
    for (names, offset) in [(&mut translation.source, 10_000), (&mut translation.standby, 20_000)] {
        for (number, name, kind, custom) in [
            (10, "Severity", "option", select),
            (11, "Reviewer", "user", "userpicker"),
            (20, "Sprint", "array", crate::sprint_members::SPRINT_FIELD),
        ] {
            let id = format!("customfield_{}", offset + number);
            let (name, kind, custom) = (name.to_owned(), kind.to_owned(), Some(custom.to_owned()));
            names.learn_field(Field { id, name, kind, custom, ..Field::default() });
        }
    }
    translation
}

/// What a query becomes. Both sides must mean the same by it.
fn translated(query: &str) -> String {
    let sides = sides();
    let translated = translate(query, &sides).unwrap();
    assert_eq!(normal(query, &sides.source), normal(&translated, &sides.standby));
    translated
}

#[test]
fn ids_become_ids_of_the_standby_and_names_stay() {
    for (query, expected) in [
        ("project = 10001", "project = 20001"),
        ("project in (ARK, 10002 ,\"10001\") AND status=3", "project in (ARK, 20002 ,\"20001\") AND status=5"),
        (
            "PROJECT != ARK or not (Status was not in (3, Done) by 712020:ann before -1d)",
            "PROJECT != ARK or not (Status was not in (5, Done) by \"712020:other-ann\" before -1d)",
        ),
        (
            "cf[10010] = 10300 order by cf[10010] DESC, \"Severity\"",
            "cf[20010] = 20300 order by cf[20010] DESC, \"Severity\"",
        ),
        (
            "Severity in (10300, High) AND Sprint in (openSprints(), 7)",
            "Severity in (20300, High) AND Sprint in (openSprints(), 9)",
        ),
        (
            "customfield_10011 in (\"712020:ann\", membersOf(\"crew\"))",
            "customfield_20011 in (\"712020:other-ann\", membersOf(\"crew\"))",
        ),
        (
            "fixVersion = 10100 AND fixVersion in releasedVersions(10001)",
            "fixVersion = 20100 AND fixVersion in releasedVersions(20001)",
        ),
        ("filter = 10200 OR filter = \"open BUGS\"", "filter = 20200 OR filter = \"20200\""),
        (
            "issue in (ARK-7, ARK-8) OR issue in linkedIssues(ARK-7, \"blocks\")",
            "issue in (ARK-107, ARK-8) OR issue in linkedIssues(ARK-107, \"blocks\")",
        ),
        ("status changed from 3 to 3 after \"2024-01-01\"", "status changed from 5 to 5 after \"2024-01-01\""),
        ("summary ~ \"project = 10001\" AND votes > 3", "summary ~ \"project = 10001\" AND votes > 3"),
        (
            "assignee in (EMPTY, currentUser()) and component is not EMPTY",
            "assignee in (EMPTY, currentUser()) and component is not EMPTY",
        ),
        ("ORDER BY Rank ASC", "ORDER BY Rank ASC"),
        ("", ""),
    ] {
        assert_eq!(translated(query), expected, "{query}");
    }
}

#[test]
fn a_number_that_is_a_name_stays_one() {
    assert_eq!(translated("fixVersion = 2024"), "fixVersion = \"2024\"");
    assert_eq!(translated("fixVersion = \"2024\""), "fixVersion = \"2024\"");
}

#[test]
fn what_the_standby_lacks_is_named() {
    for (query, missing) in [
        ("project = 99", "project 99"),
        ("assignee = gone", "user gone"),
        ("issue = 10001", "issue 10001"),
        ("level = 10000", "value 10000"),
        ("cf[77] is EMPTY", "the field cf[77]"),
        ("cf[10010] = 1", "option 1"),
    ] {
        assert_eq!(translate(query, &sides()), Err(missing.to_owned()), "{query}");
    }
}

#[test]
fn filters_within_filters_are_found() {
    assert_eq!(filters("filter = 10200 AND (project = 1 OR savedFilter in (\"A b\", 7))"), ["10200", "A b", "7"]);
}

proptest! {
    /// Whatever is written, nothing of it is lost: a query without references stays as it is.
    #[test]
    fn every_character_is_in_one_part(query in "[a-z0-9 =!()\"'\\\\,~<\\[\\]é]{0,40}") {
        let names = Names::default();
        let parts = scan(&query, &names);
        let whole: String = parts.iter().map(|part| match part {
            Part::Text(text) | Part::Found(Found::Field { text, .. } | Found::Value(Value { text, .. })) => *text,
        }).collect();
        prop_assert_eq!(whole, query);
    }
}
