use control::confirmation::Challenge;
use control::connection::State;

use super::Bench;
use super::sample::{connection, furnish, id, moment, other_tenant, request, tenant};
use crate::{Repository, StoreError};

fn code(mac: u8) -> Challenge {
    Challenge { mac: [mac; 32], expires: moment(1800), attempts_left: 5 }
}

/// A repository with a connection and a request.
async fn with_request(bench: &dyn Bench) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let state = State { connection: Some(connection(1)), request: Some(request(50)), contacts: vec![] };
    repository.connections().save(&state).await.unwrap();
    repository
}

pub async fn a_code_is_replaced_and_used_once(bench: &dyn Bench) {
    let mut repository = with_request(bench).await;
    let mut codes = repository.challenges();
    assert_eq!(codes.get(tenant(), id(50), id(100)).await.unwrap(), None);
    codes.keep(tenant(), id(50), id(100), &code(1)).await.unwrap();
    let second = Challenge { attempts_left: 2, ..code(2) };
    codes.keep(tenant(), id(50), id(100), &second).await.unwrap();
    assert_eq!(codes.get(tenant(), id(50), id(100)).await.unwrap(), Some(second));
    codes.forget(tenant(), id(50), id(100)).await.unwrap();
    assert_eq!(codes.get(tenant(), id(50), id(100)).await.unwrap(), None);
    assert!(matches!(codes.forget(tenant(), id(50), id(100)).await, Err(StoreError::Missing { .. })));
}

pub async fn a_code_belongs_to_one_person_request_and_tenant(bench: &dyn Bench) {
    let mut repository = with_request(bench).await;
    let mut codes = repository.challenges();
    codes.keep(tenant(), id(50), id(100), &code(1)).await.unwrap();
    assert_eq!(codes.get(tenant(), id(50), id(101)).await.unwrap(), None);
    assert_eq!(codes.get(tenant(), id(51), id(100)).await.unwrap(), None);
    assert_eq!(codes.get(other_tenant(), id(50), id(100)).await.unwrap(), None);
    assert!(codes.keep(other_tenant(), id(50), id(100), &code(2)).await.is_err());
    assert!(codes.keep(tenant(), id(50), id(999), &code(2)).await.is_err());
}
