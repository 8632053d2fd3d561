//! Jira's ways of paging, each as a stream of items.
//!
//! A page stream of Jira can go wrong without an error: a token that comes back, a page that repeats, an empty page that
//! is not the last. Every stream here ends, with all items or with an error; none stops early in silence, because what is
//! missing from a list of issues looks like a deletion. The rules are in [`guard`].

mod audit;
mod changelogs;
mod guard;
mod offset;
mod search;
mod worklogs;

pub use worklogs::{WorklogChange, WorklogFeed};

use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};

use crate::Result;

/// The items of a stream of pages.
fn items<T: Send + 'static>(
    pages: impl Stream<Item = Result<Vec<T>>> + Send + 'static,
) -> BoxStream<'static, Result<T>> {
    pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten().boxed()
}
