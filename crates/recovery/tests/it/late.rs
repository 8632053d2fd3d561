//! What Jira refuses for a while is made when it is tried again, and what was written without it is written again.

use jira_emulator::{Fault, FaultAction, SiteEvent};
use recovery::Recovery;
use recovery::prove::Report;

use crate::bench::{Bench, apply, journal, prove};

/// The calls that make configuration and what hangs on issues. Not among them: putting issues into sprints. What was refused
/// there is not put right once the sprints are closed, and the proof says so.
const CALLS: [&str; 21] = [
    "/rest/api/3/statuses",
    "/rest/api/3/projectCategory",
    "/rest/api/3/priority",
    "/rest/api/3/resolution",
    "/rest/api/3/issueLinkType",
    "/rest/api/3/group",
    "/rest/api/3/role",
    "/rest/api/3/field",
    "/rest/api/3/field/{fieldId}/context",
    "/rest/api/3/field/{fieldId}/context/{contextId}/option",
    "/rest/api/3/version",
    "/rest/api/3/component",
    "/rest/api/3/project",
    "/rest/agile/1.0/board",
    "/rest/agile/1.0/sprint",
    "/rest/api/3/issue/bulk",
    "/rest/api/3/issue/{issueIdOrKey}/comment",
    "/rest/api/3/issue/{issueIdOrKey}/worklog",
    "/rest/api/3/issue/{issueIdOrKey}/attachments",
    "/rest/api/3/issue/{issueIdOrKey}/remotelink",
    "/rest/api/3/issueLink",
];

/// What a proof says of a recovery during which a call was refused, and which was then run again.
async fn refused_for_a_while(endpoint: &str) -> (u64, Report) {
    let bench = Bench::generated(20, 51).await;
    bench.capture().await;
    let standby = bench.sites.standby();
    let refusal = FaultAction::FailBefore { status: 400 };
    standby.fault(Fault { times: 100_000, ..Fault::once("POST", endpoint, refusal) });
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let endpoints = standby.statistics().endpoints;
    let refused = endpoints.get(&format!("POST {endpoint}")).map_or(0, |counts| counts.requests);
    standby.clear_faults();
    let mut settings = recovery.settings.clone();
    settings.retry_failed = true;
    let again = Recovery { settings, ..recovery };
    apply(&again).await.unwrap();
    (refused, prove(&again).await)
}

#[tokio::test]
async fn what_is_refused_for_a_while_is_made_later_with_all_that_names_it() {
    let mut wrong = Vec::new();
    for endpoint in CALLS {
        let (refused, report) = refused_for_a_while(endpoint).await;
        if refused == 0 {
            wrong.push(format!("POST {endpoint} is never called: the case tests nothing"));
        } else if !report.holds || report.keys_redirected > 0 {
            wrong.push(format!("after {refused} refusals of POST {endpoint}:\n{report}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} calls:\n{}", wrong.len(), CALLS.len(), wrong.join("\n"));
}

#[tokio::test]
async fn an_account_that_may_no_longer_administer_stops_and_nothing_counts_as_refused() {
    let bench = Bench::generated(20, 51).await;
    bench.capture().await;
    let recovery = bench.recovery(journal());
    for after in [150, 300, 450] {
        let requests = jira_emulator::Scheduled::after(after, SiteEvent::WithdrawPermissions);
        bench.sites.standby().schedule(requests);
        let stopped = apply(&recovery).await;
        assert!(matches!(stopped, Err(recovery::Error::ShutOut { .. })), "after {after} requests: {stopped:?}");
        bench.sites.standby().happen(SiteEvent::GrantPermissions).await;
    }
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds && report.keys_redirected == 0, "{report}");
}
