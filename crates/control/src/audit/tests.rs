use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::TenantId;

fn tenant() -> TenantId {
    TenantId::from(Uuid::from_u128(1))
}

fn log(length: u64) -> Vec<AuditEvent> {
    let mut head = AuditHead::EMPTY;
    (0..length)
        .map(|second| {
            let at = Timestamp::from_second(second as i64).unwrap();
            let actor = Actor::Person(PersonId::from(Uuid::from_u128(u128::from(second % 3))));
            let happening = Happening::done(at, actor, "connection.rename", "connection/1").with("name", second);
            let event = AuditEvent::following(tenant(), head, happening);
            head = event.head();
            event
        })
        .collect()
}

#[test]
fn an_untouched_log_verifies_to_its_head() {
    let log = log(20);
    assert_eq!(verify(tenant(), &log, None), Ok(log[19].head()));
    assert_eq!(verify(tenant(), &log, Some(log[19].head())), Ok(log[19].head()));
    assert_eq!(verify(tenant(), &log, Some(log[4].head())), Ok(log[19].head()));
    assert_eq!(verify(tenant(), [], None), Ok(AuditHead::EMPTY));
}

#[test]
fn a_cut_end_is_found_by_a_head_kept_elsewhere() {
    let log = log(20);
    let cut = verify(tenant(), &log[..15], Some(log[19].head()));
    assert_eq!(cut, Err(BrokenChain::Truncated { expected: 20, found: 15 }));
}

/// The log as somebody leaves it who changes an event, links everything after it anew, and adds more.
fn rewritten(log: &[AuditEvent], at: usize, more: usize) -> Vec<AuditEvent> {
    let other = log[at].happening.clone().with("name", "other");
    let after = log[at + 1..].iter().map(|event| event.happening.clone());
    let added = std::iter::repeat_n(other.clone(), more);
    let mut rewritten = log[..at].to_vec();
    for happening in std::iter::once(other.clone()).chain(after).chain(added) {
        let head = rewritten.last().map_or(AuditHead::EMPTY, AuditEvent::head);
        rewritten.push(AuditEvent::following(tenant(), head, happening));
    }
    rewritten
}

#[test]
fn a_rewritten_end_is_found_by_a_head_kept_elsewhere() {
    let log = log(5);
    let rewritten = rewritten(&log, 4, 0);
    assert_eq!(verify(tenant(), &rewritten, None), Ok(rewritten[4].head()));
    assert_eq!(verify(tenant(), &rewritten, Some(log[4].head())), Err(BrokenChain::Rewritten { number: 5 }));
}

#[test]
fn another_tenants_events_are_foreign() {
    let other = TenantId::from(Uuid::from_u128(2));
    assert_eq!(verify(other, &log(1), None), Err(BrokenChain::Foreign { number: 1 }));
}

/// Changes one thing of a log, in one of many ways.
fn tamper(log: &mut Vec<AuditEvent>, at: usize, way: u8) {
    let event = &mut log[at];
    match way {
        0 => event.happening.at += std::time::Duration::from_micros(1),
        1 => event.happening.actor = Actor::Unknown,
        2 => event.happening.action.push('x'),
        3 => event.happening.subject.insert(0, 'x'),
        4 => event.happening.outcome = Outcome::Refused,
        5 => drop(event.happening.details.insert("name".into(), "else".into())),
        6 => event.happening.details.clear(),
        7 => event.hash[at % 32] ^= 1,
        8 => event.previous[at % 32] ^= 1,
        9 => drop(log.remove(at)),
        10 => log.swap(at, at + 1),
        _ => log.insert(at, log[at].clone()),
    }
}

proptest! {
    #[test]
    fn any_tampering_before_the_end_is_found(at in 0usize..18, way in 0u8..12) {
        let mut log = log(20);
        let head = log[19].head();
        tamper(&mut log, at, way);
        prop_assert!(verify(tenant(), &log, Some(head)).is_err());
    }

    #[test]
    fn a_log_rewritten_and_extended_is_found_by_any_later_head(at in 0usize..20, later in 0usize..20, more in 0usize..5) {
        let log = log(20);
        let known = log[at.max(later)].head();
        let rewritten = rewritten(&log, at, more);
        prop_assert!(verify(tenant(), &rewritten, None).is_ok());
        prop_assert_eq!(
            verify(tenant(), &rewritten, Some(known)),
            Err(BrokenChain::Rewritten { number: known.number })
        );
    }
}
