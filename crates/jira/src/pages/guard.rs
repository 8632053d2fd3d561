//! Stops a page stream that would never end.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use serde_json::value::RawValue;

use crate::{Error, Result};

/// More pages than any site has: at 50 items a page, five million.
const MOST_PAGES: u32 = 100_000;
/// How many empty pages in a row are believed when Jira says that more will follow. `search/jql` may send some.
const MOST_EMPTY_PAGES: u32 = 100;

/// Watches over one page stream.
#[derive(Debug)]
pub(super) struct Guard {
    call: String,
    pages: u32,
    empty_in_a_row: u32,
    tokens: HashSet<u64>,
    contents: HashSet<u64>,
}

impl Guard {
    pub(super) fn new(call: String) -> Self {
        Self { call, pages: 0, empty_in_a_row: 0, tokens: HashSet::new(), contents: HashSet::new() }
    }

    /// Takes note of a page with so many items.
    pub(super) fn page(&mut self, items: usize) -> Result<()> {
        self.pages += 1;
        if self.pages > MOST_PAGES {
            return Err(self.unexpected(format!("more than {MOST_PAGES} pages")));
        }
        self.empty_in_a_row = if items == 0 { self.empty_in_a_row + 1 } else { 0 };
        if self.empty_in_a_row > MOST_EMPTY_PAGES {
            return Err(self.unexpected(format!("{MOST_EMPTY_PAGES} empty pages in a row, none of them the last")));
        }
        Ok(())
    }

    /// Takes note of the token for the next page: one that was used before would lead in a circle.
    pub(super) fn token(&mut self, token: &str) -> Result<()> {
        if self.tokens.insert(digest(token)) {
            Ok(())
        } else {
            Err(self.unexpected("the token for the next page was used before"))
        }
    }

    /// Takes note of what a page holds. Items have ids, so a page that comes again means that the position was ignored, or
    /// that the pages go in a circle; empty pages are counted by [`Guard::page`].
    pub(super) fn content<'a>(&mut self, items: impl IntoIterator<Item = &'a Box<RawValue>>) -> Result<()> {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            return Ok(());
        }
        let mut hasher = DefaultHasher::new();
        items.for_each(|item| item.get().hash(&mut hasher));
        if self.contents.insert(hasher.finish()) { Ok(()) } else { Err(self.unexpected("the same page came twice")) }
    }

    pub(super) fn unexpected(&self, reason: impl Into<String>) -> Error {
        Error::Unexpected { call: self.call.clone(), reason: reason.into() }
    }
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard::new("GET /things".into())
    }

    #[test]
    fn a_token_may_come_once() {
        let mut guard = guard();
        guard.token("one").unwrap();
        guard.token("two").unwrap();
        insta::assert_snapshot!(guard.token("one").unwrap_err(),
            @"GET /things: unexpected answer: the token for the next page was used before");
    }

    #[test]
    fn a_page_that_came_before_is_refused() {
        let page = |text: &str| [RawValue::from_string(text.to_owned()).unwrap()];
        let mut guard = guard();
        guard.content(&page("1")).unwrap();
        guard.content(&page("2")).unwrap();
        guard.content(&[]).unwrap();
        guard.content(&[]).unwrap();
        insta::assert_snapshot!(guard.content(&page("1")).unwrap_err(),
            @"GET /things: unexpected answer: the same page came twice");
    }

    #[test]
    fn some_empty_pages_are_believed_but_not_any_number() {
        let mut guard = guard();
        for _ in 0..MOST_EMPTY_PAGES {
            guard.page(0).unwrap();
        }
        guard.page(1).unwrap();
        for _ in 0..MOST_EMPTY_PAGES {
            guard.page(0).unwrap();
        }
        assert!(guard.page(0).is_err());
    }

    #[test]
    fn pages_are_counted() {
        let mut guard = guard();
        for _ in 0..MOST_PAGES {
            guard.page(1).unwrap();
        }
        assert!(guard.page(1).is_err());
    }
}
