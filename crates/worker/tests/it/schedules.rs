//! Schedules, as workers move them on.

use std::time::Duration;

use serde_json::json;
use store::Schedule;
use store::job::JobFilter;
use store::schedule::Cadence;
use tokio_util::sync::CancellationToken;

use crate::bench::KIND;
use crate::steps::bench;

#[tokio::test(start_paused = true)]
async fn three_workers_do_what_is_scheduled_once_each_time() {
    let bench = bench().await;
    let cadence = Cadence::parse("*/5 * * * *", "Europe/Vienna", 60).unwrap();
    let schedule = Schedule {
        id: store::new_id(&bench.around.ambient),
        tenant: bench.tenant,
        site: bench.site,
        kind: KIND.to_owned(),
        payload: json!({}),
        next: cadence.next(bench.around.ambient.now(), 0.0).unwrap(),
        cadence,
        enabled: true,
        created: bench.around.ambient.now(),
    };
    let mut repository = bench.around.store.write().await.unwrap();
    repository.schedules().add(&schedule).await.unwrap();
    repository.save().await.unwrap();
    let drain = CancellationToken::new();
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let (worker, drain) = (bench.worker(), drain.clone());
            tokio::spawn(async move { worker.serve(2, false, &drain).await })
        })
        .collect();
    bench.around.ambient.clock.sleep(Duration::from_mins(62)).await;
    drain.cancel();
    for worker in workers {
        worker.await.unwrap().unwrap();
    }
    let mut repository = bench.around.store.read().await.unwrap();
    let jobs = repository.jobs().list(bench.tenant, &JobFilter::default(), None, 100).await.unwrap();
    assert_eq!((jobs.len(), bench.done().await.len()), (12, 12), "every five minutes in an hour");
}
