//! The table of cross-site connections: made on one site (the initiator), activated on the other (the authenticator), ended by
//! either. Nothing is recovered over one, so there are no requests, no contacts and no waiting.

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{ANY_BUT_REVOKED, Step, link, protect, require, token};
use crate::connection::event::Event;
use crate::connection::state::{ConnectionStatus, Operation};

pub(super) fn decide(step: Step<'_>, event: &Event) -> Result<Transition, Refused> {
    match event {
        Event::Create(new) => link::create(step, new),
        Event::Activate(activation) => link::activate(step, activation),
        Event::Ask { operation: Operation::Reset, from_standby, signed_in_again, .. } => {
            refresh(step, *from_standby, *signed_in_again)
        }
        Event::IssueToken { signed_in_again, fresh, .. } => token::issue(step, *signed_in_again, fresh),
        Event::CheckToken { token_fits, .. } => token::check(step, *token_fits),
        Event::WarnOfExpiry => warn(step),
        Event::Rename { name, .. } => link::rename(step, name),
        Event::Deactivate { signed_in_again, .. } => deactivate(step, *signed_in_again),
        _ => Err(Cause::CrossSite.into()),
    }
}

/// A token that was lost before anybody used it; later a connection is deactivated and made anew.
fn refresh(step: Step<'_>, from_standby: bool, signed_in_again: bool) -> Result<Transition, Refused> {
    step.connection_in(&[ConnectionStatus::Issued])?;
    require(!from_standby, Cause::NotFromTheStandby)?;
    require(signed_in_again, Cause::SignInAgain)?;
    Ok(protect::refresh(step))
}

/// Only a token that is still to activate something matters.
fn warn(step: Step<'_>) -> Result<Transition, Refused> {
    step.connection_in(&[ConnectionStatus::Issued])?;
    token::warn(step)
}

/// For good: another one is made in a minute. It keeps telling which site it was bound to.
fn deactivate(step: Step<'_>, signed_in_again: bool) -> Result<Transition, Refused> {
    step.connection_in(&ANY_BUT_REVOKED)?;
    require(signed_in_again, Cause::SignInAgain)?;
    let deactivated = step.with_connection(|connection| connection.status = ConnectionStatus::Revoked);
    Ok(deactivated.and(Effect::Tell(Audience::Everybody)))
}
