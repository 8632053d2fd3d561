//! Captures and what can be asked of a vault, on a generated site.

use jira_emulator::Outage;
use jira_emulator::state::LinkEnd;
use serde_json::{Value, json};

use crate::world::{World, pause};

/// The sum of one sort of count over all kinds of a point.
fn sum(point: &Value, count: &str) -> u64 {
    point["counts"].as_object().unwrap().values().map(|counts| counts[count].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_capture_reads_everything_and_the_next_what_changed() {
    let world = World::generated(60).await;
    world.add_production();
    let first = world.back_up();
    assert_eq!((&first["mode"], &first["unread"]), (&json!("full"), &json!([])), "{first}");
    let (issues, comments, worklogs, attachments) = world
        .sites
        .source()
        .inspect(|site| (site.issues.len(), site.comments.len(), site.worklogs.len(), site.attachments.len()));
    let point = world.home.run(&["points", "show", "production", "--json"]).json();
    for (kind, there) in [("issue", issues), ("comment", comments), ("worklog", worklogs), ("attachment", attachments)]
    {
        assert_eq!(point["counts"][kind]["live"], json!(there), "{kind}: {point}");
    }
    assert_eq!(sum(&point, "live"), sum(&point, "added"));

    let before = world.requests().0;
    let second = world.back_up();
    assert_eq!(second["mode"], json!("increment"));
    let nothing = world.requests().0 - before;
    assert!(nothing < before, "an increment of nothing takes {nothing} requests, everything took {before}");
    let point = world.home.run(&["points", "show", "production", "--json"]).json();
    assert_eq!((sum(&point, "added"), sum(&point, "changed"), sum(&point, "deleted")), (0, 0, 0), "{point}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_do_is_in_the_next_point_and_no_more() {
    let world = World::generated(30).await;
    world.add_production();
    let first = world.back_up()["point"]["number"].as_u64().unwrap();
    let jira = world.sites.source_client();
    let issue = |key: &str, tail: &str| {
        jira::Call::put("/rest/api/3/issue/{issueIdOrKey}")
            .arg("issueIdOrKey", key)
            .json(&json!({ "fields": { "summary": tail } }))
    };
    let (key, id) = world.sites.source().inspect(|site| {
        // Others show the summaries of their parents and of what they are linked to.
        let linked =
            |id: u64| site.links.values().any(|link| [&link.source, &link.destination].contains(&&LinkEnd::Issue(id)));
        let alone = |issue: &&jira_emulator::state::Issue| {
            issue.parent.is_none() && !site.children.contains_key(&issue.id) && !linked(issue.id)
        };
        let issue = site.issues.values().find(alone).unwrap();
        (site.key_of(issue), issue.id.to_string())
    });
    jira.done(issue(&key, "Edited between two captures")).await.unwrap();
    let second = world.back_up()["point"]["number"].as_u64().unwrap();
    let diff =
        world.home.run(&["points", "diff", "production", &first.to_string(), &second.to_string(), "--json"]).json();
    let objects: Vec<(&str, &str)> = diff["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| (object["kind"].as_str().unwrap(), object["key"].as_str().unwrap()))
        .collect();
    assert!(objects.contains(&("issue", id.as_str())), "{diff}");
    assert!(
        objects.iter().all(|(kind, own)| (*kind, *own) == ("issue", &*id) || own.starts_with(&format!("{id}/"))),
        "{diff}"
    );

    let history = world.home.run(&["vault", "history", "production", "issue", &key, "--json"]).json();
    assert_eq!(history.as_array().unwrap().len(), 2, "{history}");
    let version = |index: usize| {
        let version = history[index]["version"].to_string();
        world.home.run(&["vault", "history", "production", "issue", &key, "--show", &version, "--json"]).json()
    };
    let summaries = [version(0)["fields"]["summary"].clone(), version(1)["fields"]["summary"].clone()];
    assert!(summaries.contains(&json!("Edited between two captures")), "{summaries:?}");
    assert_ne!(summaries[0], summaries[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn points_are_listed_shown_and_compared() {
    let world = World::generated(12).await;
    world.add_production();
    let number = world.back_up()["point"]["number"].as_u64().unwrap();
    world.back_up();
    let points = world.home.run(&["points", "list", "production", "--json"]).json();
    assert_eq!(points.as_array().unwrap().len(), 2);
    assert_eq!(points[0]["point"], json!(number));
    let text = world.home.run(&["points", "list", "production"]).done().out;
    assert_eq!(text.lines().count(), 3, "{text}");
    let second = points[1]["point"].to_string();
    let same = world.home.run(&["points", "diff", "production", &number.to_string(), &second]).done().out;
    assert_eq!(same, "nothing changed\n");
    let shown = world.home.run(&["points", "show", "production", &second]).done().out;
    assert!(shown.starts_with(&format!("recovery point {second} of production")), "{shown}");
    insta::assert_snapshot!(
        world.home.run(&["points", "show", "production", "4711"]).fails(2),
        @"there is no recovery point 4711: list them with `lifeboat points list`"
    );
    insta::assert_snapshot!(
        world.home.run(&["points", "diff", "production", &second, "4711"]).fails(2),
        @"there is no recovery point 4711: list them with `lifeboat points list`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_is_not_there_yet_is_told() {
    let world = World::empty().await;
    world.add_production();
    for line in
        [&["points", "list", "production"][..], &["vault", "verify", "production"], &["vault", "prune", "production"]]
    {
        let message = world.home.run(line).fails(1);
        assert!(message.contains("there is no vault") && message.contains("make the first backup"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_is_verified_with_and_without_the_key() {
    let world = World::generated(12).await;
    world.add_production();
    world.back_up();
    let with_key = world.home.run(&["vault", "verify", "production", "--json"]).json();
    assert_eq!((&with_key["problems"], &with_key["unnamed"]), (&json!([]), &json!([])), "{with_key}");
    assert!(with_key["records"].as_u64().unwrap() > 100, "{with_key}");
    let key = world.home.path().join("keys/tenant.key");
    let without = world.home.run(&["vault", "verify", "production", "--without-key", "--json"]).json();
    assert_eq!(without["problems"], json!([]), "{without}");
    assert!(key.is_file());
    let text = world.home.run(&["vault", "verify", "production"]).done().out;
    assert!(text.contains("everything is as it was written"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_what_is_not_there_is_told() {
    let world = World::generated(12).await;
    world.add_production();
    world.back_up();
    let message = world.home.run(&["vault", "history", "production", "isue", "ABC-1"]).fails(2);
    assert!(message.starts_with("there is no kind `isue`; kinds: ") && message.contains("issue, "), "{message}");
    let message = world.home.run(&["vault", "history", "production", "issue", "NONE-1"]).fails(2);
    assert!(message.contains("has no issue NONE-1"), "{message}");
    let message = world.home.run(&["vault", "history", "production", "comment", "1/2"]).fails(2);
    assert_eq!(message, "the vault of `production` has no comment 1/2");
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_says_first_what_would_go() {
    let world = World::generated(12).await;
    world.add_production();
    for _ in 0..3 {
        world.back_up();
    }
    let keep_one = [
        "vault",
        "prune",
        "production",
        "--keep-hourly",
        "0",
        "--keep-daily",
        "1",
        "--keep-weekly",
        "0",
        "--keep-monthly",
        "0",
        "--json",
    ];
    let keep_none = keep_one.map(|word| if word == "1" { "0" } else { word });
    let refused = world.home.run(&keep_none).fails(2);
    assert!(refused.contains("all four are 0"), "{refused}");
    let dry = world.home.run(&[&keep_one[..], &["--dry-run"]].concat()).json();
    let points = || world.home.run(&["points", "list", "production", "--json"]).json().as_array().unwrap().len();
    assert_eq!(
        (dry["dryRun"].as_bool(), dry["retired"].as_array().unwrap().len(), points()),
        (Some(true), 2, 3),
        "{dry}"
    );
    let pruned = world.home.run(&keep_one).json();
    assert_eq!((&pruned["retired"], points()), (&dry["retired"], 1), "{pruned}");
    world.home.run(&["vault", "verify", "production"]).done();
    world.back_up();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_goes_down_in_the_middle_loses_nothing() {
    let world = World::generated(60).await;
    world.add_production();
    world.sites.source().latency(std::time::Duration::from_millis(20));
    let begun = world.requests().0;
    let running = world.home.line(&["backup", "run", "production"]).start();
    crate::world::until(|| world.requests().0 > begun + 30).await;
    world.sites.source().outage(Outage::Refuse);
    let message = running.end().await.fails(6);
    assert!(message.contains("cannot be reached"), "{message}");
    world.sites.source().outage(Outage::None);
    world.sites.source().latency(std::time::Duration::ZERO);
    let report = world.back_up();
    assert_eq!((&report["mode"], &report["unread"]), (&json!("full"), &json!([])));
    let point = world.home.run(&["points", "show", "production", "--json"]).json();
    assert_eq!(point["counts"]["issue"]["live"], json!(world.sites.source().inspect(|site| site.issues.len())));
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_capture_says_how_to_go_on() {
    let world = World::generated(60).await;
    world.add_production();
    world.sites.source().latency(std::time::Duration::from_millis(20));
    let begun = world.requests().0;
    let running = world.home.line(&["backup", "run", "production"]).start();
    crate::world::until(|| world.requests().0 > begun + 30).await;
    running.interrupt();
    let ended = running.end().await;
    assert_eq!((ended.code, ended.out.as_str()), (130, ""), "{ended}");
    assert!(ended.err.contains("`lifeboat backup run production` goes on where it was"), "{ended}");
    world.sites.source().latency(std::time::Duration::ZERO);
    world.back_up();
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_captures_of_a_site_do_not_run_at_once() {
    let world = World::generated(60).await;
    world.add_production();
    world.sites.source().latency(std::time::Duration::from_millis(20));
    let begun = world.requests().0;
    let first = world.home.line(&["backup", "run", "production"]).start();
    crate::world::until(|| world.requests().0 > begun + 20).await;
    let second = world.home.line(&["backup", "run", "production"]).start();
    pause(1500).await;
    world.sites.source().latency(std::time::Duration::ZERO);
    let (first, second) = (first.end().await.done(), second.end().await.done());
    assert!(first.out.contains("full capture"), "{first}");
    assert!(second.out.contains("increment"), "it waited and then read what changed: {second}");
    assert!(second.err.contains("another process has the capture of `production`"), "{second}");
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_captures_as_often_as_asked() {
    let world = World::generated(12).await;
    world.add_production();
    let watched = world.home.run(&["backup", "watch", "production", "--times", "1", "--json"]).json();
    assert_eq!(watched["mode"], "full");
}
