//! How much it takes to unlock a recovery: a policy is data, and the state machine reads its numbers.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::connection::ProofKind;

/// What must stand for a recovery request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name, as pages and the audit log show it.
    pub name: String,
    /// How many supporters must approve, each somebody else than the requester.
    pub support_approvals: u32,
    /// How many recovery contacts must confirm, each somebody else than the requester.
    pub contact_confirmations: u32,
    /// Whether the requester's own e-mail address must be confirmed by a code.
    pub requester_confirms: bool,
    /// How many proofs of ownership there must be.
    pub proofs: u32,
    /// Which proofs count.
    pub accepted_proofs: Vec<ProofKind>,
    /// Whether approvals and confirmations need a passkey. Enforced where people sign in.
    pub passkeys: bool,
    /// How long a request waits once it has enough evidence, the youngest connections last.
    pub cool_down: Vec<CoolDown>,
    /// For how many hours an unlock may be used.
    pub unlock_hours: u32,
    /// Whether a connection may be made while no recovery contact is registered.
    pub contacts_optional: bool,
}

/// The cool-down of connections from an age on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoolDown {
    /// For connections that are this many days old or older.
    pub from_days: u32,
    /// Hours to wait.
    pub hours: u32,
}

impl Policy {
    /// One supporter, the requester's and one contact's e-mail, one proof of ownership. Takes three people.
    pub fn standard() -> Self {
        Self {
            name: "standard".to_owned(),
            support_approvals: 1,
            contact_confirmations: 1,
            requester_confirms: true,
            proofs: 1,
            accepted_proofs: vec![
                ProofKind::DnsRecord,
                ProofKind::SourceAdministrator,
                ProofKind::SameOrganisation,
                ProofKind::Attestation,
            ],
            passkeys: false,
            cool_down: vec![],
            unlock_hours: 24,
            contacts_optional: false,
        }
    }

    /// Two supporters, two contacts, passkeys, and a wait for young connections. Attestations do not count.
    pub fn strict() -> Self {
        Self {
            name: "strict".to_owned(),
            support_approvals: 2,
            contact_confirmations: 2,
            accepted_proofs: vec![ProofKind::DnsRecord, ProofKind::SourceAdministrator, ProofKind::SameOrganisation],
            passkeys: true,
            cool_down: vec![
                CoolDown { from_days: 30, hours: 0 },
                CoolDown { from_days: 7, hours: 4 },
                CoolDown { from_days: 0, hours: 24 },
            ],
            ..Self::standard()
        }
    }

    /// One person does all: no four-eyes. Its name says so wherever it is shown.
    pub fn solo() -> Self {
        Self {
            name: "solo (no four-eyes)".to_owned(),
            support_approvals: 0,
            contact_confirmations: 0,
            requester_confirms: false,
            proofs: 0,
            contacts_optional: true,
            ..Self::standard()
        }
    }

    /// The preset of a name: `standard`, `strict` or `solo`.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "standard" => Some(Self::standard()),
            "strict" => Some(Self::strict()),
            "solo" => Some(Self::solo()),
            _ => None,
        }
    }

    /// Whether this policy asks for at least as much as `other` in every respect. One that does takes nothing from anybody.
    pub fn is_as_strong_as(&self, other: &Self) -> bool {
        let ages = self.cool_down.iter().chain(&other.cool_down).map(|step| step.from_days).chain([0]);
        let mut ages = ages.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
        self.support_approvals >= other.support_approvals
            && self.contact_confirmations >= other.contact_confirmations
            && self.requester_confirms >= other.requester_confirms
            && self.proofs >= other.proofs
            && self.accepted_proofs.iter().all(|kind| other.accepted_proofs.contains(kind))
            && self.passkeys >= other.passkeys
            && ages.all(|age| self.cool_down_at(age) >= other.cool_down_at(age))
            && self.unlock_hours <= other.unlock_hours
            && self.contacts_optional <= other.contacts_optional
    }

    /// Whether a request under this policy can end well at all: the cool-down fits into a request's 72 hours with a day left,
    /// an unlock lives long enough to be used, and there are as many kinds of proof as are asked for.
    pub fn is_satisfiable(&self) -> bool {
        let waits = self.cool_down.iter().all(|step| step.hours <= 48);
        waits && (1..=72).contains(&self.unlock_hours) && self.proofs as usize <= self.accepted_proofs.len()
    }

    /// Whether a request can be unlocked while any one of so many contacts and any one of so many supporters is missing. A
    /// policy that needs everybody lets each of them block.
    pub fn spares_anybody(&self, contacts: usize, supporters: usize) -> bool {
        let spares = |needed: u32, there: usize| needed == 0 || there > needed as usize;
        spares(self.contact_confirmations, contacts) && spares(self.support_approvals, supporters)
    }

    /// How long a request over a connection of this age waits.
    pub(crate) fn cool_down_at(&self, age: SignedDuration) -> SignedDuration {
        let reached = |step: &&CoolDown| SignedDuration::from_hours(24 * i64::from(step.from_days)) <= age;
        let step = self.cool_down.iter().filter(reached).max_by_key(|step| step.from_days);
        SignedDuration::from_hours(step.map_or(0, |step| i64::from(step.hours)))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, 24)]
    #[case(6, 24)]
    #[case(7, 4)]
    #[case(29, 4)]
    #[case(30, 0)]
    #[case(4000, 0)]
    fn the_older_the_connection_the_shorter_the_wait(#[case] days: i64, #[case] hours: i64) {
        let wait = Policy::strict().cool_down_at(SignedDuration::from_hours(24 * days));
        assert_eq!(wait, SignedDuration::from_hours(hours));
    }

    #[test]
    fn presets_are_ordered_by_strength_and_can_be_met() {
        let presets = [Policy::strict(), Policy::standard(), Policy::solo()];
        for (place, stronger) in presets.iter().enumerate() {
            assert!(stronger.is_satisfiable());
            for (other, weaker) in presets.iter().enumerate() {
                assert_eq!(stronger.is_as_strong_as(weaker), place <= other, "{} {}", stronger.name, weaker.name);
            }
        }
    }

    #[rstest]
    #[case(Policy { unlock_hours: 25, ..Policy::standard() })]
    #[case(Policy { passkeys: false, ..Policy::strict() })]
    #[case(Policy { cool_down: vec![CoolDown { from_days: 0, hours: 12 }], ..Policy::strict() })]
    fn one_respect_in_which_it_asks_less_makes_it_weaker(#[case] policy: Policy) {
        let before = if policy.support_approvals == 1 { Policy::standard() } else { Policy::strict() };
        assert!(!policy.is_as_strong_as(&before));
    }

    #[rstest]
    #[case(Policy { unlock_hours: 0, ..Policy::standard() })]
    #[case(Policy { proofs: 5, ..Policy::standard() })]
    #[case(Policy { cool_down: vec![CoolDown { from_days: 0, hours: 72 }], ..Policy::standard() })]
    fn what_nobody_can_meet_is_told(#[case] policy: Policy) {
        assert!(!policy.is_satisfiable());
    }

    #[test]
    fn presets_are_found_by_name() {
        assert_eq!(Policy::preset("standard"), Some(Policy::standard()));
        assert_eq!(Policy::preset("anything"), None);
        assert!(Policy::solo().name.contains("no four-eyes"));
    }
}
