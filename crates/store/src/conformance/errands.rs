use super::Bench;
use super::sample::{moment, other_tenant, tenant};
use crate::{Errand, Sealed};

fn errand(number: u8) -> Errand {
    let state = Sealed(vec![0, 159, number]);
    Errand { hash: [number; 32], tenant: tenant(), state, expires: moment(i64::from(number)) }
}

pub async fn who_comes_back_is_known_once(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut repository = store.write().await.unwrap();
    let mut errands = repository.errands();
    for number in [1, 2, 3] {
        errands.send(&errand(number)).await.unwrap();
    }
    assert_eq!(errands.take(other_tenant(), &[2; 32]).await.unwrap(), None);
    assert_eq!(errands.take(tenant(), &[4; 32]).await.unwrap(), None);
    assert_eq!(errands.take(tenant(), &[2; 32]).await.unwrap(), Some(errand(2)));
    assert_eq!(errands.take(tenant(), &[2; 32]).await.unwrap(), None);
    drop(errands);
    repository.save().await.unwrap();
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.errands().forget_before(moment(3)).await.unwrap(), 1);
    assert_eq!(repository.errands().take(tenant(), &[3; 32]).await.unwrap(), Some(errand(3)));
}
