//! What hangs on one issue: each operation once.

use std::collections::{BTreeMap, HashMap, HashSet};

use site::kind::{Existing, IssueContext, Operation, Writer};
use site::{IssueKind, Object};

use super::ambiguity::ATTEMPTS;
use super::configuration::after;
use super::finish::Finish;
use super::run::Run;
use crate::Result;
use crate::journal::{Row, State};

/// How many operations are announced to the journal at once. They are then sent one after the other.
const ANNOUNCED: usize = 20;

/// An operation with its row.
struct Task {
    operation: Operation,
    row: Row,
    /// How often it was sent now.
    sent: u32,
}

/// What an earlier run did of the same.
#[derive(Default)]
struct Before {
    /// The ids of what was made.
    ids: HashSet<String>,
    /// By what that is known of which Jira told no id.
    natural: Vec<String>,
    /// Why some of it was given up.
    failed: Vec<Option<String>>,
}

/// Performs what is open of one kind on one issue. Returns what did not work; each operation's reason is in its row.
pub(super) async fn write(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    objects: Vec<Object>,
) -> Result<Vec<String>> {
    let mut losses = Vec::new();
    match kind.operations(issue, objects, &finish.writer, &mut losses).await {
        Ok(operations) => perform(finish, issue, operations).await,
        Err(error) if stops(&error) => Err(error.into()),
        Err(error) => Ok(vec![format!("{}: {error}", kind.name())]),
    }
}

/// Whether an operation of one kind on one issue was left out: what it needs came later.
pub(super) async fn lacks(
    run: &Run<'_>,
    writer: &Writer,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    objects: Vec<Object>,
) -> Result<bool> {
    let operations = match kind.operations(issue, objects, writer, &mut Vec::new()).await {
        Ok(operations) => operations,
        Err(error) if stops(&error) => return Err(error.into()),
        // Whoever tries it says why not.
        Err(_) => return Ok(true),
    };
    let of_kind: Vec<Operation> = operations.into_iter().filter(|operation| operation.kind == kind.name()).collect();
    let sources = sources(&of_kind);
    let keys: Vec<&str> = sources.iter().map(String::as_str).collect();
    let rows = run.rows(kind.name(), &keys).await?;
    Ok(sources.iter().any(|source| !rows.contains_key(source)))
}

/// Performs what is open of these operations. Those of one kind may bring others with them (a text that had to be cut comes
/// with a file), so each is done by the kind that it names, in the order in which the kinds appear. Returns what did not work.
pub(super) async fn perform(
    finish: &Finish<'_>,
    issue: &IssueContext,
    operations: Vec<Operation>,
) -> Result<Vec<String>> {
    let mut groups: Vec<(&'static str, Vec<Operation>)> = Vec::new();
    for operation in operations {
        match groups.iter_mut().find(|(kind, _)| *kind == operation.kind) {
            Some((_, group)) => group.push(operation),
            None => groups.push((operation.kind, vec![operation])),
        }
    }
    // Files first: texts may speak of them.
    groups.sort_by_key(|(kind, _)| *kind != "attachment");
    let mut troubles = Vec::new();
    for (name, group) in groups {
        let kinds = &finish.run.recovery.kinds.hanging;
        if let Some(kind) = kinds.iter().find(|kind| kind.name() == name) {
            troubles.extend(perform_kind(finish, *kind, issue, group).await?);
        }
    }
    Ok(troubles)
}

async fn perform_kind(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    issue: &IssueContext,
    operations: Vec<Operation>,
) -> Result<Option<String>> {
    let run = finish.run;
    let (mut tasks, before) = open(finish, kind, operations).await?;
    if tasks.iter().any(|task| matches!(task.row.state, State::Intent | State::Ambiguous)) {
        run.settling.since_begin().await;
        look(finish, kind, issue, &mut tasks, &before).await?;
    }
    loop {
        send(finish, kind, issue, &mut tasks).await?;
        if !tasks.iter().any(|task| task.row.state == State::Ambiguous) {
            return Ok(trouble(kind, &tasks, &before));
        }
        run.settling.wait().await;
        look(finish, kind, issue, &mut tasks, &before).await?;
        // Those behind it have their own attempts: one that never gets a clear answer does not cost theirs.
        give_up(finish, &mut tasks).await?;
    }
}

/// What of a kind did not work, with the first reason.
fn trouble(kind: &dyn IssueKind, tasks: &[Task], before: &Before) -> Option<String> {
    let now = tasks.iter().filter(|task| task.row.state == State::Failed).map(|task| &task.row.reason);
    // What was given up earlier stays a trouble, or the issue would count as finished and never be tried again.
    let mut failed = before.failed.iter().chain(now);
    let first = failed.next()?.as_deref().unwrap_or_default();
    Some(format!("{} of {}: {first}", 1 + failed.count(), kind.title()))
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

/// The operations that are not done, and what became of the others.
async fn open(
    finish: &Finish<'_>,
    kind: &'static dyn IssueKind,
    operations: Vec<Operation>,
) -> Result<(Vec<Task>, Before)> {
    let run = finish.run;
    let sources = sources(&operations);
    let keys: Vec<&str> = sources.iter().map(String::as_str).collect();
    let mut rows = run.rows(kind.name(), &keys).await?;
    let (mut tasks, mut before) = (Vec::new(), Before::default());
    for (operation, source) in operations.into_iter().zip(&sources) {
        let mut row = rows.remove(source).unwrap_or_else(|| run.row(kind.name(), source));
        row.operation = operation.id.0;
        if run.is_open(&row) {
            if row.state == State::Failed {
                // Refused in an earlier run: its turn comes again.
                row.state = State::Planned;
            }
            tasks.push(Task { operation, row, sent: 0 });
        } else if row.state == State::Failed {
            before.failed.push(row.reason);
        } else if let Some(target) = row.target {
            before.ids.insert(target);
        } else if row.state == State::Confirmed {
            before.natural.push(operation.natural);
        }
    }
    Ok((tasks, before))
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
            // Not sent after all.
            task.row.state = State::Planned;
            task.row.attempt -= 1;
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
        task.sent += 1;
        let answer = finish.run.settling.timed(kind.apply(issue, &task.operation, &finish.writer)).await;
        match answer {
            Ok(target) => {
                task.row.state = State::Confirmed;
                task.row.target = target;
                task.row.target_key = Some(issue.target_key.clone());
            }
            Err(error) => {
                if let Some(shut_out) = finish.run.shut_out(&error).await? {
                    task.row.state = State::Planned;
                    return Err(shut_out);
                }
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
    before: &Before,
) -> Result<()> {
    let safeguards = finish.run.recovery.settings.safeguards;
    let existing = if safeguards.look { kind.existing(issue, &finish.writer).await? } else { Vec::new() };
    let known: HashSet<&str> = before
        .ids
        .iter()
        .map(String::as_str)
        .chain(tasks.iter().filter_map(|task| task.row.target.as_deref()))
        .collect();
    let free: Vec<Existing> = existing.into_iter().filter(|found| !known.contains(found.id.as_str())).collect();
    let marked = free.iter().filter(|_| safeguards.marker);
    let mut by_mark: HashMap<_, _> = marked.filter_map(|found| Some((found.operation?, found.id.clone()))).collect();
    let mut by_nature: HashMap<&str, Vec<String>> = HashMap::new();
    // What has no nature is known by its mark alone: without one it is somebody else's.
    let without_mark = free.iter().filter(|found| found.operation.is_none() && !found.natural.is_empty());
    for found in without_mark.rev() {
        by_nature.entry(&found.natural).or_default().push(found.id.clone());
    }
    // Where Jira tells no id, one of those that are there is each that was made: two links between the same issues are two.
    let made = |task: &&Task| task.row.state == State::Confirmed && task.row.target.is_none();
    let made = tasks.iter().filter(made).map(|task| &task.operation.natural);
    for natural in before.natural.iter().chain(made) {
        by_nature.get_mut(natural.as_str()).and_then(Vec::pop);
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
    for task in tasks.iter_mut().filter(|task| !is_done(&task.row) && task.sent >= ATTEMPTS) {
        task.row.state = State::Failed;
        task.row.reason = Some(format!("no clear answer in {ATTEMPTS} attempts, and it is not on the standby"));
        rows.push(task.row.clone());
    }
    Ok(finish.run.record(&rows).await?)
}
