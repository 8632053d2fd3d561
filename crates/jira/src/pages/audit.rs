//! The audit log: `GET /rest/api/3/auditing/record`, paged by `offset` and `limit` (`quirks.md` §2.6).

use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::guard::Guard;
use crate::{Call, Jira, Result};

/// The most that Jira gives at once.
const RECORDS_IN_A_PAGE: u64 = 1000;

impl Jira {
    /// The records of the audit log from a moment on, newest first, each as Jira wrote it. What is recorded while the log is
    /// read moves the rest on, so a record may come twice. Sites on free plans refuse it ([`crate::Error::Forbidden`]).
    pub fn audit(&self, from: Timestamp) -> BoxStream<'static, Result<Box<RawValue>>> {
        let call = Call::get("/rest/api/3/auditing/record")
            .query("from", from.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000"))
            .query("limit", RECORDS_IN_A_PAGE);
        let state = Some((0, Guard::new(call.label())));
        let jira = self.clone();
        super::items(stream::try_unfold(state, move |state| {
            let (jira, call) = (jira.clone(), call.clone());
            async move {
                let Some((offset, mut guard)) = state else { return Ok(None) };
                let page: Page = jira.json(call.query("offset", offset)).await?;
                guard.page(page.records.len())?;
                guard.content(&page.records)?;
                let came = page.records.len() as u64;
                // `total` counts what was returned, by the API's own words: only a short page shows the end.
                let more = came > 0 && came >= page.limit.unwrap_or(RECORDS_IN_A_PAGE);
                Ok(Some((page.records, more.then_some((offset + came, guard)))))
            }
        }))
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    records: Vec<Box<RawValue>>,
    limit: Option<u64>,
}
