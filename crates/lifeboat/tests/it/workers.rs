//! `lifeboat worker`, and what can be asked of the queue.

use std::time::Duration;

use ambient::{Ambient, Clock as _, SystemClock};
use control::connection::Event;
use control::policy::Policy;
use serde_json::{Value, json};
use store::{Store, transition};

use crate::census::Census;
use crate::home::Running;
use crate::world::{LINK, OWNER, SUPPORT, World, pause, until};

/// The jobs of a kind, the latest first.
fn jobs(world: &World, kind: &str) -> Vec<Value> {
    world.home.run(&["job", "list", "--kind", kind, "--json"]).json().as_array().unwrap().clone()
}

fn id(job: &Value) -> &str {
    job["id"].as_str().unwrap()
}

fn worker(world: &World) -> Running {
    world.home.line(&["worker", "--jobs", "2"]).start()
}

/// Lets a schedule of production be due at once, as the clock would in time.
async fn is_due(world: &World) {
    let store = store_sqlite::SqliteStore::open(&world.home.database()).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let ambient = Ambient::system();
    let tenant = repository.only_tenant(store::new_id(&ambient)).await.unwrap();
    let schedule = repository.schedules().list(tenant).await.unwrap().remove(0);
    repository.schedules().set(tenant, schedule.id, true, ambient.now()).await.unwrap();
    repository.save().await.unwrap();
    store.close().await;
}

/// A recovery that its command left when it was killed, after some requests.
async fn left_behind(world: &World) {
    world.sites.standby().latency(Duration::from_millis(40));
    let begun = world.requests().1;
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.requests().1 > begun + 60).await;
    running.kill();
    world.sites.standby().latency(Duration::ZERO);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_does_what_is_scheduled() {
    let world = World::generated(12).await;
    world.add_production();
    let line = ["schedule", "add", "production", "--cron", "0 3 * * *", "--zone", "Europe/Vienna", "--json"];
    let added = world.home.run(&line).json();
    assert_eq!((&added["kind"], &added["zone"]), (&json!("capture"), &json!("Europe/Vienna")));
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(jobs(&world, "capture"), Vec::<Value>::new(), "it is not due");
    is_due(&world).await;
    world.home.run(&["worker", "--once"]).done();
    let done = jobs(&world, "capture");
    assert_eq!((done.len(), &done[0]["state"]), (1, &json!("done")), "{done:?}");
    assert_eq!(done[0]["result"]["mode"], "full", "{done:?}");
    let points = world.home.run(&["points", "list", "production", "--json"]).json();
    assert_eq!(points.as_array().unwrap().len(), 1);
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(jobs(&world, "capture").len(), 1, "it has moved on");
    let shown = world.home.run(&["job", "show", &id(&done[0])[..13]]).done().out;
    assert!(shown.contains("capture of production: done"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_pruned_and_verified_on_schedule() {
    let world = World::generated(12).await;
    world.add_production();
    world.back_up();
    for kind in ["prune", "verify"] {
        let line = ["schedule", "add", "production", "--cron", "0 4 * * SUN", "--kind", kind, "--json"];
        let added = world.home.run(&line).json();
        is_due(&world).await;
        world.home.run(&["worker", "--once"]).done();
        let done = jobs(&world, kind);
        assert_eq!((done.len(), &done[0]["state"]), (1, &json!("done")), "{done:?}");
        world.home.run(&["schedule", "remove", added["id"].as_str().unwrap()]).done();
    }
    assert_eq!(jobs(&world, "verify")[0]["result"]["problems"], json!([]));
    assert_eq!(world.home.run(&["schedule", "list"]).done().out, "no schedules\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_are_put_out_of_force_and_what_cannot_be_meant_is_told() {
    let world = World::generated(12).await;
    world.add_production();
    let add = |cron: &str, zone: &str| {
        world.home.run(&["schedule", "add", "production", "--cron", cron, "--zone", zone, "--json"])
    };
    assert!(add("every night", "UTC").fails(2).contains("is not a cron expression"));
    assert!(add("0 3 * * *", "Mars/Base").fails(2).contains("there is no time zone"));
    assert!(add("0 0 30 2 *", "UTC").fails(2).contains("never comes"));
    let schedule = add("*/5 * * * *", "UTC").json();
    let paused = world.home.run(&["schedule", "pause", &id(&schedule)[..13], "--json"]).json();
    assert_eq!(paused["enabled"], false);
    assert!(world.home.run(&["schedule", "list"]).done().out.contains("out of force"));
    world.home.run(&["schedule", "resume", id(&schedule)]).done();
    let listed = world.home.run(&["schedule", "list", "--json"]).json();
    assert_eq!((&listed[0]["enabled"], &listed[0]["cron"]), (&json!(true), &json!("*/5 * * * *")));
    world.home.run(&["schedule", "remove", "ffffffff"]).fails(2);
    world.home.run(&["job", "show", "ffffffff"]).fails(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_goes_on_with_a_recovery_whose_command_was_killed() {
    let world = World::ready(30).await;
    let source = Census::of(world.sites.source());
    left_behind(&world).await;
    world.home.run(&["worker", "--once"]).done();
    Census::of(world.sites.standby()).came_from(&source);
    let report = world.home.run_as(OWNER, &["recover", "report", LINK, "--json"]).json();
    assert_eq!(report["holds"], json!(true), "{report:#}");
    assert_eq!(world.home.run(&["verification", "list", "--json"]).json()[0]["status"], "done");
    assert_eq!(jobs(&world, "recovery")[0]["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_is_paused_and_resumed_as_a_job() {
    let world = World::ready(30).await;
    let source = Census::of(world.sites.source());
    left_behind(&world).await;
    let job = jobs(&world, "recovery").remove(0);
    let paused = world.home.run_as(OWNER, &["job", "pause", id(&job)]).done();
    assert!(paused.out.contains("rests; `lifeboat recover resume"), "{paused}");
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(jobs(&world, "recovery")[0]["state"], "paused", "what rests is nobody's to take");
    world.home.run_as(SUPPORT, &["job", "resume", id(&job)]).fails(3);
    world.home.run_as(OWNER, &["job", "resume", id(&job)]).done();
    world.home.run(&["worker", "--once"]).done();
    Census::of(world.sites.standby()).came_from(&source);
    world.home.run_as(OWNER, &["job", "resume", id(&job)]).fails(3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_interrupted_gives_its_job_back() {
    let world = World::generated(60).await;
    world.add_production();
    world.home.run(&["schedule", "add", "production", "--cron", "0 3 * * *"]).done();
    is_due(&world).await;
    world.sites.source().latency(Duration::from_millis(20));
    let begun = world.requests().0;
    let running = worker(&world);
    until(|| world.requests().0 > begun + 30).await;
    let shown = jobs(&world, "capture").remove(0);
    assert_eq!(shown["state"], "running");
    running.interrupt();
    running.end().await.done();
    let job = jobs(&world, "capture").remove(0);
    assert_eq!((&job["state"], &job["attempt"], &job["lostLeases"]), (&json!("waiting"), &json!(0), &json!(0)));
    // It is cancelled, and then there is nothing to do.
    world.home.run(&["job", "cancel", id(&job)]).done();
    world.home.run(&["job", "cancel", id(&job)]).fails(3);
    world.sites.source().latency(Duration::ZERO);
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(jobs(&world, "capture")[0]["state"], "cancelled");
    // The next capture goes on with what it had read.
    world.back_up();
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_down_is_tried_again_later() {
    let world = World::generated(12).await;
    world.add_production();
    world.home.run(&["schedule", "add", "production", "--cron", "0 3 * * *"]).done();
    is_due(&world).await;
    world.sites.source().outage(jira_emulator::Outage::Refuse);
    world.home.run(&["worker", "--once"]).done();
    let job = jobs(&world, "capture").remove(0);
    assert_eq!(
        (&job["state"], &job["attempt"], &job["error"]["class"]),
        (&json!("waiting"), &json!(1), &json!("passing"))
    );
    world.sites.source().outage(jira_emulator::Outage::None);
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(jobs(&world, "capture")[0]["state"], "waiting", "not before its time");
    world.home.run(&["job", "retry", id(&job)]).done();
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(jobs(&world, "capture")[0]["state"], "done");
}

/// A veto or a suspension, by whoever may: nothing is read from the vault for the standby any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_ends_a_recovery_within_five_seconds() {
    let world = World::ready(60).await;
    world.sites.standby().latency(Duration::from_millis(60));
    let begun = world.requests().1;
    let running = world.home.line(&["recover", "start", LINK]).with("LIFEBOAT_AS", OWNER).start();
    until(|| world.requests().1 > begun + 120).await;
    let clock = SystemClock::new();
    suspend(&world).await;
    let suspended = clock.elapsed();
    let message = running.end().await.fails(3);
    let took = clock.elapsed().saturating_sub(suspended);
    println!("a recovery ended {:.1} s after its connection was suspended", took.as_secs_f64());
    assert!(message.contains("was taken over or stopped by somebody else"), "{message}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    let stood = world.requests().1;
    pause(500).await;
    assert_eq!(world.requests().1, stood);
    assert_eq!(jobs(&world, "recovery")[0]["state"], "paused");
    world.home.run_as(OWNER, &["recover", "resume", LINK]).fails(3);
    world.home.run(&["worker", "--once"]).done();
    assert_eq!(world.requests().1, stood);
}

async fn suspend(world: &World) {
    let store = store_sqlite::SqliteStore::open(&world.home.database()).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let ambient = Ambient::system();
    let tenant = repository.only_tenant(store::new_id(&ambient)).await.unwrap();
    let connection = repository.connections().list(tenant).await.unwrap().remove(0);
    let owner = repository.people().by_email(tenant, OWNER).await.unwrap().unwrap();
    let suspend = Event::Suspend { by: owner.id };
    let policy = Policy::preset("standard").unwrap();
    let applied = transition::apply(repository.as_mut(), tenant, connection.id, &suspend, &policy, ambient.now()).await;
    applied.unwrap().unwrap();
    repository.save().await.unwrap();
    store.close().await;
}

/// The number of the process that has the recovery.
fn holder(world: &World) -> Option<u32> {
    let job = jobs(world, "recovery").remove(0);
    // Host, number, and what tells it from every other one; the host may have no name.
    let words: Vec<&str> = job["holder"].as_str()?.split(' ').collect();
    words.iter().rev().nth(1)?.parse().ok()
}

fn holds(world: &World, worker: &Running) -> bool {
    holder(world) == Some(worker.number())
}

/// Three processes, of which one after the other is killed.
#[tokio::test(flavor = "multi_thread")]
async fn three_workers_are_killed_again_and_again_and_nothing_is_lost_or_made_twice() {
    let mut world = World::generated(60).await;
    world.unlock().await;
    world.back_up();
    world.home.set("LIFEBOAT_SET__JOBS__MOST_LOST_LEASES", "1000");
    let source = Census::of(world.sites.source());
    left_behind(&world).await;
    world.home.run(&["schedule", "add", "production", "--cron", "* * * * *"]).done();
    is_due(&world).await;
    world.sites.standby().latency(Duration::from_millis(25));
    let clock = SystemClock::new();
    let (begun, most) = (clock.elapsed(), if testkit::long_tests() { 120 } else { 8 });
    let mut workers: Vec<Running> = (0..3).map(|_| worker(&world)).collect();
    let (mut kills, mut held_ones, mut longest) = (0, 0, Duration::ZERO);
    while kills < most && jobs(&world, "recovery")[0]["state"] != "done" {
        pause(1_500 + 370 * (kills % 5)).await;
        // The one that has the recovery, if it is to be found out, and else any.
        let held = workers.iter().position(|worker| holds(&world, worker));
        held_ones += u64::from(held.is_some());
        let victim = workers.remove(held.unwrap_or((kills % 3) as usize));
        let number = victim.number();
        let killed = clock.elapsed();
        victim.kill();
        kills += 1;
        workers.push(worker(&world));
        // What the dead one had sent may still arrive: that another one has the job is what counts.
        while holder(&world).is_none_or(|holder| holder == number) && jobs(&world, "recovery")[0]["state"] != "done" {
            pause(20).await;
            assert!(clock.elapsed().saturating_sub(killed) < Duration::from_secs(30), "nobody went on");
        }
        longest = longest.max(clock.elapsed().saturating_sub(killed));
    }
    world.sites.standby().latency(Duration::ZERO);
    while jobs(&world, "recovery")[0]["state"] != "done" {
        pause(200).await;
        assert!(clock.elapsed().saturating_sub(begun) < Duration::from_mins(10), "{:?}", jobs(&world, "recovery"));
    }
    for worker in workers {
        worker.interrupt();
        worker.end().await.done();
    }
    println!(
        "{kills} kills, {held_ones} of them of the one that had the recovery; somebody went on within {} ms",
        longest.as_millis()
    );
    assert!(held_ones >= 3, "{held_ones} of {kills}");
    Census::of(world.sites.standby()).came_from(&source);
    let report = world.home.run_as(OWNER, &["recover", "report", LINK, "--json"]).json();
    assert_eq!((&report["holds"], &report["extras_count"]), (&json!(true), &json!(0)), "{report:#}");
    world.home.run(&["worker", "--once"]).done();
    let captures = jobs(&world, "capture");
    assert!(captures.iter().all(|job| job["state"] == "done"), "{captures:?}");
    world.home.run(&["vault", "verify", "production"]).done();
}
