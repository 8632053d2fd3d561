//! No one person can block or destroy, as long as one contact objects in time.
//!
//! One of the ten does whatever they like; the others go on with what has to be done. From every state that this leads to, the
//! others alone must still reach a running recovery, and no state may be one in which the connection is revoked.

use rstest::rstest;
use stateright::{Checker as _, Model, Property};

use super::super::sample::*;
use super::plane::{DOMAIN_OWNER, OTHER_STANDBY, Plane, Step, TOKEN_KEEPER, WAITS, World};
use crate::connection::{Activation, ConnectionStatus, Event, Operation, ProofKind, RequestStatus};
use crate::policy::Policy;

/// One against the rest.
#[derive(Clone)]
pub(super) struct Siege {
    pub(super) plane: Plane,
    pub(super) adversary: u128,
}

impl Siege {
    pub(super) fn new(policy: Policy, adversary: u128) -> Self {
        let mut plane = Plane::of_ten(policy);
        plane.people = [adversary].into();
        (plane.requests, plane.source_is_up) = (1, true);
        Self { plane, adversary }
    }

    fn is_honest(&self, person: u128) -> bool {
        person != self.adversary
    }

    /// Who asks for the recovery: somebody with a standby.
    fn standby(&self) -> (u128, &'static str) {
        if self.is_honest(STANDBY_ADMINISTRATOR) {
            (STANDBY_ADMINISTRATOR, "standby")
        } else {
            (OTHER_STANDBY, "another standby")
        }
    }

    fn honest_contacts(&self) -> impl Iterator<Item = u128> + '_ {
        CONTACTS.into_iter().filter(|&contact| self.is_honest(contact))
    }

    /// Whether somebody honest can hand out the present token.
    fn has_token(&self, world: &World) -> bool {
        let keeper = if world.connection().generation == 0 { TOKEN_KEEPER } else { SOURCE_ADMINISTRATOR };
        self.is_honest(keeper)
    }

    /// What the others would do next, the most urgent first.
    fn next_events(&self, world: &World) -> Vec<Event> {
        let mut events = vec![];
        let connection = world.connection();
        let (administrator, site) = self.standby();
        let is_ours = connection.bound.as_ref().is_some_and(|bound| bound.cloud == site);
        let wants_reset = !is_ours && (connection.bound.is_some() || !self.has_token(world));
        if let Some(pending) = &connection.pending {
            let is_theirs = pending.asked_by == person(self.adversary);
            events.extend(self.honest_contacts().map(|by| match (person(by), is_theirs) {
                (by, true) => Event::CancelPending { by, from_source: false },
                (by, false) => Event::ConfirmPending { by },
            }));
        }
        if self.is_honest(SOURCE_ADMINISTRATOR) {
            events.push(issue(9));
            if wants_reset && connection.pending.is_none() {
                events.push(ask(Operation::Reset));
            }
        }
        events.extend(self.honest_contacts().map(|by| Event::VoteResume { by: person(by) }));
        if self.is_honest(SOURCE_ADMINISTRATOR) {
            events.push(Event::Resume { by: person(SOURCE_ADMINISTRATOR), from_source: true });
        }
        events.extend(self.honest_contacts().map(|by| Event::Resume { by: person(by), from_source: false }));
        if self.has_token(world) && connection.status == ConnectionStatus::Issued {
            events.push(Event::Activate(Activation { by: person(administrator), ..activation(site) }));
        }
        if is_ours {
            events.extend(self.request_events(world, administrator));
        }
        events
    }

    fn request_events(&self, world: &World, administrator: u128) -> Vec<Event> {
        let by = person(administrator);
        let mut events = vec![Plane::next_request(administrator)];
        if self.is_honest(DOMAIN_OWNER) {
            events.push(prove(&world.state, DOMAIN_OWNER, ProofKind::DnsRecord));
        } else if self.is_honest(SOURCE_ADMINISTRATOR) {
            events.push(prove(&world.state, SOURCE_ADMINISTRATOR, ProofKind::SourceAdministrator));
        }
        events.push(confirm(&world.state, administrator));
        events.extend(self.honest_contacts().map(|contact| confirm(&world.state, contact)));
        let supporters = SUPPORTERS.into_iter().filter(|&supporter| self.is_honest(supporter));
        events.extend(supporters.map(|supporter| approve(&world.state, supporter)));
        events.extend([Event::Start { by }, Event::ResumeJob { by: Some(by) }]);
        events
    }

    /// The world after the next thing that the others get done, timers included.
    fn go_on(&self, world: &World) -> Option<World> {
        let due = Plane::timers(world).into_iter().filter(|event| !matches!(event, Event::PauseJob { .. }));
        let due = due.filter(|event| !matches!(event, Event::JobDone { .. } | Event::ResumeJob { .. }));
        due.chain(self.next_events(world)).find_map(|event| self.plane.apply(world, &event))
    }

    /// Whether the others reach a running recovery from here without the adversary, waiting where nothing else helps.
    pub(super) fn recovers(&self, world: &World) -> bool {
        let mut world = world.clone();
        let mut waits = WAITS.into_iter();
        for _ in 0..200 {
            let ours = world.connection().bound.as_ref().is_some_and(|bound| bound.cloud == self.standby().1);
            if ours && world.is(RequestStatus::Running) {
                return true;
            }
            match self.go_on(&world) {
                Some(next) => {
                    world = next;
                    waits = WAITS.into_iter();
                }
                None => match waits.next() {
                    Some(wait) => world = self.plane.wait(&world, wait),
                    None => return false,
                },
            }
        }
        false
    }
}

impl Model for Siege {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        self.plane.init_states()
    }

    /// The adversary's doings, and what the others do next. Nobody lets three days pass over what the adversary asked for.
    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        self.plane.actions(world, steps);
        let next = self.next_events(world).into_iter().find(|event| self.plane.apply(world, event).is_some());
        steps.extend(next.map(Step::Event));
        let asked = world.connection().pending.as_ref().is_some_and(|it| it.asked_by == person(self.adversary));
        let objects = |by: u128| Event::CancelPending { by: person(by), from_source: false };
        let mut objections = self.honest_contacts().map(objects);
        let stopped = asked && objections.any(|objection| self.plane.apply(world, &objection).is_some());
        steps.retain(|step| !stopped || !matches!(step, Step::Wait(hours) if *hours >= 72));
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        self.plane.next_state(world, step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("the others still recover", |siege: &Self, world: &World| siege.recovers(world)),
            Property::always("nothing is destroyed", |_, world: &World| {
                world.connection().status != ConnectionStatus::Revoked
            }),
        ]
    }
}

#[rstest]
fn no_single_person_can_block_or_destroy(
    #[values(Policy::standard(), Policy::strict())] policy: Policy,
    #[values(
        SOURCE_ADMINISTRATOR,
        STANDBY_ADMINISTRATOR,
        TOKEN_KEEPER,
        DOMAIN_OWNER,
        SUPPORTERS[0],
        CONTACTS[0]
    )]
    adversary: u128,
) {
    let checker = Siege::new(policy, adversary).checker().threads(2).spawn_bfs().join();
    println!("against {adversary}: {} states", checker.unique_state_count());
    checker.assert_properties();
}
