use super::Bench;
use super::sample::{furnish, id, job, moment, other_tenant, tenant};
use crate::{CaptureRun, StoreError};

fn capture(number: u128, site: u128) -> CaptureRun {
    CaptureRun {
        id: id(number),
        tenant: tenant(),
        job: id(number),
        site: id(site),
        point: None,
        started: moment(number as i64),
    }
}

pub async fn a_capture_reads_back_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    for number in 1..=3 {
        repository.jobs().enqueue(&job(number)).await.unwrap();
    }
    let mut captures = repository.captures();
    for (number, site) in [(1, 10), (2, 11), (3, 10)] {
        captures.add(&capture(number, site)).await.unwrap();
    }
    captures.made(tenant(), id(1), 7).await.unwrap();
    let made = CaptureRun { point: Some(7), ..capture(1, 10) };
    assert_eq!(captures.of_job(tenant(), id(1)).await.unwrap().as_ref(), Some(&made));
    assert_eq!(captures.list(tenant(), id(10), None, 10).await.unwrap(), [capture(3, 10), made]);
    assert_eq!(captures.list(tenant(), id(10), None, 1).await.unwrap(), [capture(3, 10)]);
    assert_eq!(captures.list(tenant(), id(10), Some(id(3)), 1).await.unwrap().len(), 1);
    assert_eq!(captures.list(tenant(), id(10), Some(id(1)), 1).await.unwrap(), []);
    assert_eq!(captures.of_job(other_tenant(), id(1)).await.unwrap(), None);
    assert!(matches!(captures.made(other_tenant(), id(1), 8).await, Err(StoreError::Missing { .. })));
}

pub async fn a_job_does_one_capture(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    assert!(matches!(repository.captures().add(&capture(1, 10)).await, Err(StoreError::Missing { .. })));
    repository.jobs().enqueue(&job(1)).await.unwrap();
    repository.captures().add(&capture(1, 10)).await.unwrap();
    let second = CaptureRun { job: id(1), ..capture(2, 10) };
    assert!(matches!(repository.captures().add(&second).await, Err(StoreError::Exists { .. })));
}
