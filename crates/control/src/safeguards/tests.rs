use jiff::SignedDuration;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::authority::TABLE;

const ADMINISTRATOR: u128 = 1;
const CONTACTS: [u128; 3] = [20, 21, 22];

fn person(number: u128) -> PersonId {
    Uuid::from_u128(number).into()
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn later(hours_later: i64) -> Circumstances<'static> {
    Circumstances { request_open: false, banned: &[], supporters: 3, now: start() + hours(hours_later) }
}

fn safeguards(policy: Policy) -> Safeguards {
    let registered = start() - hours(30 * 24);
    let contacts = CONTACTS.map(|number| Contact { person: person(number), registered }).to_vec();
    Safeguards { contacts, ..Safeguards::new(policy) }
}

fn ask(change: Change) -> SafeguardEvent {
    SafeguardEvent::Ask { by: person(ADMINISTRATOR), change, signed_in_again: true }
}

fn confirm(by: u128) -> SafeguardEvent {
    SafeguardEvent::Confirm { by: person(by) }
}

fn object(by: u128) -> SafeguardEvent {
    SafeguardEvent::Object { by: person(by), from_source: by == ADMINISTRATOR }
}

fn add(number: u128) -> SafeguardEvent {
    SafeguardEvent::AddContact { by: person(ADMINISTRATOR), person: person(number) }
}

#[test]
fn a_stronger_policy_applies_at_once_and_a_weaker_one_after_contacts_or_three_days() {
    let standard = safeguards(Policy::standard());
    let strict = standard.after(&ask(Change::Policy(Policy::strict())), later(0)).unwrap();
    assert_eq!((strict.policy.clone(), strict.pending.clone()), (Policy::strict(), None));

    let waiting = strict.after(&ask(Change::Policy(Policy::solo())), later(0)).unwrap();
    assert_eq!(waiting.policy, Policy::strict());
    let one = waiting.after(&confirm(CONTACTS[0]), later(1)).unwrap();
    assert_eq!(one.policy, Policy::strict());
    assert_eq!(one.after(&confirm(CONTACTS[0]), later(1)), Err(Kept::SamePerson));
    assert_eq!(one.after(&confirm(CONTACTS[1]), later(1)).unwrap().policy, Policy::solo());

    assert_eq!(waiting.due(later(71)), None);
    assert_eq!(waiting.due(later(72)), Some(SafeguardEvent::GraceOver));
    assert_eq!(waiting.after(&SafeguardEvent::GraceOver, later(72)).unwrap(), safeguards(Policy::solo()));
}

#[test]
fn an_objection_leaves_everything_as_it_is() {
    let strict = safeguards(Policy::strict());
    let waiting = strict.after(&ask(Change::Policy(Policy::solo())), later(0)).unwrap();
    assert_eq!(waiting.after(&object(99), later(1)), Err(Kept::NotAContact));
    for by in [ADMINISTRATOR, CONTACTS[2]] {
        assert_eq!(waiting.after(&object(by), later(1)), Ok(strict.clone()));
    }
}

#[test]
fn a_policy_that_needs_everybody_is_protected_although_it_is_stronger() {
    let standard = safeguards(Policy::standard());
    let everybody = Policy { contact_confirmations: 3, ..Policy::strict() };
    let waiting = standard.after(&ask(Change::Policy(everybody)), later(0)).unwrap();
    assert_eq!(waiting.policy, Policy::standard());
    let few = Circumstances { supporters: 2, ..later(0) };
    let waiting = standard.after(&ask(Change::Policy(Policy::strict())), few).unwrap();
    assert_eq!(waiting.policy, Policy::standard());
}

#[test]
fn nothing_changes_under_an_open_request() {
    let during = |hours| Circumstances { request_open: true, ..later(hours) };
    let standard = safeguards(Policy::standard());
    assert_eq!(standard.after(&ask(Change::Policy(Policy::strict())), during(0)), Err(Kept::RequestOpen));
    let waiting = standard.after(&ask(Change::Policy(Policy::solo())), during(0)).unwrap();
    assert_eq!(waiting.due(during(100)), None);
    let confirmed = waiting.after(&confirm(CONTACTS[0]), during(1)).unwrap();
    assert_eq!(confirmed.policy, Policy::standard());
    assert_eq!(confirmed.after(&SafeguardEvent::GraceOver, later(100)).unwrap().policy, Policy::solo());
}

#[test]
fn a_new_contact_counts_after_a_week_and_can_be_struck_off_before() {
    let strict = safeguards(Policy::strict());
    let four = strict.after(&add(23), later(0)).unwrap();
    assert_eq!(four.after(&add(23), later(0)), Err(Kept::AlreadyAContact));
    let strike = SafeguardEvent::StrikeOff { by: person(CONTACTS[0]), from_source: false, person: person(23) };
    assert_eq!(four.after(&strike, later(7 * 24 - 1)), Ok(strict));
    assert_eq!(four.after(&strike, later(7 * 24)), Err(Kept::Seasoned));
    let itself = SafeguardEvent::StrikeOff { by: person(23), from_source: false, person: person(23) };
    assert_eq!(four.after(&itself, later(0)), Err(Kept::NotAContact));

    let waiting = four.after(&ask(Change::Policy(Policy::solo())), later(0)).unwrap();
    assert_eq!(waiting.after(&confirm(23), later(7 * 24 - 1)), Err(Kept::TooNew));
    assert!(waiting.after(&confirm(23), later(7 * 24)).is_ok());
}

#[test]
fn there_are_seven_contacts_at_most() {
    let mut full = safeguards(Policy::standard());
    for number in 23..27 {
        full = full.after(&add(number), later(0)).unwrap();
    }
    assert_eq!(full.after(&add(27), later(0)), Err(Kept::TooMany));
}

#[test]
fn a_contact_is_removed_by_others_or_after_three_days_and_never_confirms_it() {
    let standard = safeguards(Policy::standard());
    let waiting = standard.after(&ask(Change::Remove(person(CONTACTS[0]))), later(0)).unwrap();
    assert_eq!(waiting.contacts.len(), 3);
    assert_eq!(waiting.after(&confirm(CONTACTS[0]), later(1)), Err(Kept::SamePerson));
    assert_eq!(waiting.after(&confirm(CONTACTS[1]), later(1)).unwrap().contacts.len(), 2);
    assert_eq!(waiting.after(&object(CONTACTS[0]), later(1)), Ok(standard));
}

#[test]
fn the_last_contacts_that_a_policy_needs_stay() {
    let mut strict = safeguards(Policy::strict());
    strict.contacts.truncate(2);
    let removal = ask(Change::Remove(person(CONTACTS[0])));
    assert_eq!(strict.after(&removal, later(0)), Err(Kept::TooFewLeft));
    let three = strict.after(&add(23), later(0)).unwrap();
    assert_eq!(three.after(&removal, later(0)), Err(Kept::TooFewLeft));
    assert!(three.after(&removal, later(7 * 24)).is_ok());
}

#[rstest]
#[case(Policy { unlock_hours: 0, ..Policy::strict() })]
#[case(Policy { proofs: 9, ..Policy::strict() })]
fn a_policy_that_nobody_can_meet_is_refused(#[case] policy: Policy) {
    let refused = safeguards(Policy::standard()).after(&ask(Change::Policy(policy)), later(0));
    assert_eq!(refused, Err(Kept::Unsatisfiable));
}

#[test]
fn a_barred_contact_does_not_confirm() {
    let barred = [person(CONTACTS[0])];
    let around = Circumstances { banned: &barred, ..later(1) };
    let waiting = safeguards(Policy::standard()).after(&ask(Change::Policy(Policy::solo())), later(0)).unwrap();
    assert_eq!(waiting.after(&confirm(CONTACTS[0]), around), Err(Kept::Banned));
}

#[test]
fn the_audit_log_calls_them_what_the_table_of_roles_does() {
    let by = person(ADMINISTRATOR);
    let strike = SafeguardEvent::StrikeOff { by, from_source: true, person: person(23) };
    let events =
        [add(23), strike, ask(Change::Policy(Policy::strict())), ask(Change::Remove(by)), object(1), confirm(1)];
    for event in events {
        assert!(TABLE.iter().any(|permission| permission.name == event.action()), "{}", event.action());
        assert_eq!(event.actor(), Actor::Person(by));
    }
    assert_eq!(SafeguardEvent::GraceOver.actor(), Actor::Lifeboat);
}

proptest! {
    /// Whatever one source administrator does in whatever order: if a contact objects to each change within three days, the
    /// policy never gets weaker and no contact who counts is lost.
    #[test]
    fn one_person_takes_nothing_away(steps in prop::collection::vec((0u8..6, 0i64..71), 1..60)) {
        let mut now = safeguards(Policy::standard());
        let mut time = 0;
        for (choice, wait) in steps {
            let event = match choice {
                0 => ask(Change::Policy(Policy::solo())),
                1 => ask(Change::Policy(Policy::strict())),
                2 => ask(Change::Remove(person(CONTACTS[0]))),
                3 => add(30 + u128::from(wait as u64 % 5)),
                4 => SafeguardEvent::GraceOver,
                _ => object(ADMINISTRATOR),
            };
            let before = now.policy.clone();
            if let Ok(next) = now.after(&event, later(time)) {
                now = next;
            }
            time += wait;
            if let Ok(next) = now.after(&object(CONTACTS[1]), later(time)) {
                now = next;
            }
            prop_assert!(now.policy.is_as_strong_as(&before));
            prop_assert!(CONTACTS.iter().all(|&contact| now.contact(person(contact)).is_ok()));
        }
    }
}
