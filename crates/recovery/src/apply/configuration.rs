//! Configuration: each object is matched with what is on the standby by what it is called, or created.

use std::collections::{BTreeMap, HashMap, HashSet};

use jira::Outcome;
use site::kind::Writer;
use site::losses::Occurrence;
use site::{KindName, Names, Object, SiteKind, Translated};

use super::ambiguity::ATTEMPTS;
use super::run::{Run, bind};
use super::{COMPLETED, CONCLUDED};
use crate::journal::{Row, State};
use crate::scope::project_of;
use crate::{Result, side};

/// What the journal says of what was not made because it was there.
const THERE: &str = "it is on the standby already";

/// Restores kinds in their order.
pub(super) async fn restore(run: &mut Run<'_>, kinds: &[&'static dyn SiteKind]) -> Result<()> {
    let total = kinds.iter().map(|kind| run.source.of(kind.name()).len() as u64).sum();
    let meter_total = Some(total);
    let mut done = 0;
    for kind in kinds {
        run.check()?;
        restore_kind(run, *kind).await?;
        done += run.source.of(kind.name()).len() as u64;
        run.meter(kind.title(), meter_total).advance(done);
    }
    Ok(())
}

async fn restore_kind(run: &mut Run<'_>, kind: &'static dyn SiteKind) -> Result<()> {
    let mut objects = run.source.of(kind.name()).to_vec();
    kind.sort(&mut objects);
    let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
    let mut rows = run.rows(kind.name(), &sources).await?;
    if rows.values().any(|row| matches!(row.state, State::Intent | State::Ambiguous)) {
        run.settling.since_begin().await;
    }
    let mut there = side::read(&run.recovery.standby, kind).await?;
    let mut missing = decide(run, kind, &objects, &there, &mut rows).await?;
    while !missing.is_empty() {
        let unclear = create(run, kind, &missing, &mut rows).await?;
        if !unclear.is_empty() {
            tracing::warn!(kind = kind.name(), count = unclear.len(), "creations with an unclear outcome");
            run.settling.wait().await;
        }
        if run.recovery.settings.safeguards.look || unclear.is_empty() {
            there = side::read(&run.recovery.standby, kind).await?;
        }
        missing = decide(run, kind, &unclear, &there, &mut rows).await?;
        give_up(run, &mut missing, &mut rows).await?;
    }
    run.standby.learn(kind, there);
    run.translation_mut();
    let names = learnt(run, kind, &objects, &rows);
    run.standby.names = names.clone();
    run.translation_mut().standby = names;
    follow_up(run, kind, &objects, &rows, Step::Complete).await
}

/// The standby's names with what was created called as on the source.
fn learnt(run: &Run<'_>, kind: &'static dyn SiteKind, objects: &[Object], rows: &HashMap<String, Row>) -> Names {
    let mut names = run.standby.names.clone();
    for object in objects {
        let identity = run.source.names.identity(kind.name(), &object.key);
        let target = rows.get(&object.key).and_then(|row| row.target.clone());
        if let (Some(identity), Some(target)) = (identity, target)
            && names.id(kind.name(), identity).is_none()
        {
            names.bind(kind.name(), target, identity.to_owned());
        }
    }
    for (account, source) in reversed(&run.recovery.settings.people.map) {
        names.users.insert(account, source);
    }
    names
}

/// Whom an account of the standby stands for.
pub(crate) fn reversed(people: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> + '_ {
    people.iter().filter(|(source, target)| source != target).map(|(source, target)| (target.clone(), source.clone()))
}

/// Matches objects with what is on the standby, and records what needs no creation; the others are returned.
async fn decide(
    run: &mut Run<'_>,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    there: &[Object],
    rows: &mut HashMap<String, Row>,
) -> Result<Vec<Object>> {
    let mut standby = run.standby.names.clone();
    standby.learn(kind, there);
    let born = born(run, kind, objects).await?;
    let (mut missing, mut changed) = (Vec::new(), Vec::new());
    for object in objects {
        let mut row = rows.remove(&object.key).unwrap_or_else(|| run.row(kind.name(), &object.key));
        if run.is_open(&row) {
            match match_object(run, kind, object, &standby, born.contains(&object.key), &mut row) {
                Decision::Settled => changed.push(row.clone()),
                Decision::Create => missing.push(object.clone()),
            }
        }
        if let Some(target) = &row.target {
            let target = target.clone();
            let recovery = run.recovery;
            bind(run.translation_mut(), recovery, kind.name(), &object.key, &target);
        }
        rows.insert(object.key.clone(), row);
    }
    run.record(&changed).await?;
    Ok(missing)
}

/// The objects that came with what this recovery created: nobody on the standby chose them.
async fn born(run: &Run<'_>, kind: &'static dyn SiteKind, objects: &[Object]) -> Result<HashSet<String>> {
    let mut by_parent: BTreeMap<KindName, Vec<(String, &str)>> = BTreeMap::new();
    for object in objects {
        if let Some((parent, key)) = kind.born_with(object) {
            by_parent.entry(parent).or_default().push((key, &object.key));
        }
    }
    let mut born = HashSet::new();
    for (parent, children) in by_parent {
        let parents: Vec<&str> = children.iter().map(|(key, _)| key.as_str()).collect();
        let rows = run.rows(parent, &parents).await?;
        let made = |key: &str| rows.get(key).is_some_and(|row| row.state == State::Confirmed);
        born.extend(children.iter().filter(|(key, _)| made(key)).map(|(_, child)| (*child).to_owned()));
    }
    Ok(born)
}

enum Decision {
    /// The row says what became of it.
    Settled,
    /// It must be created.
    Create,
}

fn match_object(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    object: &Object,
    standby: &Names,
    born: bool,
    row: &mut Row,
) -> Decision {
    let identity = run.source.names.identity(kind.name(), &object.key);
    let found = identity.and_then(|identity| standby.id(kind.name(), identity));
    match found {
        Some(id) => {
            row.target = Some(id.to_owned());
            // Sent before, with an unclear outcome: what is there now is what was sent.
            let sent = row.attempt > 0 || born;
            row.state = if sent { State::Confirmed } else { State::Skipped };
            row.reason = (!sent).then(|| THERE.to_owned());
            Decision::Settled
        }
        None => match cannot(run, kind, object) {
            Some(reason) => {
                row.state = State::Skipped;
                row.reason = Some(reason);
                Decision::Settled
            }
            None => Decision::Create,
        },
    }
}

/// Why an object that is not on the standby is not made either.
fn cannot(run: &Run<'_>, kind: &'static dyn SiteKind, object: &Object) -> Option<String> {
    out_of_scope(run, object).or_else(|| kind.cannot_create(object))
}

fn out_of_scope(run: &Run<'_>, object: &Object) -> Option<String> {
    let project = run.source.get("project", &project_of(object)?)?;
    let key = project.body.get("key")?.as_str()?;
    (!run.recovery.settings.takes_project(key)).then(|| format!("project {key} is not part of this recovery"))
}

/// Creates objects, until it is not clear of some whether they were: those are returned, with all that come after them.
/// Kinds have an order, and what comes later must not overtake.
async fn create(
    run: &mut Run<'_>,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    rows: &mut HashMap<String, Row>,
) -> Result<Vec<Object>> {
    let mut unclear = Vec::new();
    for batch in batches(kind, objects) {
        run.check()?;
        if !unclear.is_empty() {
            unclear.extend(batch.into_iter().cloned());
            continue;
        }
        let (batch, translated) = translate(run, kind, batch, rows).await?;
        if batch.is_empty() {
            continue;
        }
        let intents: Vec<Row> = batch.iter().map(|object| intent(run, kind.name(), object, rows)).collect();
        run.record(&intents).await?;
        let writer = run.writer();
        let results = run.settling.timed(kind.create(&writer, &translated)).await;
        drop(writer);
        let mut results = results.into_iter();
        let mut fatal = None;
        for (&object, mut row) in batch.iter().zip(intents) {
            let result = results.next().unwrap_or_else(|| Err(no_result(kind.name())));
            match result {
                Ok(made) => {
                    let recovery = run.recovery;
                    bind(run.translation_mut(), recovery, kind.name(), &object.key, &made.id);
                    row.target = Some(made.id);
                    row.state = if made.found { State::Skipped } else { State::Confirmed };
                    row.reason = made.found.then(|| THERE.to_owned());
                }
                Err(error) => {
                    (row.state, row.reason) = (after(&error), Some(error.to_string()));
                    match row.state {
                        State::Ambiguous => unclear.push(object.clone()),
                        State::Planned => fatal = Some(error),
                        _ => {}
                    }
                }
            }
            rows.insert(object.key.clone(), row);
        }
        let written: Vec<Row> = batch.iter().filter_map(|object| rows.get(&object.key).cloned()).collect();
        run.record(&written).await?;
        if let Some(error) = fatal {
            return Err(error.into());
        }
    }
    Ok(unclear)
}

fn no_result(kind: &str) -> jira::Error {
    jira::Error::Unexpected { call: format!("creating {kind}"), reason: "no result for an object".to_owned() }
}

/// What an error makes of a row.
pub(super) fn after(error: &jira::Error) -> State {
    if matches!(error, jira::Error::Credentials { .. }) {
        // Nobody is let in: nothing is wrong with the object, whose turn comes when there is a new token.
        return State::Planned;
    }
    match error.outcome() {
        Outcome::Rejected => State::Failed,
        Outcome::NotDone => State::Planned,
        Outcome::Ambiguous => State::Ambiguous,
    }
}

fn intent(run: &Run<'_>, kind: KindName, object: &Object, rows: &HashMap<String, Row>) -> Row {
    let mut row = rows.get(&object.key).cloned().unwrap_or_else(|| run.row(kind, &object.key));
    row.state = State::Intent;
    row.attempt += 1;
    row.reason = None;
    row
}

/// Objects in the batches in which the kind takes them, in order.
fn batches<'o>(kind: &dyn SiteKind, objects: &'o [Object]) -> Vec<Vec<&'o Object>> {
    let mut batches: Vec<Vec<&Object>> = Vec::new();
    let mut group = None;
    for object in objects {
        let of = kind.group(object);
        match batches.last_mut() {
            Some(batch) if batch.len() < kind.batch().max(1) && group.as_ref() == Some(&of) => batch.push(object),
            _ => batches.push(vec![object]),
        }
        group = Some(of);
    }
    batches
}

/// Translates a batch. What belongs to something that is not on the standby is left out, and recorded.
async fn translate<'o>(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    batch: Vec<&'o Object>,
    rows: &mut HashMap<String, Row>,
) -> Result<(Vec<&'o Object>, Vec<Translated>)> {
    let (mut objects, mut translations, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for object in batch {
        let translated = kind.translate(object, &run.translation);
        if let Some(reason) = &translated.cannot {
            let mut row = rows.get(&object.key).cloned().unwrap_or_else(|| run.row(kind.name(), &object.key));
            row.state = State::Skipped;
            row.reason = Some(reason.clone());
            rows.insert(object.key.clone(), row.clone());
            skipped.push(row);
        } else {
            objects.push(object);
            translations.push(translated);
        }
    }
    run.record(&skipped).await?;
    Ok((objects, translations))
}

/// What is still unclear after all attempts has failed.
async fn give_up(run: &Run<'_>, missing: &mut Vec<Object>, rows: &mut HashMap<String, Row>) -> Result<()> {
    let mut failed = Vec::new();
    missing.retain(|object| match rows.get_mut(&object.key) {
        Some(row) if row.attempt >= ATTEMPTS => {
            row.state = State::Failed;
            row.reason = Some(format!("no clear answer in {ATTEMPTS} attempts, and it is not on the standby"));
            failed.push(row.clone());
            false
        }
        _ => true,
    });
    Ok(run.record(&failed).await?)
}

/// What is done to an object after its creation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// As soon as its kind is there.
    Complete,
    /// When all issues are written.
    Conclude,
}

/// Does what had to wait until all issues are written.
pub(super) async fn conclude(run: &Run<'_>, kinds: &[&'static dyn SiteKind]) -> Result<()> {
    for kind in kinds {
        let objects: Vec<Object> =
            run.source.of(kind.name()).iter().filter(|object| kind.concludes(object)).cloned().collect();
        let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
        let rows = run.rows(kind.name(), &sources).await?;
        follow_up(run, *kind, &objects, &rows, Step::Conclude).await?;
    }
    Ok(())
}

/// Takes a step for what this recovery created, each object once; harmless when repeated after a crash.
async fn follow_up(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    rows: &HashMap<String, Row>,
    step: Step,
) -> Result<()> {
    let suffix = if step == Step::Complete { COMPLETED } else { CONCLUDED };
    let name = format!("{}{suffix}", kind.name());
    let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
    let done = run.rows(&name, &sources).await?;
    let writer = run.writer();
    for object in objects {
        let Some(Row { target: Some(target), state: State::Confirmed, .. }) = rows.get(&object.key) else { continue };
        let mut row = done.get(&object.key).cloned().unwrap_or_else(|| run.row(&name, &object.key));
        // What was missing when the step was taken may have been made by a later attempt.
        if !run.is_open(&row) && !run.recovery.settings.retry_failed {
            continue;
        }
        run.check()?;
        let translated = kind.translate(object, &run.translation);
        if translated.cannot.is_some() {
            continue;
        }
        row.attempt += 1;
        match take(run, kind, &writer, &translated, target, step).await {
            Ok(refused) => {
                row.state = State::Confirmed;
                row.reason = (!refused.is_empty()).then(|| serde_json::to_string(&refused).unwrap_or_default());
            }
            Err(error) if matches!(after(&error), State::Planned) => return Err(error.into()),
            Err(error) => (row.state, row.reason) = (State::Failed, Some(error.to_string())),
        }
        run.record(&[row]).await?;
    }
    Ok(())
}

/// Takes a step, and takes it again when it is not clear whether it was done: that is harmless.
async fn take(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    writer: &Writer,
    object: &Translated,
    target: &str,
    step: Step,
) -> jira::Result<Vec<Occurrence>> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let done = match step {
            Step::Complete => run.settling.timed(kind.complete(writer, object, target)).await,
            Step::Conclude => run.settling.timed(kind.conclude(writer, object, target)).await,
        };
        match done {
            Err(error) if error.outcome() == Outcome::Ambiguous && attempts < ATTEMPTS => run.settling.wait().await,
            done => return done,
        }
    }
}
