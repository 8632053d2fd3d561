//! Making, checking and remembering a token after the connection was made.

use jiff::{SignedDuration, Timestamp};

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{ANY_BUT_REVOKED, Step, require};
use crate::connection::event::FreshToken;
use crate::connection::state::{Connection, TokenUpkeep};

/// How long a token may lie in its drawer before somebody should look whether it is still there.
const CHECK_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How many days before the end of a token people are warned.
const WARNINGS: [u32; 4] = [1, 7, 30, 60];

/// The token that a reset promised, made in front of the one who takes it.
pub(super) fn issue(step: Step<'_>, signed_in_again: bool, fresh: &FreshToken) -> Result<Transition, Refused> {
    let connection = step.connection_in(&ANY_BUT_REVOKED)?;
    require(connection.upkeep.awaited, Cause::NoTokenAwaited)?;
    require(signed_in_again, Cause::SignInAgain)?;
    let issued = step.with_connection(|connection| {
        connection.token = fresh.id.clone();
        connection.verifier = fresh.verifier;
        connection.upkeep = TokenUpkeep { checked: Some(step.now), expires: fresh.expires, ..TokenUpkeep::default() };
    });
    Ok(issued.and(Effect::ShowToken).and(Effect::Tell(Audience::Everybody)))
}

/// A token check proves possession and changes nothing but its date.
pub(super) fn check(step: Step<'_>, token_fits: bool) -> Result<Transition, Refused> {
    let connection = with_token(step)?;
    require(token_fits, Cause::TokenDoesNotFit)?;
    let expired = connection.upkeep.expires.is_some_and(|expires| step.now >= expires);
    require(!expired, Cause::TooLate)?;
    Ok(step.with_connection(|connection| connection.upkeep.checked = Some(step.now)))
}

/// A check is due 90 days after the last one, and people are reminded of it that often.
pub(super) fn remind(step: Step<'_>) -> Result<Transition, Refused> {
    let connection = with_token(step)?;
    let last = check_due(connection).max(connection.upkeep.reminded.map_or(Timestamp::MIN, |at| at + CHECK_AFTER));
    require(step.now >= last, Cause::TooEarly)?;
    let reminded = step.with_connection(|connection| connection.upkeep.reminded = Some(step.now));
    Ok(reminded.and(Effect::Tell(Audience::SourceAdministrators)))
}

/// When the next token check is due.
pub(in crate::connection) fn check_due(connection: &Connection) -> Timestamp {
    connection.upkeep.checked.unwrap_or(connection.made) + CHECK_AFTER
}

/// Each warning is given once; of several that are due, the latest alone.
pub(super) fn warn(step: Step<'_>) -> Result<Transition, Refused> {
    let connection = with_token(step)?;
    let expires = connection.upkeep.expires.ok_or(Cause::TooEarly)?;
    require(step.now < expires, Cause::TooLate)?;
    let is_due = |days: &u32| step.now + SignedDuration::from_hours(24 * i64::from(*days)) >= expires;
    let days = WARNINGS.into_iter().find(is_due).ok_or(Cause::TooEarly)?;
    require(connection.upkeep.warned.is_none_or(|warned| days < warned), Cause::TooEarly)?;
    let warned = step.with_connection(|connection| connection.upkeep.warned = Some(days));
    Ok(warned.and(Effect::Tell(Audience::Everybody)))
}

/// The connection, if it has a token that might still be used.
fn with_token(step: Step<'_>) -> Result<&Connection, Refused> {
    let connection = step.connection_in(&ANY_BUT_REVOKED)?;
    require(!connection.upkeep.awaited, Cause::NoTokenAwaited)?;
    Ok(connection)
}
