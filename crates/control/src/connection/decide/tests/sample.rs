//! People, policies and states for tests.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::connection::{
    Activation, AppliesTo, Contact, Event, FreshToken, Kind, NewConnection, NewRequest, Operation, ProofKind, State,
    decide,
};
use crate::connection::{Cause, Refused, Transition};
use crate::digest::RequestDigest;
use crate::id::PersonId;
use crate::name::ConnectionName;
use crate::policy::Policy;
use crate::token::{Token, Verifier};

/// The transition function, or one with a defect.
pub(crate) type Decide = fn(&State, &Event, &Policy, Timestamp) -> Result<Transition, Refused>;

pub(crate) fn person(number: u128) -> PersonId {
    Uuid::from_u128(number).into()
}

pub(crate) const SOURCE_ADMINISTRATOR: u128 = 1;
pub(crate) const STANDBY_ADMINISTRATOR: u128 = 2;
pub(crate) const SUPPORTERS: [u128; 3] = [10, 11, 12];
pub(crate) const CONTACTS: [u128; 3] = [20, 21, 22];

pub(crate) fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub(crate) fn contacts() -> Vec<Contact> {
    CONTACTS.map(|number| Contact { person: person(number), registered: start() - hours(8 * 24) }).to_vec()
}

pub(crate) fn fresh(number: u8) -> FreshToken {
    let id = Token::generate([number; 8], [0; 32]).id().clone();
    FreshToken { id, verifier: Verifier::from_bytes([number; 32]), expires: None }
}

pub(crate) fn create() -> Event {
    Event::Create(Box::new(NewConnection {
        id: Uuid::from_u128(500).into(),
        tenant: Uuid::from_u128(501).into(),
        kind: Kind::DisasterRecovery,
        name: ConnectionName::parse("Fallback").unwrap(),
        applies_to: AppliesTo::EVERYTHING,
        source: Uuid::from_u128(502).into(),
        source_cloud: "source".to_owned(),
        by: person(SOURCE_ADMINISTRATOR),
        fresh: fresh(0),
    }))
}

pub(crate) fn activation(cloud: &str) -> Activation {
    Activation {
        by: person(STANDBY_ADMINISTRATOR),
        site: Uuid::from_u128(cloud.len() as u128 + 600).into(),
        cloud: cloud.to_owned(),
        token_fits: true,
        url_fits: true,
        administrator_proven: true,
    }
}

pub(crate) fn activate(cloud: &str) -> Event {
    Event::Activate(activation(cloud))
}

pub(crate) fn open(number: u128) -> Event {
    Event::Open(Box::new(NewRequest {
        id: Uuid::from_u128(700 + number).into(),
        by: person(STANDBY_ADMINISTRATOR),
        nonce: number.to_be_bytes(),
        point: None,
        projects: vec![],
    }))
}

pub(crate) fn ask(operation: Operation) -> Event {
    let by = person(SOURCE_ADMINISTRATOR);
    Event::Ask { by, operation, from_standby: false, signed_in_again: true }
}

/// The digest that an approver of the state's request is shown.
pub(crate) fn shown(state: &State) -> RequestDigest {
    match (&state.connection, &state.request) {
        (Some(connection), Some(request)) => RequestDigest::new(connection, request),
        _ => RequestDigest::parse(&"0".repeat(32)).unwrap(),
    }
}

pub(crate) fn approve(state: &State, by: u128) -> Event {
    Event::Approve { by: person(by), seen: shown(state), note: "called back".to_owned() }
}

pub(crate) fn confirm(state: &State, by: u128) -> Event {
    Event::Confirm { by: person(by), seen: shown(state) }
}

pub(crate) fn prove(state: &State, by: u128, kind: ProofKind) -> Event {
    Event::ProveSite { by: person(by), kind, seen: shown(state), note: "seen".to_owned() }
}

pub(crate) fn deny(by: u128) -> Event {
    Event::Deny { by: person(by), note: "no".to_owned() }
}

pub(crate) fn issue(number: u8) -> Event {
    Event::IssueToken { by: person(SOURCE_ADMINISTRATOR), signed_in_again: true, fresh: fresh(number) }
}

/// A state that events move on, at a time that moves on.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        Self { state: State { contacts: contacts(), ..State::default() }, policy, now: start() }
    }

    pub(crate) fn try_event(&mut self, event: &Event) -> Result<Transition, Refused> {
        let before = self.state.clone();
        let decided = decide(&self.state, event, &self.policy, self.now);
        assert_eq!(self.state, before);
        if let Ok(transition) = &decided {
            self.state = transition.state.clone();
        }
        decided
    }

    pub(crate) fn does(&mut self, event: &Event) -> Transition {
        self.try_event(event).unwrap_or_else(|refused| panic!("{event:?}: {}", refused.cause))
    }

    pub(crate) fn wait(&mut self, time: SignedDuration) {
        self.now += time;
    }

    /// Applies all that follows of itself.
    pub(crate) fn settle(&mut self) {
        while let Some(event) = crate::connection::due(&self.state, &self.policy, self.now) {
            self.does(&event);
        }
    }

    /// A connection that is active, with a request opened.
    pub(crate) fn with_request(policy: Policy) -> Self {
        let mut world = Self::new(policy);
        world.does(&create());
        world.wait(hours(40 * 24));
        world.does(&activate("standby"));
        world.does(&open(1));
        world
    }
}

/// Why an event is refused.
pub(crate) fn cause(world: &mut World, event: &Event) -> Cause {
    world.try_event(event).unwrap_err().cause
}
