//! Sub-tasks that came before their parents: moved under them in bulk, whatever goes wrong meanwhile.

use jira_emulator::{Fault, FaultAction};
use recovery::Recovery;
use recovery::journal::State;

use crate::bench::{Bench, apply, journal, prove};

const MOVE: &str = "/rest/api/3/bulk/issues/move";

/// A captured source with sub-tasks that have a lower number than their parents.
async fn bench(seed: u64) -> Bench {
    let bench = Bench::generated(25, seed).await;
    let early = bench.sites.source().inspect(|site| {
        let has_late_parent = |issue: &&jira_emulator::state::Issue| {
            let parent = issue.parent.and_then(|parent| site.issues.get(&parent));
            let subtask =
                site.issue_types.get(&issue.issue_type).is_some_and(jira_emulator::state::IssueType::is_subtask);
            subtask && parent.is_some_and(|parent| parent.number > issue.number)
        };
        site.issues.values().filter(has_late_parent).count()
    });
    assert!(early > 0, "seed {seed} has no sub-task before its parent");
    bench.capture().await;
    bench
}

async fn moved_in_spite_of(action: FaultAction, seed: u64) {
    let bench = bench(seed).await;
    bench.sites.standby().fault(Fault { times: 2, ..Fault::once("POST", MOVE, action) });
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert_eq!((report.problems_count, report.different, report.extras_count), (0, 0, 0), "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
}

#[tokio::test]
async fn a_move_whose_answer_is_lost_is_seen_by_looking() {
    moved_in_spite_of(FaultAction::ApplyThenReset, 51).await;
}

#[tokio::test]
async fn a_move_that_never_arrived_is_sent_again() {
    moved_in_spite_of(FaultAction::ResetBefore, 51).await;
}

#[tokio::test]
async fn a_move_that_is_refused_fails_alone_and_is_tried_again_on_request() {
    let bench = bench(51).await;
    let refusal = FaultAction::FailBefore { status: 400 };
    bench.sites.standby().fault(Fault { times: 1000, ..Fault::once("POST", MOVE, refusal) });
    let rows = journal();
    let recovery = bench.recovery(rows.clone());
    apply(&recovery).await.unwrap();
    let failed: Vec<_> = rows.all().into_iter().filter(|row| row.state == State::Failed).collect();
    assert!(!failed.is_empty());
    assert!(
        failed.iter().all(|row| row.reason.as_deref().is_some_and(|reason| reason.starts_with("moving it under "))),
        "{failed:?}"
    );
    let report = prove(&recovery).await;
    assert!(!report.holds && report.problems_count as usize >= failed.len(), "{report}");
    bench.sites.standby().clear_faults();
    let mut settings = recovery.settings.clone();
    settings.retry_failed = true;
    let again = Recovery { settings, ..recovery };
    apply(&again).await.unwrap();
    let report = prove(&again).await;
    assert_eq!((report.problems_count, report.different, report.keys_redirected), (0, 0, 0), "{report}");
}
