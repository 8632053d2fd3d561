//! Many issues at once: `POST /rest/api/3/issue/bulkfetch` (`matrix.md` §6).

use std::collections::HashSet;
use std::fmt::Display;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::{Call, Jira, Result};

/// The most issues in a request for all fields.
const WITH_ALL_FIELDS: usize = 100;
/// The most issues in a request for at most [`FEW_FIELDS`] named fields.
const WITH_FEW_FIELDS: usize = 1000;
const FEW_FIELDS: usize = 100;

/// Issues that were asked for together.
#[derive(Debug, Default)]
pub struct BulkFetched {
    /// Each issue as Jira wrote it; not in the order asked for.
    pub issues: Vec<Box<RawValue>>,
    /// Those asked for that Jira did not give: they do not exist, or may not be seen. An issue asked for by a key that it no
    /// longer has counts as given under its new key, and its old key is listed here.
    pub missing: Vec<String>,
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
            self.fetch_batch(batch, fields, properties, &mut fetched).await?;
        }
        Ok(fetched)
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
        for issue in &answer.issues {
            seen.extend(names_of(issue));
        }
        fetched.issues.extend(answer.issues);
        let failed: HashSet<String> = answer.issue_errors.into_iter().map(|error| error.id.to_lowercase()).collect();
        for id in batch.iter().filter(|id| !seen.contains(&id.to_lowercase())) {
            // An entry in `issueErrors` may mean "does not exist", "too much for one answer" or "try again": only the
            // issue itself tells.
            let issue =
                if failed.contains(&id.to_lowercase()) { self.fetch_one(id, fields, properties).await? } else { None };
            match issue {
                Some(issue) => fetched.issues.push(issue),
                None => fetched.missing.push(id.clone()),
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
        match self.json(call).await {
            Ok(issue) => Ok(Some(issue)),
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

/// An issue's id and key, in lower case: Jira takes keys in any.
fn names_of(issue: &RawValue) -> impl Iterator<Item = String> + use<> {
    #[derive(Deserialize)]
    struct Names {
        id: Option<String>,
        key: Option<String>,
    }
    let names = serde_json::from_str(issue.get()).unwrap_or(Names { id: None, key: None });
    [names.id, names.key].into_iter().flatten().map(|name| name.to_lowercase())
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
