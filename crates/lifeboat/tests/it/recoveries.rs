//! A recovery from the plan to the report, and what can be asked of it meanwhile.

use std::time::Duration;

use serde_json::{Value, json};

use crate::census::Census;
use crate::world::{LINK, OWNER, SUPPORT, World, until};

/// A report without what differs from run to run.
pub(crate) fn proof(mut report: Value) -> Value {
    for volatile in ["recovery", "source", "standby", "applied"] {
        report.as_object_mut().unwrap().remove(volatile);
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_comes_back_and_the_proof_holds() {
    let world = World::ready(60).await;
    let source = Census::of(world.sites.source());
    let before = Census::of(world.sites.standby());

    let plan = world.home.run_as(OWNER, &["recover", "plan", LINK, "--json"]).json();
    assert_eq!(Census::of(world.sites.standby()), before, "a plan writes nothing");
    let writes = world
        .sites
        .standby()
        .statistics()
        .endpoints
        .into_keys()
        .filter(|endpoint| ["PUT", "DELETE", "PATCH"].iter().any(|method| endpoint.starts_with(method)));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new(), "a plan writes nothing");
    assert_eq!(plan["kinds"]["issue"]["create"], json!(source.issues.len()), "{plan:#}");
    let planned: u64 =
        plan["projects"].as_array().unwrap().iter().map(|project| project["issues"].as_u64().unwrap()).sum();
    assert_eq!(planned, source.issues.len() as u64, "{plan:#}");
    let text = world.home.run_as(OWNER, &["recover", "plan", LINK]).done().out;
    assert!(text.lines().count() > 10, "{text}");

    let report = world.home.run_as(OWNER, &["recover", "start", LINK, "--json"]).json();
    assert_eq!(report["holds"], json!(true), "{report:#}");
    assert_eq!(
        (&report["keys_kept"], &report["keys_redirected"]),
        (&json!(source.issues.len()), &json!(0)),
        "{report:#}"
    );
    assert_eq!(
        (&report["extras_count"], &report["problems_count"], &report["different"]),
        (&json!(0), &json!(0), &json!(0)),
        "{report:#}"
    );
    Census::of(world.sites.standby()).came_from(&source);

    // The report can be read again, and kept.
    let again = world.home.run_as(OWNER, &["recover", "report", LINK, "--json"]).json();
    assert_eq!(again, report);
    let file = world.home.beside("report.json");
    let text = world.home.run_as(OWNER, &["recover", "report", LINK, "--output", file.to_str().unwrap()]).done().out;
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(kept, report);
    assert!(text.starts_with("THE PROOF HOLDS"), "{text}");

    // An unlock is good for one recovery.
    let census = Census::of(world.sites.standby());
    let message = world.home.run_as(OWNER, &["recover", "start", LINK]).fails(3);
    assert!(message.contains("is locked: ask for its verification"), "{message}");
    for line in [&["recover", "resume", LINK][..], &["recover", "pause", LINK], &["recover", "cancel", LINK]] {
        world.home.run_as(OWNER, line).fails(3);
    }
    assert_eq!(Census::of(world.sites.standby()), census);
    let requests = world.home.run(&["verification", "list", "--json"]).json();
    assert_eq!(requests[0]["status"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_recovery_finds_everything_there() {
    let world = World::ready(30).await;
    world.home.run_as(OWNER, &["recover", "start", LINK]).done();
    let census = Census::of(world.sites.standby());
    world.vouch_again();
    let report = world.home.run_as(OWNER, &["recover", "start", LINK, "--json"]).json();
    assert_eq!(report["holds"], json!(true), "{report:#}");
    assert_eq!(report["kinds"]["issue"]["matched"], json!(census.issues.len()), "{report:#}");
    assert_eq!(Census::of(world.sites.standby()), census, "nothing is made twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_need_not_be_there() {
    let world = World::ready(30).await;
    let source = Census::of(world.sites.source());
    world.sites.source().outage(jira_emulator::Outage::Refuse);
    world.home.run_as(OWNER, &["recover", "plan", LINK]).done();
    world.home.run_as(OWNER, &["recover", "start", LINK]).done();
    Census::of(world.sites.standby()).came_from(&source);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_must_be_there() {
    let world = World::ready(12).await;
    let message = world.home.run_as(OWNER, &["recover", "start", LINK, "--project", "NOPE"]).fails(2);
    assert!(message.contains("has no project NOPE; it has "), "{message}");
    let message = world.home.run_as(OWNER, &["recover", "start", LINK, "--point", "4711"]).fails(2);
    assert!(message.contains("there is no recovery point 4711"), "{message}");
    let users = world.home.beside("users.csv");
    std::fs::write(&users, "source accountId,standby accountId\nonly one\n").unwrap();
    let message = world.home.run_as(OWNER, &["recover", "start", LINK, "--users", users.to_str().unwrap()]).fails(2);
    assert!(message.contains("line 2 of") && message.contains("users.csv"), "{message}");
    let message = world.home.run_as(OWNER, &["recover", "report", LINK]).fails(3);
    assert!(message.contains("there is no report"), "{message}");
    let message = world.home.run_as(SUPPORT, &["recover", "start", LINK]).fails(3);
    assert!(message.contains("this needs administrator"), "{message}");
    // None of this used the unlock up.
    world.home.run_as(OWNER, &["recover", "start", LINK]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_project_alone_comes_back() {
    let world = World::ready(60).await;
    let source = Census::of(world.sites.source());
    let project = source.keys()[0].rsplit_once('-').unwrap().0.to_owned();
    let line = ["recover", "start", LINK, "--project", &project, "--without-attachments", "--json"];
    let report = world.home.run_as(OWNER, &line).json();
    assert_eq!(report["holds"], json!(true), "{report:#}");
    let standby = Census::of(world.sites.standby());
    let prefix = format!("{project}-");
    let wanted: Vec<&str> = source.keys().into_iter().filter(|key| key.starts_with(&prefix)).collect();
    assert_eq!(standby.keys(), wanted);
    let attached = standby.issues.values().flat_map(|issue| &issue.attachments);
    assert!(attached.clone().all(|name| name.starts_with("lifeboat-")), "{:?}", attached.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_vouched_for_is_what_is_recovered() {
    let world = World::generated(60).await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    let first = world.back_up()["point"]["number"].to_string();
    let source = Census::of(world.sites.source());
    let mut keys = source.keys().into_iter().map(|key| key.rsplit_once('-').unwrap().0);
    let project = keys.next().unwrap().to_owned();
    let other = keys.find(|key| *key != project).unwrap().to_owned();
    world.vouch_for(&["--project", &project, "--point", &first]);
    let refused = |line: &[&str]| {
        let message = world.home.run_as(OWNER, &[&["recover", "start", LINK], line].concat()).fails(3);
        assert!(message.starts_with("the request that people vouched for names"), "{message}");
    };
    refused(&["--project", &other]);
    refused(&["--project", &project, "--project", &other]);
    refused(&["--point", "4711"]);
    world.home.run_as(OWNER, &["recover", "start", LINK, "--project", &project]).done();
    let standby = Census::of(world.sites.standby());
    assert!(standby.keys().iter().all(|key| key.starts_with(&format!("{project}-"))), "{:?}", standby.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_is_paused_and_resumed_by_other_processes() {
    let world = World::ready(60).await;
    let source = Census::of(world.sites.source());
    world.sites.standby().latency(Duration::from_millis(60));
    let begun = world.requests().1;
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.requests().1 > begun + 120).await;
    let asked = world.home.run_as(OWNER, &["recover", "pause", LINK, "--json"]).json();
    assert_eq!(asked["asked"], "pause");
    let rested = running.end().await.done();
    assert!(rested.out.contains("rests; `lifeboat recover resume"), "{rested}");
    let stood = world.requests().1;
    let requests = world.home.run(&["verification", "list", "--json"]).json();
    assert_eq!(requests[0]["status"], "paused");
    assert_eq!(world.requests().1, stood, "nobody works on it");
    world.sites.standby().latency(Duration::ZERO);
    let report = world.home.run_as(OWNER, &["recover", "resume", LINK, "--json"]).json();
    assert_eq!(report["holds"], json!(true), "{report:#}");
    Census::of(world.sites.standby()).came_from(&source);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_recovery_goes_on() {
    let world = World::ready(60).await;
    let source = Census::of(world.sites.source());
    world.sites.standby().latency(Duration::from_millis(60));
    let begun = world.requests().1;
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.requests().1 > begun + 120).await;
    running.interrupt();
    let ended = running.end().await;
    assert_eq!((ended.code, ended.out.as_str()), (130, ""), "{ended}");
    assert!(ended.err.contains("`lifeboat recover resume \"Production to standby\"` goes on where it was"), "{ended}");
    world.sites.standby().latency(Duration::ZERO);
    // Either command goes on.
    world.home.run_as(OWNER, &["recover", "start", LINK]).done();
    Census::of(world.sites.standby()).came_from(&source);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_goes_down_brings_the_recovery_to_rest() {
    let world = World::ready(60).await;
    let source = Census::of(world.sites.source());
    world.sites.standby().latency(Duration::from_millis(40));
    let begun = world.requests().1;
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.requests().1 > begun + 120).await;
    world.sites.standby().outage(jira_emulator::Outage::Refuse);
    let message = running.end().await.fails(6);
    assert!(message.contains("came to rest") && message.contains("goes on where it was"), "{message}");
    world.sites.standby().outage(jira_emulator::Outage::None);
    world.sites.standby().latency(Duration::ZERO);
    world.home.run_as(OWNER, &["recover", "resume", LINK]).done();
    Census::of(world.sites.standby()).came_from(&source);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_is_cancelled_and_what_it_made_is_kept() {
    let world = World::ready(60).await;
    world.sites.standby().latency(Duration::from_millis(60));
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.sites.standby().inspect(|site| site.issues.len()) > 10).await;
    world.home.run_as(OWNER, &["recover", "cancel", LINK]).done();
    world.sites.standby().latency(Duration::ZERO);
    let ended = running.end().await.done();
    assert!(ended.out.contains("is ended; what it made is kept"), "{ended}");
    assert!(Census::of(world.sites.standby()).issues.len() > 10);
    let requests = world.home.run(&["verification", "list", "--json"]).json();
    assert_eq!(requests[0]["status"], "cancelled");
    for line in [&["recover", "start", LINK][..], &["recover", "resume", LINK]] {
        world.home.run_as(OWNER, line).fails(3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_that_rests_is_cancelled_by_anybody_who_may() {
    let world = World::ready(12).await;
    world.sites.standby().latency(Duration::from_millis(60));
    let begun = world.requests().1;
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.requests().1 > begun + 60).await;
    running.interrupt();
    assert_eq!(running.end().await.code, 130);
    world.sites.standby().latency(Duration::ZERO);
    world.home.run_as(SUPPORT, &["recover", "cancel", LINK]).fails(3);
    let ended = world.home.run_as(OWNER, &["recover", "cancel", LINK]).done();
    assert!(ended.out.contains("is ended; what it made is kept"), "{ended}");
    world.home.run_as(OWNER, &["recover", "resume", LINK]).fails(3);
}
