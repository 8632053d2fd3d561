//! The transition function.
//!
//! Each row of the table is one function in the file of its subject: [`link`] makes, activates and releases connections,
//! [`protect`] resets and revokes them, [`suspend`] stops and resumes them, [`verify`] gathers evidence for a request, and
//! [`run`] opens, unlocks, runs and ends it. What no row lists is refused, with no change of state.

mod link;
mod outcome;
mod protect;
mod run;
mod suspend;
mod verify;

use jiff::{SignedDuration, Timestamp};

pub use outcome::{Audience, Cause, Effect, Refused, Transition};

use super::event::Event;
use super::state::{Connection, ConnectionStatus, Contact, Request, RequestStatus, State};
use crate::id::PersonId;
use crate::policy::Policy;

/// What happens to `state` when `event` happens at `now`: the next state and what must be done outside, or a refusal that
/// changes nothing.
pub fn decide(state: &State, event: &Event, policy: &Policy, now: Timestamp) -> Result<Transition, Refused> {
    let step = Step { state, policy, now };
    match event {
        Event::Create(new) => link::create(step, new),
        Event::Activate(activation) => link::activate(step, activation),
        Event::Release { signed_in_again, .. } => link::release(step, *signed_in_again),
        Event::Ask { by, operation, from_standby, signed_in_again, fresh } => {
            let asked = protect::Asked { by: *by, operation: *operation, from_standby: *from_standby };
            protect::ask(step, asked, *signed_in_again, fresh)
        }
        Event::CancelPending { .. } => protect::cancel(step),
        Event::ConfirmPending { by, fresh } => protect::confirm(step, *by, fresh),
        Event::GraceOver { fresh } => protect::grace_over(step, fresh),
        Event::Suspend { by } => suspend::suspend(step, *by),
        Event::VoteResume { by } => suspend::vote(step, *by),
        Event::Resume { from_source, .. } => suspend::resume(step, *from_source),
        Event::Veto { by } => suspend::veto(step, *by),
        Event::Approve { by, seen, note } => verify::approve(step, *by, *seen, note),
        Event::Deny { by, note } => verify::deny(step, *by, note),
        Event::Confirm { by, seen } => verify::confirm(step, *by, *seen),
        Event::ProveSite { by, kind, note } => verify::prove_site(step, *by, *kind, note),
        Event::BeginCool => verify::begin_cool(step),
        Event::Expedite => verify::expedite(step),
        Event::CoolTimer => verify::cool_timer(step),
        Event::Open(new) => run::open(step, new),
        Event::Unlock => run::unlock(step),
        Event::Start { .. } => run::start(step),
        Event::PauseJob { .. } => run::pause(step),
        Event::ResumeJob { .. } => run::resume(step),
        Event::JobDone { proven } => run::done(step, *proven),
        Event::RequestTimeout => run::request_timeout(step),
        Event::UnlockTimeout => run::unlock_timeout(step),
        Event::Cancel { .. } => run::cancel(step),
    }
}

/// The next thing that follows of itself at `now`: the cool-down, the unlock, a time-out. Apply it and ask again until
/// there is none. (The end of a grace period is not among them: it needs a fresh token.)
pub fn due(state: &State, policy: &Policy, now: Timestamp) -> Option<Event> {
    let timers = [
        Event::RequestTimeout,
        Event::UnlockTimeout,
        Event::BeginCool,
        Event::Expedite,
        Event::CoolTimer,
        Event::Unlock,
    ];
    timers.into_iter().find(|event| decide(state, event, policy, now).is_ok())
}

/// What every row looks at.
#[derive(Clone, Copy)]
struct Step<'a> {
    state: &'a State,
    policy: &'a Policy,
    now: Timestamp,
}

impl<'a> Step<'a> {
    fn connection(self) -> Result<&'a Connection, Refused> {
        self.state.connection.as_ref().ok_or_else(|| Cause::NoConnection.into())
    }

    /// The connection, if it stands where the row begins.
    fn connection_in(self, statuses: &[ConnectionStatus]) -> Result<&'a Connection, Refused> {
        let connection = self.connection()?;
        require(statuses.contains(&connection.status), Cause::ConnectionIs(connection.status))?;
        Ok(connection)
    }

    /// The request, if it stands where the row begins.
    fn request_in(self, statuses: &[RequestStatus]) -> Result<&'a Request, Refused> {
        let request = self.state.request.as_ref().ok_or(Cause::NoRequest)?;
        require(statuses.contains(&request.status), Cause::RequestIs(request.status))?;
        Ok(request)
    }

    fn has_open_request(self) -> bool {
        self.state.request.as_ref().is_some_and(|request| request.status.is_open())
    }

    fn is_vouched(self) -> bool {
        self.state.request.as_ref().is_some_and(|request| request.status.is_vouched())
    }

    fn is_contact(self, person: PersonId) -> bool {
        self.state.contacts.iter().any(|contact| contact.person == person)
    }

    /// The contact's registration, unless a suspension bars them.
    fn contact(self, person: PersonId) -> Result<&'a Contact, Refused> {
        let contact = self.state.contacts.iter().find(|contact| contact.person == person);
        let banned = self.connection()?.banned.contains(&person);
        require(!banned, Cause::Banned)?;
        contact.ok_or_else(|| Cause::NotAContact.into())
    }

    /// Whether a contact was registered long enough ago to count.
    fn is_seasoned(self, contact: &Contact) -> bool {
        contact.registered + SEASONING <= self.now
    }

    /// The next state: this one with its connection changed.
    fn with_connection(self, change: impl FnOnce(&mut Connection)) -> Transition {
        Transition::to(self.state.clone()).and_connection(change)
    }

    /// The next state: this one with its request changed.
    fn with_request(self, change: impl FnOnce(&mut Request)) -> Transition {
        Transition::to(self.state.clone()).and_request(change)
    }
}

/// A recovery contact counts after a week: whoever takes over a source cannot register helpers on the day.
const SEASONING: SignedDuration = SignedDuration::from_hours(7 * 24);

fn require(holds: bool, cause: Cause) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(cause.into()) }
}

#[cfg(test)]
mod tests;
