use rstest::rstest;

use super::*;
use crate::connection::decide::tests::sample::*;
use crate::connection::{Refused, Transition};
use crate::policy::Policy;

const NAMES: Names<'_> =
    Names { source: "production", standby: Some("standby"), actor: Some("ann@example.com\r\nBcc: x@evil.example") };

fn told(world: &mut World, event: &Event) -> Vec<Notice> {
    match world.try_event(event) {
        Ok(Transition { state, effects }) => notices(event, &state, &effects, NAMES),
        Err(Refused { effects, .. }) => notices(event, &world.state, &effects, NAMES),
    }
}

fn only(mut notices: Vec<Notice>) -> Notice {
    assert_eq!(notices.len(), 1);
    notices.remove(0)
}

#[test]
fn a_request_is_told_to_everybody_in_full_with_a_way_to_stop_it() {
    let mut world = World::new(Policy::standard());
    world.does(&create());
    world.does(&activate("standby"));
    let notice = only(told(&mut world, &open(1)));
    assert_eq!((notice.audience, notice.subject.as_str()), (Audience::Everybody, "Recovery asked for: Fallback"));
    let text = notice.lines.join("\n");
    assert!(text.contains("\"Fallback\": production -> standby."));
    assert!(text.contains(&shown(&world.state).to_string()));
    assert!(text.contains("the whole site"));
    assert!(notice.lines.last().unwrap().ends_with(STOP_LINK));
}

#[test]
fn nothing_that_somebody_typed_ends_a_line() {
    let mut world = World::with_request(Policy::standard());
    let notice = only(told(&mut world, &Event::Suspend { by: person(SOURCE_ADMINISTRATOR) }));
    assert!(notice.lines.iter().chain([&notice.subject]).all(|line| !line.contains(['\r', '\n'])));
}

#[test]
fn a_reused_token_is_an_alarm_whether_it_suspended_or_was_refused() {
    let mut world = World::with_request(Policy::standard());
    let notice = only(told(&mut world, &activate("another standby")));
    assert!(notice.subject.starts_with("ALARM"));
    assert!(notice.lines.iter().any(|line| line.contains("suspended")));
    let mut world = World::with_request(Policy::solo());
    world.settle();
    let notice = only(told(&mut world, &activate("another standby")));
    assert!(notice.subject.starts_with("ALARM"));
    assert!(notice.lines.iter().any(|line| line.contains("goes on")));
}

#[rstest]
#[case(Operation::Reset, "Recovery token reset: Fallback")]
#[case(Operation::Revoke, "Recovery connection revoked: Fallback")]
fn what_was_asked_for_is_told_and_what_came_of_it(#[case] operation: Operation, #[case] subject: &str) {
    let mut world = World::with_request(Policy::standard());
    let notice = only(told(&mut world, &ask(operation)));
    assert!(notice.lines.iter().any(|line| line.contains("3 days")));
    let confirm = Event::ConfirmPending { by: person(CONTACTS[0]) };
    assert_eq!(only(told(&mut world, &confirm)).subject, subject);
}

#[test]
fn a_refused_event_without_effects_tells_nobody() {
    let mut world = World::with_request(Policy::standard());
    assert_eq!(told(&mut world, &Event::Unlock), []);
    let check = Event::CheckToken { by: person(1), token_fits: true };
    assert_eq!(told(&mut world, &check), []);
}

#[test]
fn a_stop_link_stops_the_nearest_thing_that_its_owner_may_stop() {
    let mut world = World::with_request(Policy::standard());
    let stops = |world: &World| {
        [Recipient::Contact, Recipient::SourceAdministrator, Recipient::Supporter, Recipient::StandbyAdministrator]
            .map(|recipient| stop_for(recipient, &world.state))
    };
    let suspend = Some(Stop::Suspend);
    assert_eq!(stops(&world), [Some(Stop::Veto), suspend, suspend, None]);
    world.does(&Event::Cancel { by: person(STANDBY_ADMINISTRATOR) });
    world.does(&ask(Operation::Revoke));
    let object = |from_source| Some(Stop::Pending { from_source });
    assert_eq!(stops(&world), [object(false), object(true), suspend, None]);
    world.does(&Event::CancelPending { by: person(1), from_source: true });
    world.does(&Event::Suspend { by: person(1) });
    assert_eq!(stops(&world), [None; 4]);
}

/// Every link that a notice may carry is accepted by the transition function in the state that it tells of.
#[test]
fn what_a_stop_link_offers_is_possible() {
    for event in [open(1), ask(Operation::Revoke), ask(Operation::Reset)] {
        let mut world = World::new(Policy::strict());
        world.does(&create());
        world.wait(hours(30));
        world.does(&activate("standby"));
        world.does(&event);
        for (recipient, by) in [
            (Recipient::Contact, CONTACTS[0]),
            (Recipient::SourceAdministrator, SOURCE_ADMINISTRATOR),
            (Recipient::Supporter, SUPPORTERS[0]),
        ] {
            let stop = stop_for(recipient, &world.state).unwrap();
            let connection = world.state.connection.as_ref().unwrap().id;
            let link = crate::stop_link::StopLink::new(stop, connection, person(by), world.now);
            let mut stopped = World { state: world.state.clone(), policy: world.policy.clone(), now: world.now };
            stopped.does(&link.event());
        }
    }
}
