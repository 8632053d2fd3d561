//! Who recovers does not become a watcher of everything.

use std::collections::BTreeMap;

use jira_emulator::{Fault, FaultAction};
use recovery::Recovery;
use recovery::apply::{self, ApplyReport};
use recovery::progress::Silent;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, apply, journal, prove};

const KEY: &str = "user.autowatch.disabled";

/// The account that recovers, and its preferences.
fn preferences(bench: &Bench) -> BTreeMap<String, String> {
    let standby = bench.sites.standby();
    standby.inspect(|state| {
        let account = state.users.values().find(|user| &*user.email == standby.admin_email()).unwrap();
        state.preferences.get(&account.account_id).cloned().unwrap_or_default()
    })
}

fn prefer(bench: &Bench, value: &str) {
    let standby = bench.sites.standby();
    standby.alter(|state| {
        let account = state.users.values().find(|user| &*user.email == standby.admin_email()).unwrap();
        let account = account.account_id.clone();
        state.preferences.entry(account).or_default().insert(KEY.to_owned(), value.to_owned());
    });
}

/// How many issues the account that recovers watches.
fn watched(bench: &Bench) -> usize {
    let standby = bench.sites.standby();
    standby.inspect(|state| {
        let account = state.users.values().find(|user| &*user.email == standby.admin_email()).unwrap();
        state.issues.values().filter(|issue| issue.watchers.contains(&account.account_id)).count()
    })
}

async fn recovered(bench: &Bench) -> ApplyReport {
    bench.capture().await;
    apply(&bench.recovery(journal())).await.unwrap()
}

#[tokio::test]
async fn watchers_are_those_of_the_source_and_the_preference_is_as_it_was() {
    let bench = Bench::generated(20, 5).await;
    recovered(&bench).await;
    assert_eq!(watched(&bench), 0);
    assert_eq!(preferences(&bench), BTreeMap::new());
}

#[tokio::test]
async fn a_preference_of_the_account_itself_is_put_back() {
    let bench = Bench::generated(5, 5).await;
    prefer(&bench, "false");
    recovered(&bench).await;
    assert_eq!(watched(&bench), 0);
    assert_eq!(preferences(&bench)[KEY], "false");
}

/// The control: without the preference it does watch, and has to be taken from each issue again.
#[tokio::test]
async fn an_account_that_may_not_change_its_preferences_is_taken_from_the_watchers() {
    let bench = Bench::generated(20, 5).await;
    let refused = FaultAction::FailBefore { status: 404 };
    bench.sites.standby().fault(Fault::once("PUT", "/rest/api/3/mypreferences", refused));
    bench.capture().await;
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let endpoints = bench.sites.standby().statistics().endpoints;
    let taken = endpoints["DELETE /rest/api/3/issue/{issueIdOrKey}/watchers"].requests;
    assert!(taken > 10, "{taken}");
    assert_eq!(watched(&bench), 0);
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert_eq!(preferences(&bench), BTreeMap::new());
}

/// A recovery whose first run died after it had set the preference.
async fn killed(bench: &Bench) -> Recovery {
    prefer(bench, "false");
    bench.capture().await;
    let recovery = bench.recovery(journal());
    let stopped = CancellationToken::new();
    let running = {
        let (recovery, stopped) = (bench.recovery(recovery.journal.clone()), stopped.clone());
        tokio::spawn(async move { apply::run(&recovery, &Silent, &stopped).await })
    };
    while preferences(bench)[KEY] != "true" {
        tokio::task::yield_now().await;
    }
    running.abort();
    assert!(running.await.is_err());
    assert_eq!(preferences(bench)[KEY], "true");
    recovery
}

#[tokio::test]
async fn a_run_that_died_did_not_forget_the_preference() {
    let bench = Bench::generated(8, 6).await;
    let recovery = killed(&bench).await;
    apply(&recovery).await.unwrap();
    assert_eq!(preferences(&bench)[KEY], "false");
    assert_eq!(watched(&bench), 0);
    assert!(prove(&recovery).await.holds);
}

#[tokio::test]
async fn a_removal_puts_back_what_a_run_that_died_left() {
    let bench = Bench::generated(8, 6).await;
    let recovery = killed(&bench).await;
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert!(apply::remove::run(&recovery, &Silent, &stopped).await.is_err());
    assert_eq!(preferences(&bench)[KEY], "false", "a removal that does not come to its end puts it back too");
    prefer(&bench, "true");
    apply::remove::run(&recovery, &Silent, &CancellationToken::new()).await.unwrap();
    assert_eq!(preferences(&bench)[KEY], "true", "what somebody sets later is theirs");
}

/// A worker that lost its lease puts the preference back while another one creates issues.
#[tokio::test]
async fn who_watches_although_the_preference_was_off_watches_no_more_in_the_end() {
    let bench = Bench::generated(20, 5).await;
    bench.capture().await;
    bench.sites.standby().when("POST", "/rest/api/3/project", 1, |site| {
        site.alter(|state| state.preferences.clear());
    });
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
}
