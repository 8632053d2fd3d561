//! What must hold whatever anybody does in whatever order.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sample::*;
use crate::connection::{ConnectionStatus, Event, Operation, ProofKind, RequestStatus};
use crate::id::PersonId;
use crate::name::ConnectionName;
use crate::policy::Policy;

const EVERYBODY: [u128; 8] = [1, 2, 10, 11, 12, 20, 21, 22];

/// Any event by any of `people`. What needs nobody is always among them.
fn event(world: &World, people: &[u128], choice: u8, who: usize) -> Event {
    let number = people[who % people.len()];
    let by = person(number);
    match choice % 30 {
        0 => activate("standby"),
        1 => activate("another standby"),
        2 => Event::Release { by, signed_in_again: true },
        3 => ask(Operation::Reset),
        4 => ask(Operation::Revoke),
        5 => Event::CancelPending { by, from_source: number == SOURCE_ADMINISTRATOR },
        6 => Event::ConfirmPending { by },
        7 => issue(choice),
        8 => Event::Suspend { by },
        9 => Event::VoteResume { by },
        10 => Event::Resume { by, from_source: number == SOURCE_ADMINISTRATOR },
        11 | 12 => open(u128::from(choice)),
        13 | 14 => approve(&world.state, number),
        15 => deny(number),
        16 | 17 => confirm(&world.state, number),
        18 => Event::Veto { by },
        19 => prove(&world.state, number, ProofKind::Attestation),
        20 => prove(&world.state, number, ProofKind::DnsRecord),
        21 => Event::Start { by },
        22 => Event::PauseJob { by: Some(by) },
        23 => Event::ResumeJob { by: Some(by) },
        24 => Event::JobDone { proven: true },
        25 => Event::CheckToken { by, token_fits: true },
        26 => ask(Operation::Reinstate(by)),
        27 => Event::Rename { by, name: ConnectionName::parse("Other name").unwrap() },
        28 => Event::Deactivate { by, signed_in_again: true },
        _ => Event::Cancel { by },
    }
}

fn run(policy: Policy, people: &[u128], steps: &[(u8, usize, i64)], mut check: impl FnMut(&World)) {
    let mut world = World::with_request(policy);
    for &(choice, who, wait) in steps {
        let event = event(&world, people, choice, who);
        // Refusals are part of the game.
        let _ = world.try_event(&event);
        world.wait(hours(wait));
        world.settle();
        check(&world);
    }
}

fn steps() -> impl Strategy<Value = Vec<(u8, usize, i64)>> {
    let wait = prop_oneof![8 => 0i64..2, 1 => 20i64..100];
    prop::collection::vec((any::<u8>(), 0usize..16, wait), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Everybody but the requester's own group may be missing: it takes a supporter, a contact and the requester.
    #[test]
    fn no_two_people_unlock_under_standard(steps in steps(), first in 0usize..8, second in 0usize..8) {
        let people = [EVERYBODY[first], EVERYBODY[second]];
        run(Policy::standard(), &people, &steps, |world| {
            let status = world.state.request.as_ref().map(|request| request.status);
            assert!(!status.is_some_and(RequestStatus::is_vouched), "{people:?} reached {status:?}");
        });
    }

    #[test]
    fn what_is_unlocked_was_vouched_for(steps in steps()) {
        run(Policy::strict(), &EVERYBODY, &steps, |world| {
            let Some(request) = world.state.request.as_ref().filter(|request| request.status.is_vouched()) else { return };
            let evidence = &request.evidence;
            let approvers: BTreeSet<PersonId> = evidence.approvals.iter().map(|approval| approval.by).collect();
            let contacts: BTreeSet<PersonId> = evidence.confirmations.iter().map(|it| it.by).collect();
            let distinct: BTreeSet<_> = approvers.union(&contacts).chain([&request.requester]).collect();
            assert!(approvers.len() >= 2 && !approvers.contains(&request.requester));
            assert!(distinct.len() >= 5 && !evidence.proofs.is_empty());
        });
    }

    #[test]
    fn the_vault_is_read_only_while_active_and_bound_as_asked(steps in steps()) {
        run(Policy::standard(), &EVERYBODY, &steps, |world| {
            let (Some(connection), Some(request)) = (&world.state.connection, &world.state.request) else { return };
            if request.status == RequestStatus::Running {
                assert_eq!(connection.status, ConnectionStatus::Active);
            }
            if request.status.is_vouched() {
                assert_eq!(connection.generation, request.scope.generation);
                assert_eq!(connection.bound.as_ref().map(|bound| bound.site), Some(request.scope.standby));
            }
            if request.status.is_open() {
                assert!(matches!(connection.status, ConnectionStatus::Active | ConnectionStatus::Suspended));
            }
            if connection.status == ConnectionStatus::Suspended && request.status.is_open() {
                assert_eq!(request.status, RequestStatus::Paused);
            }
        });
    }

    #[test]
    fn revoked_is_for_ever(steps in steps()) {
        let mut was_revoked = false;
        run(Policy::standard(), &EVERYBODY, &steps, |world| {
            let is_revoked = world.state.connection.as_ref().unwrap().status == ConnectionStatus::Revoked;
            assert!(is_revoked || !was_revoked);
            was_revoked = is_revoked;
        });
    }
}

/// The random walks above reach what they check: a group that is large enough does unlock.
#[test]
fn three_people_can_unlock_under_standard() {
    let mut world = World::with_request(Policy::standard());
    for choose in [
        |world: &World| prove(&world.state, SUPPORTERS[0], ProofKind::Attestation),
        |world: &World| confirm(&world.state, STANDBY_ADMINISTRATOR),
        |world: &World| confirm(&world.state, CONTACTS[0]),
        |world: &World| approve(&world.state, SUPPORTERS[0]),
    ] {
        let event = choose(&world);
        world.does(&event);
    }
    world.settle();
    assert_eq!(world.state.request.unwrap().status, RequestStatus::Unlocked);
}
