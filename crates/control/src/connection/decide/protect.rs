//! Rows 6 to 9: reset and revocation. Both could be used to block a recovery, so they wait for contacts or for three days
//! in which anybody may object; and never touch a recovery that people vouched for.

use jiff::SignedDuration;

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{Step, require};
use crate::connection::event::FreshToken;
use crate::connection::state::{Connection, ConnectionStatus, Operation, Pending, RequestStatus};
use crate::id::PersonId;

const GRACE: SignedDuration = SignedDuration::from_hours(72);

/// Within this time a token that nobody used may be refreshed at once.
const REFRESH: SignedDuration = SignedDuration::from_hours(24);

const ANY_BUT_REVOKED: [ConnectionStatus; 3] =
    [ConnectionStatus::Issued, ConnectionStatus::Active, ConnectionStatus::Suspended];

/// Who asked for what.
pub(super) struct Asked {
    pub(super) by: PersonId,
    pub(super) operation: Operation,
    pub(super) from_standby: bool,
}

/// Row 6.
pub(super) fn ask(
    step: Step<'_>,
    asked: Asked,
    signed_in_again: bool,
    fresh: &FreshToken,
) -> Result<Transition, Refused> {
    let connection = step.connection_in(&ANY_BUT_REVOKED)?;
    require(connection.pending.is_none(), Cause::OperationPending)?;
    require(signed_in_again, Cause::SignInAgain)?;
    require(!(asked.from_standby && asked.operation == Operation::Reset), Cause::NotFromTheStandby)?;
    if asked.operation == Operation::Reset && is_refresh(step, connection) {
        return Ok(apply(step, Operation::Reset, fresh));
    }
    let pending = Pending { operation: asked.operation, asked_by: asked.by, asked: step.now, confirmed_by: vec![] };
    let waiting = step.with_connection(|connection| connection.pending = Some(pending));
    Ok(waiting.and(Effect::Tell(Audience::Everybody)))
}

fn is_refresh(step: Step<'_>, connection: &Connection) -> bool {
    let untouched = connection.status == ConnectionStatus::Issued && !connection.ever_bound;
    untouched && step.now.duration_since(connection.made) < REFRESH
}

/// Row 7.
pub(super) fn cancel(step: Step<'_>) -> Result<Transition, Refused> {
    pending(step)?;
    let cancelled = step.with_connection(|connection| connection.pending = None);
    Ok(cancelled.and(Effect::Tell(Audience::Everybody)))
}

/// Row 8.
pub(super) fn confirm(step: Step<'_>, by: PersonId, fresh: &FreshToken) -> Result<Transition, Refused> {
    let pending = pending(step)?;
    step.contact(by)?;
    require(!pending.confirmed_by.contains(&by), Cause::SamePerson)?;
    let confirmed = pending.confirmed_by.len() + 1;
    if confirmed >= needed(step) && !step.is_vouched() {
        return Ok(apply(step, pending.operation, fresh));
    }
    Ok(step.with_connection(|connection| {
        connection.pending.iter_mut().for_each(|pending| pending.confirmed_by.push(by));
    }))
}

/// How many contacts must confirm; one even where a policy asks for none.
fn needed(step: Step<'_>) -> usize {
    step.policy.contact_confirmations.max(1) as usize
}

/// Row 9.
pub(super) fn grace_over(step: Step<'_>, fresh: &FreshToken) -> Result<Transition, Refused> {
    let pending = pending(step)?;
    require(!step.has_open_request(), Cause::RequestOpen)?;
    require(step.now >= pending.asked + GRACE, Cause::TooEarly)?;
    Ok(apply(step, pending.operation, fresh))
}

fn pending(step: Step<'_>) -> Result<&Pending, Refused> {
    let connection = step.connection_in(&ANY_BUT_REVOKED)?;
    connection.pending.as_ref().ok_or_else(|| Cause::NothingPending.into())
}

fn apply(step: Step<'_>, operation: Operation, fresh: &FreshToken) -> Transition {
    let applied = step.with_connection(|connection| {
        connection.pending = None;
        connection.suspension = None;
        connection.bound = None;
        match operation {
            Operation::Revoke => connection.status = ConnectionStatus::Revoked,
            Operation::Reset => {
                connection.status = ConnectionStatus::Issued;
                connection.generation += 1;
                connection.token = fresh.id.clone();
                connection.verifier = fresh.verifier;
            }
        }
    });
    let applied = applied.and_close_open(RequestStatus::Cancelled, step.now);
    let shown = if operation == Operation::Reset { applied.and(Effect::ShowToken) } else { applied };
    shown.and(Effect::Tell(Audience::Everybody))
}
