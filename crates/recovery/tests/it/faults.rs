//! Requests whose answer is lost: some were carried out, some were not, and nothing tells which.

use jira_emulator::{Fault, FaultAction};

use crate::bench::{Bench, apply, journal, prove};

/// Every endpoint that makes something a second time if it is asked a second time.
const CREATES: [&str; 7] = [
    "/rest/api/3/issue/bulk",
    "/rest/api/3/issue/{issueIdOrKey}/comment",
    "/rest/api/3/issue/{issueIdOrKey}/worklog",
    "/rest/api/3/issue/{issueIdOrKey}/attachments",
    "/rest/api/3/issueLink",
    "/rest/api/3/project",
    "/rest/api/3/version",
];

async fn nothing_comes_twice(action: FaultAction, seed: u64) {
    let bench = Bench::generated(15, seed).await;
    bench.capture().await;
    for (position, endpoint) in CREATES.into_iter().enumerate() {
        for skip in [0, 3] {
            let skip = skip + position as u32 % 2;
            bench.sites.standby().fault(Fault { skip, ..Fault::once("POST", endpoint, action) });
        }
    }
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
}

#[tokio::test]
async fn what_was_applied_and_answered_with_an_error_is_adopted() {
    nothing_comes_twice(FaultAction::ApplyThenFail { status: 502 }, 8).await;
}

#[tokio::test]
async fn what_was_applied_before_the_connection_broke_is_adopted() {
    nothing_comes_twice(FaultAction::ApplyThenReset, 9).await;
}

#[tokio::test]
async fn half_an_answer_is_no_answer() {
    nothing_comes_twice(FaultAction::HalfBody, 10).await;
}

#[tokio::test]
async fn what_was_not_applied_is_sent_again() {
    nothing_comes_twice(FaultAction::ResetBefore, 11).await;
}
