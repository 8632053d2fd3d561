//! At each write to the disk: database, vault, index, keys.

use std::collections::BTreeMap;

use faulty_disk::{Ended, Mishap, Plan};

use super::{Attempt, tell};
use crate::stage::{Job, Stage, most, play, sample, stages};
use crate::traced::{Files, run};

/// Runs the job on a disk on which this goes wrong.
pub(super) async fn disturbed(stage: &Stage, plan: Option<Plan>) -> Ended {
    run(&stage.world.home, stage.words(), Files::All, plan).await
}

/// What an undisturbed run writes, by kind of file.
fn overview(ended: &Ended) -> BTreeMap<String, usize> {
    let mut overview = BTreeMap::new();
    for touch in &ended.touches {
        let path = touch.path.to_string_lossy();
        let file = ["lifeboat.db", "vaults", "cache", "keys"].into_iter().find(|part| path.contains(part));
        *overview.entry(format!("{} {}", file.unwrap_or("folders"), touch.call)).or_default() += 1;
    }
    overview
}

async fn killed_at_each(job: Job, few: u64) {
    let stages = stages(job, 2 * few as usize).await;
    stages[0].rewind();
    let whole = disturbed(&stages[0], None).await;
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    println!("{job:?} writes {:#?}", overview(&whole));
    let places = most(sample(whole.touches.len() as u64, few));
    let plan = |at: u64, mishap| Plan { at: at as usize, mishap };
    let before = places.iter().map(|at| plan(*at, Mishap::KillBefore));
    // Half of what is written in one go is what a power cut leaves.
    let torn = places.iter().filter(|at| whole.touches[**at as usize - 1].bytes.is_some());
    let plans: Vec<Plan> = before.chain(torn.map(|at| plan(*at, Mishap::Tear))).collect();
    let attempts = play(stages, plans, async |stage, plan| {
        let (plan, killed) = killed(stage, plan).await;
        Attempt { killed: usize::from(killed), went_on: stage.goes_on(&format!("{plan:?}")).await }
    });
    tell(&format!("{job:?}, killed at its writes"), &attempts.await);
}

/// Runs the job until it is killed at that place. Writes are gathered as they come, so that no two runs have quite as many:
/// of a run that ended before its place, the last write is taken instead.
async fn killed(stage: &Stage, mut plan: Plan) -> (Plan, bool) {
    for _ in 0..5 {
        let ended = disturbed(stage, Some(plan)).await;
        if ended.code.is_none() {
            return (plan, true);
        }
        let count = ended.touches.len();
        println!("{plan:?} was not reached: {count} writes");
        plan.at = plan.at.min(count + 1) - 1;
        stage.rewind();
    }
    (plan, false)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_goes_on_after_kill_9_at_any_write() {
    killed_at_each(Job::Capture, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_goes_on_after_kill_9_at_any_write() {
    killed_at_each(Job::Recovery, 3).await;
}
