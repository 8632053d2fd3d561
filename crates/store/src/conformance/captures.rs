use serde_json::json;

use super::Bench;
use super::sample::{furnish, id, moment, tenant};
use crate::{RunState, StoreError};

pub async fn a_site_has_one_unfinished_capture(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut captures = repository.captures();
    let first = captures.claim(tenant(), id(10), id(1), "a", moment(0), moment(30)).await.unwrap().unwrap();
    assert_eq!((first.id, first.lease.unwrap().token, first.state), (id(1), 1, RunState::Running));
    assert_eq!(captures.claim(tenant(), id(10), id(2), "b", moment(29), moment(60)).await.unwrap(), None);
    let elsewhere = captures.claim(tenant(), id(11), id(3), "b", moment(29), moment(60)).await.unwrap();
    assert_eq!(elsewhere.unwrap().id, id(3));
    captures.release(tenant(), id(1), 1, RunState::Done, Some(7), moment(40)).await.unwrap();
    let next = captures.claim(tenant(), id(10), id(2), "b", moment(41), moment(60)).await.unwrap().unwrap();
    assert_eq!(next.id, id(2));
    let listed = captures.list(tenant(), id(10), 10).await.unwrap();
    let shown: Vec<_> = listed.iter().map(|run| (run.id, run.state, run.point, run.ended)).collect();
    assert_eq!(shown, [(id(2), RunState::Running, None, None), (id(1), RunState::Done, Some(7), Some(moment(40)))]);
}

pub async fn an_abandoned_capture_goes_on_with_its_progress(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut captures = repository.captures();
    captures.claim(tenant(), id(10), id(1), "a", moment(0), moment(30)).await.unwrap();
    captures.renew(tenant(), id(1), 1, moment(30), &json!({"issues": 400})).await.unwrap();
    let taken = captures.claim(tenant(), id(10), id(2), "b", moment(30), moment(60)).await.unwrap().unwrap();
    assert_eq!((taken.id, &taken.progress), (id(1), &json!({"issues": 400})));
    let stale = captures.renew(tenant(), id(1), 1, moment(99), &json!({"issues": 500})).await;
    assert!(matches!(stale, Err(StoreError::LeaseLost { .. })));
    let stale = captures.release(tenant(), id(1), 1, RunState::Failed, None, moment(50)).await;
    assert!(matches!(stale, Err(StoreError::LeaseLost { .. })));
    captures.release(tenant(), id(1), 2, RunState::Failed, None, moment(50)).await.unwrap();
}
