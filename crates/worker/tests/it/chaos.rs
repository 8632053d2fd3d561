//! Three workers, killed at random for ten minutes of virtual time: another goes on within half a minute, nothing happens
//! twice, nothing is lost.

use std::collections::BTreeMap;
use std::time::Duration;

use ambient::{Entropy, SeededEntropy};
use control::id::JobId;
use store::JobState;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::bench::Bench;
use crate::steps::bench;

const JOBS: usize = 24;
const STEPS: u64 = 120;
const SPAN: Duration = Duration::from_mins(10);

/// A worker: running, or dead until a moment.
enum Life {
    Runs(JoinHandle<()>),
    Dead(Duration),
}

fn start(bench: &Bench) -> Life {
    let worker = bench.worker();
    Life::Runs(tokio::spawn(async move {
        let never = CancellationToken::new();
        worker.serve(JOBS, false, &never).await.unwrap();
    }))
}

async fn play(seed: u64) -> (u32, Duration) {
    let seeded = SeededEntropy::new(seed);
    let entropy: &dyn Entropy = &seeded;
    let bench = bench().await;
    *bench.steps.pause.lock().unwrap() = Duration::from_secs(2);
    let mut jobs = Vec::new();
    for number in 0..JOBS {
        let writes = format!("vault/{}", number % 16);
        jobs.push(bench.enqueue(STEPS, Some(&writes)).await);
    }
    let clock = bench.around.ambient.clock.clone();
    let begun = clock.elapsed();
    let mut workers: Vec<Life> = (0..3).map(|_| start(&bench)).collect();
    let mut kills = 0;
    while clock.elapsed().saturating_sub(begun) < SPAN {
        clock.sleep(Duration::from_secs_f64(2.0 + 16.0 * entropy.fraction())).await;
        let victim = (entropy.fraction() * 3.0) as usize;
        let alive = workers.iter().filter(|worker| matches!(worker, Life::Runs(_))).count();
        if let (Life::Runs(task), 2..) = (&workers[victim], alive) {
            task.abort();
            kills += 1;
            workers[victim] = Life::Dead(clock.elapsed() + Duration::from_secs_f64(20.0 * entropy.fraction()));
        }
        for worker in &mut workers {
            if matches!(worker, Life::Dead(until) if *until <= clock.elapsed()) {
                *worker = start(&bench);
            }
        }
    }
    for worker in &mut workers {
        if matches!(worker, Life::Dead(_)) {
            *worker = start(&bench);
        }
    }
    let mut open = jobs.clone();
    while let Some(id) = open.pop() {
        while bench.job(id).await.state != JobState::Done {
            clock.sleep(Duration::from_secs(1)).await;
            assert!(clock.elapsed().saturating_sub(begun) < 4 * SPAN, "seed {seed}: {:?}", bench.job(id).await);
        }
    }
    for id in &jobs {
        bench.all_done_once(*id, STEPS).await;
    }
    (kills, longest_gap(&bench))
}

/// The longest that nothing was heard of a job which had begun.
fn longest_gap(bench: &Bench) -> Duration {
    let mut last: BTreeMap<JobId, Duration> = BTreeMap::new();
    let mut longest = Duration::ZERO;
    for (job, at) in bench.steps.heard.lock().unwrap().iter() {
        if let Some(before) = last.insert(*job, *at) {
            longest = longest.max(at.saturating_sub(before));
        }
    }
    longest
}

#[tokio::test(start_paused = true)]
async fn three_workers_are_killed_at_random() {
    let seeds = if testkit::long_tests() { 20 } else { 2 };
    for seed in 0..seeds {
        let (kills, gap) = play(seed).await;
        println!(
            "seed {seed}: {kills} kills in {} s, the longest stand-still {:.1} s",
            SPAN.as_secs(),
            gap.as_secs_f64()
        );
        assert!(kills > 20, "{kills}");
        assert!(gap < Duration::from_secs(30), "{gap:?}");
    }
}
