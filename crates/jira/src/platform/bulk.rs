//! Many issues at once: `POST /rest/api/3/issue/bulkfetch` (`matrix.md` §6).

use std::collections::HashSet;
use std::fmt::Display;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::{Call, Error, Jira, Result};

/// The most issues in a request for all fields.
const WITH_ALL_FIELDS: usize = 100;
/// The most issues in a request for at most [`FEW_FIELDS`] named fields.
const WITH_FEW_FIELDS: usize = 1000;
const FEW_FIELDS: usize = 100;

/// Issues that were asked for together.
#[derive(Debug, Default)]
pub struct BulkFetched {
    /// Each issue as Jira wrote it, once; not in the order asked for.
    pub issues: Vec<Box<RawValue>>,
    /// Those asked for that Jira did not give: they do not exist, or may not be seen. An issue asked for by a key that it no
    /// longer has counts as given under its new key, and its old key is listed here.
    pub missing: Vec<String>,
    /// Those asked for whose answer cannot be used even when they are asked for alone, and why. They may well exist.
    pub unreadable: Vec<(String, Error)>,
}

impl Jira {
    /// Issues with all their fields and up to five named properties, by id or key, any number of them.
    pub async fn bulk_fetch(&self, ids: &[impl Display + Sync], properties: &[&str]) -> Result<BulkFetched> {
        self.bulk_fetch_fields(ids, &["*all"], properties).await
    }

    /// Issues with some fields and up to five named properties, by id or key, any number of them. Ten times as many to a
    /// request when the fields are named (not comments, worklogs or attachments).
    pub async fn bulk_fetch_fields(
        &self,
        ids: &[impl Display + Sync],
        fields: &[&str],
        properties: &[&str],
    ) -> Result<BulkFetched> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut fetched = BulkFetched::default();
        for batch in ids.chunks(batch_size(fields)) {
            let unreadable = fetched.unreadable.len();
            self.fetch_halving(batch, fields, properties, &mut fetched).await?;
            // When not one of many can be used, it is the site that is out of order.
            if batch.len() > 1 && fetched.unreadable.len() - unreadable == batch.len() {
                let (_, error) = fetched.unreadable.swap_remove(unreadable);
                return Err(error);
            }
        }
        Ok(fetched)
    }

    /// Fetches a batch. One whose answer cannot be used is halved until the culprit is alone.
    async fn fetch_halving(
        &self,
        batch: &[String],
        fields: &[&str],
        properties: &[&str],
        fetched: &mut BulkFetched,
    ) -> Result<()> {
        let mut batches = vec![batch];
        while let Some(batch) = batches.pop() {
            match (self.fetch_batch(batch, fields, properties, fetched).await, batch) {
                (Ok(()), _) => {}
                (Err(error), [id]) if error.is_unusable() => fetched.unreadable.push((id.clone(), error)),
                (Err(error), _) if error.is_unusable() => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.extend([second, first]);
                }
                (Err(error), _) => return Err(error),
            }
        }
        Ok(())
    }

    async fn fetch_batch(
        &self,
        batch: &[String],
        fields: &[&str],
        properties: &[&str],
        fetched: &mut BulkFetched,
    ) -> Result<()> {
        let question = json!({ "issueIdsOrKeys": batch, "fields": fields, "properties": properties });
        let answer: Answer = self.json(Call::post_read("/rest/api/3/issue/bulkfetch").json(&question)).await?;
        let mut seen = HashSet::new();
        let mut nameless = false;
        for issue in answer.issues {
            match Names::of(&issue) {
                Some(names) => {
                    if seen.insert(names.id) {
                        fetched.issues.push(issue);
                    }
                    seen.extend(names.key);
                }
                None => nameless = true,
            }
        }
        let failed: HashSet<String> = answer.issue_errors.into_iter().map(|error| error.id.to_lowercase()).collect();
        for id in batch.iter().filter(|id| !seen.contains(&id.to_lowercase())) {
            // An entry in `issueErrors` may mean "does not exist", "too much for one answer" or "try again": only the
            // issue itself tells. So it does when one came that does not say which it is.
            if !nameless && !failed.contains(&id.to_lowercase()) {
                fetched.missing.push(id.clone());
                continue;
            }
            match self.fetch_one(id, fields, properties).await {
                Ok(Some(issue)) => fetched.issues.push(issue),
                Ok(None) => fetched.missing.push(id.clone()),
                Err(error) if error.is_unusable() || matches!(error, Error::WebPage { .. }) => {
                    fetched.unreadable.push((id.clone(), error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn fetch_one(&self, id: &str, fields: &[&str], properties: &[&str]) -> Result<Option<Box<RawValue>>> {
        let call = Call::get("/rest/api/3/issue/{issue}").arg("issue", id).query("fields", fields.join(","));
        let call = match properties {
            [] => call,
            named => call.query("properties", named.join(",")),
        };
        let label = call.label();
        match self.json::<Box<RawValue>>(call).await {
            Ok(issue) if Names::of(&issue).is_some() => Ok(Some(issue)),
            Ok(_) => Err(Error::Unexpected { call: label, reason: "an issue without an id".to_owned() }),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn batch_size(fields: &[&str]) -> usize {
    let heavy = |field: &&str| field.starts_with(['*', '-']) || matches!(*field, "comment" | "worklog" | "attachment");
    if fields.is_empty() || fields.len() > FEW_FIELDS || fields.iter().any(heavy) {
        WITH_ALL_FIELDS
    } else {
        WITH_FEW_FIELDS
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    issues: Vec<Box<RawValue>>,
    #[serde(default)]
    issue_errors: Vec<IssueError>,
}

#[derive(Deserialize)]
struct IssueError {
    id: String,
}

/// What an issue is called, in lower case: Jira takes keys in any.
struct Names {
    id: String,
    key: Option<String>,
}

impl Names {
    /// The names of an issue, if it says its id: a number, as text.
    fn of(issue: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Issue {
            id: String,
            key: Option<String>,
        }
        let issue: Issue = serde_json::from_str(issue.get()).ok()?;
        let is_id = (1..=19).contains(&issue.id.len()) && issue.id.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then(|| Self { id: issue.id, key: issue.key.map(|key| key.to_lowercase()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_hold_as_many_issues_as_jira_takes_for_their_fields() {
        assert_eq!(batch_size(&["*all"]), 100);
        assert_eq!(batch_size(&[]), 100);
        assert_eq!(batch_size(&["summary", "comment"]), 100);
        assert_eq!(batch_size(&["summary", "status"]), 1000);
        assert_eq!(batch_size(&["field"; 101]), 100);
    }
}
