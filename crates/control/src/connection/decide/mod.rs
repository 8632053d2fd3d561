//! The transition function.
//!
//! Each row of the table is one function in the file of its subject: [`link`] makes, activates and releases connections,
//! [`protect`] resets and revokes them, [`token`] makes, checks and reminds of their tokens, [`suspend`] stops and resumes
//! them, [`verify`] gathers evidence for a request, and [`run`] opens, unlocks, runs and ends it. What no row lists is refused,
//! with no change of state. [`cross_site`] is the much smaller table of cross-site connections.

mod cross_site;
mod link;
mod outcome;
mod protect;
mod run;
mod suspend;
mod token;
mod verify;

use jiff::{SignedDuration, Timestamp};

pub use outcome::{ActivationRefused, Audience, Cause, Effect, Refused, Transition};
pub use protect::GRACE;
pub(super) use token::check_due as token_check_due;

use super::event::Event;
use super::state::{Connection, ConnectionStatus, Contact, Kind, Request, RequestStatus, State};
use crate::id::PersonId;
use crate::policy::Policy;

/// What happens to `state` when `event` happens at `now`: the next state and what must be done outside, or a refusal that
/// changes nothing.
pub fn decide(state: &State, event: &Event, policy: &Policy, now: Timestamp) -> Result<Transition, Refused> {
    let step = Step { state, policy, now };
    if step.is_cross_site() {
        return cross_site::decide(step, event);
    }
    match event {
        Event::Create(new) => link::create(step, new),
        Event::Activate(activation) => link::activate(step, activation),
        Event::Release { signed_in_again, .. } => link::release(step, *signed_in_again),
        Event::Ask { by, operation, from_standby, signed_in_again } => {
            let asked = protect::Asked { by: *by, operation: *operation, from_standby: *from_standby };
            protect::ask(step, asked, *signed_in_again)
        }
        Event::CancelPending { by, from_source } => protect::cancel(step, *by, *from_source),
        Event::ConfirmPending { by } => protect::confirm(step, *by),
        Event::GraceOver => protect::grace_over(step),
        Event::IssueToken { signed_in_again, fresh, .. } => token::issue(step, *signed_in_again, fresh),
        Event::CheckToken { token_fits, .. } => token::check(step, *token_fits),
        Event::RemindOfCheck => token::remind(step),
        Event::WarnOfExpiry => token::warn(step),
        Event::Rename { name, .. } => link::rename(step, name),
        Event::Deactivate { .. } => Err(Cause::NotCrossSite.into()),
        Event::Suspend { by } => suspend::suspend(step, *by),
        Event::VoteResume { by } => suspend::vote(step, *by),
        Event::Resume { by, from_source } => suspend::resume(step, *by, *from_source),
        Event::Veto { by } => suspend::veto(step, *by),
        Event::Approve { by, seen, note } => verify::approve(step, *by, *seen, note),
        Event::Deny { by, note } => verify::deny(step, *by, note),
        Event::Confirm { by, seen } => verify::confirm(step, *by, *seen),
        Event::ProveSite { by, kind, seen, note } => verify::prove_site(step, *by, *kind, *seen, note),
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

/// The next thing that follows of itself at `now`: the cool-down, the unlock, a time-out, the end of a grace period, a
/// reminder. Apply it and ask again until there is none.
pub fn due(state: &State, policy: &Policy, now: Timestamp) -> Option<Event> {
    let timers = [
        Event::RequestTimeout,
        Event::UnlockTimeout,
        Event::BeginCool,
        Event::Expedite,
        Event::CoolTimer,
        Event::Unlock,
        Event::GraceOver,
        Event::RemindOfCheck,
        Event::WarnOfExpiry,
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

    fn is_cross_site(self) -> bool {
        self.state.connection.as_ref().is_some_and(|connection| connection.kind == Kind::CrossSite)
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

    /// Requires a contact whose word counts: registered long enough ago, and not barred. Whoever may register contacts would
    /// otherwise be as many people as they like.
    fn seasoned_contact(self, person: PersonId) -> Result<(), Refused> {
        let contact = self.contact(person)?;
        require(self.is_seasoned(contact), Cause::ContactTooNew)
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
pub const SEASONING: SignedDuration = SignedDuration::from_hours(7 * 24);

const ANY_BUT_REVOKED: [ConnectionStatus; 3] =
    [ConnectionStatus::Issued, ConnectionStatus::Active, ConnectionStatus::Suspended];

fn require(holds: bool, cause: Cause) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(cause.into()) }
}

#[cfg(test)]
pub(crate) mod tests;
