//! The journal after a removal: what hung on something that is gone is gone too.

use std::collections::{BTreeMap, HashSet};

use super::past::ISSUES;
use super::{REMOVAL, is_removed, removed};
use crate::Result;
use crate::apply::run::{PAGE, Run};
use crate::apply::{COMPLETED, CONCLUDED, FINISHED};
use crate::journal::{Row, State};
use crate::objects::{ISSUE, split};

/// Closes the rows of what was made on something that is gone.
pub(super) async fn close(run: &Run<'_>) -> Result<()> {
    for kind in kinds(run, State::Confirmed).await? {
        let base = kind.strip_suffix(COMPLETED).or_else(|| kind.strip_suffix(CONCLUDED));
        let hangs = kind == FINISHED || run.recovery.kinds.hanging_names().any(|name| name == kind);
        let Some(base) = base.or(hangs.then_some(ISSUE)) else { continue };
        let key = |row: &Row| if hangs { issue_of(&row.source).to_owned() } else { row.source.clone() };
        let mut after = String::new();
        loop {
            run.check()?;
            let rows = run.recovery.journal.of_kind(run.recovery.id, &kind, &after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.source);
            let open: Vec<Row> = rows.into_iter().filter(|row| row.state == State::Confirmed).collect();
            let keys: HashSet<String> = open.iter().map(key).collect();
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let bases = run.rows(base, &keys).await?;
            let gone = |row: &Row| bases.get(&key(row)).is_some_and(is_removed);
            let closed: Vec<Row> = open.into_iter().filter(gone).map(|row| removed(run, row)).collect();
            run.record(&closed).await?;
        }
    }
    Ok(())
}

/// How many objects are gone, by kind.
pub(super) async fn count(run: &Run<'_>) -> Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for kind in kinds(run, State::Skipped).await? {
        if kind == FINISHED || kind.ends_with(COMPLETED) || kind.ends_with(CONCLUDED) {
            continue;
        }
        let (mut count, mut after) = (0, String::new());
        loop {
            let rows = run.recovery.journal.of_kind(run.recovery.id, &kind, &after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.source);
            count += rows.iter().filter(|row| is_removed(row)).count() as u64;
        }
        if count > 0 {
            counts.insert(kind, count);
        }
    }
    Ok(counts)
}

/// The kinds that have rows in this state.
async fn kinds(run: &Run<'_>, wanted: State) -> Result<Vec<String>> {
    let counts = run.recovery.journal.counts(run.recovery.id).await?;
    let kinds = counts.into_keys().filter(|(kind, state)| *state == wanted && kind != REMOVAL);
    Ok(kinds
        .map(|(kind, _)| kind)
        .filter(|kind| !ISSUES.contains(&kind.as_str()) || wanted != State::Confirmed)
        .collect())
}

/// The issue that a row's source key begins with.
fn issue_of(source: &str) -> &str {
    split(source).0.split('#').next().unwrap_or_default()
}
