//! Which of the projects that the recovery made may go: those in which there is nothing that it did not make.

use std::collections::{BTreeMap, HashSet};

use futures::TryStreamExt;
use site::Object;
use site::marks::PROPERTY;

use super::configuration::Surroundings;
use super::is_made;
use crate::Result;
use crate::apply::meta::parse;
use crate::apply::run::Run;
use crate::journal::rows_of_kind;

/// How many keys behind the highest that the recovery used are looked at: an issue made a moment ago may not be found by
/// search yet, but it has one of these.
const LOOK_AHEAD: u32 = 50;

/// How many things of others are named.
const NAMED: usize = 5;

/// Why projects of this recovery stay, by their ids on the standby.
pub(super) async fn judge(run: &Run<'_>, around: &Surroundings) -> Result<BTreeMap<String, String>> {
    let mut kept = BTreeMap::new();
    let mut rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, "project");
    while let Some(row) = rows.try_next().await? {
        let Some(id) = row.target.as_ref().filter(|_| is_made(&row)) else { continue };
        let Some(project) = around.standby.get("project", id) else { continue };
        run.check()?;
        let mut others = issues(run, around, project).await?;
        others.extend(configuration(run, around, id).await?);
        if !others.is_empty() {
            let more = others.len().saturating_sub(NAMED);
            others.truncate(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            kept.insert(id.clone(), format!("there is something in it that stays: {}{more}", others.join(", ")));
        }
    }
    Ok(kept)
}

/// Keys of the issues in a project that are still there.
async fn issues(run: &Run<'_>, around: &Surroundings, project: &Object) -> Result<Vec<String>> {
    let jira = &run.recovery.standby;
    let Some(key) = project.body.get("key").and_then(serde_json::Value::as_str) else { return Ok(Vec::new()) };
    let found: Vec<u64> = jira.search_ids(&format!("project = \"{key}\" ORDER BY key ASC")).try_collect().await?;
    let mut asked: Vec<String> = found.iter().filter(|id| !around.gone.contains(id)).map(u64::to_string).collect();
    let next = around.highest.get(key).copied().unwrap_or_default() + 1;
    asked.extend((next..next + LOOK_AHEAD).map(|number| format!("{key}-{number}")));
    let mut keys = HashSet::new();
    for raw in jira.bulk_fetch_fields(&asked, &["summary"], &[PROPERTY]).await?.issues {
        let issue: Keyed = parse("issues", raw.get())?;
        keys.insert(issue.key);
    }
    let mut keys: Vec<String> = keys.into_iter().collect();
    keys.sort_by(|one, two| (one.len(), one).cmp(&(two.len(), two)));
    Ok(keys)
}

#[derive(serde::Deserialize)]
struct Keyed {
    key: String,
}

/// Names of what others configured in a project.
async fn configuration(run: &Run<'_>, around: &Surroundings, project: &str) -> Result<Vec<String>> {
    let mut others = Vec::new();
    for kind in run.recovery.kinds.configuration() {
        let inside =
            |object: &&Object| kind.owner_of(object).is_some_and(|owner| owner == ("project", project.to_owned()));
        let objects: Vec<&Object> = around.standby.of(kind.name()).iter().filter(inside).collect();
        if objects.is_empty() {
            continue;
        }
        let made = targets(run, kind.name()).await?;
        let foreign = objects
            .into_iter()
            .filter(|object| !made.contains(&object.key) && !kind.comes_by_itself(object, &around.standby.names));
        others.extend(foreign.map(|object| format!("{} {}", kind.name(), around.name(kind.name(), &object.key))));
    }
    Ok(others)
}

async fn targets(run: &Run<'_>, kind: &'static str) -> Result<HashSet<String>> {
    let rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, kind);
    let made = rows.try_filter(|row| std::future::ready(is_made(row)));
    Ok(made.try_filter_map(async |row| Ok(row.target)).try_collect().await?)
}
