//! Rows 6 to 9: protected operations. A reset or a revocation could be used to block a recovery, and a ban has its reason; so
//! each waits for contacts, or for three days in which anybody concerned may object. None touches a recovery that people
//! vouched for.
//!
//! A reset ends the old token and unbinds the standby; the new token is not made yet. Nobody may be there when three days are
//! over, and a contact who confirms has no business with it: it is made when a source administrator comes to take it
//! ([`token::issue`](super::token::issue)).

use jiff::{SignedDuration, Timestamp};

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{ANY_BUT_REVOKED, Step, require};
use crate::connection::state::{Connection, ConnectionStatus, Operation, Pending, RequestStatus, TokenUpkeep};
use crate::id::PersonId;

/// How long anybody concerned may object.
pub const GRACE: SignedDuration = SignedDuration::from_hours(72);

/// Within this time a token that nobody used may be refreshed at once.
const REFRESH: SignedDuration = SignedDuration::from_hours(24);

/// Who asked for what.
pub(super) struct Asked {
    pub(super) by: PersonId,
    pub(super) operation: Operation,
    pub(super) from_standby: bool,
}

/// Row 6.
pub(super) fn ask(step: Step<'_>, asked: Asked, signed_in_again: bool) -> Result<Transition, Refused> {
    let connection = step.connection_in(&ANY_BUT_REVOKED)?;
    require(connection.pending.is_none(), Cause::OperationPending)?;
    require(signed_in_again, Cause::SignInAgain)?;
    require(!asked.from_standby || asked.operation == Operation::Revoke, Cause::NotFromTheStandby)?;
    if let Operation::Reinstate(person) = asked.operation {
        require(connection.banned.contains(&person), Cause::NotBanned)?;
    }
    let until = connection.refreshable_until().filter(|_| asked.operation == Operation::Reset);
    if until.is_some_and(|until| step.now < until) {
        return Ok(apply(step, Operation::Reset));
    }
    let pending = Pending { operation: asked.operation, asked_by: asked.by, asked: step.now, confirmed_by: vec![] };
    let waiting = step.with_connection(|connection| connection.pending = Some(pending));
    Ok(waiting.and(Effect::Tell(Audience::Everybody)))
}

impl Connection {
    /// Until when its token may be exchanged at once, because nobody ever activated it; nothing where a reset waits for contacts,
    /// or for time.
    pub fn refreshable_until(&self) -> Option<Timestamp> {
        let untouched = self.status == ConnectionStatus::Issued && !self.ever_bound;
        untouched.then(|| self.made + REFRESH)
    }
}

/// Row 7. A barred contact may object too: an objection leaves everything as it is.
pub(super) fn cancel(step: Step<'_>, by: PersonId, from_source: bool) -> Result<Transition, Refused> {
    pending(step)?;
    require(from_source || step.is_contact(by), Cause::NotAContact)?;
    let cancelled = step.with_connection(|connection| connection.pending = None);
    Ok(cancelled.and(Effect::Tell(Audience::Everybody)))
}

/// Row 8: by contacts, each of them somebody else than whoever asked.
pub(super) fn confirm(step: Step<'_>, by: PersonId) -> Result<Transition, Refused> {
    let pending = pending(step)?;
    step.seasoned_contact(by)?;
    require(pending.asked_by != by && !pending.confirmed_by.contains(&by), Cause::SamePerson)?;
    let earlier = pending.confirmed_by.iter().filter(|&&contact| step.seasoned_contact(contact).is_ok());
    if earlier.count() + 1 >= needed(step) && !step.is_vouched() {
        return Ok(apply(step, pending.operation));
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
pub(super) fn grace_over(step: Step<'_>) -> Result<Transition, Refused> {
    let pending = pending(step)?;
    require(!step.has_open_request(), Cause::RequestOpen)?;
    require(step.now >= pending.asked + GRACE, Cause::TooEarly)?;
    Ok(apply(step, pending.operation))
}

fn pending(step: Step<'_>) -> Result<&Pending, Refused> {
    let connection = step.connection_in(&ANY_BUT_REVOKED)?;
    connection.pending.as_ref().ok_or_else(|| Cause::NothingPending.into())
}

fn apply(step: Step<'_>, operation: Operation) -> Transition {
    let done = step.with_connection(|connection| connection.pending = None);
    let applied = match operation {
        Operation::Reset => reset(done).and_close_open(RequestStatus::Cancelled, step.now),
        Operation::Revoke => end(done).and_close_open(RequestStatus::Cancelled, step.now),
        Operation::Reinstate(person) => {
            done.and_connection(|connection| connection.banned.retain(|&banned| banned != person))
        }
    };
    applied.and(Effect::Tell(Audience::Everybody))
}

fn reset(done: Transition) -> Transition {
    done.and_connection(|connection| {
        connection.status = ConnectionStatus::Issued;
        connection.suspension = None;
        connection.bound = None;
        connection.generation += 1;
        connection.upkeep = TokenUpkeep { awaited: true, ..TokenUpkeep::default() };
    })
}

fn end(done: Transition) -> Transition {
    done.and_connection(|connection| {
        connection.status = ConnectionStatus::Revoked;
        connection.suspension = None;
        connection.bound = None;
    })
}

/// A token of a cross-site connection that nobody used: it opens nothing, so nobody needs to agree.
pub(super) fn refresh(step: Step<'_>) -> Transition {
    reset(Transition::to(step.state.clone())).and(Effect::Tell(Audience::Everybody))
}
