//! JQL search: `POST /rest/api/3/search/jql`, paged by token (`quirks.md` §2.2, §3).

use futures::stream::{self, BoxStream, StreamExt as _};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::guard::Guard;
use crate::messages::shorten;
use crate::{Call, Error, Jira, Result};

const SEARCH: &str = "/rest/api/3/search/jql";
/// The most that Jira gives at once, and only when nothing but ids is asked for.
const IDS_IN_A_PAGE: u32 = 5000;

impl Jira {
    /// The ids of the issues that `jql` finds, in its order. The index behind it lags seconds to minutes behind the issues.
    ///
    /// # Errors
    /// A search that ends without saying so is [`crate::Error::Unexpected`]: half a list must not pass for a whole one.
    pub fn search_ids(&self, jql: &str) -> BoxStream<'static, Result<u64>> {
        self.search(jql, &["id"], IDS_IN_A_PAGE).map(|issue| id_of(&issue?)).boxed()
    }

    /// The issues that `jql` finds with the named fields, each as Jira wrote it. Jira may send fewer in a page than asked.
    pub fn search(&self, jql: &str, fields: &[&str], page_size: u32) -> BoxStream<'static, Result<Box<RawValue>>> {
        let question = json!({ "jql": jql, "fields": fields, "maxResults": page_size });
        let call = Call::post_read(SEARCH);
        let state = Some((None::<String>, Guard::new(call.label())));
        let jira = self.clone();
        super::items(stream::try_unfold(state, move |state| {
            let (jira, mut question, call) = (jira.clone(), question.clone(), call.clone());
            async move {
                let Some((token, mut guard)) = state else { return Ok(None) };
                if let Some(token) = token {
                    question["nextPageToken"] = token.into();
                }
                let page: Page = jira.json(call.json(&question)).await?;
                guard.page(page.issues.len())?;
                let next = page.next(&mut guard)?;
                guard.content(&page.issues)?;
                Ok(Some((page.issues, next.map(|token| (Some(token), guard)))))
            }
        }))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    issues: Vec<Box<RawValue>>,
    next_page_token: Option<String>,
    is_last: Option<bool>,
    #[serde(default)]
    warnings: Vec<Box<RawValue>>,
}

impl Page {
    /// The token of the page after this one.
    fn next(&self, guard: &mut Guard) -> Result<Option<String>> {
        for warning in &self.warnings {
            tracing::warn!(warning = shorten(warning.get()), "Jira warns about a search");
        }
        match (self.is_last, &self.next_page_token) {
            (Some(true), _) | (None, None) => Ok(None),
            (Some(false), None) => {
                Err(guard.unexpected("more issues are to follow, but no token came to ask for them"))
            }
            (_, Some(token)) => guard.token(token).map(|()| Some(token.clone())),
        }
    }
}

fn id_of(issue: &RawValue) -> Result<u64> {
    #[derive(Deserialize)]
    struct Issue {
        id: String,
    }
    let unexpected = |reason: String| Error::Unexpected { call: Call::post_read(SEARCH).label(), reason };
    let Issue { id } = serde_json::from_str(issue.get()).map_err(|error| unexpected(format!("an issue: {error}")))?;
    id.parse().map_err(|_| unexpected(shorten(&format!("`{id}` is not an issue id"))))
}
