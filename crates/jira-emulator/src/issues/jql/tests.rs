//! Queries over a handful of issues.

use std::sync::Arc;

use super::*;
use crate::site::test_site;
use crate::state::{Issue, Project};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Issues SEA-1 to SEA-3 (ids 1 to 3) and LAND-1 (id 4).
fn answer(jql: &str) -> Result<Vec<u64>, Vec<String>> {
    let site = test_site();
    let mut state = site.write();
    for (id, key) in [(10, "SEA"), (11, "LAND")] {
        state.insert_project(Project { id, key: key.into(), name: key.into(), ..Project::default() });
    }
    let status = *state.statuses.keys().next().unwrap();
    for (id, project, number, updated, label) in [
        (1, 10, 1, "2024-05-01T10:00:00Z", Some("red")),
        (2, 10, 2, "2024-05-01T10:05:30Z", Some("blue")),
        (3, 10, 3, "2024-05-01T10:10:00Z", None),
        (4, 11, 1, "2024-05-02T00:00:00Z", Some("red")),
    ] {
        let labels = label.into_iter().map(Arc::from).collect();
        state.insert_issue(Issue { id, project, number, status, updated: at(updated), labels, ..Issue::default() });
    }
    drop(state);
    let state = site.read();
    let conditions = Conditions {
        behind: HashMap::from([(3, Some(at("2024-05-01T09:00:00Z")))]),
        reconciled: BTreeSet::new(),
        archived_projects: false,
        now: at("2024-05-02T00:00:00Z"),
    };
    let admin = site.admin.account.clone();
    let view = View::new(&site, &state, Some(&admin));
    search(&view, jql, &conditions)
        .map_err(|error| serde_json::from_value(error.to_json()["errorMessages"].clone()).unwrap())
}

#[test]
fn conditions_are_joined_as_written() {
    let cases: [(&str, &[u64]); 14] = [
        ("project = SEA order by id", &[1, 2, 3]),
        ("project = sea AND labels = red", &[1]),
        ("project in (SEA, \"LAND\") and not labels = red order by key desc", &[3, 2]),
        ("labels = blue or project = LAND order by id", &[2, 4]),
        ("project = SEA and (labels = red or labels = blue) order by created asc", &[1, 2]),
        ("labels is EMPTY", &[3]),
        ("labels != red", &[2]),
        ("id > 1 and id <= 3 order by id asc", &[2, 3]),
        ("issuekey >= SEA-2 and project = SEA order by issuekey", &[2, 3]),
        ("key in (SEA-1, land-1) order by id", &[1, 4]),
        ("status = \"To Do\" and issuekey < SEA-2 order by id", &[1, 4]),
        ("summary ~ whale", &[]),
        ("just some words", &[]),
        ("assignee = currentUser()", &[]),
    ];
    for (jql, expected) in cases {
        assert_eq!(answer(jql).as_deref(), Ok(expected), "{jql}");
    }
}

#[test]
fn updated_is_what_the_index_knows() {
    assert_eq!(answer("updated >= \"2024-05-01 10:05\" order by updated").unwrap(), [2, 4]);
    assert_eq!(answer("updated < \"2024-05-01 10:00\"").unwrap(), [3]);
    assert_eq!(answer("updated >= -1m").unwrap(), [4]);
    assert_eq!(answer("updated >= 1714557930000 and project = SEA").unwrap(), [2]);
}

#[test]
fn problems_are_all_told() {
    let problems = answer("project = AIR and colour = red and updated > soon").unwrap_err();
    assert_eq!(problems.len(), 3);
    assert_eq!(problems[0], "The value 'AIR' does not exist for the field 'project'.");
    assert!(problems[1].starts_with("Field 'colour' does not exist"));
    assert_eq!(answer("key = SEA-9").unwrap_err(), ["An issue with key 'SEA-9' does not exist for field 'key'."]);
}

#[test]
fn unbounded_and_broken_queries_are_refused() {
    for unbounded in ["", "order by id"] {
        assert_eq!(answer(unbounded).unwrap_err(), [UNBOUNDED]);
    }
    for broken in
        ["project = \"SEA", "project = ", "(project = SEA", "project = SEA labels = red", "id > 1 order by colour"]
    {
        assert!(answer(broken).is_err(), "{broken}");
    }
}
