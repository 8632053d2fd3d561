//! Rows 10, 11, 12 and 17: stopping a connection and taking it up again.

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{Step, require};
use crate::connection::state::{ConnectionStatus, RequestStatus, Suspension};
use crate::id::PersonId;

/// Row 10: a recovery that runs comes to rest, any other request ends.
pub(super) fn suspend(step: Step<'_>, by: PersonId) -> Result<Transition, Refused> {
    step.connection_in(&[ConnectionStatus::Issued, ConnectionStatus::Active])?;
    if step.is_contact(by) {
        step.contact(by)?;
    }
    let stopped = rest_job_or_close(step, stopped_by(step, by), RequestStatus::Cancelled);
    Ok(stopped.and(Effect::Tell(Audience::Everybody)))
}

/// Row 17: like a suspension, but the request ends as vetoed.
pub(super) fn veto(step: Step<'_>, by: PersonId) -> Result<Transition, Refused> {
    step.connection_in(&[ConnectionStatus::Active, ConnectionStatus::Suspended])?;
    require(step.has_open_request(), Cause::NoRequest)?;
    step.contact(by)?;
    let stopped = rest_job_or_close(step, stopped_by(step, by), RequestStatus::Vetoed);
    Ok(stopped.and(Effect::Tell(Audience::Everybody)))
}

/// Suspended by somebody; a suspension that stands keeps its author and votes.
fn stopped_by(step: Step<'_>, by: PersonId) -> Transition {
    let suspension = Suspension { by: Some(by), by_contact: step.is_contact(by), at: step.now, votes: vec![] };
    step.with_connection(|connection| {
        connection.status = ConnectionStatus::Suspended;
        connection.suspension.get_or_insert(suspension);
    })
}

fn rest_job_or_close(step: Step<'_>, stopped: Transition, closed: RequestStatus) -> Transition {
    match step.state.request.as_ref().map(|request| request.status) {
        Some(RequestStatus::Running) => {
            let paused = stopped.and_request(|request| {
                request.status = RequestStatus::Paused;
                request.paused = Some(step.now);
            });
            paused.and(Effect::DropKeys).and(Effect::PauseJob)
        }
        Some(RequestStatus::Paused) => stopped.and(Effect::DropKeys),
        _ => stopped.and_close_open(closed, step.now),
    }
}

/// Row 11.
pub(super) fn vote(step: Step<'_>, by: PersonId) -> Result<Transition, Refused> {
    let connection = step.connection_in(&[ConnectionStatus::Suspended])?;
    step.seasoned_contact(by)?;
    let suspension = connection.suspension.as_ref();
    let is_suspender = suspension.is_some_and(|suspension| suspension.by == Some(by));
    let has_voted = suspension.is_some_and(|suspension| suspension.votes.contains(&by));
    require(!is_suspender && !has_voted, Cause::SamePerson)?;
    Ok(step.with_connection(|connection| {
        connection.suspension.iter_mut().for_each(|suspension| suspension.votes.push(by));
    }))
}

/// Row 12: a contact who suspended is barred until somebody has looked into it, so that nobody can do it for ever. A source
/// administrator who is a contact too has one voice, not two.
pub(super) fn resume(step: Step<'_>, by: PersonId, from_source: bool) -> Result<Transition, Refused> {
    let connection = step.connection_in(&[ConnectionStatus::Suspended])?;
    let votes = connection.suspension.iter().flat_map(|suspension| &suspension.votes);
    let votes = votes.filter(|&&vote| step.is_contact(vote) && !(from_source && vote == by)).count();
    require(votes >= if from_source { 1 } else { 2 }, Cause::NotEnoughVotes)?;
    let resumed = step.with_connection(|connection| {
        let bound = connection.bound.is_some();
        connection.status = if bound { ConnectionStatus::Active } else { ConnectionStatus::Issued };
        let suspension = connection.suspension.take();
        connection.banned.extend(suspension.filter(|suspension| suspension.by_contact).and_then(|it| it.by));
    });
    Ok(resumed.and(Effect::Tell(Audience::Everybody)))
}
