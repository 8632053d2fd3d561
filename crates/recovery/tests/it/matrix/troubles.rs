//! Troubles of the whole standby in the middle of a recovery: it goes down, refuses everybody, is edited by somebody else,
//! takes the token or the permission away. The recovery ends in good order or waits, and goes on to the same proof.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use jira_emulator::state::Issue;
use jira_emulator::{
    Fault, FaultAction, LimitReason, Limits, Outage, Quota, QuotaTier, Scheduled, Seed, SiteEvent, SiteHandle,
};
use recovery::Recovery;
use recovery::journal::MemoryJournal;
use recovery::prove::Report;
use serde_json::json;
use testkit::Sites;
use tokio_util::sync::CancellationToken;

use super::census::Census;
use super::standby::{Disturbed, Notes, Source, in_virtual_time, settle};
use crate::bench;

/// A recovery that may end early, and what became of the site in the end.
struct Told {
    /// How the first run ended.
    first: Result<(), recovery::Error>,
    report: Report,
    census: Census,
    notes: Vec<String>,
    seconds: u64,
}

/// Runs a recovery on a site to which something was done (which is told how many requests half a recovery has); when it ends
/// early, mends the site and runs it again.
fn through(disturb: impl FnOnce(&SiteHandle, u32), mend: impl AsyncFn(&SiteHandle)) -> (Told, Disturbed) {
    let source = Source::captured();
    let reference = source.recover(|_| {});
    let middle = u32::try_from(reference.requests.requests / 2).unwrap();
    let told = in_virtual_time(async |ambient: Ambient| {
        let sites = Sites::in_process(Seed::Empty, Limits::off(), ambient.clone());
        let standby = sites.standby();
        disturb(standby, middle);
        let recovery = source.recovery(standby, &ambient, Arc::new(MemoryJournal::default()));
        let notes = Notes::default();
        let first = run(&recovery, &notes).await;
        let seconds = ambient.clock.elapsed().as_secs();
        if first.is_err() {
            mend(standby).await;
            // A process that is started again knows of no pauses.
            let again = Recovery { standby: testkit::client(standby, &ambient), ..recovery.clone() };
            run(&again, &notes).await.unwrap();
        }
        settle(&ambient).await;
        mend(standby).await;
        let report = bench::prove(&Recovery { standby: testkit::client(standby, &ambient), ..recovery }).await;
        Told { first, report, census: Census::of(standby), notes: notes.all(), seconds }
    });
    (told, reference)
}

async fn run(recovery: &Recovery, notes: &Notes) -> Result<(), recovery::Error> {
    recovery::apply::run(recovery, notes, &CancellationToken::new()).await.map(drop)
}

fn nothing(_: &SiteHandle) -> impl Future<Output = ()> {
    std::future::ready(())
}

#[track_caller]
fn is_whole(told: &Told, reference: &Disturbed) {
    assert!(told.report.holds, "{}", told.report);
    assert_eq!(told.census.same_as(&reference.census), Ok(()));
}

#[test]
fn a_site_that_is_down_for_a_minute_is_waited_for() {
    let outage = SiteEvent::Outage { outage: Outage::Unavailable, requests: None, milliseconds: Some(20_000) };
    let (told, reference) = through(|site, middle| site.schedule(Scheduled::after(middle, outage)), nothing);
    is_whole(&told, &reference);
}

#[test]
fn a_site_that_is_gone_for_long_is_taken_up_again() {
    for outage in [Outage::Refuse, Outage::Hang, Outage::Unavailable] {
        let event = SiteEvent::Outage { outage, requests: None, milliseconds: None };
        let back = async |site: &SiteHandle| site.outage(Outage::None);
        let (told, reference) = through(|site, middle| site.schedule(Scheduled::after(middle, event)), back);
        assert!(told.first.is_err(), "{outage:?}");
        is_whole(&told, &reference);
    }
}

#[test]
fn a_token_that_dies_ends_the_run_and_a_new_one_goes_on() {
    let back = async |site: &SiteHandle| site.happen(SiteEvent::RestoreToken).await;
    let (told, reference) =
        through(|site, middle| site.schedule(Scheduled::after(middle, SiteEvent::RevokeToken)), back);
    assert!(matches!(told.first, Err(recovery::Error::Jira(jira::Error::Credentials { .. }))), "{:?}", told.first);
    is_whole(&told, &reference);
}

#[test]
fn permissions_that_go_lose_nothing_in_silence() {
    let back = async |site: &SiteHandle| site.happen(SiteEvent::GrantPermissions).await;
    let withdrawn = SiteEvent::WithdrawPermissions;
    let (told, reference) = through(|site, middle| site.schedule(Scheduled::after(middle, withdrawn)), back);
    // It says at once what is missing, and what Jira refused meanwhile counts as not tried.
    assert!(matches!(told.first, Err(recovery::Error::ShutOut { .. })), "{:?}", told.first);
    is_whole(&told, &reference);
}

#[test]
fn a_storm_of_429_is_sat_out() {
    let action = FaultAction::TooManyRequests { retry_after: Some(5), reason: LimitReason::Burst };
    let storm = Fault::any("*", action).lasting(Duration::from_mins(1));
    let (told, reference) = through(|site, middle| site.fault(storm.after(middle)), nothing);
    assert!(told.first.is_ok(), "{:?}", told.first);
    is_whole(&told, &reference);
}

#[test]
fn a_storm_without_a_time_to_wait_is_sat_out() {
    let action = FaultAction::TooManyRequests { retry_after: None, reason: LimitReason::Unsaid };
    let storm = Fault::any("*", action).lasting(Duration::from_mins(1));
    let (told, reference) = through(|site, middle| site.fault(storm.after(middle)), nothing);
    assert!(told.first.is_ok(), "{:?}", told.first);
    is_whole(&told, &reference);
}

#[test]
fn an_hourly_quota_is_waited_for_and_told() {
    let quota = Quota { points: 900, tier: QuotaTier::Tenant, everybody: true };
    let asked = Arc::new(std::sync::Mutex::new(None));
    let site = asked.clone();
    let (told, reference) = through(
        |standby, _| {
            standby.limits(Limits { quota: Some(quota), ..Limits::off() });
            *site.lock().unwrap() = Some(standby.clone());
        },
        async |site: &SiteHandle| site.limits(Limits::off()),
    );
    assert!(told.first.is_ok(), "{:?}", told.first);
    is_whole(&told, &reference);
    assert!(told.seconds > 3_000, "it waited for the next hour: {} s", told.seconds);
    assert!(told.notes.iter().any(|note| note.contains("hourly quota is used up")), "{:?}", told.notes);
    let statistics = asked.lock().unwrap().as_ref().unwrap().statistics();
    let refused: u64 = statistics.endpoints.values().filter_map(|endpoint| endpoint.statuses.get(&429)).sum();
    // Those that were in flight when the points ran out, once an hour.
    let hours = told.seconds / 3_600 + 1;
    assert!(refused <= 32 * hours, "{refused} of {} in {hours} hours", statistics.requests);
}

#[test]
fn a_search_that_forgets_and_remembers_changes_nothing() {
    let lag = SiteEvent::SearchLag { milliseconds: 3_600_000, flickering: true };
    let back = async |site: &SiteHandle| {
        site.search_lag(Duration::ZERO);
        site.search_flicker(false);
    };
    let (told, reference) = through(|site, _| site.schedule(Scheduled::after(0, lag)), back);
    assert!(told.first.is_ok(), "{:?}", told.first);
    is_whole(&told, &reference);
}

const BULK: &str = "/rest/api/3/issue/bulk";

#[test]
fn somebody_who_takes_the_next_number_costs_a_key_and_nothing_else() {
    let (told, reference) = through(
        |site, _| {
            site.when("POST", BULK, 1, |site| {
                site.alter(|state| {
                    let Some(like) = state.issues.values().next_back().cloned() else { return };
                    let next: Vec<(u64, u64)> =
                        state.projects.values().map(|project| (project.id, project.last_issue_number + 1)).collect();
                    for (position, (project, number)) in next.into_iter().enumerate() {
                        state.insert_issue(Issue {
                            id: like.id + 1_000_000 + position as u64,
                            project,
                            number,
                            summary: "somebody else's".into(),
                            properties: BTreeMap::new(),
                            ..like.clone()
                        });
                    }
                });
            });
        },
        nothing,
    );
    assert!(told.first.is_ok(), "{:?}", told.first);
    let theirs = |census: &Census| {
        let summaries = census.issues.values().flatten().map(|issue| issue.fields[0].clone());
        summaries.filter(|summary| summary.contains("somebody else's")).count()
    };
    assert_eq!(theirs(&told.census), reference.census.configuration["project"].len());
    assert_eq!(told.report.problems_count, 0, "{}", told.report);
    assert!(told.report.keys_redirected > 0, "{}", told.report);
    for (key, issues) in &reference.census.issues {
        let ours = told.census.issues[key].iter().filter(|issue| !issue.fields[0].contains("somebody else's"));
        assert_eq!(ours.count(), issues.len(), "{key}");
    }
}

#[test]
fn somebody_who_changes_what_was_restored_is_seen_in_the_proof() {
    let (told, _) = through(
        |site, _| {
            site.when("POST", "/rest/api/3/issueLink", 0, |site| {
                site.alter(|state| {
                    if let Some(issue) = state.issues.values_mut().next() {
                        issue.summary = "somebody else's words".into();
                    }
                });
            });
        },
        nothing,
    );
    assert!(told.first.is_ok(), "{:?}", told.first);
    assert!(!told.report.holds);
    let told = told.report.to_string();
    assert!(told.contains("summary"), "{told}");
}

#[test]
fn somebody_who_makes_a_project_meanwhile_disturbs_nothing() {
    let (told, reference) = through(
        |site, middle| {
            let lead = site.inspect(|state| state.users.keys().next().cloned());
            let body = json!({ "key": "ZZZ", "name": "Theirs", "projectTypeKey": "business", "leadAccountId": lead });
            let path = "/rest/api/3/project".to_owned();
            let edit = SiteEvent::Edit { method: "POST".to_owned(), path, body, account: None };
            site.schedule(Scheduled::after(middle / 4, edit));
        },
        nothing,
    );
    assert!(told.first.is_ok(), "{:?}", told.first);
    assert!(told.report.holds, "{}", told.report);
    assert_eq!(told.census.issues, reference.census.issues);
    let projects = |census: &Census| census.configuration["project"].len();
    assert_eq!(projects(&told.census), projects(&reference.census) + 1);
}
