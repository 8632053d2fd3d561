//! What users meet, step by step.

use super::sample::*;
use crate::connection::{
    Activation, Cause, ConnectionStatus, Contact, Effect, Event, Operation, ProofKind, RequestStatus,
};
use crate::digest::RequestDigest;
use crate::policy::Policy;

fn status(world: &World) -> ConnectionStatus {
    world.state.connection.as_ref().unwrap().status
}

fn request_status(world: &World) -> RequestStatus {
    world.state.request.as_ref().unwrap().status
}

/// Everything that the standard policy asks for.
fn gather(world: &mut World) {
    let event = prove(&world.state, SUPPORTERS[0], ProofKind::Attestation);
    world.does(&event);
    let event = confirm(&world.state, STANDBY_ADMINISTRATOR);
    world.does(&event);
    let event = confirm(&world.state, CONTACTS[0]);
    world.does(&event);
    let event = approve(&world.state, SUPPORTERS[0]);
    world.does(&event);
    world.settle();
}

#[test]
fn from_a_connection_to_a_proven_recovery() {
    let mut world = World::new(Policy::standard());
    assert!(world.does(&create()).effects.contains(&Effect::ShowToken));
    assert_eq!(status(&world), ConnectionStatus::Issued);
    world.does(&activate("standby"));
    assert_eq!(status(&world), ConnectionStatus::Active);
    world.does(&open(1));
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Verifying);
    gather(&mut world);
    assert_eq!(request_status(&world), RequestStatus::Unlocked);
    assert!(world.does(&Event::Start { by: person(STANDBY_ADMINISTRATOR) }).effects.contains(&Effect::StartJob));
    world.does(&Event::PauseJob { by: None });
    world.does(&Event::ResumeJob { by: None });
    assert_eq!(cause(&mut world, &Event::JobDone { proven: false }), Cause::NotProven);
    assert!(world.does(&Event::JobDone { proven: true }).effects.contains(&Effect::DropKeys));
    assert_eq!(request_status(&world), RequestStatus::Done);
    assert_eq!(cause(&mut world, &Event::Start { by: person(2) }), Cause::RequestIs(RequestStatus::Done));
}

#[test]
fn solo_takes_one_person_and_no_contacts() {
    let mut world = World::new(Policy::solo());
    world.state.contacts.clear();
    world.does(&create());
    world.does(&activate("standby"));
    world.does(&open(1));
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Unlocked);
}

#[test]
fn strict_waits_for_a_young_connection() {
    let mut world = World::new(Policy::strict());
    world.does(&create());
    world.does(&activate("standby"));
    world.does(&open(1));
    let event = prove(&world.state, STANDBY_ADMINISTRATOR, ProofKind::DnsRecord);
    world.does(&event);
    for by in [STANDBY_ADMINISTRATOR, CONTACTS[0], CONTACTS[1]] {
        let event = confirm(&world.state, by);
        world.does(&event);
    }
    let event = approve(&world.state, SUPPORTERS[0]);
    world.does(&event);
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Cooling);
    world.wait(hours(23));
    let event = approve(&world.state, SUPPORTERS[1]);
    world.does(&event);
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Cooling);
    world.wait(hours(1));
    world.settle();
    // The first approval is a day old by now: it must be given again.
    assert_eq!(request_status(&world), RequestStatus::Cooling);
    let event = approve(&world.state, SUPPORTERS[0]);
    world.does(&event);
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Unlocked);
}

#[test]
fn every_contact_together_shorten_the_wait() {
    let mut world = World::new(Policy::strict());
    world.does(&create());
    world.does(&activate("standby"));
    world.does(&open(1));
    let event = prove(&world.state, STANDBY_ADMINISTRATOR, ProofKind::DnsRecord);
    world.does(&event);
    for by in [STANDBY_ADMINISTRATOR].into_iter().chain(CONTACTS) {
        let event = confirm(&world.state, by);
        world.does(&event);
    }
    for by in [SUPPORTERS[0], SUPPORTERS[1]] {
        let event = approve(&world.state, by);
        world.does(&event);
    }
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Unlocked);
}

#[test]
fn a_second_site_with_the_token_suspends_and_later_only_alarms() {
    let mut world = World::with_request(Policy::standard());
    let alarm = world.does(&activate("another standby"));
    assert!(alarm.effects.contains(&Effect::TokenReused));
    assert_eq!((status(&world), request_status(&world)), (ConnectionStatus::Suspended, RequestStatus::Cancelled));

    let mut world = World::with_request(Policy::standard());
    gather(&mut world);
    let refused = world.try_event(&activate("another standby")).unwrap_err();
    assert_eq!((refused.cause, refused.effects[0]), (Cause::ActivationReuse, Effect::TokenReused));
    assert_eq!(request_status(&world), RequestStatus::Unlocked);
}

#[test]
fn a_wrong_token_does_not_suspend() {
    let mut world = World::with_request(Policy::standard());
    let attempt = Activation { token_fits: false, ..activation("another standby") };
    assert_eq!(cause(&mut world, &Event::Activate(attempt)), Cause::ActivationTokenWrong);
    assert_eq!(status(&world), ConnectionStatus::Active);
}

#[test]
fn nobody_vouches_for_themselves_or_in_two_roles() {
    let mut world = World::with_request(Policy::standard());
    let event = approve(&world.state, STANDBY_ADMINISTRATOR);
    assert_eq!(cause(&mut world, &event), Cause::Requester);
    let event = approve(&world.state, CONTACTS[0]);
    assert_eq!(cause(&mut world, &event), Cause::ContactAsSupport);
    let event = prove(&world.state, STANDBY_ADMINISTRATOR, ProofKind::Attestation);
    assert_eq!(cause(&mut world, &event), Cause::Requester);
    let event = confirm(&world.state, SUPPORTERS[0]);
    assert_eq!(cause(&mut world, &event), Cause::NotAContact);
    let event = approve(&world.state, SUPPORTERS[0]);
    world.does(&event);
    assert_eq!(cause(&mut world, &event), Cause::SamePerson);
}

#[test]
fn an_approval_is_for_what_was_shown() {
    let mut world = World::with_request(Policy::standard());
    let stale = approve(&world.state, SUPPORTERS[0]);
    world.does(&Event::Cancel { by: person(STANDBY_ADMINISTRATOR) });
    world.does(&open(2));
    assert_eq!(cause(&mut world, &stale), Cause::OtherDigest);
}

#[test]
fn the_digest_changes_with_anything_that_is_asked_for_and_reads_back() {
    let state = World::with_request(Policy::standard()).state;
    let (connection, request) = (state.connection.unwrap(), state.request.unwrap());
    let digest = RequestDigest::new(&connection, &request);
    assert_eq!(RequestDigest::parse(&digest.to_string().to_uppercase()), Some(digest));
    let mut others = vec![request.clone(); 6];
    others[0].scope.point = Some(3);
    others[1].scope.projects = vec!["ABC".to_owned()];
    others[2].scope.standby_cloud.push('x');
    others[3].nonce = [1; 16];
    others[4].scope.generation += 1;
    others[5].requester = person(99);
    assert!(others.iter().all(|other| RequestDigest::new(&connection, other) != digest));
}

#[test]
fn a_new_request_begins_without_evidence() {
    let mut world = World::with_request(Policy::standard());
    let event = prove(&world.state, SUPPORTERS[0], ProofKind::Attestation);
    world.does(&event);
    let event = approve(&world.state, SUPPORTERS[0]);
    world.does(&event);
    world.does(&Event::Cancel { by: person(STANDBY_ADMINISTRATOR) });
    world.does(&open(2));
    assert_eq!(world.state.request.unwrap().evidence, crate::connection::Evidence::default());
}

#[test]
fn a_contact_registered_on_the_day_does_not_count() {
    let mut world = World::with_request(Policy::standard());
    world.state.contacts.push(Contact { person: person(29), registered: world.now - hours(7 * 24 - 1) });
    let event = confirm(&world.state, 29);
    assert_eq!(cause(&mut world, &event), Cause::ContactTooNew);
    world.wait(hours(1));
    world.does(&event);
}

#[test]
fn one_no_is_enough_where_one_yes_is() {
    let mut world = World::with_request(Policy::standard());
    world.does(&deny(SUPPORTERS[0]));
    assert_eq!(request_status(&world), RequestStatus::Denied);
    let mut world = World::with_request(Policy::strict());
    world.does(&deny(SUPPORTERS[0]));
    assert_eq!(request_status(&world), RequestStatus::Verifying);
    world.does(&deny(SUPPORTERS[1]));
    assert_eq!(request_status(&world), RequestStatus::Denied);
}

#[test]
fn a_veto_pauses_what_runs_and_drops_the_keys() {
    let mut world = World::with_request(Policy::standard());
    gather(&mut world);
    world.does(&Event::Start { by: person(STANDBY_ADMINISTRATOR) });
    let vetoed = world.does(&Event::Veto { by: person(CONTACTS[0]) });
    assert!(vetoed.effects.contains(&Effect::DropKeys));
    assert_eq!((status(&world), request_status(&world)), (ConnectionStatus::Suspended, RequestStatus::Paused));
    let resume_job = Event::ResumeJob { by: None };
    assert_eq!(cause(&mut world, &resume_job), Cause::ConnectionIs(ConnectionStatus::Suspended));
    let own = Event::VoteResume { by: person(CONTACTS[0]) };
    assert_eq!(cause(&mut world, &own), Cause::SamePerson);
    world.does(&Event::VoteResume { by: person(CONTACTS[1]) });
    world.does(&Event::Resume { by: person(SOURCE_ADMINISTRATOR), from_source: true });
    world.does(&resume_job);
    assert_eq!(cause(&mut world, &Event::Veto { by: person(CONTACTS[0]) }), Cause::Banned);
}

#[test]
fn an_unused_unlock_and_a_slow_request_expire() {
    let mut world = World::with_request(Policy::standard());
    gather(&mut world);
    world.wait(hours(24));
    assert_eq!(cause(&mut world, &Event::Start { by: person(2) }), Cause::TooLate);
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Expired);
    world.does(&open(2));
    world.wait(hours(72));
    world.settle();
    assert_eq!(request_status(&world), RequestStatus::Expired);
}

#[test]
fn five_requests_in_thirty_days_and_no_more() {
    let mut world = World::with_request(Policy::standard());
    for number in 2..=5 {
        world.does(&Event::Cancel { by: person(STANDBY_ADMINISTRATOR) });
        world.does(&open(number));
    }
    world.does(&Event::Cancel { by: person(STANDBY_ADMINISTRATOR) });
    assert_eq!(cause(&mut world, &open(6)), Cause::TooManyRequests);
    world.wait(hours(30 * 24));
    world.does(&open(6));
}

/// The connection's token, by its number in the tests.
fn token(world: &World) -> crate::token::Verifier {
    world.state.connection.as_ref().unwrap().verifier
}

#[test]
fn a_token_nobody_used_is_refreshed_at_once_and_later_only_reset() {
    let mut world = World::new(Policy::standard());
    world.does(&create());
    world.does(&ask(Operation::Reset));
    assert!(world.does(&issue(9)).effects.contains(&Effect::ShowToken));
    assert_eq!((world.state.connection.as_ref().unwrap().generation, token(&world)), (1, fresh(9).verifier));
    world.wait(hours(24));
    world.does(&ask(Operation::Reset));
    assert_eq!(world.state.connection.as_ref().unwrap().generation, 1);
    assert_eq!(cause(&mut world, &Event::GraceOver), Cause::TooEarly);
    world.wait(hours(72));
    world.settle();
    assert_eq!(world.state.connection.as_ref().unwrap().generation, 2);
}

#[test]
fn a_reset_ends_the_old_token_and_the_new_one_is_made_once_for_whoever_takes_it() {
    let mut world = World::new(Policy::standard());
    world.does(&create());
    world.does(&activate("standby"));
    assert_eq!(cause(&mut world, &issue(3)), Cause::NoTokenAwaited);
    world.does(&ask(Operation::Reset));
    let reset = world.does(&Event::ConfirmPending { by: person(CONTACTS[0]) });
    assert!(!reset.effects.contains(&Effect::ShowToken));
    assert_eq!(status(&world), ConnectionStatus::Issued);
    assert_eq!(cause(&mut world, &activate("standby")), Cause::ActivationTokenAwaited);
    let hasty = Event::IssueToken { by: person(SOURCE_ADMINISTRATOR), signed_in_again: false, fresh: fresh(3) };
    assert_eq!(cause(&mut world, &hasty), Cause::SignInAgain);
    world.does(&issue(3));
    assert_eq!(token(&world), fresh(3).verifier);
    assert_eq!(cause(&mut world, &issue(4)), Cause::NoTokenAwaited);
    world.does(&activate("standby"));
}

#[test]
fn a_reset_never_touches_a_recovery_that_people_vouched_for() {
    let mut world = World::with_request(Policy::standard());
    gather(&mut world);
    world.does(&ask(Operation::Revoke));
    for number in CONTACTS {
        world.does(&Event::ConfirmPending { by: person(number) });
    }
    world.wait(hours(20));
    assert_eq!(cause(&mut world, &Event::GraceOver), Cause::RequestOpen);
    world.does(&Event::Start { by: person(STANDBY_ADMINISTRATOR) });
    assert_eq!(status(&world), ConnectionStatus::Active);
}
