//! Creating several objects.

use futures::future::BoxFuture;
use jira::{Error, Outcome};

use crate::kind::Made;
use crate::translation::Translated;

/// Creates objects one after the other. A request whose outcome is unclear does not stop the rest: each is its own.
pub(in crate::kinds) async fn one_by_one<'a>(
    objects: &'a [Translated],
    create: impl Fn(&'a Translated) -> BoxFuture<'a, jira::Result<Made>> + Send + Sync,
) -> Vec<jira::Result<Made>> {
    let mut results = Vec::with_capacity(objects.len());
    for object in objects {
        results.push(create(object).await);
    }
    results
}

/// Creates objects in one request. Refused whole, they are sent one by one, so that only the bad one fails.
pub(in crate::kinds) async fn in_batch<'a, T: Sync>(
    items: &'a [T],
    create: impl Fn(&'a [T]) -> BoxFuture<'a, jira::Result<Vec<Made>>> + Send + Sync,
) -> Vec<jira::Result<Made>> {
    match create(items).await {
        Ok(made) if made.len() == items.len() => made.into_iter().map(Ok).collect(),
        Ok(made) => {
            let reason = format!("asked for {} objects, told of {}", items.len(), made.len());
            repeated(&Error::Unexpected { call: "creation".to_owned(), reason }, items.len())
        }
        Err(error) if items.len() > 1 && error.outcome() == Outcome::Rejected => {
            let mut results = Vec::with_capacity(items.len());
            for index in 0..items.len() {
                results.push(create(&items[index..=index]).await.and_then(|mut made| {
                    made.pop().ok_or_else(|| Error::Unexpected {
                        call: "creation".to_owned(),
                        reason: "the answer does not tell what was made".to_owned(),
                    })
                }));
            }
            results
        }
        Err(error) => repeated(&error, items.len()),
    }
}

fn repeated(error: &Error, times: usize) -> Vec<jira::Result<Made>> {
    (0..times).map(|_| Err(error.clone())).collect()
}
