//! `recover cancel --remove`: what a recovery made is taken away again.

use std::time::Duration;

use serde_json::json;

use crate::census::Census;
use crate::world::{LINK, OWNER, SUPPORT, World, until};

/// Runs a recovery until some issues are on the standby.
async fn begun(world: &World) -> crate::home::Running {
    world.sites.standby().latency(Duration::from_millis(15));
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.sites.standby().inspect(|site| site.issues.len()) > 10).await;
    running
}

/// Counts of everything on the standby that a recovery makes.
fn counts(world: &World) -> Vec<usize> {
    world.sites.standby().inspect(|site| {
        vec![
            site.issues.len(),
            site.projects.len(),
            site.fields.values().filter(|field| !field.trashed).count(),
            site.statuses.len(),
            site.issue_types.len(),
            site.priorities.len(),
            site.resolutions.len(),
            site.link_types.len(),
            site.roles.len(),
            site.groups.len(),
            site.project_categories.len(),
            site.workflows.len(),
            site.workflow_schemes.len(),
            site.notification_schemes.len(),
        ]
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_recovery_is_asked_to_take_back_what_it_made() {
    let world = World::ready(30).await;
    let before = counts(&world);
    let running = begun(&world).await;
    let asked = world.home.run_as(OWNER, &["recover", "cancel", LINK, "--remove", "--yes", "--json"]).json();
    assert_eq!(asked["asked"], "end, and to remove what it made");
    world.sites.standby().latency(Duration::ZERO);
    let ended = running.end().await.done();
    assert!(ended.out.starts_with("ALL OF IT IS REMOVED") && ended.out.contains("is ended."), "{ended}");
    assert_eq!(counts(&world), before, "{ended}");
    let requests = world.home.run(&["verification", "list", "--json"]).json();
    assert_eq!(requests[0]["status"], "cancelled");
    world.home.run_as(OWNER, &["recover", "resume", LINK]).fails(3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_recovery_made_is_taken_back_at_once() {
    let world = World::ready(30).await;
    let before = counts(&world);
    begun(&world).await.kill();
    world.sites.standby().latency(Duration::ZERO);
    let cancel = ["recover", "cancel", LINK, "--remove"];
    let message = world.home.run_as(OWNER, &cancel).fails(2);
    assert!(message.contains("Say so with --yes"), "{message}");
    world.home.run_as(SUPPORT, &[&cancel[..], &["--yes"]].concat()).fails(3);
    let ended = world.home.run_as(OWNER, &[&cancel[..], &["--yes", "--json"]].concat()).done();
    assert!(
        !ended.err.contains("another process has"),
        "the dead one ran on this host: nothing is waited for: {ended}"
    );
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&report["complete"], &report["failed"]), (&json!(true), &json!([])), "{report:#}");
    assert_eq!(counts(&world), before, "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_is_killed_goes_on_and_the_recovery_does_not() {
    let world = World::ready(30).await;
    let before = counts(&world);
    begun(&world).await.kill();
    let cancel = ["recover", "cancel", LINK, "--remove", "--yes"];
    let removing = world.home.line(&cancel).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.sites.standby().inspect(|site| site.issues.is_empty())).await;
    removing.kill();
    world.sites.standby().latency(Duration::ZERO);
    for line in [&["recover", "start", LINK][..], &["recover", "resume", LINK]] {
        let message = world.home.run_as(OWNER, line).fails(3);
        assert!(message.contains("is being removed") && message.contains("--remove` goes on removing"), "{message}");
    }
    let ended = world.home.run_as(OWNER, &cancel).done();
    assert!(ended.out.starts_with("ALL OF IT IS REMOVED"), "{ended}");
    assert_eq!(counts(&world), before, "{ended}");
    assert_eq!(Census::of(world.sites.standby()).issues.len(), 0);
}
