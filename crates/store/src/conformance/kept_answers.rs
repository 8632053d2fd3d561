use super::Bench;
use super::sample::{furnish, id, moment, other_tenant, person, tenant};
use crate::{KeptAnswer, Repository, Sealed, StoreError};

fn answer(key: &str, at: i64) -> KeptAnswer {
    KeptAnswer {
        tenant: tenant(),
        person: id(100),
        key: key.to_owned(),
        request: [7; 32],
        status: 201,
        location: Some("/api/v1/connections/1".to_owned()),
        body: Sealed(vec![0, 159, 146]),
        at: moment(at),
    }
}

async fn furnished(bench: &dyn Bench) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.people().add(&person(tenant(), 101)).await.unwrap();
    repository
}

pub async fn an_answer_reads_back_whole(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let empty = KeptAnswer { location: None, status: 204, body: Sealed(vec![]), ..answer("b", 2) };
    for kept in [&answer("a", 1), &empty] {
        repository.idempotency().keep(kept).await.unwrap();
        assert_eq!(repository.idempotency().find(tenant(), id(100), &kept.key).await.unwrap().as_ref(), Some(kept));
    }
    assert_eq!(repository.idempotency().find(tenant(), id(100), "A").await.unwrap(), None, "letters have their case");
}

pub async fn a_key_is_kept_once_for_each_person(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    repository.idempotency().keep(&answer("a", 1)).await.unwrap();
    let again = KeptAnswer { status: 200, ..answer("a", 5) };
    assert!(matches!(repository.idempotency().keep(&again).await, Err(StoreError::Exists { .. })));
    let theirs = KeptAnswer { person: id(101), ..again };
    repository.idempotency().keep(&theirs).await.unwrap();
    assert_eq!(repository.idempotency().find(tenant(), id(100), "a").await.unwrap(), Some(answer("a", 1)));
    assert_eq!(repository.idempotency().find(tenant(), id(101), "a").await.unwrap(), Some(theirs));
}

pub async fn old_answers_are_forgotten(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    for (key, at) in [("a", 1), ("b", 2), ("c", 3)] {
        repository.idempotency().keep(&answer(key, at)).await.unwrap();
    }
    assert_eq!(repository.idempotency().forget_before(moment(3)).await.unwrap(), 2);
    assert_eq!(repository.idempotency().forget_before(moment(3)).await.unwrap(), 0);
    assert_eq!(repository.idempotency().find(tenant(), id(100), "b").await.unwrap(), None);
    assert_eq!(repository.idempotency().find(tenant(), id(100), "c").await.unwrap(), Some(answer("c", 3)));
}

pub async fn another_tenants_answer_is_not_found(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    repository.idempotency().keep(&answer("a", 1)).await.unwrap();
    assert_eq!(repository.idempotency().find(other_tenant(), id(100), "a").await.unwrap(), None);
    let theirs = KeptAnswer { tenant: other_tenant(), status: 409, ..answer("a", 2) };
    repository.idempotency().keep(&theirs).await.unwrap();
    assert_eq!(repository.idempotency().find(other_tenant(), id(100), "a").await.unwrap(), Some(theirs));
    assert_eq!(repository.idempotency().find(tenant(), id(100), "a").await.unwrap(), Some(answer("a", 1)));
}
