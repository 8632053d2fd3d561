//! Failed activations: whoever presents URL and token learns nothing from the answer, whatever the cause.

use rstest::rstest;

use super::sample::*;
use crate::connection::{
    Activation, ActivationRefused, Cause, ConnectionStatus, Event, FreshToken, Kind, NewConnection, Operation,
    RequestStatus, Transition,
};
use crate::policy::Policy;

fn nothing() -> World {
    World::new(Policy::standard())
}

fn issued() -> World {
    let mut world = nothing();
    world.does(&create());
    world
}

fn active() -> World {
    let mut world = issued();
    world.does(&activate("standby"));
    world
}

fn suspended() -> World {
    let mut world = issued();
    world.does(&Event::Suspend { by: person(SOURCE_ADMINISTRATOR) });
    world
}

fn revoked() -> World {
    let mut world = issued();
    world.does(&ask(Operation::Revoke));
    world.does(&Event::ConfirmPending { by: person(CONTACTS[0]) });
    world
}

fn reset() -> World {
    let mut world = issued();
    world.does(&ask(Operation::Reset));
    world
}

fn reset_and_issued() -> World {
    let mut world = reset();
    world.does(&issue(5));
    world
}

fn expired() -> World {
    let mut world = nothing();
    let Event::Create(new) = create() else { unreachable!() };
    let fresh = FreshToken { expires: Some(start()), ..new.fresh.clone() };
    world.does(&Event::Create(Box::new(NewConnection { fresh, ..*new })));
    world
}

fn unlocked() -> World {
    let mut world = World::with_request(Policy::solo());
    world.settle();
    assert_eq!(world.state.request.as_ref().unwrap().status, RequestStatus::Unlocked);
    world
}

fn cross_site() -> World {
    let mut world = nothing();
    let Event::Create(new) = create() else { unreachable!() };
    world.does(&Event::Create(Box::new(NewConnection { kind: Kind::CrossSite, ..*new })));
    world.does(&activate("standby"));
    world
}

fn deactivated() -> World {
    let mut world = cross_site();
    world.does(&Event::Deactivate { by: person(SOURCE_ADMINISTRATOR), signed_in_again: true });
    world
}

fn right() -> Activation {
    activation("standby")
}

fn wrong_secret() -> Activation {
    Activation { token_fits: false, ..right() }
}

fn wrong_url() -> Activation {
    Activation { url_fits: false, ..right() }
}

fn unproven() -> Activation {
    Activation { administrator_proven: false, ..right() }
}

fn by_the_source() -> Activation {
    activation("source")
}

fn by_the_source_under_another_cloud() -> Activation {
    Activation { site: uuid::Uuid::from_u128(502).into(), ..right() }
}

fn by_another() -> Activation {
    activation("another standby")
}

#[rstest]
#[case::no_such_token(nothing(), right(), Some(Cause::ActivationTokenUnknown))]
#[case::wrong_secret(issued(), wrong_secret(), Some(Cause::ActivationTokenWrong))]
#[case::replaced_token(reset_and_issued(), wrong_secret(), Some(Cause::ActivationTokenWrong))]
#[case::token_not_made_yet(reset(), right(), Some(Cause::ActivationTokenAwaited))]
#[case::expired_token(expired(), right(), Some(Cause::ActivationTokenExpired))]
#[case::unknown_url(issued(), wrong_url(), Some(Cause::ActivationUrlUnknown))]
#[case::the_source_itself(issued(), by_the_source(), Some(Cause::ActivationOfTheSource))]
#[case::the_sources_site(issued(), by_the_source_under_another_cloud(), Some(Cause::ActivationOfTheSource))]
#[case::nobody_proven(issued(), unproven(), Some(Cause::ActivationUnproven))]
#[case::suspended(suspended(), right(), Some(Cause::ActivationWhile(ConnectionStatus::Suspended)))]
#[case::revoked(revoked(), right(), Some(Cause::ActivationWhile(ConnectionStatus::Revoked)))]
#[case::bound_already(active(), right(), Some(Cause::ActivationAgain))]
#[case::a_second_site_suspends(active(), by_another(), None)]
#[case::a_second_site_while_one_recovers(unlocked(), by_another(), Some(Cause::ActivationReuse))]
#[case::a_second_site_across(cross_site(), by_another(), Some(Cause::ActivationReuse))]
#[case::deactivated(deactivated(), right(), Some(Cause::ActivationWhile(ConnectionStatus::Revoked)))]
fn every_cause_gets_one_answer(#[case] mut world: World, #[case] attempt: Activation, #[case] cause: Option<Cause>) {
    let decided = world.try_event(&Event::Activate(attempt.clone()));
    assert_eq!(decided.as_ref().err().map(|refused| refused.cause), cause);
    let answer = Transition::activated(&decided, &attempt);
    assert_eq!(answer, Err(ActivationRefused));
    if let Err(refused) = &decided {
        assert_eq!(refused.to_string(), ActivationRefused.to_string());
        assert_ne!(refused.cause.to_string(), refused.to_string());
    }
}

#[test]
fn what_succeeds_is_told_apart() {
    let mut world = issued();
    let decided = world.try_event(&activate("standby"));
    assert!(Transition::activated(&decided, &right()).is_ok());
}
