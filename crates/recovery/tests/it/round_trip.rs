//! From one site to the other, and what is there then.

use recovery::plan::{self, Depth};
use recovery::progress::Silent;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, apply, journal, prove};

#[tokio::test]
async fn what_was_captured_arrives_and_the_proof_holds() {
    let bench = Bench::generated(60, 1).await;
    let captured = bench.capture().await;
    assert_eq!(captured.unread, []);
    let recovery = bench.recovery(journal());
    let plan = plan::make(&recovery, Depth::Exact, &Silent, &CancellationToken::new()).await.unwrap();
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}\n{plan}");
    assert_eq!(report.keys_redirected, 0, "{report}");
    let issues = &report.kinds["issue"];
    assert_eq!(issues.restored, captured.point.counts["issue"].live, "{report}");
    assert_eq!(plan.kinds["issue"].create, issues.restored);
}

#[tokio::test]
async fn a_second_run_of_the_same_recovery_makes_nothing() {
    let bench = Bench::generated(25, 2).await;
    bench.capture().await;
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let first = prove(&recovery).await;
    let again = apply(&recovery).await.unwrap();
    let writes: Vec<&String> = again
        .requests
        .keys()
        .filter(|call| !call.starts_with("GET") && !call.contains("bulkfetch") && !call.contains("search/jql"))
        .collect();
    assert_eq!(writes, Vec::<&String>::new());
    assert_eq!(prove(&recovery).await, first);
}

#[tokio::test]
async fn real_issues_arrive() {
    let Some(folder) = testkit::real_issues("small").filter(|_| testkit::long_tests()) else { return };
    let bench = Bench::seeded(jira_emulator::Seed::Folder(folder)).await;
    let captured = bench.capture().await;
    assert_eq!(captured.unread, []);
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
}
