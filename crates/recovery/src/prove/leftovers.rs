//! What is in the recovered projects and should not be: issues made twice, placeholders that were left, things by others.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt;
use serde::Deserialize;
use serde_json::Value;
use site::marks::PROPERTY;

use super::Proof;
use super::tally::Tally;
use crate::apply::PLACEHOLDER;
use crate::journal::{State, rows_of_kind};
use crate::objects::ISSUE;
use crate::{Error, Result};

/// How many issues are looked at in one request.
const BATCH: usize = 1000;

/// Searches the projects that this recovery made.
pub(super) async fn find(proof: &Proof<'_>, tally: &mut Tally) -> Result<()> {
    let recovery = proof.recovery;
    let mut known: HashSet<u64> = HashSet::new();
    for kind in [ISSUE, PLACEHOLDER] {
        let mut rows = rows_of_kind(recovery.journal.clone(), recovery.id, kind);
        while let Some(row) = rows.try_next().await? {
            known.extend(row.target.and_then(|id| id.parse::<u64>().ok()));
        }
    }
    let mut projects = rows_of_kind(recovery.journal.clone(), recovery.id, "project");
    while let Some(project) = projects.try_next().await? {
        proof.check()?;
        if let (State::Confirmed, Some(target)) = (project.state, project.target) {
            find_in(proof, &target, &known, tally).await?;
        }
    }
    leftover_placeholders(proof, tally).await
}

async fn find_in(proof: &Proof<'_>, project: &str, known: &HashSet<u64>, tally: &mut Tally) -> Result<()> {
    let jql = format!("project = {project} ORDER BY key ASC");
    let ids: HashSet<u64> = proof.recovery.standby.search_ids(&jql).try_collect().await?;
    let mut strangers: Vec<u64> = ids.difference(known).copied().collect();
    strangers.sort_unstable();
    for batch in strangers.chunks(BATCH) {
        // Search shows what is deleted for a while; these reads do not.
        let fetched = proof.recovery.standby.bulk_fetch_fields(batch, &["summary"], &[PROPERTY]).await?;
        for (id, error) in fetched.unreadable {
            tally.problem(ISSUE, &id, &format!("it cannot be read, and the recovery point may not have it: {error}"));
        }
        for raw in fetched.issues {
            let issue: Stranger = serde_json::from_str(raw.get())
                .map_err(|error| Error::Answer { what: "issues".to_owned(), reason: error.to_string() })?;
            let mark = issue.properties.as_ref().and_then(|properties| properties.get(PROPERTY));
            let ours = mark.and_then(|mark| proof.recovery.marks.recognise(mark)).is_some();
            if ours && is_placeholder(mark) {
                tally.extra(PLACEHOLDER, &issue.key, "a placeholder that the journal does not know; delete it by hand");
            } else {
                let what = if ours { "a duplicate" } else { "the recovery point does not have it" };
                tally.extra(ISSUE, &issue.key, what);
            }
        }
    }
    Ok(())
}

/// Placeholders have no original: they stand for nothing.
fn is_placeholder(mark: Option<&Value>) -> bool {
    mark.and_then(site::marks::original).is_some_and(|original| original.id.is_none())
}

async fn leftover_placeholders(proof: &Proof<'_>, tally: &mut Tally) -> Result<()> {
    let recovery = proof.recovery;
    let mut rows = rows_of_kind(recovery.journal.clone(), recovery.id, PLACEHOLDER);
    while let Some(row) = rows.try_next().await? {
        if row.state == State::Confirmed {
            let key = row.target_key.unwrap_or_default();
            tally.extra(PLACEHOLDER, &key, "a placeholder that is not deleted yet; run the recovery again");
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Stranger {
    key: String,
    #[serde(default)]
    properties: Option<HashMap<String, Value>>,
}
