//! Where people are at work too, or another process waits.

use jira_emulator::HeldAt;
use sqlx::{Connection as _, SqliteConnection};

use super::requests::Boundary;
use super::{Attempt, tell};
use crate::stage::{Job, Stage};
use crate::world::{LINK, pause};

/// Where the recovery of the connection stands, as the database says.
async fn phase(stage: &Stage) -> String {
    use store::Store as _;
    let store = store_sqlite::SqliteStore::open(&stage.world.home.database()).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let tenant = repository.only_tenant(store::new_id(&ambient::Ambient::system())).await.unwrap();
    let run = repository.recoveries().list(tenant, None, 9).await.unwrap().remove(0);
    let job = repository.jobs().get(tenant, run.job).await.unwrap().unwrap();
    drop(repository);
    store.close().await;
    job.checkpoint["phase"].as_str().unwrap().to_owned()
}

/// Lets the lease of the dead process be one of another host.
async fn elsewhere(stage: &Stage) {
    let url = format!("sqlite://{}", stage.world.home.database().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let changed = sqlx::raw_sql("UPDATE jobs SET lease_holder = 'another-host 1' WHERE state = 'running'");
    assert_eq!(changed.execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_the_proof_and_while_waiting_for_the_lease() {
    let stage = Stage::set(Job::Recovery).await;
    stage.rewind();
    let boundary = Boundary { nth: stage.requests - 1, at: HeldAt::Answer };
    assert!(boundary.kill_or_at_the_last(&stage).await.1);
    assert_eq!(phase(&stage).await, "prove");
    // A process that died on another host is waited for: nobody can see there that it is dead. The second start waits for
    // its lease, and dies there.
    elsewhere(&stage).await;
    let asked = stage.asked();
    let second = stage.start().killed_when(pause(1500)).await;
    assert!(second.is_ok() && stage.asked() == asked, "it waited");
    let went_on = stage.goes_on("killed during the proof, and once more while it waited").await;
    tell("during the proof, and while waiting", &[Attempt { killed: 2, went_on }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_when_it_was_just_asked_to_pause() {
    let stage = Stage::set(Job::Recovery).await;
    stage.rewind();
    let hold = stage.site().hold(stage.requests / 2, HeldAt::Arrival);
    let running = stage.start();
    hold.reached().await;
    stage.type_in(&["recover", "pause", LINK]).await.done();
    running.kill();
    drop(hold);
    let went_on = stage.goes_on("killed when it was asked to pause").await;
    tell("when asked to pause", &[Attempt { killed: 1, went_on }]);
}

/// `recover pause` itself is killed at each of its writes: whether the recovery heard of it or not, it comes to the same.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_that_asks_for_a_pause_is_killed() {
    use faulty_disk::{Mishap, Plan};

    use crate::stage::{play, sample, stages};
    use crate::traced::{Files, run};

    let few = 2;
    let stages = stages(Job::Recovery, if testkit::long_tests() { 8 } else { few }).await;
    let paused = async |stage: &Stage, plan: Option<Plan>| {
        let hold = stage.site().hold(stage.requests / 2, HeldAt::Arrival);
        let running = stage.start();
        hold.reached().await;
        let asked = run(&stage.world.home, &["recover", "pause", LINK], Files::All, plan).await;
        drop(hold);
        let ended = running.end().await.done();
        (asked, ended.out.contains("rests; `lifeboat recover resume"))
    };
    stages[0].rewind();
    let (asked, _) = paused(&stages[0], None).await;
    assert_eq!(asked.code, Some(0), "{}", asked.err);
    let plans = sample(asked.touches.len() as u64, few as u64);
    let plans = plans.into_iter().map(|at| Plan { at: at as usize, mishap: Mishap::KillBefore }).collect();
    let attempts = play(stages, plans, async |stage, plan| {
        let (asked, rests) = paused(stage, Some(plan)).await;
        let killed = usize::from(asked.code.is_none());
        if rests {
            stage.type_in(&["recover", "resume", LINK]).await.done();
        }
        stage.has_come_to_the_same(&format!("`recover pause` was killed: {plan:?}")).await;
        Attempt { killed, went_on: std::time::Duration::ZERO }
    });
    tell("the command that asks for a pause", &attempts.await);
}
