//! `kill -9` in the middle, then the same command again: it goes on, and ends in the same.
//!
//! The moments are fractions of what an undisturbed run asks of the emulated site. All worlds of a test wait for the killed
//! processes' leases at the same time.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::Value;

use crate::census::Census;
use crate::home::Running;
use crate::recoveries::proof;
use crate::world::{LINK, OWNER, World, pause};

const ISSUES: u32 = 60;

/// How many moments are tried.
fn moments() -> u64 {
    if testkit::long_tests() { 40 } else { 6 }
}

/// Kills a command once so many requests have come; whether it still ran.
async fn kill_after(mut running: Running, requests: impl Fn() -> u64, threshold: u64) -> bool {
    while requests() < threshold {
        if running.has_ended() {
            return false;
        }
        pause(1).await;
    }
    let ran = !running.has_ended();
    running.kill();
    ran
}

/// Runs as many at once as two cores can bear.
async fn all<T>(scenarios: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut results = Vec::new();
    let mut waiting = scenarios.into_iter();
    loop {
        let batch: Vec<_> = waiting.by_ref().take(6).collect();
        if batch.is_empty() {
            return results;
        }
        results.extend(join_all(batch).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_goes_on_after_kill_9() {
    let undisturbed = World::generated(ISSUES).await;
    undisturbed.add_production();
    let before = undisturbed.requests().0;
    undisturbed.back_up();
    let whole = undisturbed.requests().0 - before;
    let expected = undisturbed.home.run(&["points", "show", "production", "--json"]).json()["counts"].clone();

    let scenario = async |moment: u64| {
        let world = World::generated(ISSUES).await;
        world.add_production();
        let begun = world.requests().0;
        let running = world.home.line(&["backup", "run", "production"]).start();
        let threshold = begun + whole * moment / (moments() + 1);
        let killed = kill_after(running, || world.requests().0, threshold).await;
        world.home.line(&["backup", "run", "production"]).start().end().await.done();
        let point = world.home.run(&["points", "show", "production", "--json"]).json();
        for (kind, counts) in expected.as_object().unwrap() {
            assert_eq!(point["counts"][kind]["live"], counts["live"], "{kind}, killed at {moment}");
        }
        world.home.line(&["vault", "verify", "production"]).start().end().await.done();
        killed
    };
    let killed = all((1..=moments()).map(scenario).collect()).await;
    assert!(killed.iter().filter(|killed| **killed).count() as u64 >= moments() - 1, "{killed:?}");
}

/// A recovery that is killed again and again.
struct Scenario {
    world: Arc<World>,
    source: Census,
    /// After how many more requests each time.
    kills: Vec<u64>,
}

impl Scenario {
    async fn new(kills: Vec<u64>) -> Self {
        let world = World::ready(ISSUES).await;
        let source = Census::of(world.sites.source());
        Self { world, source, kills }
    }

    /// Kills and starts again until it is through; how often it was killed, the report, and what is there.
    async fn play(self) -> (usize, Value, Census) {
        let world = &self.world;
        let start = || world.home.line(&["recover", "start", LINK, "--json"]).with("LIFEBOAT_AS", OWNER).start();
        let mut killed = 0;
        for kill in &self.kills {
            // What was begun before the lease of the dead one ended counts for nobody.
            let begun = world.requests().1;
            killed += usize::from(kill_after(start(), || world.requests().1, begun + kill).await);
        }
        let ended = start().end().await;
        let report = if ended.code == 3 {
            // The last kill came too late: it was through.
            world.home.line(&["recover", "report", LINK, "--json"]).start().end().await.json()
        } else {
            ended.json()
        };
        let census = Census::of(world.sites.standby());
        census.came_from(&self.source);
        (killed, proof(report), census)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_goes_on_after_kill_9_and_ends_in_the_same_proof() {
    let undisturbed = Scenario::new(vec![]).await;
    let before = undisturbed.world.requests().1;
    let world = undisturbed.world.clone();
    let (_, expected, there) = undisturbed.play().await;
    assert_eq!(expected["holds"], true);
    let whole = world.requests().1 - before;

    let mut scenarios = Vec::new();
    for moment in 1..=moments() {
        scenarios.push(Scenario::new(vec![whole * moment / (moments() + 1)]).await);
    }
    let played = all(scenarios.into_iter().map(Scenario::play).collect()).await;
    let killed: usize = played.iter().map(|(killed, ..)| killed).sum();
    assert!(killed as u64 >= moments() - 1, "{killed} were killed in the middle");
    for (moment, (_, report, census)) in played.into_iter().enumerate() {
        assert_eq!(census, there, "killed at moment {moment}: the same is there as without");
        assert_eq!(report["holds"], true, "{report:#}");
        assert_eq!(report["kinds"], expected["kinds"], "killed at moment {moment}");
        assert_eq!(
            (&report["keys_kept"], &report["extras_count"]),
            (&expected["keys_kept"], &expected["extras_count"])
        );
    }
}

/// Minutes: each start waits for the lease of the one before.
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_that_is_killed_again_and_again_gets_through() {
    if !testkit::long_tests() {
        return;
    }
    let scenario = Scenario::new(vec![150; 12]).await;
    let (killed, report, _) = scenario.play().await;
    assert!(killed >= 3, "{killed}");
    assert_eq!(report["holds"], true, "{report:#}");
}
