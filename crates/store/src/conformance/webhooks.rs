use super::Bench;
use super::sample::{id, moment, other_tenant, tenant};
use crate::{Sealed, StoreError, Webhook};

fn webhook(number: u128) -> Webhook {
    Webhook {
        id: id(number),
        tenant: tenant(),
        url: format!("https://hooks.example.com/{number}?a=b"),
        secret: Sealed(vec![0, 159, number as u8]),
        made: moment(100 - number as i64),
        disabled: None,
    }
}

pub async fn a_webhook_reads_back_whole(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let mut webhooks = repository.webhooks();
    let closed = Webhook { disabled: Some("410 Gone".to_owned()), ..webhook(2) };
    webhooks.add(&webhook(1)).await.unwrap();
    webhooks.add(&closed).await.unwrap();
    assert_eq!(webhooks.get(tenant(), id(1)).await.unwrap(), Some(webhook(1)));
    assert_eq!(webhooks.list(tenant()).await.unwrap(), [closed, webhook(1)], "as they were made");
    assert_eq!(webhooks.get(tenant(), id(3)).await.unwrap(), None);
}

pub async fn a_webhook_is_changed_and_removed(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let mut webhooks = repository.webhooks();
    webhooks.add(&webhook(1)).await.unwrap();
    webhooks.add(&webhook(2)).await.unwrap();
    let moved = Webhook {
        url: "https://elsewhere.example.com/".to_owned(),
        secret: Sealed(vec![9]),
        disabled: Some("by hand".to_owned()),
        ..webhook(1)
    };
    webhooks.update(&moved).await.unwrap();
    assert_eq!(webhooks.get(tenant(), id(1)).await.unwrap(), Some(moved));
    assert_eq!(webhooks.get(tenant(), id(2)).await.unwrap(), Some(webhook(2)));
    webhooks.remove(tenant(), id(1)).await.unwrap();
    assert_eq!(webhooks.list(tenant()).await.unwrap(), [webhook(2)]);
    assert!(matches!(webhooks.remove(tenant(), id(1)).await, Err(StoreError::Missing { .. })));
    assert!(matches!(webhooks.update(&webhook(1)).await, Err(StoreError::Missing { .. })));
}

pub async fn another_tenants_webhook_is_missing(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let mut webhooks = repository.webhooks();
    webhooks.add(&webhook(1)).await.unwrap();
    assert_eq!(webhooks.get(other_tenant(), id(1)).await.unwrap(), None);
    assert_eq!(webhooks.list(other_tenant()).await.unwrap(), []);
    let strange = Webhook { tenant: other_tenant(), ..webhook(1) };
    assert!(matches!(webhooks.update(&strange).await, Err(StoreError::Missing { .. })));
    assert!(matches!(webhooks.remove(other_tenant(), id(1)).await, Err(StoreError::Missing { .. })));
    assert_eq!(webhooks.get(tenant(), id(1)).await.unwrap(), Some(webhook(1)));
}
