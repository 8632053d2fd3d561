//! Everybody at once, doing everything in any order.
//!
//! Evidence, waiting and bans multiply; so they are looked at in two halves, each whole in itself: how a request is verified,
//! and how protected operations meet requests in every status.

use rstest::rstest;
use stateright::{Checker as _, Model as _};

use super::super::sample::*;
use super::plane::{OTHER_STANDBY, Plane};
use crate::connection::Contact;
use crate::policy::Policy;

/// Two supporters or more, two contacts and one registered today, two standbys, and wrong attempts of every sort; nobody asks for a
/// reset or a revocation.
pub(super) fn verification(policy: Policy) -> Plane {
    let mut plane = Plane::of_ten(policy);
    plane.age = 5 * 24;
    plane.contacts.truncate(2);
    plane.contacts.push(Contact { person: person(CONTACTS[2]), registered: start() });
    plane.supporters.truncate(2);
    plane.people.insert(OTHER_STANDBY);
    (plane.attempts, plane.asks, plane.requests) = (true, false, 1);
    plane
}

/// With a third supporter, so that two approve after one said no.
pub(super) fn three_supporters(policy: Policy) -> Plane {
    Plane { supporters: SUPPORTERS.to_vec(), ..verification(policy) }
}

/// Resets and revocations are asked for all the time; one approval is enough, so that requests get everywhere. What follows
/// when a barred contact returns is looked at above.
pub(super) fn protection(policy: Policy) -> Plane {
    let mut plane = verification(Policy { support_approvals: 1, requester_confirms: false, ..policy });
    plane.supporters.truncate(1);
    plane.contacts.truncate(2);
    plane.age = 40 * 24;
    (plane.attempts, plane.asks, plane.bans) = (false, true, 0);
    plane
}

#[rstest]
#[case::strict_verification(three_supporters(Policy::strict()))]
#[case::standard_verification(verification(Policy::standard()))]
#[case::strict_protection(protection(Policy::strict()))]
#[case::standard_protection(protection(Policy::standard()))]
fn nothing_that_anybody_does_breaks_a_promise(#[case] plane: Plane) {
    let name = plane.policy.name.clone();
    let checker = plane.checker().threads(2).spawn_bfs().join();
    println!("{name}: {} states, {} steps deep", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
}
