//! What is done to objects after their creation.

use std::collections::HashMap;
use std::sync::Arc;

use jira::Outcome;
use site::kind::Writer;
use site::losses::Occurrence;
use site::{Object, SiteKind, Translated, Translation};

use super::super::ambiguity::ATTEMPTS;
use super::super::run::Run;
use super::super::side_by_side::side_by_side;
use super::super::{COMPLETED, CONCLUDED};
use super::create::lanes;
use super::{AT_ONCE, after};
use crate::Result;
use crate::journal::{Row, State};

/// What is done to an object after its creation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// As soon as its kind is there.
    Complete,
    /// Again, when something came that it names.
    Revise,
    /// When all issues are written.
    Conclude,
    /// Back to how it was before that, when issues are written again.
    Reopen,
}

/// Does what had to wait until all issues are written.
pub(in crate::apply) async fn conclude(run: &Run<'_>, kinds: &[&'static dyn SiteKind]) -> Result<()> {
    side_by_side(kinds.iter().copied(), AT_ONCE, |kind| async move {
        let objects: Vec<Object> =
            run.source.of(kind.name()).iter().filter(|object| kind.concludes(object)).cloned().collect();
        let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
        let rows = run.rows(kind.name(), &sources).await?;
        follow_up(run, &run.translation, kind, &objects, &rows, Step::Conclude).await
    })
    .await?;
    Ok(())
}

/// Takes back what was done when all issues were written: some are to be written again, and what is concluded takes nothing
/// more. It is done again in the end, whoever goes on.
pub(in crate::apply) async fn reopen(run: &Run<'_>, kinds: &[&'static dyn SiteKind]) -> Result<()> {
    let writer = &run.writer_with(run.translation.clone());
    side_by_side(kinds.iter().copied(), AT_ONCE, |kind| async move {
        let objects = run.source.of(kind.name()).iter().filter(|object| kind.concludes(object));
        let objects: Vec<&Object> = objects.collect();
        let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
        let rows = run.rows(kind.name(), &sources).await?;
        let concluded = run.rows(&format!("{}{CONCLUDED}", kind.name()), &sources).await?;
        for object in objects {
            let target = rows.get(&object.key).and_then(|row| row.target.as_deref());
            let row = concluded.get(&object.key).filter(|row| row.state == State::Confirmed);
            if let (Some(target), Some(row)) = (target, row) {
                run.check()?;
                run.record(&[Row { state: State::Planned, ..row.clone() }]).await?;
                let translated = kind.translate(object, &writer.translation);
                match take(run, kind, writer, &translated, target, Step::Reopen).await {
                    // Refused: then what needs it is refused too, and says so.
                    Err(error) if matches!(after(&error), State::Planned) => return Err(error.into()),
                    Ok(_) | Err(_) => {}
                }
            }
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// Takes a step for what this recovery created, each object once; harmless when repeated after a crash.
pub(super) async fn follow_up(
    run: &Run<'_>,
    translation: &Arc<Translation>,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    rows: &HashMap<String, Row>,
    step: Step,
) -> Result<()> {
    let suffix = if step == Step::Conclude { CONCLUDED } else { COMPLETED };
    let name = &*format!("{}{suffix}", kind.name());
    let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
    let done = &run.rows(name, &sources).await?;
    let writer = &run.writer_with(translation.clone());
    let lanes = lanes(objects, |object| kind.lane_afterwards(object));
    side_by_side(lanes, AT_ONCE, |lane| async move {
        for object in lane {
            let Some(Row { target: Some(target), state: State::Confirmed, .. }) = rows.get(&object.key) else {
                continue;
            };
            let row = done.get(&object.key).cloned().unwrap_or_else(|| run.row(name, &object.key));
            // What was missing when the step was taken may have been made by a later attempt.
            if run.is_open(&row) || step == Step::Revise || run.recovery.settings.retry_failed {
                one(run, writer, kind, (object, target), row, step).await?;
            }
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// Takes a step for one object that is on the standby as `target`.
async fn one(
    run: &Run<'_>,
    writer: &Writer,
    kind: &'static dyn SiteKind,
    (object, target): (&Object, &str),
    mut row: Row,
    step: Step,
) -> Result<()> {
    run.check()?;
    let translated = kind.translate(object, &writer.translation);
    if translated.cannot.is_some() {
        return Ok(());
    }
    row.attempt += 1;
    match take(run, kind, writer, &translated, target, step).await {
        Ok(refused) => {
            if !refused.is_empty()
                && let Some(shut_out) = run.may_not_administer().await?
            {
                return Err(shut_out);
            }
            row.state = State::Confirmed;
            row.reason = (!refused.is_empty()).then(|| serde_json::to_string(&refused).unwrap_or_default());
        }
        Err(error) if matches!(after(&error), State::Planned) => return Err(error.into()),
        Err(error) => {
            if let Some(shut_out) = run.shut_out(&error).await? {
                return Err(shut_out);
            }
            (row.state, row.reason) = (State::Failed, Some(error.to_string()));
        }
    }
    Ok(run.record(&[row]).await?)
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
            Step::Revise => run.settling.timed(kind.revise(writer, object, target)).await,
            Step::Conclude => run.settling.timed(kind.conclude(writer, object, target)).await,
            Step::Reopen => run.settling.timed(kind.reopen(writer, object, target)).await,
        };
        match done {
            Err(error) if error.outcome() == Outcome::Ambiguous && attempts < ATTEMPTS => run.settling.wait().await,
            done => return done,
        }
    }
}
