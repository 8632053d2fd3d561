//! Pages by position: `startAt`, `maxResults`, and any of `isLast` and `total`.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::guard::Guard;
use crate::messages::shorten;
use crate::{Call, Error, Jira, Result};

impl Jira {
    /// All items of a list that is paged by position, in the list's order, each as Jira wrote it.
    ///
    /// `member` names the array in the page (`values`, `comments`, `worklogs`…). Jira lowers a page size over its cap without
    /// a word, so each step is as long as the page that came, not as long as was asked. A list that changes while it is
    /// read may give an item twice.
    ///
    /// # Errors
    /// What [`Jira::raw`] gives, and [`crate::Error::Unexpected`] when the pages go in a circle.
    pub fn pages_offset(
        &self,
        call: Call,
        member: &'static str,
        page_size: u32,
    ) -> BoxStream<'static, Result<Box<RawValue>>> {
        let position = Position { start: 0, asked: u64::from(page_size.max(1)), guard: Guard::new(call.label()) };
        let jira = self.clone();
        super::items(stream::try_unfold(Some(position), move |position| {
            let (jira, call) = (jira.clone(), call.clone());
            async move {
                let Some(mut position) = position else { return Ok(None) };
                let answer = position.ask(&jira, &call).await?;
                let page = Page::parse(&answer, member).map_err(|why| position.guard.unexpected(why))?;
                let more = position.advance(&page)?;
                Ok(Some((page.items, more.then_some(position))))
            }
        }))
    }

    /// All items of a list that is paged by position and gives plain arrays, which tell neither a total nor an end
    /// (`users/search`): only an empty page ends it, because pages may be shorter than asked.
    ///
    /// # Errors
    /// As [`Jira::pages_offset`].
    pub fn pages_array(&self, call: Call, page_size: u32) -> BoxStream<'static, Result<Box<RawValue>>> {
        let state = Some((0, Guard::new(call.label())));
        let jira = self.clone();
        super::items(stream::try_unfold(state, move |state| {
            let (jira, call) = (jira.clone(), call.clone());
            async move {
                let Some((start, mut guard)) = state else { return Ok(None) };
                let page = jira.array(call.query("startAt", start).query("maxResults", page_size)).await?;
                guard.page(page.len())?;
                guard.content(&page)?;
                let next = (!page.is_empty()).then(|| (start + page.len(), guard));
                Ok(Some((page, next)))
            }
        }))
    }

    /// An endpoint that gives a plain array, without pages (`quirks.md` §2.10).
    pub async fn array(&self, call: Call) -> Result<Vec<Box<RawValue>>> {
        self.json(call).await
    }
}

/// Where in the list the stream is.
#[derive(Debug)]
struct Position {
    start: u64,
    asked: u64,
    guard: Guard,
}

impl Position {
    /// Asks for the page here; for less and less of it as long as it is too long to be taken.
    async fn ask(&mut self, jira: &Jira, call: &Call) -> Result<Bytes> {
        loop {
            let call = call.clone().query("startAt", self.start).query("maxResults", self.asked);
            match jira.raw(call).await {
                Err(Error::TooLong { .. }) if self.asked > 1 => self.asked /= 2,
                answer => return answer,
            }
        }
    }

    /// Steps over a page; tells whether another follows.
    fn advance(&mut self, page: &Page) -> Result<bool> {
        if let Some(start) = page.start.filter(|start| *start != self.start) {
            return Err(self
                .guard
                .unexpected(format!("asked for items from {} and got them from {start}", self.start)));
        }
        let came = page.items.len() as u64;
        self.guard.page(page.items.len())?;
        self.guard.content(&page.items)?;
        // A page size beyond what was asked for is no page size.
        let size = page.size.filter(|size| (1..=self.asked).contains(size)).unwrap_or(self.asked);
        self.start += if came > 0 { came } else { size };
        let before_the_end = page.total.map(|total| self.start < total);
        Ok(match page.last {
            Some(true) => false,
            // "More will follow" outweighs a total that says otherwise, unless nothing came.
            Some(false) => came > 0 || before_the_end.unwrap_or(true),
            None => before_the_end.unwrap_or(came >= size),
        })
    }
}

/// One page.
#[derive(Debug)]
struct Page {
    items: Vec<Box<RawValue>>,
    start: Option<u64>,
    size: Option<u64>,
    total: Option<u64>,
    last: Option<bool>,
}

impl Page {
    fn parse(bytes: &[u8], member: &str) -> Result<Self, String> {
        let members: HashMap<Cow<'_, str>, &RawValue> =
            serde_json::from_slice(bytes).map_err(|error| shorten(&format!("not a page: {error}")))?;
        let text = members.get(member).ok_or_else(|| format!("a page without `{member}`"))?.get();
        let items =
            serde_json::from_str(text).map_err(|error| shorten(&format!("`{member}` is not an array: {error}")))?;
        Ok(Self {
            items,
            start: value(&members, "startAt")?,
            size: value(&members, "maxResults")?,
            total: value(&members, "total")?,
            last: value(&members, "isLast")?,
        })
    }
}

fn value<T: DeserializeOwned>(members: &HashMap<Cow<'_, str>, &RawValue>, name: &str) -> Result<Option<T>, String> {
    let Some(value) = members.get(name) else { return Ok(None) };
    serde_json::from_str(value.get()).map_err(|error| shorten(&format!("`{name}`: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position() -> Position {
        Position { start: 0, asked: 50, guard: Guard::new("GET /things".into()) }
    }

    fn advance(position: &mut Position, json: &str) -> Result<bool> {
        position.advance(&Page::parse(json.as_bytes(), "values").unwrap())
    }

    #[test]
    fn a_step_is_as_long_as_the_page_that_came() {
        let mut position = position();
        let more = advance(&mut position, r#"{"startAt":0,"maxResults":2,"total":3,"isLast":false,"values":[1,2]}"#);
        assert!(more.unwrap());
        assert_eq!(position.start, 2);
        assert!(
            !advance(&mut position, r#"{"startAt":2,"maxResults":2,"total":3,"isLast":true,"values":[3]}"#).unwrap()
        );
    }

    #[test]
    fn a_page_without_a_total_or_an_end_is_the_last_when_it_is_short() {
        assert!(!advance(&mut position(), r#"{"startAt":0,"maxResults":50,"values":[1]}"#).unwrap());
        assert!(advance(&mut position(), r#"{"startAt":0,"maxResults":1,"values":[1]}"#).unwrap());
    }

    #[test]
    fn a_total_that_is_too_small_does_not_end_a_list_that_goes_on() {
        assert!(advance(&mut position(), r#"{"startAt":0,"total":1,"isLast":false,"values":[1]}"#).unwrap());
        assert!(!advance(&mut position(), r#"{"startAt":0,"total":1,"isLast":false,"values":[]}"#).unwrap());
    }

    #[test]
    fn an_empty_page_that_is_not_the_last_is_stepped_over() {
        let mut position = position();
        assert!(advance(&mut position, r#"{"startAt":0,"maxResults":10,"isLast":false,"values":[]}"#).unwrap());
        assert_eq!(position.start, 10);
    }

    #[test]
    fn an_empty_page_that_says_to_be_endless_is_stepped_over_as_what_was_asked_for() {
        let mut position = position();
        let page = format!(r#"{{"maxResults":{},"isLast":false,"values":[]}}"#, u64::MAX);
        for step in 1..=3 {
            assert!(advance(&mut position, &page).unwrap());
            assert_eq!(position.start, step * 50);
        }
    }

    #[test]
    fn a_list_that_shrank_below_the_position_has_ended() {
        let mut position = position();
        assert!(advance(&mut position, r#"{"startAt":0,"maxResults":2,"total":4,"values":[1,2]}"#).unwrap());
        assert!(!advance(&mut position, r#"{"startAt":2,"maxResults":2,"total":1,"values":[]}"#).unwrap());
    }

    #[test]
    fn an_answer_for_another_position_is_refused() {
        let mut position = position();
        advance(&mut position, r#"{"startAt":0,"maxResults":1,"total":9,"values":[1]}"#).unwrap();
        insta::assert_snapshot!(advance(&mut position, r#"{"startAt":0,"maxResults":1,"total":9,"values":[1]}"#).unwrap_err(),
            @"GET /things: unexpected answer: asked for items from 1 and got them from 0");
    }

    #[test]
    fn items_are_kept_as_they_were_written() {
        let page = Page::parse(br#"{"values":[{ "b":1.0, "a": 1e2 }]}"#, "values").unwrap();
        assert_eq!(page.items[0].get(), r#"{ "b":1.0, "a": 1e2 }"#);
    }

    #[test]
    fn what_is_not_a_page_says_why() {
        assert_eq!(Page::parse(b"{}", "values").unwrap_err(), "a page without `values`");
        assert!(Page::parse(br#"{"values":{}}"#, "values").unwrap_err().starts_with("`values` is not an array"));
        assert!(Page::parse(b"<html>", "values").unwrap_err().starts_with("not a page"));
    }
}
