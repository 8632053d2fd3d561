//! What hangs on issues, when answers are lost and others are at work.

use jira::Call;
use jira_emulator::state::{IdKind, Link, LinkEnd};
use jira_emulator::{Fault, FaultAction};
use recovery::cause::{cause_of, is_echo};
use recovery::journal::{Journal, State};
use recovery::{Recovery, Settings};
use serde_json::json;

use crate::bench::{Bench, apply, journal, prove};

const COMMENTS: &str = "/rest/api/3/issue/{issueIdOrKey}/comment";

/// The id of the only issue of a site.
fn first_issue(bench: &Bench) -> u64 {
    bench.sites.source().inspect(|state| *state.issues.keys().next().unwrap())
}

async fn comment(bench: &Bench, count: usize) {
    let issue = first_issue(bench);
    for number in 0..count {
        let text = json!({ "type": "text", "text": format!("comment {number}") });
        let body = json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [text] }] });
        let call = Call::post("/rest/api/3/issue/{issue}/comment").arg("issue", issue).json(&json!({ "body": body }));
        bench.sites.source_client().done(call).await.unwrap();
    }
}

#[tokio::test]
async fn two_links_between_the_same_issues_are_two_when_an_answer_is_lost() {
    let bench = Bench::generated(3, 21).await;
    bench.sites.source().alter(|state| {
        state.links.clear();
        state.issues.values_mut().for_each(|issue| issue.links.clear());
        let ends: Vec<u64> = state.issues.keys().copied().take(2).collect();
        let link_type = *state.link_types.keys().next().unwrap();
        for _ in 0..2 {
            let id = state.ids.take(IdKind::Link);
            let (source, destination) = (LinkEnd::Issue(ends[0]), LinkEnd::Issue(ends[1]));
            state.links.insert(id, Link { id, link_type, source, destination });
            for end in &ends {
                state.issues.get_mut(end).unwrap().links.push(id);
            }
        }
    });
    bench.capture().await;
    let lost = Fault::once("POST", "/rest/api/3/issueLink", FaultAction::FailBefore { status: 502 });
    bench.sites.standby().fault(Fault { skip: 1, ..lost });
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    assert_eq!(bench.sites.standby().inspect(|state| state.links.len()), 2);
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
}

#[tokio::test]
async fn one_unclear_answer_after_another_does_not_cost_those_behind() {
    let bench = Bench::generated(1, 22).await;
    comment(&bench, 8).await;
    bench.capture().await;
    let lost = Fault::once("POST", COMMENTS, FaultAction::ApplyThenFail { status: 502 });
    bench.sites.standby().fault(lost.times(7));
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
}

#[tokio::test]
async fn what_was_given_up_before_a_death_is_tried_again_on_request() {
    let bench = Bench::generated(1, 22).await;
    comment(&bench, 2).await;
    bench.capture().await;
    let standby = bench.sites.standby();
    standby.fault(Fault::once("POST", COMMENTS, FaultAction::FailBefore { status: 400 }).times(100));
    let journal = journal();
    let recovery = bench.recovery(journal.clone());
    apply(&recovery).await.unwrap();
    standby.clear_faults();
    // As if the run had died before it noted that it was through with the issue.
    let issue = first_issue(&bench).to_string();
    let mut row = journal.find(recovery.id, "issue-finished", &[&issue]).await.unwrap().pop().unwrap();
    row.state = State::Planned;
    journal.record(&[row]).await.unwrap();
    apply(&recovery).await.unwrap();
    let mut settings = recovery.settings.clone();
    settings.retry_failed = true;
    let again = Recovery { settings, ..recovery };
    apply(&again).await.unwrap();
    let report = prove(&again).await;
    assert!(report.holds, "{report}");
}

#[tokio::test]
async fn what_was_refused_for_one_cause_is_tried_again_without_the_rest() {
    let bench = Bench::generated(1, 24).await;
    let issue = first_issue(&bench);
    bench.sites.source().alter(|state| state.issues.get_mut(&issue).unwrap().comments.clear());
    comment(&bench, 3).await;
    bench.capture().await;
    let standby = bench.sites.standby();
    standby.fault(Fault::once("POST", COMMENTS, FaultAction::FailBefore { status: 400 }));
    standby.fault(Fault::once("POST", COMMENTS, FaultAction::FailBefore { status: 404 }).times(2));
    let journal = journal();
    let recovery = bench.recovery(journal.clone());
    apply(&recovery).await.unwrap();
    let failed = async || {
        let entries = journal.in_state(recovery.id, State::Failed, 0, 100).await.unwrap();
        let rows = entries.into_iter().map(|entry| (entry.row.kind, entry.row.reason.unwrap_or_default()));
        rows.filter(|(kind, reason)| !is_echo(kind, reason)).map(|(_, reason)| cause_of(&reason)).collect::<Vec<_>>()
    };
    let causes = failed().await;
    assert_eq!((causes.len(), &causes[1]), (3, &causes[2]), "{causes:?}");
    assert_ne!(causes[0], causes[1]);

    let retrying = |causes: &[String]| {
        let retry_causes = causes.iter().cloned().collect();
        let settings = Settings { retry_failed: true, retry_causes, ..recovery.settings.clone() };
        Recovery { settings, ..recovery.clone() }
    };
    apply(&retrying(&causes[1..])).await.unwrap();
    assert_eq!(failed().await, [causes[0].clone()], "the other cause is left alone");
    let all = retrying(&[]);
    apply(&all).await.unwrap();
    let report = prove(&all).await;
    assert!(report.holds, "{report}");
}

#[tokio::test]
async fn a_text_that_others_wrote_where_one_with_files_was_to_come_stays_and_is_named() {
    let bench = Bench::generated(9, 23).await;
    bench.capture().await;
    let shows_files = |text: &str| text.contains("\"media\"");
    let key = bench.sites.source().inspect(|state| {
        let described = |issue: &&jira_emulator::state::Issue| {
            issue.description.as_ref().is_some_and(|text| shows_files(text.text()))
        };
        state.key_of(state.issues.values().find(described).unwrap())
    });
    let written = key.clone();
    bench.sites.standby().when("POST", "/rest/api/3/issue/{issueIdOrKey}/attachments", 1, move |site| {
        let text = json!({ "type": "text", "text": "others wrote this" });
        let document = json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [text] }] });
        site.alter(|state| {
            let id = state.issue_id(&written).unwrap();
            state.issues.get_mut(&id).unwrap().description = Some(document.into());
        });
    });
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let text = bench.sites.standby().inspect(|state| state.issue(&key).unwrap().description.clone().unwrap());
    assert!(text.text().contains("others wrote this"), "{}", text.text());
    let report = prove(&recovery).await;
    assert!(!report.holds);
    assert!(report.problems.iter().any(|problem| problem.reason.contains("written by others")), "{report}");
}
