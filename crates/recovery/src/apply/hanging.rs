//! What hangs on one issue: each operation once.

use std::collections::{BTreeMap, HashMap, HashSet};

use site::kind::{Existing, IssueContext, Operation};
use site::{IssueKind, Object};

use super::ambiguity::ATTEMPTS;
use super::configuration::after;
use super::finish::Finish;
use crate::Result;
use crate::journal::{Row, State};

/// How many operations are announced to the journal at once. They are then sent one after the other.
const ANNOUNCED: usize = 20;

/// An operation with its row.
struct Task {
    operation: Operation,
    row: Row,
}

/// Performs what is open of one kind on one issue. Returns what is wrong with the kind as a whole; what fails of single
/// operations is in their rows.
pub(super) async fn write(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    objects: Vec<Object>,
) -> Result<Vec<String>> {
    let mut losses = Vec::new();
    match kind.operations(issue, objects, &finish.writer, &mut losses).await {
        Ok(operations) => perform(finish, issue, operations).await.map(|()| Vec::new()),
        Err(error) if stops(&error) => Err(error.into()),
        Err(error) => Ok(vec![format!("{}: {error}", kind.name())]),
    }
}

/// Performs what is open of these operations. Those of one kind may bring others with them (a text that had to be cut comes
/// with a file), so each is done by the kind that it names, in the order in which the kinds appear.
pub(super) async fn perform(finish: &Finish<'_>, issue: &IssueContext, operations: Vec<Operation>) -> Result<()> {
    let mut groups: Vec<(&'static str, Vec<Operation>)> = Vec::new();
    for operation in operations {
        match groups.iter_mut().find(|(kind, _)| *kind == operation.kind) {
            Some((_, group)) => group.push(operation),
            None => groups.push((operation.kind, vec![operation])),
        }
    }
    // Files first: texts may speak of them.
    groups.sort_by_key(|(kind, _)| *kind != "attachment");
    for (name, group) in groups {
        let kinds = &finish.run.recovery.kinds.hanging;
        if let Some(kind) = kinds.iter().find(|kind| kind.name() == name) {
            perform_kind(finish, *kind, issue, group).await?;
        }
    }
    Ok(())
}

async fn perform_kind(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    operations: Vec<Operation>,
) -> Result<()> {
    let run = finish.run;
    let (mut tasks, confirmed) = open(finish, kind, operations).await?;
    if tasks.iter().any(|task| matches!(task.row.state, State::Intent | State::Ambiguous)) {
        run.settling.since_begin().await;
        look(finish, kind, issue, &mut tasks, &confirmed).await?;
    }
    for _ in 0..ATTEMPTS {
        send(finish, kind, issue, &mut tasks).await?;
        if !tasks.iter().any(|task| task.row.state == State::Ambiguous) {
            return Ok(());
        }
        run.settling.wait().await;
        look(finish, kind, issue, &mut tasks, &confirmed).await?;
    }
    give_up(finish, &mut tasks).await
}

/// Whether an error says that nothing can go on.
fn stops(error: &jira::Error) -> bool {
    matches!(error, jira::Error::Credentials { .. }) || after(error) == State::Planned
}

/// The source keys of rows: the object's own, or, where one object needs several operations, with the operation behind it.
pub(crate) fn sources(operations: &[Operation]) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in operations {
        *count.entry(&operation.source).or_default() += 1;
    }
    let several = |operation: &Operation| count.get(operation.source.as_str()).is_some_and(|count| *count > 1);
    let source = |operation: &Operation| {
        if several(operation) { format!("{}#{}", operation.source, operation.id) } else { operation.source.clone() }
    };
    operations.iter().map(source).collect()
}

/// The operations that are not done, and the ids of what those that are done made.
async fn open(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    operations: Vec<Operation>,
) -> Result<(Vec<Task>, HashSet<String>)> {
    let run = finish.run;
    let sources = sources(&operations);
    let keys: Vec<&str> = sources.iter().map(String::as_str).collect();
    let mut rows = run.rows(kind.name(), &keys).await?;
    let (mut tasks, mut confirmed) = (Vec::new(), HashSet::new());
    for (operation, source) in operations.into_iter().zip(&sources) {
        let mut row = rows.remove(source).unwrap_or_else(|| run.row(kind.name(), source));
        row.operation = operation.id.0;
        if run.is_open(&row) {
            tasks.push(Task { operation, row });
        } else {
            confirmed.extend(row.target);
        }
    }
    Ok((tasks, confirmed))
}

async fn send(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    tasks: &mut [Task],
) -> Result<()> {
    let run = finish.run;
    let mut waiting: Vec<&mut Task> = tasks.iter_mut().filter(|task| !is_done(&task.row)).collect();
    for announced in waiting.chunks_mut(ANNOUNCED) {
        run.check()?;
        for task in announced.iter_mut() {
            task.row.state = State::Intent;
            task.row.attempt += 1;
            task.row.reason = None;
        }
        record(finish, announced).await?;
        let outcome = send_each(finish, kind, issue, announced).await;
        for task in announced.iter_mut().filter(|task| task.row.state == State::Intent) {
            task.row.state = State::Planned;
        }
        record(finish, announced).await?;
        outcome?;
    }
    Ok(())
}

/// Sends operations one after the other. After an unclear outcome nothing more is sent before it was looked at, since the
/// order in which comments come would be lost.
async fn send_each(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    tasks: &mut [&mut Task],
) -> Result<()> {
    for task in tasks {
        let answer = finish.run.settling.timed(kind.apply(issue, &task.operation, &finish.writer)).await;
        match answer {
            Ok(target) => {
                task.row.state = State::Confirmed;
                task.row.target = target;
                task.row.target_key = Some(issue.target_key.clone());
            }
            Err(error) => {
                task.row.state = after(&error);
                task.row.reason = Some(error.to_string());
                if task.row.state == State::Ambiguous {
                    return Ok(());
                }
                if stops(&error) {
                    return Err(error.into());
                }
            }
        }
    }
    Ok(())
}

fn is_done(row: &Row) -> bool {
    // A row that failed in this run is not sent again in it: the run would go round for ever.
    matches!(row.state, State::Confirmed) || row.state == State::Failed && row.attempt > 0 && row.reason.is_some()
}

async fn record(finish: &Finish<'_>, tasks: &[&mut Task]) -> Result<()> {
    let rows: Vec<Row> = tasks.iter().map(|task| task.row.clone()).collect();
    Ok(finish.run.record(&rows).await?)
}

/// Finds out, by what is on the issue now, which operations happened.
async fn look(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    tasks: &mut [Task],
    confirmed: &HashSet<String>,
) -> Result<()> {
    let safeguards = finish.run.recovery.settings.safeguards;
    let existing = if safeguards.look { kind.existing(issue, &finish.writer).await? } else { Vec::new() };
    let known: HashSet<&str> = confirmed
        .iter()
        .map(String::as_str)
        .chain(tasks.iter().filter_map(|task| task.row.target.as_deref()))
        .collect();
    let free: Vec<Existing> = existing.into_iter().filter(|found| !known.contains(found.id.as_str())).collect();
    let marked = free.iter().filter(|_| safeguards.marker);
    let mut by_mark: HashMap<_, _> = marked.filter_map(|found| Some((found.operation?, found.id.clone()))).collect();
    let mut by_nature: HashMap<&str, Vec<String>> = HashMap::new();
    for found in free.iter().filter(|found| found.operation.is_none()).rev() {
        by_nature.entry(&found.natural).or_default().push(found.id.clone());
    }
    let mut rows = Vec::new();
    for task in tasks.iter_mut().filter(|task| matches!(task.row.state, State::Intent | State::Ambiguous)) {
        let marked = by_mark.remove(&task.operation.id);
        let found = marked.or_else(|| by_nature.get_mut(task.operation.natural.as_str())?.pop());
        match found {
            Some(id) => {
                task.row.state = State::Confirmed;
                task.row.target = Some(id);
                task.row.target_key = Some(issue.target_key.clone());
                task.row.reason = None;
            }
            None => task.row.state = State::Planned,
        }
        rows.push(task.row.clone());
    }
    Ok(finish.run.record(&rows).await?)
}

async fn give_up(finish: &Finish<'_>, tasks: &mut [Task]) -> Result<()> {
    let mut rows = Vec::new();
    for task in tasks.iter_mut().filter(|task| !is_done(&task.row)) {
        task.row.state = State::Failed;
        task.row.reason = Some(format!("no clear answer in {ATTEMPTS} attempts, and it is not on the standby"));
        rows.push(task.row.clone());
    }
    Ok(finish.run.record(&rows).await?)
}
