//! Cross-site connections: made on one site, activated on the other, ended by either; and nothing else.

use super::sample::*;
use crate::connection::{
    Activation, Cause, ConnectionStatus, Effect, Event, Kind, NewConnection, Operation, Transition,
};
use crate::policy::Policy;

fn made() -> World {
    let mut world = World::new(Policy::strict());
    world.state.contacts.clear();
    let Event::Create(new) = create() else { unreachable!() };
    world.does(&Event::Create(Box::new(NewConnection { kind: Kind::CrossSite, ..*new })));
    world
}

fn active() -> World {
    let mut world = made();
    world.does(&activate("standby"));
    world
}

fn shown(world: &World) -> &'static str {
    world.state.connection.as_ref().unwrap().shown_status()
}

fn deactivate(by: u128) -> Event {
    Event::Deactivate { by: person(by), signed_in_again: true }
}

#[test]
fn it_is_made_without_contacts_activated_by_url_and_token_and_ended_by_either_side() {
    for by in [SOURCE_ADMINISTRATOR, STANDBY_ADMINISTRATOR] {
        let mut world = made();
        assert_eq!(shown(&world), "Activation pending");
        let wrong = Activation { url_fits: false, ..activation("standby") };
        assert_eq!(cause(&mut world, &Event::Activate(wrong)), Cause::ActivationUrlUnknown);
        world.does(&activate("standby"));
        assert_eq!(shown(&world), "Active");
        let hasty = Event::Deactivate { by: person(by), signed_in_again: false };
        assert_eq!(cause(&mut world, &hasty), Cause::SignInAgain);
        world.does(&deactivate(by));
        assert_eq!(shown(&world), "Deactivated");
        assert_eq!(cause(&mut world, &deactivate(by)), Cause::ConnectionIs(ConnectionStatus::Revoked));
    }
}

#[test]
fn its_row_names_both_sites_and_who_linked_them_even_after_its_end() {
    let mut world = made();
    let row = |world: &World| {
        let row = world.state.connection.as_ref().unwrap().cross_site_row();
        (row.name.as_str().to_owned(), row.initiator, row.authenticator, row.initiated_by, row.activated_by, row.status)
    };
    let initiator = world.state.connection.as_ref().unwrap().source;
    let (name, by) = ("Fallback".to_owned(), person(SOURCE_ADMINISTRATOR));
    assert_eq!(row(&world), (name.clone(), initiator, None, by, None, "Activation pending"));
    world.does(&activate("standby"));
    world.does(&deactivate(STANDBY_ADMINISTRATOR));
    let (site, activated_by) = (activation("standby").site, person(STANDBY_ADMINISTRATOR));
    assert_eq!(row(&world), (name, initiator, Some(site), by, Some(activated_by), "Deactivated"));
}

#[test]
fn nothing_is_recovered_over_it() {
    let mut world = active();
    let events = [
        open(1),
        ask(Operation::Reset),
        ask(Operation::Revoke),
        Event::Suspend { by: person(SOURCE_ADMINISTRATOR) },
        Event::Release { by: person(STANDBY_ADMINISTRATOR), signed_in_again: true },
        Event::Start { by: person(STANDBY_ADMINISTRATOR) },
        Event::Unlock,
        Event::RemindOfCheck,
    ];
    let before = world.state.clone();
    for event in events {
        assert!(world.try_event(&event).is_err(), "{event:?}");
    }
    assert_eq!(cause(&mut world, &open(1)), Cause::CrossSite);
    world.wait(hours(1000 * 24));
    world.settle();
    assert_eq!(world.state, before);
}

#[test]
fn a_second_site_with_its_token_raises_the_alarm_and_changes_nothing() {
    let mut world = active();
    let before = world.state.clone();
    let refused = world.try_event(&activate("another standby")).unwrap_err();
    assert_eq!((refused.cause, refused.effects[0]), (Cause::ActivationReuse, Effect::TokenReused));
    assert_eq!(world.state, before);
    let attempt = activation("another standby");
    assert!(Transition::activated(&Err(refused), &attempt).is_err());
}

#[test]
fn a_token_that_nobody_used_is_refreshed_at_once() {
    let mut world = made();
    world.wait(hours(500));
    world.does(&ask(Operation::Reset));
    assert_eq!(cause(&mut world, &activate("standby")), Cause::ActivationTokenAwaited);
    assert!(world.does(&issue(7)).effects.contains(&Effect::ShowToken));
    world.does(&activate("standby"));
}

#[test]
fn a_recovery_connection_is_not_deactivated() {
    let mut world = World::with_request(Policy::standard());
    assert_eq!(cause(&mut world, &deactivate(SOURCE_ADMINISTRATOR)), Cause::NotCrossSite);
}
