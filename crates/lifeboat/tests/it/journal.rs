//! Disks that refuse the database while a recovery runs: a clear sentence, nothing sent that the journal does not know,
//! nothing lost, and the same end when there is room again.

use std::collections::BTreeMap;
use std::time::Duration;

use jira_emulator::HeldAt;
use sqlx::{Connection as _, SqliteConnection};
use store::{JournalState, Store as _};

use crate::stage::{Job, Stage};
use crate::world::pause;

/// Objects of a kind for which the journal has a request that was announced.
async fn announced(stage: &Stage) -> BTreeMap<String, u64> {
    let store = store_sqlite::SqliteStore::open(&stage.world.home.database()).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let tenant = repository.only_tenant(store::new_id(&ambient::Ambient::system())).await.unwrap();
    let runs = repository.recoveries().list(tenant, None, 9).await.unwrap();
    drop(repository);
    let mut announced = BTreeMap::new();
    for run in runs {
        for count in store.journal(tenant).counts(run.id).await.unwrap() {
            if !matches!(count.state, JournalState::Planned | JournalState::Skipped) {
                let kind = if count.kind == "placeholder" { "issue".to_owned() } else { count.kind };
                *announced.entry(kind).or_default() += count.count;
            }
        }
    }
    store.close().await;
    announced
}

/// What is on the standby must have been announced in the journal first.
async fn nothing_came_unannounced(stage: &Stage, after: &str) {
    let there = stage.site().inspect(|site| {
        [
            ("component", site.components.len()),
            ("version", site.versions.len()),
            ("project", site.projects.len()),
            ("issue", site.issues.len()),
            ("comment", site.comments.len()),
            ("worklog", site.worklogs.len()),
            ("remote-link", site.remote_links.len()),
            ("issue-link", site.links.len()),
        ]
    });
    let announced = announced(stage).await;
    for (kind, count) in there {
        let known = announced.get(kind).copied().unwrap_or_default();
        assert!(count as u64 <= known, "{after}: {count} of {kind} are there, the journal announced {known}");
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod refused {
    use std::collections::BTreeSet;

    use faulty_disk::{Mishap, Plan, Refusal};

    use super::nothing_came_unannounced;
    use crate::stage::{Job, most, play, sample, stages};
    use crate::traced::{Files, run};

    const MISHAPS: [Mishap; 4] = [
        Mishap::RefuseFrom(Refusal::Full),
        Mishap::RefuseFrom(Refusal::ReadOnly),
        Mishap::Refuse(Refusal::Broken),
        Mishap::RefuseFrom(Refusal::Broken),
    ];

    /// What the user can do must be in the sentence.
    fn is_clear(message: &str) -> bool {
        ["free some space", "check the permissions", "check the disk", "check the file"]
            .iter()
            .any(|advice| message.contains(advice))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_recovery_whose_journal_cannot_be_written_stops_and_goes_on() {
        let few = 2;
        let stages = stages(Job::Recovery, if testkit::long_tests() { 8 } else { 4 }).await;
        stages[0].rewind();
        let whole = run(&stages[0].world.home, stages[0].words(), Files::Database, None).await;
        assert_eq!(whole.code, Some(0), "{}", whole.err);
        // All places with one of the ways in turn: each write, each way, and no more than that.
        let places = most(sample(whole.touches.len() as u64, 2 * few));
        let plans: Vec<Plan> = places
            .iter()
            .enumerate()
            .map(|(turn, at)| Plan { at: *at as usize, mishap: MISHAPS[turn % MISHAPS.len()] })
            .collect();
        let tried = plans.len();
        let told = play(stages, plans, async |stage, plan| {
            let after = format!("{plan:?}");
            let ended = run(&stage.world.home, stage.words(), Files::Database, Some(plan)).await;
            let messages: Vec<&str> = ended.err.lines().filter_map(|line| line.strip_prefix("lifeboat: ")).collect();
            nothing_came_unannounced(stage, &after).await;
            if ended.code == Some(0) {
                // One that SQLite could do without, as when it copies the log into the file.
                stage.has_come_to_the_same(&after).await;
                return None;
            }
            assert_eq!(ended.code, Some(6), "{after}: {}", ended.err);
            assert!(messages.len() == 1 && is_clear(messages[0]), "{after}: {}", ended.err);
            let message = messages[0].replace(&stage.world.home.path().display().to_string(), "HOME");
            stage.goes_on(&after).await;
            Some(message)
        });
        let told: Vec<String> = told.await.into_iter().flatten().collect();
        println!("{tried} refused writes of the database, {} told:", told.len());
        for message in told.iter().collect::<BTreeSet<_>>() {
            println!("  {message}");
        }
        assert!(told.len() * 2 >= tried, "{} of {tried} were told", told.len());
    }
}

/// Holds the database's write lock, as a backup tool or a debugger might.
async fn lock(stage: &Stage) -> SqliteConnection {
    let url = format!("sqlite://{}", stage.world.home.database().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    // Pages may be written at any time: the lock is waited for.
    sqlx::raw_sql("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_process_locks_is_waited_for() {
    let stage = Stage::set(Job::Recovery).await;
    stage.rewind();
    let hold = stage.site().hold(stage.requests / 2, HeldAt::Arrival);
    let running = stage.start();
    hold.reached().await;
    let locked = lock(&stage).await;
    drop(hold);
    pause(3000).await;
    drop(locked);
    running.end().await.done();
    stage.has_come_to_the_same("the database was locked for three seconds").await;
}

/// Longer than a process waits: half a minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stays_locked_brings_the_recovery_to_rest() {
    if !testkit::long_tests() {
        return;
    }
    let stage = Stage::set(Job::Recovery).await;
    stage.rewind();
    let hold = stage.site().hold(stage.requests / 2, HeldAt::Arrival);
    let running = stage.start();
    hold.reached().await;
    let locked = lock(&stage).await;
    drop(hold);
    let ended = tokio::time::timeout(Duration::from_mins(2), running.end()).await.unwrap();
    drop(locked);
    let message = ended.fails(6);
    assert!(message.contains("is in use by another process"), "{message}");
    nothing_came_unannounced(&stage, "the database was locked").await;
    stage.goes_on("the database was locked").await;
}
