//! Where a lane begins: at the first number, or where an earlier run left off.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use futures::TryStreamExt;
use serde::Deserialize;
use site::marks::{OperationId, PROPERTY};

use super::Shared;
use super::lane::{Lane, Waiting};
use super::shapes::Shapes;
use crate::apply::PLACEHOLDER;
use crate::apply::bulk::{self, Created};
use crate::apply::index::{ProjectIssues, parts};
use crate::apply::late::was_passed_over;
use crate::apply::meta::parse;
use crate::apply::run::PAGE;
use crate::journal::{Row, State};
use crate::objects::ISSUE;
use crate::{Recovery, Result};

/// What the journal says of a project.
#[derive(Default)]
struct Past {
    /// The highest number that is known to be used.
    highest: u32,
    /// Rows of which it is not known whether they happened.
    unclear: Vec<Row>,
    open: VecDeque<Waiting>,
    passed_over: HashSet<String>,
    misplaced: HashSet<String>,
    /// Placeholders that were not made.
    unfilled: BTreeSet<String>,
    attempts: HashMap<(&'static str, String), u32>,
}

impl<'s> Lane<'s> {
    /// Reads where the project stands, and finds out what became of requests that an earlier run sent last.
    pub(super) async fn start(
        shared: &'s Shared<'s>,
        project: &ProjectIssues,
        source: &str,
        target: &str,
    ) -> Result<Self> {
        let mut past = past(shared, project, source).await?;
        if past.highest == 0 && !made_here(shared, source).await? {
            let (highest, earlier) = present(shared.run.recovery, &project.key).await?;
            past.highest = highest;
            match_earlier(shared, project, &earlier, &mut past).await?;
        }
        let mut lane = Lane {
            shared,
            key: project.key.clone(),
            source: source.to_owned(),
            target: target.to_owned(),
            next: past.highest.saturating_add(1),
            ahead: past.open,
            postponed: VecDeque::new(),
            singly: usize::from(past.highest > 0),
            shapes: Shapes::default(),
            unfilled: past.unfilled,
            misplaced: past.misplaced,
            attempts: past.attempts,
            passed_over: past.passed_over,
            held_up: 0,
            reduced: HashMap::new(),
        };
        if !past.unclear.is_empty() {
            lane.settle(past.unclear).await?;
        }
        let done = project.issues.len() - lane.ahead.len();
        shared.meter.advance(done as u64);
        Ok(lane)
    }

    /// Looks for what an earlier run may have created, once Jira had the time to.
    async fn settle(&mut self, unclear: Vec<Row>) -> Result<()> {
        let run = self.shared.run;
        run.settling.since_begin().await;
        let bulk = u32::try_from(run.recovery.settings.bulk).unwrap_or(u32::MAX);
        let found = bulk::look(run, &self.key, self.next..=self.next.saturating_add(bulk)).await?;
        let mut rows = Vec::new();
        for mut row in unclear {
            adopt(&mut row, &found);
            self.misplaced.extend(is_misplaced(&row).then(|| row.source.clone()));
            if let Some(number) = number_of(&row) {
                self.next = self.next.max(number.saturating_add(1));
                self.ahead.retain(|(_, id)| row.kind != ISSUE || id.to_string() != row.source);
            }
            rows.push(row);
        }
        Ok(run.record(&rows).await?)
    }
}

/// Confirms a row whose mark was found; else it is to be sent again.
pub(super) fn adopt(row: &mut Row, found: &HashMap<OperationId, Created>) {
    if let Some(created) = found.get(&OperationId(row.operation)) {
        row.state = State::Confirmed;
        row.target = Some(created.id.clone());
        row.target_key = Some(created.key.clone());
        row.reason = None;
    } else {
        row.state = State::Planned;
    }
}

/// The number of the issue on the standby that a row stands for.
pub(super) fn number_of(row: &Row) -> Option<u32> {
    row.target_key.as_deref().and_then(parts).map(|(_, number)| number)
}

/// Whether it is a placeholder that fills another number than the one that was meant.
pub(super) fn is_misplaced(row: &Row) -> bool {
    row.kind == PLACEHOLDER && row.target_key.is_some() && row.target_key != row.expected
}

async fn past(shared: &Shared<'_>, project: &ProjectIssues, source: &str) -> Result<Past> {
    let run = shared.run;
    let mut past = Past::default();
    for page in project.issues.chunks(PAGE as usize) {
        let keys: Vec<String> = page.iter().map(|(_, id)| id.to_string()).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut rows = run.rows(ISSUE, &keys).await?;
        for (waiting, key) in page.iter().zip(keys) {
            match rows.remove(key) {
                None => past.open.push_back(*waiting),
                Some(row) => {
                    if run.is_open(&row) {
                        past.passed_over.extend(was_passed_over(&row).then(|| row.source.clone()));
                        past.open.push_back(*waiting);
                    }
                    past.take(row, ISSUE);
                }
            }
        }
    }
    let prefix = format!("{source}/");
    let mut after = prefix.clone();
    loop {
        let rows = run.recovery.journal.of_kind(run.recovery.id, PLACEHOLDER, &after, PAGE).await?;
        let here: Vec<Row> = rows.into_iter().take_while(|row| row.source.starts_with(&prefix)).collect();
        let Some(last) = here.last() else { return Ok(past) };
        after.clone_from(&last.source);
        for mut row in here {
            row.lease = run.recovery.lease;
            past.take(row, PLACEHOLDER);
        }
    }
}

impl Past {
    fn take(&mut self, row: Row, kind: &'static str) {
        self.highest = self.highest.max(number_of(&row).unwrap_or_default());
        self.misplaced.extend(is_misplaced(&row).then(|| row.source.clone()));
        if row.attempt > 0 && row.target.is_none() {
            self.attempts.insert((kind, row.source.clone()), row.attempt);
        }
        if kind == PLACEHOLDER && row.target.is_none() {
            self.unfilled.insert(row.source.clone());
        }
        if matches!(row.state, State::Intent | State::Ambiguous) {
            self.unclear.push(row);
        }
    }
}

/// Whether this recovery created the project, so that its first number is 1.
async fn made_here(shared: &Shared<'_>, source: &str) -> Result<bool> {
    let rows = shared.run.rows("project", &[source]).await?;
    Ok(rows.get(source).is_some_and(|row| row.state == State::Confirmed && row.attempt > 0))
}

#[derive(Deserialize)]
struct Present {
    id: String,
    key: String,
    #[serde(default)]
    properties: Option<HashMap<String, serde_json::Value>>,
}

/// The highest number in use in a project that was on the standby before, and those of its issues that an earlier recovery
/// of the same source made, by their ids on the source.
pub(crate) async fn present(recovery: &Recovery, project: &str) -> Result<(u32, HashMap<String, Created>)> {
    let jql = format!("project = \"{project}\" ORDER BY key DESC");
    let ids: Vec<u64> = recovery.standby.search_ids(&jql).try_collect().await?;
    let (mut highest, mut earlier) = (0, HashMap::new());
    for page in ids.chunks(1000) {
        let fetched = recovery.standby.bulk_fetch_fields(page, &["summary"], &[PROPERTY]).await?;
        if let Some((_, error)) = fetched.unreadable.into_iter().next() {
            return Err(error.into());
        }
        for raw in fetched.issues {
            let issue: Present = parse("issues", raw.get())?;
            highest = highest.max(parts(&issue.key).map_or(0, |(_, number)| number));
            if let Some(source) =
                issue.properties.as_ref().and_then(|found| made_earlier(recovery, found.get(PROPERTY)?))
            {
                earlier.insert(source, Created { id: issue.id, key: issue.key });
            }
        }
    }
    Ok((highest, earlier))
}

/// The issue of the source that a mark stands for, if an earlier recovery that we know made it.
fn made_earlier(recovery: &Recovery, mark: &serde_json::Value) -> Option<String> {
    let source = site::marks::original(mark)?.id?;
    let known = recovery.earlier.iter().any(|marks| marks.recognise(mark) == Some(marks.operation(ISSUE, &source)));
    known.then_some(source)
}

/// Takes what an earlier recovery made as it is.
async fn match_earlier(
    shared: &Shared<'_>,
    project: &ProjectIssues,
    earlier: &HashMap<String, Created>,
    past: &mut Past,
) -> Result<()> {
    if earlier.is_empty() {
        return Ok(());
    }
    let run = shared.run;
    let (mut rows, mut open) = (Vec::new(), VecDeque::new());
    for (number, id) in std::mem::take(&mut past.open) {
        let source = id.to_string();
        match earlier.get(&source) {
            None => open.push_back((number, id)),
            Some(there) => rows.push(Row {
                state: State::Skipped,
                expected: Some(format!("{}-{number}", project.key)),
                target: Some(there.id.clone()),
                target_key: Some(there.key.clone()),
                reason: Some("an earlier recovery restored it".to_owned()),
                ..run.row(ISSUE, &source)
            }),
        }
    }
    past.open = open;
    for rows in rows.chunks(PAGE as usize) {
        run.record(rows).await?;
    }
    Ok(())
}
