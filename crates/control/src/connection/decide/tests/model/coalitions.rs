//! How many people it takes to unlock a recovery.
//!
//! The ten principals of [`Plane::of_ten`] are ten different people: whoever holds two parts (a thief with a site of their own,
//! an administrator who kept the token) makes a group one smaller. Supporters are alike, and so are contacts: a group is how
//! many of each there are, and which of the other four.

use std::collections::BTreeSet;

use rstest::rstest;
use stateright::{Checker as _, HasDiscoveries, Model, Property};

use super::super::sample::*;
use super::plane::{DOMAIN_OWNER, Plane, Step, TOKEN_KEEPER, World};
use crate::connection::RequestStatus;
use crate::policy::Policy;

const SINGLES: [u128; 4] = [TOKEN_KEEPER, SOURCE_ADMINISTRATOR, STANDBY_ADMINISTRATOR, DOMAIN_OWNER];

/// Only a group acts; the question is whether it can unlock.
struct Group(Plane);

impl Model for Group {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        self.0.init_states()
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        self.0.actions(world, steps);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        self.0.next_state(world, step)
    }

    fn within_boundary(&self, world: &World) -> bool {
        self.0.within_boundary(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::sometimes("unlocked", |_, world: &World| world.is(RequestStatus::Unlocked))]
    }
}

fn unlocks(plane: &Plane, people: BTreeSet<u128>) -> bool {
    let group = Group(Plane { people, requests: 1, stops: false, ..plane.clone() });
    let checker = group.checker().threads(2).finish_when(HasDiscoveries::Any).spawn_dfs().join();
    checker.discovery("unlocked").is_some()
}

/// Every group of a size, up to which of the supporters and which of the contacts are in it.
fn groups(size: usize) -> Vec<BTreeSet<u128>> {
    let mut groups = vec![];
    for choice in 0..1 << SINGLES.len() {
        let singles = SINGLES.into_iter().enumerate().filter(|(place, _)| choice & (1 << place) != 0);
        let singles: Vec<u128> = singles.map(|(_, person)| person).collect();
        for supporters in 0..=SUPPORTERS.len() {
            let Some(contacts) = size.checked_sub(singles.len() + supporters) else { continue };
            if contacts <= CONTACTS.len() {
                let others = SUPPORTERS[..supporters].iter().chain(&CONTACTS[..contacts]).copied();
                groups.push(singles.iter().copied().chain(others).collect());
            }
        }
    }
    groups
}

/// The size of the smallest group that can unlock: whoever cannot do it with somebody more cannot do it without them.
fn smallest(plane: &Plane) -> usize {
    let mut size = 10;
    while groups(size - 1).into_iter().any(|group| unlocks(plane, group)) {
        size -= 1;
    }
    size
}

fn plain_reading() -> Policy {
    Policy { contact_confirmations: 0, requester_confirms: false, ..Policy::standard() }
}

/// In a disaster the source is down, and only the domain proves ownership. While it is up, a source administrator's own call
/// does too, and one who gets a reset through holds the token as well: an objection does not help where the contacts of the group
/// confirm it at once.
#[rstest]
#[case::strict(Policy::strict(), false, false, 7)]
#[case::strict_before_the_disaster(Policy::strict(), true, false, 6)]
#[case::strict_before_the_disaster_objected(Policy::strict(), true, true, 6)]
#[case::standard(Policy::standard(), false, false, 4)]
#[case::standard_before_the_disaster(Policy::standard(), true, false, 4)]
#[case::the_plain_reading_of_what_others_do(plain_reading(), false, false, 3)]
#[case::solo(Policy::solo(), false, false, 2)]
fn the_smallest_group_that_can_unlock(
    #[case] policy: Policy,
    #[case] source_is_up: bool,
    #[case] somebody_objects: bool,
    #[case] size: usize,
) {
    let plane = Plane { source_is_up, somebody_objects, ..Plane::of_ten(policy) };
    assert_eq!(smallest(&plane), size);
}
