use serde_json::json;

use super::Bench;
use super::sample::{furnish, id, job, other_tenant, run, tenant};
use crate::{RecoveryRun, StoreError};

pub async fn a_run_reads_back_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    for number in [1, 2] {
        repository.jobs().enqueue(&job(number)).await.unwrap();
        repository.recoveries().add(&run(number)).await.unwrap();
    }
    let mut runs = repository.recoveries();
    assert_eq!(runs.get(tenant(), id(1)).await.unwrap(), Some(run(1)));
    let report = json!({"restored": 9});
    runs.report(tenant(), id(1), &report).await.unwrap();
    let told = RecoveryRun { report: Some(report), ..run(1) };
    assert_eq!(runs.of_job(tenant(), id(1)).await.unwrap().as_ref(), Some(&told));
    assert_eq!(runs.list(tenant(), None, 10).await.unwrap(), [run(2), told]);
    assert_eq!(runs.of_request(tenant(), id(50)).await.unwrap(), None);
    assert_eq!(runs.get(other_tenant(), id(1)).await.unwrap(), None);
    assert_eq!(runs.of_job(other_tenant(), id(1)).await.unwrap(), None);
    assert!(matches!(runs.report(other_tenant(), id(1), &json!(1)).await, Err(StoreError::Missing { .. })));
}

pub async fn a_job_does_one_recovery(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    assert!(matches!(repository.recoveries().add(&run(1)).await, Err(StoreError::Missing { .. })));
    repository.jobs().enqueue(&job(1)).await.unwrap();
    repository.recoveries().add(&run(1)).await.unwrap();
    let second = RecoveryRun { job: id(1), ..run(2) };
    assert!(matches!(repository.recoveries().add(&second).await, Err(StoreError::Exists { .. })));
}

pub async fn recoveries_are_listed_a_page_at_a_time(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    for number in 1..=3 {
        repository.jobs().enqueue(&job(number)).await.unwrap();
        repository.recoveries().add(&run(number)).await.unwrap();
    }
    let mut runs = repository.recoveries();
    assert_eq!(runs.list(tenant(), None, 2).await.unwrap(), [run(3), run(2)]);
    assert_eq!(runs.list(tenant(), Some(id(2)), 2).await.unwrap(), [run(1)]);
    assert_eq!(runs.list(tenant(), Some(id(1)), 2).await.unwrap(), []);
    assert_eq!(runs.list(other_tenant(), None, 2).await.unwrap(), []);
}
