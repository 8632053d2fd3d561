use std::slice;

use control::id::PersonId;

use super::Bench;
use super::sample::{furnish, id, moment, other_tenant, tenant};
use crate::message::{Channel, MessageState};
use crate::{Message, Repository, Sealed, StoreError, Webhook};

/// A message that is due as many seconds after the first moment as its number says.
fn message(number: u128) -> Message {
    Message {
        id: id(number),
        tenant: tenant(),
        channel: Channel::Mail { person: id(100) },
        subject: format!("Subject {number}"),
        body: "c2VhbGVk".to_owned(),
        due: moment(number as i64),
        attempts: 0,
        made: moment(0),
        state: MessageState::Waiting,
        problem: None,
    }
}

async fn with_messages(bench: &dyn Bench, numbers: &[u128]) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    for number in numbers {
        repository.messages().add(&message(*number)).await.unwrap();
    }
    repository
}

async fn only(repository: &mut dyn Repository) -> Message {
    let listed = repository.messages().list(tenant(), None, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    listed.into_iter().next().unwrap()
}

pub async fn a_message_reads_back_whole(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[]).await;
    let webhook = Webhook {
        id: id(60),
        tenant: tenant(),
        url: "https://hooks.example.com/".to_owned(),
        secret: Sealed(vec![1]),
        made: moment(0),
        disabled: None,
    };
    repository.webhooks().add(&webhook).await.unwrap();
    let mail = Message { attempts: 3, problem: Some("no answer".to_owned()), ..message(1) };
    let hook = Message { channel: Channel::Webhook { endpoint: id(60) }, ..message(2) };
    for written in [&mail, &hook] {
        repository.messages().add(written).await.unwrap();
    }
    assert_eq!(repository.messages().list(tenant(), None, 10).await.unwrap(), [hook, mail]);
    let nobody = Message { channel: Channel::Mail { person: id::<PersonId>(999) }, ..message(3) };
    assert!(matches!(repository.messages().add(&nobody).await, Err(StoreError::Missing { .. })));
}

pub async fn the_longest_due_is_sent_first(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[3, 1, 2, 9]).await;
    let mut messages = repository.messages();
    assert_eq!(messages.due(moment(3), 10).await.unwrap(), [message(1), message(2), message(3)]);
    assert_eq!(messages.due(moment(3), 2).await.unwrap(), [message(1), message(2)]);
    assert_eq!(messages.due(moment(0), 10).await.unwrap(), []);
}

pub async fn one_sender_takes_a_message(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[1]).await;
    let mut messages = repository.messages();
    assert!(messages.take(&message(1), moment(60)).await.unwrap());
    assert!(!messages.take(&message(1), moment(90)).await.unwrap(), "it was taken since it was read");
    assert_eq!(messages.due(moment(59), 10).await.unwrap(), []);
    // Its sender died: somebody else sends it.
    let again = messages.due(moment(60), 10).await.unwrap();
    assert_eq!(again, [Message { due: moment(60), attempts: 1, ..message(1) }]);
    assert!(messages.take(&again[0], moment(120)).await.unwrap());
    drop(messages);
    assert_eq!(only(&mut *repository).await.attempts, 2);
}

pub async fn what_was_sent_is_forgotten(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[1]).await;
    repository.messages().failed(tenant(), id(1), "no answer", Some(moment(5))).await.unwrap();
    repository.messages().sent(tenant(), id(1)).await.unwrap();
    let sent = only(&mut *repository).await;
    assert_eq!((sent.state, sent.body.as_str(), sent.problem.as_deref()), (MessageState::Sent, "", None));
    let mut messages = repository.messages();
    assert_eq!(messages.due(moment(9), 10).await.unwrap(), []);
    assert!(!messages.take(&sent, moment(90)).await.unwrap());
    let late = messages.failed(tenant(), id(1), "too late", None).await;
    assert!(matches!(late, Err(StoreError::Missing { .. })));
}

pub async fn what_was_not_sent_waits_or_is_given_up(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[1]).await;
    repository.messages().failed(tenant(), id(1), "no answer", Some(moment(50))).await.unwrap();
    let waiting = Message { due: moment(50), problem: Some("no answer".to_owned()), ..message(1) };
    assert_eq!(only(&mut *repository).await, waiting);
    assert_eq!(repository.messages().due(moment(49), 10).await.unwrap(), []);
    assert_eq!(repository.messages().due(moment(50), 10).await.unwrap(), slice::from_ref(&waiting));
    repository.messages().failed(tenant(), id(1), "refused", None).await.unwrap();
    let given_up = only(&mut *repository).await;
    assert_eq!((given_up.state, given_up.problem.as_deref()), (MessageState::GivenUp, Some("refused")));
    assert_eq!(repository.messages().due(moment(5000), 10).await.unwrap(), []);
}

pub async fn messages_are_listed_a_page_at_a_time(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[1, 2, 3]).await;
    let mut messages = repository.messages();
    assert_eq!(messages.list(tenant(), None, 2).await.unwrap(), [message(3), message(2)]);
    assert_eq!(messages.list(tenant(), Some(id(2)), 2).await.unwrap(), [message(1)]);
    assert_eq!(messages.list(tenant(), Some(id(1)), 2).await.unwrap(), []);
}

pub async fn another_tenants_message_is_missing(bench: &dyn Bench) {
    let mut repository = with_messages(bench, &[1]).await;
    let mut messages = repository.messages();
    assert_eq!(messages.list(other_tenant(), None, 10).await.unwrap(), []);
    assert!(!messages.take(&Message { tenant: other_tenant(), ..message(1) }, moment(60)).await.unwrap());
    assert!(matches!(messages.sent(other_tenant(), id(1)).await, Err(StoreError::Missing { .. })));
    assert!(matches!(messages.failed(other_tenant(), id(1), "no", None).await, Err(StoreError::Missing { .. })));
    drop(messages);
    assert_eq!(only(&mut *repository).await, message(1));
}
