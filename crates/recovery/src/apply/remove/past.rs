//! What the journal knows of the issues that the recovery made, and what it must find out first.

use std::collections::{BTreeMap, HashSet};

use futures::TryStreamExt;
use site::marks::OperationId;

use super::{is_made, is_removed};
use crate::Result;
use crate::apply::bulk;
use crate::apply::index::parts;
use crate::apply::run::Run;
use crate::apply::{PLACEHOLDER, present};
use crate::journal::{Row, State, rows_of_kind};
use crate::objects::ISSUE;

/// The kinds under which issues of the standby are in the journal.
pub(super) const ISSUES: [&str; 2] = [ISSUE, PLACEHOLDER];

/// What the recovery made so far.
pub(super) struct Past {
    /// Ids on the standby of the issues that it made. Eight bytes an issue, as in a recovery itself.
    pub made: Made,
    /// The highest number that it used, by project key.
    pub highest: BTreeMap<String, u32>,
}

/// Ids on the standby.
#[derive(Default)]
pub(super) struct Made {
    /// Of issues that should be there.
    pub there: HashSet<u64>,
    /// Of issues that are gone.
    pub gone: HashSet<u64>,
}

/// Reads the journal, and finds out what became of requests whose answer nobody heard.
pub(super) async fn read(run: &Run<'_>) -> Result<Past> {
    let mut past = Past { made: Made::default(), highest: BTreeMap::new() };
    let mut unclear = Vec::new();
    for kind in ISSUES {
        let mut rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, kind);
        while let Some(row) = rows.try_next().await? {
            past.learn(&row);
            if matches!(row.state, State::Intent | State::Ambiguous) {
                unclear.push(row);
            }
        }
    }
    if !unclear.is_empty() {
        run.settling.since_begin().await;
        find_out(run, unclear, &mut past).await?;
    }
    Ok(past)
}

impl Past {
    fn learn(&mut self, row: &Row) {
        if let Some((project, number)) = row.target_key.as_deref().and_then(parts) {
            let highest = self.highest.entry(project.to_owned()).or_default();
            *highest = number.max(*highest);
        }
        let Some(id) = row.target.as_ref().and_then(|id| id.parse().ok()) else { return };
        if is_made(row) {
            self.made.there.insert(id);
        } else if is_removed(row) || row.kind == PLACEHOLDER {
            self.made.gone.insert(id);
        }
    }
}

/// Looks where the issues of these rows would be: at their own numbers, and behind the last ones that are known.
async fn find_out(run: &Run<'_>, unclear: Vec<Row>, past: &mut Past) -> Result<()> {
    let mut by_project: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in unclear {
        if let Some((project, _)) = row.expected.as_deref().and_then(parts) {
            by_project.entry(project.to_owned()).or_default().push(row);
        }
    }
    for (project, rows) in by_project {
        run.check()?;
        let next = 1 + match past.highest.get(&project) {
            Some(highest) => *highest,
            None => present(run.recovery, &project).await?.0,
        };
        let bulk = u32::try_from(run.recovery.settings.bulk).unwrap_or(u32::MAX);
        let mut found = bulk::look(run, &project, next..=next.saturating_add(bulk)).await?;
        let expected: Vec<String> = rows.iter().filter_map(|row| row.expected.clone()).collect();
        found.extend(bulk::marked(run, &expected).await?);
        let mut known = Vec::with_capacity(rows.len());
        for mut row in rows {
            row.lease = run.recovery.lease;
            row.state = State::Planned;
            if let Some(created) = found.get(&OperationId(row.operation)) {
                row.state = State::Confirmed;
                row.target = Some(created.id.clone());
                row.target_key = Some(created.key.clone());
            }
            past.learn(&row);
            known.push(row);
        }
        run.record(&known).await?;
    }
    Ok(())
}
