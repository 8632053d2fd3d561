//! What becomes of a token over the years: checks, reminders, an end that was chosen.

use super::sample::*;
use crate::connection::{Audience, Cause, ConnectionStatus, Effect, Event, FreshToken, NewConnection};
use crate::name::ConnectionName;
use crate::policy::Policy;

fn check(token_fits: bool) -> Event {
    Event::CheckToken { by: person(SOURCE_ADMINISTRATOR), token_fits }
}

fn world() -> World {
    let mut world = World::new(Policy::standard());
    world.does(&create());
    world
}

/// A connection whose token ends 100 days after its making.
fn expiring() -> World {
    let mut world = World::new(Policy::standard());
    let Event::Create(new) = create() else { unreachable!() };
    let expires = Some(start() + hours(100 * 24));
    let fresh = FreshToken { expires, ..new.fresh.clone() };
    world.does(&Event::Create(Box::new(NewConnection { fresh, ..*new })));
    world
}

/// Lets days pass one by one and counts what was told.
fn messages(world: &mut World, days: i64) -> usize {
    let mut messages = 0;
    for _ in 0..days {
        world.wait(hours(24));
        while let Some(event) = crate::connection::due(&world.state, &world.policy, world.now) {
            messages += world.does(&event).effects.len();
        }
    }
    messages
}

#[test]
fn a_check_changes_nothing_but_its_date() {
    let mut world = world();
    world.wait(hours(50));
    let before = world.state.clone();
    assert_eq!(cause(&mut world, &check(false)), Cause::TokenDoesNotFit);
    assert_eq!(world.state, before);
    assert_eq!(world.does(&check(true)).effects, []);
    assert_eq!(world.state.connection.as_ref().unwrap().upkeep.checked, Some(world.now));
    let mut after = world.state.clone();
    after.connection.as_mut().unwrap().upkeep = before.connection.as_ref().unwrap().upkeep;
    assert_eq!(after, before);
}

#[test]
fn a_check_is_due_after_ninety_days_and_people_are_reminded_once_a_quarter() {
    let mut world = world();
    let due = |world: &World| world.state.connection.as_ref().unwrap().check_due().unwrap();
    assert_eq!(due(&world), world.now + hours(90 * 24));
    assert_eq!(messages(&mut world, 89), 0);
    assert_eq!(messages(&mut world, 1), 1);
    assert_eq!(messages(&mut world, 89), 0);
    assert_eq!(messages(&mut world, 1), 1);
    world.does(&check(true));
    assert_eq!(due(&world), world.now + hours(90 * 24));
    assert_eq!(messages(&mut world, 89), 0);
}

#[test]
fn the_reminder_goes_to_whoever_keeps_the_token() {
    let mut world = world();
    world.wait(hours(90 * 24));
    assert_eq!(world.does(&Event::RemindOfCheck).effects, [Effect::Tell(Audience::SourceAdministrators)]);
    assert_eq!(cause(&mut world, &Event::RemindOfCheck), Cause::TooEarly);
}

#[test]
fn an_end_is_warned_of_60_30_7_and_1_days_before() {
    let mut world = expiring();
    let mut warned = vec![];
    for day in 1..=120 {
        world.wait(hours(24));
        if world.try_event(&Event::WarnOfExpiry).is_ok() {
            warned.push(100 - day);
        }
    }
    assert_eq!(warned, [60, 30, 7, 1]);
}

#[test]
fn after_long_silence_there_is_one_warning_not_four() {
    let mut world = expiring();
    world.wait(hours(96 * 24));
    world.does(&Event::WarnOfExpiry);
    assert_eq!(cause(&mut world, &Event::WarnOfExpiry), Cause::TooEarly);
}

#[test]
fn an_expired_token_activates_nothing_and_what_is_active_stays() {
    let mut world = expiring();
    world.wait(hours(100 * 24));
    assert_eq!(cause(&mut world, &activate("standby")), Cause::ActivationTokenExpired);
    assert_eq!(cause(&mut world, &check(true)), Cause::TooLate);

    let mut world = expiring();
    world.does(&activate("standby"));
    world.wait(hours(100 * 24));
    world.settle();
    assert_eq!(world.state.connection.as_ref().unwrap().status, ConnectionStatus::Active);
    world.does(&open(1));
}

#[test]
fn a_name_can_change_until_the_connection_ends() {
    let mut world = world();
    let rename = Event::Rename { by: person(1), name: ConnectionName::parse("Other").unwrap() };
    assert_eq!(world.does(&rename).effects, []);
    assert_eq!(world.state.connection.as_ref().unwrap().name.as_str(), "Other");
    world.state.connection.as_mut().unwrap().status = ConnectionStatus::Revoked;
    assert_eq!(cause(&mut world, &rename), Cause::ConnectionIs(ConnectionStatus::Revoked));
}
