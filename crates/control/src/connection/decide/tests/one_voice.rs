//! One person is one voice, however many parts they play and however many names they register.

use super::sample::*;
use crate::connection::{Cause, ConnectionStatus, Contact, Event, Operation, ProofKind, RequestStatus};
use crate::policy::Policy;

fn status(world: &World) -> ConnectionStatus {
    world.state.connection.as_ref().unwrap().status
}

fn confirm_pending(by: u128) -> Event {
    Event::ConfirmPending { by: person(by) }
}

fn register(world: &mut World, number: u128, days: i64) {
    world.state.contacts.push(Contact { person: person(number), registered: world.now - hours(24 * days) });
}

#[test]
fn whoever_asks_for_a_revocation_cannot_confirm_it_as_a_contact() {
    let mut world = World::with_request(Policy::standard());
    register(&mut world, SOURCE_ADMINISTRATOR, 30);
    world.does(&ask(Operation::Revoke));
    assert_eq!(cause(&mut world, &confirm_pending(SOURCE_ADMINISTRATOR)), Cause::SamePerson);
    world.does(&confirm_pending(CONTACTS[0]));
    assert_eq!(status(&world), ConnectionStatus::Revoked);
}

#[test]
fn a_contact_registered_on_the_day_confirms_no_revocation_and_votes_for_nothing() {
    let mut world = World::with_request(Policy::standard());
    register(&mut world, 29, 6);
    world.does(&ask(Operation::Revoke));
    assert_eq!(cause(&mut world, &confirm_pending(29)), Cause::ContactTooNew);
    world.does(&Event::Suspend { by: person(SOURCE_ADMINISTRATOR) });
    assert_eq!(cause(&mut world, &Event::VoteResume { by: person(29) }), Cause::ContactTooNew);
}

#[test]
fn a_source_administrator_who_is_a_contact_does_not_resume_alone() {
    let mut world = World::with_request(Policy::standard());
    register(&mut world, SOURCE_ADMINISTRATOR, 30);
    world.does(&Event::Suspend { by: person(CONTACTS[0]) });
    world.does(&Event::VoteResume { by: person(SOURCE_ADMINISTRATOR) });
    let resume = Event::Resume { by: person(SOURCE_ADMINISTRATOR), from_source: true };
    assert_eq!(cause(&mut world, &resume), Cause::NotEnoughVotes);
    world.does(&Event::VoteResume { by: person(CONTACTS[1]) });
    world.does(&resume);
}

#[test]
fn only_a_contact_or_a_source_administrator_objects() {
    let mut world = World::with_request(Policy::standard());
    world.does(&ask(Operation::Revoke));
    for by in [STANDBY_ADMINISTRATOR, SUPPORTERS[0], 99] {
        let objection = Event::CancelPending { by: person(by), from_source: false };
        assert_eq!(cause(&mut world, &objection), Cause::NotAContact);
    }
    world.does(&Event::CancelPending { by: person(CONTACTS[0]), from_source: false });
    world.does(&ask(Operation::Revoke));
    world.does(&Event::CancelPending { by: person(SOURCE_ADMINISTRATOR), from_source: true });
}

#[test]
fn a_barred_contact_may_object_but_not_confirm_until_they_are_reinstated() {
    let mut world = World::with_request(Policy::standard());
    world.does(&Event::Suspend { by: person(CONTACTS[0]) });
    world.does(&Event::VoteResume { by: person(CONTACTS[1]) });
    world.does(&Event::Resume { by: person(SOURCE_ADMINISTRATOR), from_source: true });
    world.does(&ask(Operation::Revoke));
    assert_eq!(cause(&mut world, &confirm_pending(CONTACTS[0])), Cause::Banned);
    world.does(&Event::CancelPending { by: person(CONTACTS[0]), from_source: false });

    assert_eq!(cause(&mut world, &ask(Operation::Reinstate(person(CONTACTS[1])))), Cause::NotBanned);
    world.does(&ask(Operation::Reinstate(person(CONTACTS[0]))));
    world.does(&confirm_pending(CONTACTS[2]));
    assert_eq!(status(&world), ConnectionStatus::Active);
    world.does(&ask(Operation::Revoke));
    world.does(&confirm_pending(CONTACTS[0]));
    assert_eq!(status(&world), ConnectionStatus::Revoked);
}

#[test]
fn a_proof_is_for_the_request_that_it_was_given_for() {
    let mut world = World::with_request(Policy::standard());
    let slow = prove(&world.state, STANDBY_ADMINISTRATOR, ProofKind::DnsRecord);
    world.does(&Event::Cancel { by: person(STANDBY_ADMINISTRATOR) });
    world.does(&open(2));
    assert_eq!(cause(&mut world, &slow), Cause::OtherDigest);
}

#[test]
fn a_proof_that_the_policy_takes_no_more_does_not_count() {
    let mut world = World::with_request(Policy::standard());
    let attestation = prove(&world.state, SUPPORTERS[0], ProofKind::Attestation);
    world.does(&attestation);
    world.policy.accepted_proofs.retain(|kind| *kind != ProofKind::Attestation);
    for event in [
        confirm(&world.state, STANDBY_ADMINISTRATOR),
        confirm(&world.state, CONTACTS[0]),
        approve(&world.state, SUPPORTERS[1]),
    ] {
        world.does(&event);
    }
    world.settle();
    assert_eq!(world.state.request.as_ref().unwrap().status, RequestStatus::Verifying);
}

#[test]
fn a_no_delays_even_when_the_cool_down_was_over() {
    let mut world = World::with_request(Policy::strict());
    for event in [
        prove(&world.state, STANDBY_ADMINISTRATOR, ProofKind::DnsRecord),
        confirm(&world.state, STANDBY_ADMINISTRATOR),
        confirm(&world.state, CONTACTS[0]),
        confirm(&world.state, CONTACTS[1]),
        approve(&world.state, SUPPORTERS[0]),
    ] {
        world.does(&event);
    }
    world.settle();
    assert!(world.state.request.as_ref().unwrap().cooled);
    world.does(&deny(SUPPORTERS[1]));
    let second = approve(&world.state, SUPPORTERS[2]);
    world.does(&second);
    world.settle();
    assert_eq!(world.state.request.as_ref().unwrap().status, RequestStatus::Cooling);
    world.wait(hours(23));
    world.settle();
    assert_eq!(world.state.request.as_ref().unwrap().status, RequestStatus::Cooling);
}
