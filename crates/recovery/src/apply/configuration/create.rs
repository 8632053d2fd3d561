//! Making what is missing: journalled, sent, and what became of it.

use std::collections::HashMap;
use std::sync::Arc;

use site::kind::Writer;
use site::{KindName, Made, Object, SiteKind, Translated, Translation};

use super::super::late::was_passed_over;
use super::super::run::Run;
use super::super::side_by_side::side_by_side;
use super::decide::THERE;
use super::{AT_ONCE, after, bind_all};
use crate::Result;
use crate::journal::{Row, State};

/// What became of a lane.
struct Lane {
    rows: Vec<Row>,
    unclear: Vec<Object>,
}

/// Creates objects, lane by lane side by side. Those of which it is not clear whether they were created are returned, with
/// all that come after them in their lane.
pub(super) async fn create(
    run: &Run<'_>,
    translation: &Arc<Translation>,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    rows: &mut HashMap<String, Row>,
) -> Result<Vec<Object>> {
    let lanes = lanes(objects, |object| kind.lane(object));
    let known = &*rows;
    let made = side_by_side(lanes, AT_ONCE, |lane| create_lane(run, translation.clone(), kind, lane, known)).await?;
    let mut unclear = Vec::new();
    for lane in made {
        rows.extend(lane.rows.into_iter().map(|row| (row.source.clone(), row)));
        unclear.extend(lane.unclear);
    }
    Ok(unclear)
}

/// Objects by the lane they are in, in their order.
pub(super) fn lanes(objects: &[Object], lane: impl Fn(&Object) -> String) -> Vec<Vec<&Object>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut lanes: Vec<Vec<&Object>> = Vec::new();
    for object in objects {
        let place = *places.entry(lane(object)).or_insert(lanes.len());
        lanes.resize_with(lanes.len().max(place + 1), Vec::new);
        lanes[place].push(object);
    }
    lanes
}

/// Creates objects one after the other, until it is not clear of some whether they were: what comes later must not overtake.
async fn create_lane(
    run: &Run<'_>,
    mut translation: Arc<Translation>,
    kind: &'static dyn SiteKind,
    objects: Vec<&Object>,
    known: &HashMap<String, Row>,
) -> Result<Lane> {
    let mut done = Lane { rows: Vec::new(), unclear: Vec::new() };
    let mut batches = batches(kind, &objects).into_iter().peekable();
    while let Some(batch) = batches.next() {
        run.check()?;
        if !done.unclear.is_empty() {
            done.unclear.extend(batch.into_iter().cloned());
            continue;
        }
        let (batch, translated, skipped) = translate(run, &translation, kind, batch, known);
        run.record(&skipped).await?;
        done.rows.extend(skipped);
        if batch.is_empty() {
            continue;
        }
        let mut rows: Vec<Row> = batch.iter().map(|object| intent(run, kind.name(), object, known)).collect();
        let known = |object: &&&Object| known.get(&object.key).is_some_and(was_passed_over);
        let late = batch.iter().filter(known).map(|object| run.late.note(run, kind.name(), &object.key));
        run.record(&late.chain(rows.iter().cloned()).collect::<Vec<_>>()).await?;
        let writer = run.writer_with(translation.clone());
        let results = send(run, kind, &writer, &translated).await?;
        drop(writer);
        let mut results = results.into_iter();
        let mut fatal = None;
        for (&object, row) in batch.iter().zip(&mut rows) {
            let result = results.next().unwrap_or_else(|| Err(no_result(kind.name())));
            match result {
                Ok(made) => {
                    row.target = Some(made.id);
                    row.state = if made.found { State::Skipped } else { State::Confirmed };
                    row.reason = made.found.then(|| THERE.to_owned());
                }
                Err(error) => {
                    let shut_out = run.shut_out(&error).await?;
                    row.state = if shut_out.is_some() { State::Planned } else { after(&error) };
                    row.reason = Some(error.to_string());
                    match row.state {
                        State::Ambiguous => done.unclear.push(object.clone()),
                        State::Planned => fatal = Some(shut_out.unwrap_or_else(|| error.into())),
                        _ => {}
                    }
                }
            }
        }
        run.record(&rows).await?;
        if let Some(error) = fatal {
            return Err(error);
        }
        // Those that come next in the lane may refer to these.
        if batches.peek().is_some() {
            bind_all(&mut translation, run.recovery, kind.name(), rows.iter());
        }
        done.rows.extend(rows);
    }
    Ok(done)
}

/// Sends a batch; what is refused for want of a permission that the account has is sent once more: the permission was away
/// for that moment.
async fn send(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    writer: &Writer,
    batch: &[Translated],
) -> Result<Vec<jira::Result<Made>>> {
    let mut results = run.settling.timed(kind.create(writer, batch)).await;
    let is_refused = |result: &jira::Result<Made>| matches!(result, Err(jira::Error::Forbidden { .. }));
    let refused: Vec<usize> =
        (0..results.len().min(batch.len())).filter(|place| is_refused(&results[*place])).collect();
    if !refused.is_empty() && run.may_not_administer().await?.is_none() {
        let again: Vec<Translated> = refused.iter().map(|place| batch[*place].clone()).collect();
        let more = run.settling.timed(kind.create(writer, &again)).await;
        for (place, result) in refused.into_iter().zip(more) {
            results[place] = result;
        }
    }
    Ok(results)
}

fn no_result(kind: &str) -> jira::Error {
    jira::Error::Unexpected { call: format!("creating {kind}"), reason: "no result for an object".to_owned() }
}

fn intent(run: &Run<'_>, kind: KindName, object: &Object, rows: &HashMap<String, Row>) -> Row {
    let mut row = rows.get(&object.key).cloned().unwrap_or_else(|| run.row(kind, &object.key));
    row.state = State::Intent;
    row.attempt += 1;
    row.reason = None;
    row
}

/// Objects in the batches in which the kind takes them, in order.
fn batches<'o>(kind: &dyn SiteKind, objects: &[&'o Object]) -> Vec<Vec<&'o Object>> {
    let mut batches: Vec<Vec<&Object>> = Vec::new();
    let mut group = None;
    for &object in objects {
        let of = kind.group(object);
        match batches.last_mut() {
            Some(batch) if batch.len() < kind.batch().max(1) && group.as_ref() == Some(&of) => batch.push(object),
            _ => batches.push(vec![object]),
        }
        group = Some(of);
    }
    batches
}

/// Translates a batch. What belongs to something that is not on the standby is left out; its rows come last.
fn translate<'o>(
    run: &Run<'_>,
    translation: &Translation,
    kind: &'static dyn SiteKind,
    batch: Vec<&'o Object>,
    known: &HashMap<String, Row>,
) -> (Vec<&'o Object>, Vec<Translated>, Vec<Row>) {
    let (mut objects, mut translations, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for object in batch {
        let translated = kind.translate(object, translation);
        if let Some(reason) = &translated.cannot {
            let row = known.get(&object.key).cloned().unwrap_or_else(|| run.row(kind.name(), &object.key));
            skipped.push(Row { state: State::Skipped, reason: Some(reason.clone()), ..row });
        } else {
            objects.push(object);
            translations.push(translated);
        }
    }
    (objects, translations, skipped)
}
