//! Several things at once, with a clean end.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt;
use futures::future::{FutureExt, ready};
use futures::stream;

use crate::Result;

/// Works on so many things at once; what came of them, in their order. After an error nothing more is begun, but what is
/// under way comes to its end: a request that is dropped in its middle leaves it unclear whether it was done.
pub(super) async fn side_by_side<T, R: Send, F>(
    things: impl IntoIterator<Item = T>,
    at_once: usize,
    work: impl Fn(T) -> F,
) -> Result<Vec<R>>
where
    F: Future<Output = Result<R>> + Send,
{
    let stopped = &AtomicBool::new(false);
    let begun = things.into_iter().map(|thing| {
        let work = work(thing);
        async move {
            if stopped.load(Ordering::Relaxed) {
                return None;
            }
            let done = work.await;
            stopped.fetch_or(done.is_err(), Ordering::Relaxed);
            Some(done)
        }
        .boxed()
    });
    let begun: Vec<_> = begun.collect();
    let done: Vec<Result<R>> = stream::iter(begun).buffered(at_once).filter_map(ready).collect().await;
    done.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::Error;

    #[tokio::test]
    async fn after_an_error_nothing_more_begins_but_what_is_under_way_ends() {
        let ended = Mutex::new(Vec::new());
        let result = side_by_side(0..5, 2, |number| {
            let ended = &ended;
            async move {
                if number == 0 {
                    tokio::task::yield_now().await;
                    return Err(Error::Stopped);
                }
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                ended.lock().unwrap().push(number);
                Ok(number)
            }
        })
        .await;
        assert!(matches!(result, Err(Error::Stopped)));
        assert_eq!(*ended.lock().unwrap(), [1]);
    }

    #[tokio::test]
    async fn results_come_in_the_order_of_the_things() {
        let doubled = side_by_side([3, 1, 2], 3, async |number| Ok(2 * number)).await.unwrap();
        assert_eq!(doubled, [6, 2, 4]);
    }
}
