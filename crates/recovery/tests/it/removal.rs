//! Taking away what a cancelled recovery made: all of it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jira::Call;
use jira_emulator::{Fault, FaultAction};
use recovery::Recovery;
use recovery::apply::remove::{self, RemovalReport};
use recovery::journal::{MemoryJournal, State};
use recovery::progress::Silent;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, apply, journal};
use crate::crashes::Dying;
use crate::stopping::{After, stop_after};

/// Ids of everything on the standby, by what it is.
type Census = BTreeMap<&'static str, BTreeSet<String>>;

fn census(bench: &Bench) -> Census {
    fn ids<K: ToString>(keys: impl Iterator<Item = K>) -> BTreeSet<String> {
        keys.map(|key| key.to_string()).collect()
    }
    bench.sites.standby().inspect(|site| {
        BTreeMap::from([
            ("issues", ids(site.issues.keys())),
            ("comments", ids(site.comments.keys())),
            ("attachments", ids(site.attachments.keys())),
            ("links", ids(site.links.keys())),
            ("projects", ids(site.projects.keys())),
            ("keys", ids(site.project_keys.keys())),
            ("components", ids(site.components.keys())),
            ("versions", ids(site.versions.keys())),
            ("boards", ids(site.boards.keys())),
            ("sprints", ids(site.sprints.keys())),
            ("filters", ids(site.filters.keys())),
            ("fields", ids(site.fields.values().filter(|field| !field.trashed).map(|field| &field.id))),
            ("priorities", ids(site.priorities.keys())),
            ("resolutions", ids(site.resolutions.keys())),
            ("statuses", ids(site.statuses.keys())),
            ("issue types", ids(site.issue_types.keys())),
            ("link types", ids(site.link_types.keys())),
            ("roles", ids(site.roles.keys())),
            ("groups", ids(site.groups.keys())),
            ("categories", ids(site.project_categories.keys())),
            ("workflows", ids(site.workflows.keys())),
            ("workflow schemes", ids(site.workflow_schemes.keys())),
            ("notification schemes", ids(site.notification_schemes.keys())),
        ])
    })
}

async fn remove(recovery: &Recovery) -> recovery::Result<RemovalReport> {
    remove::run(recovery, &Silent, &CancellationToken::new()).await
}

/// A captured source, the standby as it was before, and a recovery of which so many issues are there.
async fn begun(issues: u32, seed: u64, upto: After) -> (Bench, Census, Recovery, Arc<MemoryJournal>) {
    let bench = Bench::generated(issues, seed).await;
    bench.capture().await;
    let before = census(&bench);
    let rows = journal();
    let recovery = bench.recovery(rows.clone());
    stop_after(&bench, &recovery, upto).await;
    (bench, before, recovery, rows)
}

fn assert_same(now: &Census, before: &Census, report: &RemovalReport) {
    for (what, ids) in before {
        let more: Vec<_> = now[what].difference(ids).collect();
        let less: Vec<_> = ids.difference(&now[what]).collect();
        assert!(more.is_empty() && less.is_empty(), "{what}: {more:?} more, {less:?} less\n{report}");
    }
}

#[tokio::test]
async fn half_a_recovery_is_taken_away_whole() {
    let (bench, before, recovery, rows) = begun(30, 21, After::Issues(12)).await;
    assert!(census(&bench)["issues"].len() > before["issues"].len());
    let report = remove(&recovery).await.unwrap();
    assert_same(&census(&bench), &before, &report);
    assert!(report.complete, "{report}");
    assert!(report.removed["issue"] >= 8, "{report}");
    let open: Vec<_> =
        rows.all().into_iter().filter(|row| row.state == State::Confirmed && row.kind != "removal").collect();
    assert_eq!(open, [], "the journal says of everything that it is gone");
}

#[tokio::test]
async fn a_whole_recovery_is_taken_away_and_its_keys_are_free_again() {
    let (bench, before, recovery, _) = begun(20, 22, After::End).await;
    let report = remove(&recovery).await.unwrap();
    assert_same(&census(&bench), &before, &report);
    let again = Recovery {
        id: uuid::Uuid::from_u128(8),
        marks: site::marks::Marks::new("8", [8; 32]),
        ..bench.recovery(journal())
    };
    apply(&again).await.unwrap();
    let proof = crate::bench::prove(&again).await;
    assert_eq!((proof.keys_redirected, proof.extras_count, proof.problems_count), (0, 0, 0), "{proof}");
    assert_eq!(proof.kinds["issue"].restored, proof.keys_kept, "{proof}");
}

#[tokio::test]
async fn what_is_being_removed_does_not_go_on() {
    let (_bench, _, recovery, _) = begun(10, 23, After::Issues(3)).await;
    remove(&recovery).await.unwrap();
    assert!(matches!(apply(&recovery).await, Err(recovery::Error::Removing)));
    let again = remove(&recovery).await.unwrap();
    assert!(again.complete, "a second time there is nothing to do: {again}");
}

#[tokio::test]
async fn a_project_with_an_issue_of_others_is_kept_and_named() {
    let (bench, before, recovery, _) = begun(30, 24, After::End).await;
    let jira = bench.sites.standby_client();
    let project = bench.sites.standby().inspect(|site| site.projects.values().next().unwrap().key.to_string());
    let types: Value =
        jira.json(Call::get("/rest/api/3/issue/createmeta/{p}/issuetypes").arg("p", &project)).await.unwrap();
    let standard = types["issueTypes"].as_array().unwrap().iter().find(|kind| kind["subtask"] == json!(false)).unwrap();
    let fields = json!({"project": {"key": project}, "issuetype": {"id": standard["id"]}, "summary": "by hand"});
    let foreign: Value = jira.json(Call::post("/rest/api/3/issue").json(&json!({ "fields": fields }))).await.unwrap();
    let report = remove(&recovery).await.unwrap();
    let now = census(&bench);
    assert_eq!(now["issues"], BTreeSet::from([foreign["id"].as_str().unwrap().to_owned()]), "{report}");
    assert_eq!(now["projects"].len(), before["projects"].len() + 1, "{report}");
    assert!(!report.complete);
    let kept = report.kept.iter().find(|left| left.kind == "project").unwrap();
    assert_eq!((&kept.name, kept.reason.contains(foreign["key"].as_str().unwrap())), (&project, true), "{report}");
}

#[tokio::test]
async fn an_issue_on_which_others_worked_is_kept() {
    let (bench, _, recovery, rows) = begun(20, 25, After::End).await;
    let jira = bench.sites.standby_client();
    let mut issues = rows.all().into_iter().filter(|row| row.kind == "issue").filter_map(|row| row.target_key);
    let (commented, unmarked) = (issues.next().unwrap(), issues.next().unwrap());
    let text = json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "we go on here"}]}]});
    let call = Call::post("/rest/api/3/issue/{issue}/comment").arg("issue", &commented);
    jira.done(call.json(&json!({ "body": text }))).await.unwrap();
    let call =
        Call::delete("/rest/api/3/issue/{issue}/properties/{key}").arg("issue", &unmarked).arg("key", "lifeboat");
    jira.done(call).await.unwrap();
    let report = remove(&recovery).await.unwrap();
    let reason = |name: &String| report.kept.iter().find(|left| left.name == *name).map(|left| left.reason.as_str());
    assert_eq!(reason(&commented), Some("others have added to it: 1 comment"), "{report}");
    assert_eq!(reason(&unmarked), Some("it does not carry the mark of this recovery any more"), "{report}");
    let left = bench
        .sites
        .standby()
        .inspect(|site| site.issues.values().map(|issue| site.key_of(issue).clone()).collect::<BTreeSet<_>>());
    assert_eq!(left, BTreeSet::from([commented, unmarked]), "{report}");
}

#[tokio::test]
async fn what_was_there_before_stays() {
    let bench = Bench::generated(20, 26).await;
    bench.capture().await;
    let first = bench.recovery(journal());
    apply(&first).await.unwrap();
    let before = census(&bench);
    let second = Recovery {
        id: uuid::Uuid::from_u128(8),
        marks: site::marks::Marks::new("8", [8; 32]),
        earlier: vec![first.marks.clone()],
        ..bench.recovery(journal())
    };
    apply(&second).await.unwrap();
    let report = remove(&second).await.unwrap();
    assert!(report.complete, "{report}");
    assert_same(&census(&bench), &before, &report);
}

#[tokio::test]
async fn a_removal_that_dies_again_and_again_ends_in_the_same() {
    let (bench, before, recovery, rows) = begun(12, 27, After::Issues(9)).await;
    let mut runs = 0;
    let report = loop {
        runs += 1;
        assert!(runs < 200, "each run gets further");
        let dying = Dying::after(rows.clone(), 1 + runs % 3);
        if let Ok(report) = remove(&Recovery { journal: Arc::new(dying), ..recovery.clone() }).await {
            break report;
        }
    };
    assert!(runs > 3, "it died often: {runs}");
    assert!(report.complete, "{report}");
    assert_same(&census(&bench), &before, &report);
}

#[tokio::test]
async fn a_removal_that_is_stopped_goes_on() {
    let (bench, before, recovery, _) = begun(12, 28, After::Issues(9)).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert!(matches!(remove::run(&recovery, &Silent, &cancel).await, Err(recovery::Error::Stopped)));
    let report = remove(&recovery).await.unwrap();
    assert_same(&census(&bench), &before, &report);
}

/// Every endpoint by which something is taken away.
const DELETIONS: [(&str, &str); 6] = [
    ("POST", "/rest/api/3/bulk/issues/delete"),
    ("DELETE", "/rest/api/3/project/{projectIdOrKey}"),
    ("POST", "/rest/api/3/field/{fieldId}/trash"),
    ("DELETE", "/rest/api/3/statuses"),
    ("DELETE", "/rest/agile/1.0/board/{boardId}"),
    ("DELETE", "/rest/api/3/priority/{id}"),
];

async fn lost_answers(action: FaultAction, seed: u64) {
    let (bench, before, recovery, _) = begun(20, seed, After::End).await;
    for (method, endpoint) in DELETIONS {
        bench.sites.standby().fault(Fault::once(method, endpoint, action));
    }
    let report = remove(&recovery).await.unwrap();
    assert!(report.complete, "{report}");
    assert_same(&census(&bench), &before, &report);
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_seen_by_looking() {
    lost_answers(FaultAction::ApplyThenReset, 29).await;
}

#[tokio::test]
async fn a_deletion_that_never_arrived_is_sent_again() {
    lost_answers(FaultAction::ResetBefore, 30).await;
}

#[tokio::test]
async fn a_creation_nobody_heard_of_is_found_by_its_mark() {
    let bench = Bench::generated(20, 31).await;
    bench.capture().await;
    let before = census(&bench);
    let rows = journal();
    let dying = Dying::before_confirming(rows.clone(), "issue");
    assert!(apply(&bench.recovery(Arc::new(dying))).await.is_err(), "it dies between the request and its record");
    assert!(rows.all().iter().any(|row| row.kind == "issue" && row.state == State::Intent), "it was only announced");
    let report = remove(&bench.recovery(rows)).await.unwrap();
    assert!(report.complete, "{report}");
    assert_same(&census(&bench), &before, &report);
}
