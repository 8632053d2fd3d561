//! Holes between numbers, where Jira does not take a placeholder as it is.

use jira_emulator::state::RawJson;
use jira_emulator::{Elements, Fault, FaultAction};
use recovery::prove::Report;
use serde_json::json;

use crate::bench::{Bench, apply, journal, prove};

const BULK: &str = "/rest/api/3/issue/bulk";

/// Refuses placeholders, and no issue: issues say more than their summary.
fn refused() -> Fault {
    Fault::once("POST", BULK, FaultAction::RefuseElements { which: Elements::Bare, status: 400 })
}

/// How many placeholders the report names as refused.
fn unfilled(report: &Report) -> usize {
    report.cannot_named.iter().filter(|named| named.kind == "placeholder").count()
}

#[tokio::test]
async fn where_jira_takes_no_placeholder_every_issue_comes_and_its_new_key_is_named() {
    let bench = Bench::generated(40, 5).await;
    let issues = bench.capture().await.point.counts["issue"].live;
    bench.sites.standby().fault(refused().times(u32::MAX));
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert!(report.keys_redirected > 0, "{report}");
    assert_eq!((report.keys_redirected as usize, report.kinds["issue"].restored), (report.redirects.len(), issues));
    assert!(unfilled(&report) > 0, "{report}");
    let told = report.to_string();
    assert!(told.contains("placeholder: ") && told.contains("Injected fault."), "{told}");
    // A second run does not try again what no number is free for, and changes nothing.
    apply(&recovery).await.unwrap();
    assert_eq!(prove(&recovery).await, report);
}

#[tokio::test]
async fn a_placeholder_that_is_refused_comes_in_another_shape() {
    let bench = Bench::generated(40, 5).await;
    bench.capture().await;
    let mut recovery = bench.recovery(journal());
    // One at a time, so that the refusal moves no other number.
    recovery.settings.bulk = 1;
    bench.sites.standby().fault(refused());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert_eq!((report.keys_redirected, unfilled(&report)), (0, 0), "{report}");
    assert_eq!(bench.sites.standby().pending_faults(), []);
}

#[tokio::test]
async fn a_placeholder_says_what_the_project_wants_of_every_issue() {
    let bench = Bench::generated(40, 5).await;
    let text = json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [{ "type": "text", "text": "all of them have one" }] },
    ] });
    bench.sites.source().alter(|state| {
        for issue in state.issues.values_mut() {
            issue.description = Some(RawJson::from(text.clone()));
        }
    });
    bench.capture().await;
    let standby = bench.sites.standby();
    standby.alter(|state| state.fields.get_mut("description").unwrap().required = true);
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert_eq!((report.keys_redirected, unfilled(&report)), (0, 0), "{report}");
}

#[tokio::test]
async fn issues_behind_some_that_cannot_come_are_not_forgotten() {
    let bench = Bench::generated(40, 5).await;
    bench.capture().await;
    let refusal = FaultAction::FailBefore { status: 400 };
    bench.sites.standby().fault(Fault::once("POST", "/rest/api/3/issuetype", refusal).times(u32::MAX));
    let mut recovery = bench.recovery(journal());
    // A request of one: where its issue cannot come, it is empty.
    recovery.settings.bulk = 1;
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    let issues = &report.kinds["issue"];
    assert!(issues.cannot > 0 && issues.restored > 0, "{report}");
    assert_eq!((issues.missing, report.keys_redirected), (0, 0), "{report}");
}
