//! Worklogs of the whole site: which were changed or deleted since a moment, and their content (`quirks.md` §2.7).

use futures::stream::{self, BoxStream, TryStreamExt as _};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::guard::Guard;
use crate::{Call, Jira, Result};

/// The most that `worklog/list` takes.
const WORKLOGS_IN_A_REQUEST: usize = 1000;

/// Which of the two feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorklogFeed {
    /// Created or edited.
    Updated,
    /// Deleted.
    Deleted,
}

/// One entry of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct WorklogChange {
    /// The worklog's id.
    #[serde(rename = "worklogId")]
    pub id: u64,
    /// When, in milliseconds since 1970.
    #[serde(rename = "updatedTime")]
    pub updated_ms: i64,
}

impl Jira {
    /// The worklogs that were changed or deleted since a moment (milliseconds since 1970), oldest change first.
    ///
    /// The feed excludes the last minute, and gives again what was changed in exactly the first millisecond.
    pub fn worklog_feed(&self, feed: WorklogFeed, since_ms: i64) -> BoxStream<'static, Result<WorklogChange>> {
        let call = Call::get(match feed {
            WorklogFeed::Updated => "/rest/api/3/worklog/updated",
            WorklogFeed::Deleted => "/rest/api/3/worklog/deleted",
        });
        let state = Some((since_ms, Guard::new(call.label())));
        let jira = self.clone();
        super::items(stream::try_unfold(state, move |state| {
            let (jira, call) = (jira.clone(), call.clone());
            async move {
                let Some((since, mut guard)) = state else { return Ok(None) };
                let page: Page = jira.json(call.query("since", since)).await?;
                guard.page(page.values.len())?;
                let next = page.next(since, &guard)?;
                Ok(Some((page.values, next.map(|since| (since, guard)))))
            }
        }))
    }

    /// Worklogs by id, with their properties, each as Jira wrote it. Those that may not be seen are left out.
    pub async fn worklogs(&self, ids: &[u64]) -> Result<Vec<Box<RawValue>>> {
        let batches = stream::iter(ids.chunks(WORKLOGS_IN_A_REQUEST).map(Ok::<_, crate::Error>));
        batches
            .try_fold(Vec::with_capacity(ids.len()), async |mut worklogs, batch| {
                let call = Call::post_read("/rest/api/3/worklog/list").query("expand", "properties");
                worklogs.extend(self.array(call.json(&json!({ "ids": batch }))).await?);
                Ok(worklogs)
            })
            .await
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    values: Vec<WorklogChange>,
    until: Option<i64>,
    #[serde(rename = "lastPage")]
    last: bool,
}

impl Page {
    /// From when to ask for the next page. `nextPage` is an address of the site's own and not followed.
    fn next(&self, since: i64, guard: &Guard) -> Result<Option<i64>> {
        if self.last {
            return Ok(None);
        }
        let until = self.until.or_else(|| self.values.iter().map(|change| change.updated_ms).max());
        match until {
            Some(until) if until > since => Ok(Some(until)),
            _ => Err(guard.unexpected(format!("more changes are to follow, but none later than {since}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(page: &str) -> Result<Option<i64>> {
        serde_json::from_str::<Page>(page).unwrap().next(100, &Guard::new("GET /feed".into()))
    }

    #[test]
    fn the_next_page_starts_where_this_one_ended() {
        assert_eq!(next(r#"{"values":[],"until":150,"lastPage":false}"#).unwrap(), Some(150));
        assert_eq!(
            next(r#"{"values":[{"worklogId":1,"updatedTime":170,"properties":[]}],"lastPage":false}"#).unwrap(),
            Some(170)
        );
        assert_eq!(next(r#"{"values":[],"until":150,"lastPage":true}"#).unwrap(), None);
    }

    #[test]
    fn a_feed_that_does_not_advance_is_refused() {
        insta::assert_snapshot!(next(r#"{"values":[],"until":100,"lastPage":false}"#).unwrap_err(),
            @"GET /feed: unexpected answer: more changes are to follow, but none later than 100");
    }
}
