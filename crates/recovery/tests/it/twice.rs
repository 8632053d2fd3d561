//! A second recovery of the same source onto the same standby: it takes what the first one made as it is.

use std::collections::BTreeMap;

use jira::Call;
use recovery::Recovery;
use recovery::prove::Report;
use serde_json::json;
use site::marks::{Marks, Original, PROPERTY};
use uuid::Uuid;

use crate::bench::{Bench, apply, journal, prove};

/// Another recovery to the same standby, by who knows the marks of the first.
pub(crate) fn second(bench: &Bench, first: &Recovery) -> Recovery {
    Recovery {
        id: Uuid::from_u128(8),
        marks: Marks::new(Uuid::from_u128(8).to_string(), [8; 32]),
        earlier: vec![first.marks.clone()],
        ..bench.recovery(journal())
    }
}

fn issues(bench: &Bench) -> Vec<String> {
    let mut keys: Vec<String> =
        bench.sites.standby().inspect(|site| site.issues.values().map(|issue| site.key_of(issue).clone()).collect());
    keys.sort_unstable();
    keys
}

/// How many objects this recovery made, by kind.
fn made(report: &Report) -> BTreeMap<&str, u64> {
    let made = report.kinds.iter().filter(|(_, count)| count.restored > 0);
    made.map(|(kind, count)| (&**kind, count.restored)).collect()
}

#[tokio::test]
async fn nothing_is_made_a_second_time() {
    let bench = Bench::generated(20, 61).await;
    bench.capture().await;
    let first = bench.recovery(journal());
    apply(&first).await.unwrap();
    let before = issues(&bench);
    let again = second(&bench, &first);
    apply(&again).await.unwrap();
    assert_eq!(issues(&bench), before);
    let report = prove(&again).await;
    assert_eq!(report.kinds["issue"].matched as usize, before.len(), "{report}");
    assert_eq!(made(&report), BTreeMap::new(), "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
    assert!(report.holds, "{report}");
}

#[tokio::test]
async fn a_placeholder_that_the_journal_forgot_is_named() {
    let bench = Bench::generated(10, 63).await;
    bench.capture().await;
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    assert!(prove(&recovery).await.holds);
    let (project, issue_type) = bench.sites.standby().inspect(|site| {
        let stands_alone = |id| site.issue_types.get(&id).is_some_and(|kind| kind.hierarchy_level == 0);
        let issue = site.issues.values().find(|issue| stands_alone(issue.issue_type)).unwrap();
        (site.projects[&issue.project].key.to_string(), issue.issue_type.to_string())
    });
    let mark = recovery.marks.mark(recovery.marks.operation("placeholder", "1/4711"), &Original::default());
    let forgotten = json!({
        "fields": {"project": {"key": project}, "issuetype": {"id": issue_type}, "summary": "Lifeboat placeholder"},
        "properties": [{"key": PROPERTY, "value": mark}],
    });
    recovery.standby.done(Call::post("/rest/api/3/issue").json(&forgotten)).await.unwrap();
    let report = prove(&recovery).await;
    assert!(!report.holds, "{report}");
    let named: Vec<&str> = report.extras.iter().map(|extra| &*extra.kind).collect();
    assert_eq!(named, ["placeholder"], "{report}");
}

#[tokio::test]
async fn what_is_new_since_the_first_comes_with_its_own_key() {
    let bench = Bench::generated(20, 62).await;
    bench.capture().await;
    let first = bench.recovery(journal());
    apply(&first).await.unwrap();
    let before = issues(&bench);
    let source = bench.sites.source_client();
    let (project, issue_type) = bench.sites.source().inspect(|site| {
        let issue = site
            .issues
            .values()
            .find(|issue| site.issue_types.get(&issue.issue_type).is_some_and(|kind| kind.hierarchy_level == 0));
        let issue = issue.unwrap();
        (site.projects[&issue.project].key.to_string(), issue.issue_type.to_string())
    });
    let fields = json!({"project": {"key": project}, "issuetype": {"id": issue_type}, "summary": "came later"});
    let created: serde_json::Value =
        source.json(Call::post("/rest/api/3/issue").json(&json!({ "fields": fields }))).await.unwrap();
    bench.capture().await;
    let again = second(&bench, &first);
    apply(&again).await.unwrap();
    let after = issues(&bench);
    let new: Vec<_> = after.iter().filter(|key| !before.contains(key)).collect();
    assert_eq!(new, [created["key"].as_str().unwrap()]);
    let report = prove(&again).await;
    assert_eq!(report.kinds["issue"].matched as usize, before.len(), "{report}");
    assert_eq!(made(&report)["issue"], 1, "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
    assert!(report.holds, "{report}");
}

#[tokio::test]
async fn without_the_marks_of_the_first_its_issues_are_others() {
    let bench = Bench::generated(12, 63).await;
    bench.capture().await;
    let first = bench.recovery(journal());
    apply(&first).await.unwrap();
    let before = issues(&bench).len();
    let stranger = Recovery { earlier: Vec::new(), ..second(&bench, &first) };
    apply(&stranger).await.unwrap();
    let report = prove(&stranger).await;
    assert_eq!(report.kinds["issue"].matched, 0, "{report}");
    assert_eq!(report.keys_redirected as usize, before, "their keys are taken: {report}");
}
