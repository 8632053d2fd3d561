//! Rows 13 and 22 to 29: opening, unlocking, running and ending a request.

use jiff::SignedDuration;

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::verify::Evidence as Standing;
use super::{Step, require};
use crate::connection::event::NewRequest;
use crate::connection::state::{Connection, ConnectionStatus, Evidence, Request, RequestStatus, Scope};

const REQUEST_LIFE: SignedDuration = SignedDuration::from_hours(72);
const PAUSE_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
const REQUEST_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
const REQUESTS_IN_WINDOW: usize = 5;

/// Row 13: a fresh request, with no evidence but its own.
pub(super) fn open(step: Step<'_>, new: &NewRequest) -> Result<Transition, Refused> {
    let connection = step.connection_in(&[ConnectionStatus::Active])?;
    require(!step.has_open_request(), Cause::RequestOpen)?;
    let standby = connection.bound.as_ref().ok_or(Cause::OtherBinding)?;
    let is_recent = |time: &&jiff::Timestamp| step.now.duration_since(**time) < REQUEST_WINDOW;
    let mut recent: Vec<_> = connection.opened.iter().filter(is_recent).copied().collect();
    require(recent.len() < REQUESTS_IN_WINDOW, Cause::TooManyRequests)?;
    recent.push(step.now);
    let request = Request {
        id: new.id,
        status: RequestStatus::Verifying,
        requester: new.by,
        opened: step.now,
        nonce: new.nonce,
        scope: Scope {
            source: connection.source,
            source_cloud: connection.source_cloud.clone(),
            standby: standby.site,
            standby_cloud: standby.cloud.clone(),
            generation: connection.generation,
            point: new.point,
            projects: new.projects.clone(),
        },
        evidence: Evidence::default(),
        cooling_since: None,
        cooled: false,
        unlocked: None,
        paused: None,
        closed: None,
    };
    let mut opened = step.with_connection(|connection| connection.opened = recent);
    opened.state.request = Some(request);
    Ok(opened.and(Effect::Tell(Audience::Everybody)))
}

/// Row 22: all of it at once, at this moment.
pub(super) fn unlock(step: Step<'_>) -> Result<Transition, Refused> {
    let connection = step.connection_in(&[ConnectionStatus::Active])?;
    let request = step.request_in(&[RequestStatus::Cooling])?;
    require(request.cooled, Cause::TooEarly)?;
    let standing = Standing::of(step, request);
    let enough = standing.site && standing.contacts && standing.approvals >= step.policy.support_approvals;
    require(enough, Cause::NotEnoughEvidence)?;
    require(is_bound_as_asked(connection, request), Cause::OtherBinding)?;
    let unlocked = step.with_request(|request| {
        request.status = RequestStatus::Unlocked;
        request.unlocked = Some(step.now);
    });
    Ok(unlocked.and(Effect::Tell(Audience::Everybody)))
}

/// Row 23: the unlock is used up; what is paused is resumed, never started again.
pub(super) fn start(step: Step<'_>) -> Result<Transition, Refused> {
    let connection = step.connection_in(&[ConnectionStatus::Active])?;
    let request = step.request_in(&[RequestStatus::Unlocked])?;
    require(!is_unlock_over(step, request), Cause::TooLate)?;
    require(is_bound_as_asked(connection, request), Cause::OtherBinding)?;
    let running = step.with_request(|request| request.status = RequestStatus::Running);
    Ok(running.and(Effect::StartJob).and(Effect::Tell(Audience::Everybody)))
}

/// Row 24.
pub(super) fn pause(step: Step<'_>) -> Result<Transition, Refused> {
    step.request_in(&[RequestStatus::Running])?;
    let paused = step.with_request(|request| {
        request.status = RequestStatus::Paused;
        request.paused = Some(step.now);
    });
    Ok(paused.and(Effect::PauseJob))
}

/// Row 25.
pub(super) fn resume(step: Step<'_>) -> Result<Transition, Refused> {
    let connection = step.connection_in(&[ConnectionStatus::Active])?;
    let request = step.request_in(&[RequestStatus::Paused])?;
    require(is_bound_as_asked(connection, request), Cause::OtherBinding)?;
    require(!is_pause_over(step, request), Cause::TooLate)?;
    let running = step.with_request(|request| {
        request.status = RequestStatus::Running;
        request.paused = None;
    });
    Ok(running.and(Effect::ResumeJob))
}

/// Row 26.
pub(super) fn done(step: Step<'_>, proven: bool) -> Result<Transition, Refused> {
    step.request_in(&[RequestStatus::Running])?;
    require(proven, Cause::NotProven)?;
    let done = step.with_request(|request| {
        request.status = RequestStatus::Done;
        request.closed = Some(step.now);
    });
    Ok(done.and(Effect::DropKeys).and(Effect::Tell(Audience::Everybody)))
}

/// Row 27.
pub(super) fn request_timeout(step: Step<'_>) -> Result<Transition, Refused> {
    let request = step.request_in(&[RequestStatus::Verifying, RequestStatus::Cooling, RequestStatus::Paused])?;
    let is_over = match request.status {
        RequestStatus::Paused => is_pause_over(step, request),
        _ => step.now >= request.opened + REQUEST_LIFE,
    };
    require(is_over, Cause::TooEarly)?;
    Ok(expired(step))
}

/// Row 28.
pub(super) fn unlock_timeout(step: Step<'_>) -> Result<Transition, Refused> {
    let request = step.request_in(&[RequestStatus::Unlocked])?;
    require(is_unlock_over(step, request), Cause::TooEarly)?;
    Ok(expired(step))
}

/// Row 29.
pub(super) fn cancel(step: Step<'_>) -> Result<Transition, Refused> {
    step.request_in(&[
        RequestStatus::Verifying,
        RequestStatus::Cooling,
        RequestStatus::Unlocked,
        RequestStatus::Paused,
    ])?;
    let cancelled = Transition::to(step.state.clone()).and_close_open(RequestStatus::Cancelled, step.now);
    Ok(cancelled.and(Effect::Tell(Audience::Everybody)))
}

fn expired(step: Step<'_>) -> Transition {
    let expired = Transition::to(step.state.clone()).and_close_open(RequestStatus::Expired, step.now);
    expired.and(Effect::Tell(Audience::Everybody))
}

/// Whether token and standby are still the ones that were shown to the approvers.
fn is_bound_as_asked(connection: &Connection, request: &Request) -> bool {
    let same_standby = connection
        .bound
        .as_ref()
        .is_some_and(|bound| bound.site == request.scope.standby && bound.cloud == request.scope.standby_cloud);
    same_standby && connection.generation == request.scope.generation
}

fn is_unlock_over(step: Step<'_>, request: &Request) -> bool {
    let life = SignedDuration::from_hours(i64::from(step.policy.unlock_hours));
    request.unlocked.is_none_or(|unlocked| step.now >= unlocked + life)
}

fn is_pause_over(step: Step<'_>, request: &Request) -> bool {
    request.paused.is_none_or(|paused| step.now >= paused + PAUSE_LIFE)
}
