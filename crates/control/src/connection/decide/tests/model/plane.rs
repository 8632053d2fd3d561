//! Who acts, what they can do, and how time passes.
//!
//! Time stands still and everything else gets older: a wait moves every moment of the state into the past, and moments are
//! then rounded to the ages that some rule tells apart. So the state space is finite.

use std::collections::BTreeSet;

use jiff::Timestamp;
use stateright::{Model, Property};

use super::super::sample::*;
use super::history::{History, PROMISES};
use crate::connection::{
    Activation, Connection, Contact, Event, NewRequest, Operation, ProofKind, Request, RequestStatus, State, Suspension,
};
use crate::policy::Policy;
use uuid::Uuid;

/// The principals, by the numbers of their persons.
pub(super) const OTHER_STANDBY: u128 = 3;
pub(super) const DOMAIN_OWNER: u128 = 4;
pub(super) const TOKEN_KEEPER: u128 = 5;

/// The moment that it always is.
pub(super) fn now() -> Timestamp {
    start()
}

/// The model: a policy, the people there are, those of them that act, and how far to look.
#[derive(Clone)]
pub(super) struct Plane {
    pub(super) decide: Decide,
    pub(super) policy: Policy,
    /// How old the connection is, in hours: the youngest wait longest.
    pub(super) age: i64,
    pub(super) contacts: Vec<Contact>,
    pub(super) supporters: Vec<u128>,
    /// Who acts. Timers and workers always do.
    pub(super) people: BTreeSet<u128>,
    /// Whether a source administrator can prove ownership by a call to the source.
    pub(super) source_is_up: bool,
    /// Whether somebody objects to every protected operation before its three days are over.
    pub(super) somebody_objects: bool,
    /// Also what should never be accepted: wrong tokens, approvals of something else.
    pub(super) attempts: bool,
    /// How many requests are opened within a month, at most.
    pub(super) requests: usize,
    /// How many resets there are, at most.
    pub(super) resets: u32,
    /// How many contacts are barred at once, at most.
    pub(super) bans: usize,
    /// Whether somebody asks for resets and revocations.
    pub(super) asks: bool,
    /// Whether people also stop, deny and withdraw. Who wants a request unlocked has no use for that.
    pub(super) stops: bool,
    /// Where to begin, instead of right after the making.
    pub(super) stations: Vec<World>,
}

/// A state, and what really happened on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) state: State,
    pub(super) history: History,
}

/// A step: something happens, or time passes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Event(Event),
    /// So many hours.
    Wait(i64),
}

/// A day ends approvals, three end grace and patience, a month everything.
pub(super) const WAITS: [i64; 3] = [24, 72, 30 * 24];

impl World {
    pub(super) fn connection(&self) -> &Connection {
        self.state.connection.as_ref().unwrap()
    }

    pub(super) fn request(&self) -> Option<&Request> {
        self.state.request.as_ref()
    }
}

impl Plane {
    /// Ten principals under a policy: both administrators, the keeper of the token, the owner of the domain, three supporters
    /// and three contacts.
    pub(super) fn of_ten(policy: Policy) -> Self {
        let supporters = SUPPORTERS.to_vec();
        let singles = [SOURCE_ADMINISTRATOR, STANDBY_ADMINISTRATOR, DOMAIN_OWNER, TOKEN_KEEPER];
        Self {
            decide: crate::connection::decide,
            policy,
            age: 40 * 24,
            contacts: contacts(),
            people: singles.into_iter().chain(supporters.iter().copied()).chain(CONTACTS).collect(),
            supporters,
            source_is_up: false,
            somebody_objects: false,
            attempts: false,
            requests: 2,
            resets: 1,
            bans: 1,
            asks: true,
            stops: true,
            stations: vec![],
        }
    }

    pub(super) fn acts(&self, person: u128) -> bool {
        self.people.contains(&person)
    }

    /// A second standby takes over only where it is all that is left; beside others it only turns up with a stolen token.
    fn acts_alone(&self) -> bool {
        !self.acts(STANDBY_ADMINISTRATOR)
    }

    fn acting<'a>(&'a self, people: &'a [u128]) -> impl Iterator<Item = u128> + 'a {
        people.iter().copied().filter(|&person| self.acts(person))
    }

    /// Right after the connection was made and its token put away.
    pub(super) fn beginning(&self) -> World {
        let empty = State { contacts: self.contacts.clone(), ..State::default() };
        let made = (self.decide)(&empty, &create(), &self.policy, now()).unwrap().state;
        let mut world = World { state: made, history: History::default() };
        self.round(&mut world.state);
        world
    }

    /// Who may use the present token: its keeper, or the source administrator who took it after a reset.
    pub(super) fn has_token(&self, connection: &Connection) -> bool {
        let keeper = if connection.generation == 0 { TOKEN_KEEPER } else { SOURCE_ADMINISTRATOR };
        !connection.upkeep.awaited && self.acts(keeper)
    }

    pub(super) fn apply(&self, world: &World, event: &Event) -> Option<World> {
        let transition = (self.decide)(&world.state, event, &self.policy, now()).ok()?;
        let mut next = World { state: transition.state.clone(), history: world.history.clone() };
        next.history.record(&world.state, event, &transition, self);
        self.round(&mut next.state);
        Some(next)
    }

    pub(super) fn wait(&self, world: &World, hours: i64) -> World {
        let mut next = world.clone();
        age(&mut next.state, hours);
        self.round(&mut next.state);
        next.history.wait(hours, self);
        next
    }

    fn round(&self, state: &mut State) {
        for contact in &mut state.contacts {
            round(&mut contact.registered, &[0, 7 * 24]);
        }
        if let Some(connection) = &mut state.connection {
            connection.made = now() - hours(self.age);
            connection.upkeep.checked = Some(now());
            connection.opened.retain(|opened| now().duration_since(*opened) < hours(30 * 24));
            connection.opened.iter_mut().for_each(|opened| *opened = now());
            connection.bound.iter_mut().for_each(|bound| bound.at = now());
            connection.suspension.iter_mut().for_each(round_suspension);
            connection.pending.iter_mut().for_each(|pending| round(&mut pending.asked, &[0, 72]));
            connection.pending.iter_mut().for_each(|pending| pending.confirmed_by.sort());
            connection.banned.sort();
        }
        // A closed request is as good as none.
        state.request.take_if(|request| !request.status.is_open());
        state.request.iter_mut().for_each(round_request);
    }

    pub(super) fn source_events(&self, world: &World) -> Vec<Event> {
        let by = person(SOURCE_ADMINISTRATOR);
        if !self.acts(SOURCE_ADMINISTRATOR) {
            return vec![];
        }
        let mut events = vec![
            Event::CancelPending { by, from_source: true },
            Event::Suspend { by },
            Event::Resume { by, from_source: true },
        ];
        if self.asks {
            events.push(ask(Operation::Revoke));
        }
        if self.asks && world.connection().generation < self.resets {
            events.push(ask(Operation::Reset));
        }
        if world.connection().upkeep.awaited {
            events.push(issue(9));
        }
        if self.source_is_up {
            events.push(prove(&world.state, SOURCE_ADMINISTRATOR, ProofKind::SourceAdministrator));
        }
        events
    }

    /// What the administrators of the two standbys do, as far as they have the token.
    pub(super) fn standby_events(&self, world: &World) -> Vec<Event> {
        let sites = [(STANDBY_ADMINISTRATOR, "standby"), (OTHER_STANDBY, "another standby")];
        let mut events = vec![];
        for (number, site) in sites.into_iter().filter(|(number, _)| self.acts(*number)) {
            let by = person(number);
            let connection = world.connection();
            let is_second = number == OTHER_STANDBY && !self.acts_alone();
            if self.has_token(connection) && (!is_second || connection.bound.is_some()) {
                events.push(Event::Activate(Activation { by, ..activation(site) }));
            }
            let requests = world.connection().opened.len();
            if connection.bound.as_ref().is_none_or(|bound| bound.cloud != site) {
                continue;
            }
            if requests < self.requests {
                events.push(Self::next_request(number));
            }
            events.extend([
                Event::Release { by, signed_in_again: true },
                confirm(&world.state, number),
                Event::Start { by },
                Event::PauseJob { by: Some(by) },
                Event::ResumeJob { by: Some(by) },
                Event::Cancel { by },
            ]);
        }
        events
    }

    /// Every request begins anew, so they can all have one number.
    pub(super) fn next_request(by: u128) -> Event {
        let (id, by, nonce) = (Uuid::from_u128(701).into(), person(by), [0; 16]);
        Event::Open(Box::new(NewRequest { id, by, nonce, point: None, projects: vec![] }))
    }

    fn supporter_events(&self, world: &World) -> Vec<Event> {
        let attests = self.policy.accepted_proofs.contains(&ProofKind::Attestation);
        let each = |by: u128| {
            let attestation = attests.then(|| prove(&world.state, by, ProofKind::Attestation));
            let others = [approve(&world.state, by), deny(by), Event::Suspend { by: person(by) }];
            others.into_iter().chain(attestation)
        };
        self.acting(&self.supporters).flat_map(each).collect()
    }

    fn contact_events(&self, world: &World) -> Vec<Event> {
        let each = |number: u128| {
            let by = person(number);
            [
                confirm(&world.state, number),
                Event::Veto { by },
                Event::Suspend { by },
                Event::VoteResume { by },
                Event::Resume { by, from_source: false },
                Event::ConfirmPending { by },
                Event::CancelPending { by, from_source: false },
            ]
        };
        let contacts: Vec<u128> = self.contacts.iter().map(|contact| Uuid::from(contact.person).as_u128()).collect();
        contacts.into_iter().filter(|&number| self.acts(number)).flat_map(each).collect()
    }

    /// What must be refused whoever tries it.
    fn wrong_attempts(&self, world: &World) -> Vec<Event> {
        let mut before = world.state.clone();
        before.request.iter_mut().for_each(|request| request.id = Uuid::from_u128(700).into());
        let right = activation("standby");
        let mut events = vec![
            Event::Activate(Activation { token_fits: false, ..right.clone() }),
            Event::Activate(Activation { url_fits: false, ..right.clone() }),
            Event::Activate(Activation { administrator_proven: false, ..right }),
            Event::Activate(activation("source")),
            approve(&world.state, STANDBY_ADMINISTRATOR),
            approve(&world.state, CONTACTS[0]),
            prove(&before, DOMAIN_OWNER, ProofKind::DnsRecord),
            confirm(&before, CONTACTS[0]),
            Event::JobDone { proven: false },
        ];
        events.extend(self.supporters.first().map(|&supporter| approve(&before, supporter)));
        events
    }

    pub(super) fn timers(world: &World) -> Vec<Event> {
        let mut timers = vec![
            Event::BeginCool,
            Event::Expedite,
            Event::CoolTimer,
            Event::Unlock,
            Event::RequestTimeout,
            Event::UnlockTimeout,
            Event::GraceOver,
        ];
        if world.request().is_some() {
            timers.extend([
                Event::PauseJob { by: None },
                Event::ResumeJob { by: None },
                Event::JobDone { proven: true },
            ]);
        }
        timers
    }

    pub(super) fn waits(&self, world: &World) -> impl Iterator<Item = i64> + use<> {
        let in_time = self.somebody_objects && world.connection().pending.is_some();
        WAITS.into_iter().filter(move |&wait| wait < 72 || !in_time)
    }
}

impl Model for Plane {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        if self.stations.is_empty() { vec![self.beginning()] } else { self.stations.clone() }
    }

    fn within_boundary(&self, world: &World) -> bool {
        world.connection().banned.len() <= self.bans
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        let mut events = vec![];
        events.extend(self.source_events(world));
        events.extend(self.standby_events(world));
        events.extend(self.supporter_events(world));
        events.extend(self.contact_events(world));
        if self.acts(DOMAIN_OWNER) {
            events.push(prove(&world.state, DOMAIN_OWNER, ProofKind::DnsRecord));
        }
        if self.attempts {
            events.extend(self.wrong_attempts(world));
        }
        if self.somebody_objects {
            let by = self.contacts[self.contacts.len() - 1].person;
            events.push(Event::CancelPending { by, from_source: false });
        }
        events.retain(|event| self.stops || !stops(event));
        events.extend(Self::timers(world));
        steps.extend(events.into_iter().map(Step::Event));
        steps.extend(self.waits(world).map(Step::Wait));
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        match step {
            Step::Event(event) => self.apply(world, &event),
            Step::Wait(hours) => Some(self.wait(world, hours)),
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let kept = PROMISES.iter().map(|(name, kept)| Property::always(name, *kept));
        // What never gets anywhere breaks no promise either.
        let reached = Property::sometimes("a job runs", |_, world: &World| world.is(RequestStatus::Running));
        kept.chain([reached]).collect()
    }
}

fn stops(event: &Event) -> bool {
    matches!(
        event,
        Event::Suspend { .. }
            | Event::Veto { .. }
            | Event::Deny { .. }
            | Event::Cancel { .. }
            | Event::Release { .. }
            | Event::Ask { operation: Operation::Revoke, .. }
    )
}

fn age(state: &mut State, by: i64) {
    let older = |moment: &mut Timestamp| *moment -= hours(by);
    state.contacts.iter_mut().for_each(|contact| older(&mut contact.registered));
    if let Some(connection) = &mut state.connection {
        connection.opened.iter_mut().for_each(older);
        connection.pending.iter_mut().for_each(|pending| older(&mut pending.asked));
    }
    if let Some(request) = &mut state.request {
        older(&mut request.opened);
        request.evidence.approvals.iter_mut().for_each(|approval| older(&mut approval.at));
        [&mut request.cooling_since, &mut request.unlocked, &mut request.paused].into_iter().flatten().for_each(older);
    }
}

/// Who else than a contact suspended makes no difference.
fn round_suspension(suspension: &mut Suspension) {
    suspension.at = now();
    suspension.by = suspension.by.filter(|_| suspension.by_contact);
    suspension.votes.sort();
}

fn round_request(request: &mut Request) {
    round(&mut request.opened, &[0, 72]);
    request.cooling_since.iter_mut().for_each(|moment| round(moment, &[0, 24, 48]));
    request.unlocked.iter_mut().for_each(|moment| round(moment, &[0, 24]));
    request.paused.iter_mut().for_each(|moment| round(moment, &[0, 14 * 24]));
    let evidence = &mut request.evidence;
    evidence.approvals.iter_mut().for_each(|approval| round(&mut approval.at, &[0, 24]));
    for statement in evidence.denials.iter_mut().chain(&mut evidence.confirmations) {
        statement.at = now();
    }
    evidence.proofs.iter_mut().for_each(|proof| (proof.at, proof.by) = (now(), person(0)));
    evidence.proofs.sort_by_key(|proof| proof.kind as u8);
    evidence.approvals.sort_by_key(|statement| statement.by);
    evidence.denials.sort_by_key(|statement| statement.by);
    evidence.confirmations.sort_by_key(|statement| statement.by);
}

/// Rounds a moment to the oldest of some ages that it has reached.
fn round(moment: &mut Timestamp, ages: &[i64]) {
    let passed = now().duration_since(*moment);
    let reached = ages.iter().copied().rfind(|&age| hours(age) <= passed).unwrap_or(0);
    *moment = now() - hours(reached);
}
