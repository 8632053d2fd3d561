//! A verification policy, as it is told and as it is asked for.

use control::connection::ProofKind;
use control::policy::{CoolDown, Policy};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::{FieldError, Problem};

/// The most that may be asked for: supporters, contacts, days, hours of a wait, hours of an unlock.
const MOST_SUPPORTERS: u32 = 10;
const MOST_CONTACTS: u32 = control::safeguards::MOST_CONTACTS as u32;
const MOST_DAYS: u32 = 3_650;
const LONGEST_WAIT: u32 = 48;
const LONGEST_UNLOCK: u32 = 72;

/// A verification policy.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::api) struct PolicyView {
    /// Its name.
    #[schema(max_length = 100)]
    name: String,
    /// How many supporters must approve.
    #[schema(maximum = 10)]
    support_approvals: u32,
    /// How many recovery contacts must confirm.
    #[schema(maximum = 7)]
    contact_confirmations: u32,
    /// Whether whoever asks confirms by a code, too.
    requester_confirms: bool,
    /// How many proofs of ownership there must be.
    #[schema(maximum = 4)]
    proofs: u32,
    /// Which proofs count.
    accepted_proofs: Vec<ProofWord>,
    /// Whether approvals and confirmations need a passkey.
    passkeys: bool,
    /// How long a request waits once there is enough evidence, by the age of the connection.
    cool_down: Vec<CoolDownView>,
    /// For how many hours an unlock may be used.
    #[schema(minimum = 1, maximum = 72)]
    unlock_hours: u32,
    /// Whether a connection may be made while there are no contacts.
    contacts_optional: bool,
}

/// A cool-down.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CoolDownView {
    /// For connections of this many days or more.
    #[schema(maximum = 3650)]
    from_days: u32,
    /// Hours to wait.
    #[schema(maximum = 48)]
    hours: u32,
}

/// A kind of proof that the source belongs to those who ask.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::api) enum ProofWord {
    DnsRecord,
    SourceAdministrator,
    SameOrganisation,
    Attestation,
}

impl From<ProofKind> for ProofWord {
    fn from(kind: ProofKind) -> Self {
        match kind {
            ProofKind::DnsRecord => Self::DnsRecord,
            ProofKind::SourceAdministrator => Self::SourceAdministrator,
            ProofKind::SameOrganisation => Self::SameOrganisation,
            ProofKind::Attestation => Self::Attestation,
        }
    }
}

impl From<ProofWord> for ProofKind {
    fn from(word: ProofWord) -> Self {
        match word {
            ProofWord::DnsRecord => Self::DnsRecord,
            ProofWord::SourceAdministrator => Self::SourceAdministrator,
            ProofWord::SameOrganisation => Self::SameOrganisation,
            ProofWord::Attestation => Self::Attestation,
        }
    }
}

impl From<&Policy> for PolicyView {
    fn from(policy: &Policy) -> Self {
        let step = |step: &CoolDown| CoolDownView { from_days: step.from_days, hours: step.hours };
        Self {
            name: policy.name.clone(),
            support_approvals: policy.support_approvals,
            contact_confirmations: policy.contact_confirmations,
            requester_confirms: policy.requester_confirms,
            proofs: policy.proofs,
            accepted_proofs: policy.accepted_proofs.iter().copied().map(ProofWord::from).collect(),
            passkeys: policy.passkeys,
            cool_down: policy.cool_down.iter().map(step).collect(),
            unlock_hours: policy.unlock_hours,
            contacts_optional: policy.contacts_optional,
        }
    }
}

impl From<PolicyView> for Policy {
    fn from(view: PolicyView) -> Self {
        let step = |step: CoolDownView| CoolDown { from_days: step.from_days, hours: step.hours };
        let mut proofs: Vec<ProofKind> = vec![];
        for kind in view.accepted_proofs.into_iter().map(ProofKind::from) {
            if !proofs.contains(&kind) {
                proofs.push(kind);
            }
        }
        Self {
            name: view.name,
            support_approvals: view.support_approvals,
            contact_confirmations: view.contact_confirmations,
            requester_confirms: view.requester_confirms,
            proofs: view.proofs,
            accepted_proofs: proofs,
            passkeys: view.passkeys,
            cool_down: view.cool_down.into_iter().map(step).collect(),
            unlock_hours: view.unlock_hours,
            contacts_optional: view.contacts_optional,
        }
    }
}

impl PolicyView {
    /// The policy, unless a value cannot be used: then each is named with what is wrong with it.
    pub(super) fn usable(self) -> Result<Policy, Problem> {
        let policy = Policy::from(self);
        let wrong = wrong(&policy);
        if wrong.is_empty() { Ok(policy) } else { Err(Problem::fields(wrong)) }
    }
}

fn wrong(policy: &Policy) -> Vec<FieldError> {
    let mut wrong = vec![];
    let mut require = |holds: bool, field: String, message: String| {
        if !holds {
            wrong.push(FieldError { field, message });
        }
    };
    let clean = !policy.name.contains(char::is_control) && (1..=100).contains(&policy.name.chars().count());
    require(clean, "name".to_owned(), "a name has 1 to 100 characters on one line".to_owned());
    require(
        !borrows_a_name(policy),
        "name".to_owned(),
        "another policy, which comes with Lifeboat, has this name".to_owned(),
    );
    let numbers = [
        ("supportApprovals", policy.support_approvals, 0, MOST_SUPPORTERS),
        ("contactConfirmations", policy.contact_confirmations, 0, MOST_CONTACTS),
        ("unlockHours", policy.unlock_hours, 1, LONGEST_UNLOCK),
    ];
    for (field, number, least, most) in numbers {
        require((least..=most).contains(&number), field.to_owned(), format!("a number from {least} to {most}"));
    }
    let kinds = policy.accepted_proofs.len();
    require(policy.proofs as usize <= kinds, "proofs".to_owned(), format!("only {kinds} kinds of proof are accepted"));
    for (place, step) in policy.cool_down.iter().enumerate() {
        let field = |name: &str| format!("coolDown[{place}].{name}");
        let is_first = policy.cool_down[..place].iter().all(|earlier| earlier.from_days != step.from_days);
        require(is_first, field("fromDays"), "another wait begins at this age".to_owned());
        require(step.from_days <= MOST_DAYS, field("fromDays"), format!("a number from 0 to {MOST_DAYS}"));
        require(step.hours <= LONGEST_WAIT, field("hours"), format!("a number from 0 to {LONGEST_WAIT}"));
    }
    wrong
}

/// Whether a policy has the name of one that comes with Lifeboat, and asks for something else: pages and the audit log would
/// tell the one for the other.
fn borrows_a_name(policy: &Policy) -> bool {
    let presets = [Policy::standard(), Policy::strict(), Policy::solo()];
    let namesake = presets.into_iter().find(|preset| preset.name.eq_ignore_ascii_case(policy.name.trim()));
    namesake.is_some_and(|preset| !(preset.is_as_strong_as(policy) && policy.is_as_strong_as(&preset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Policy {
        Policy { name: "ours".to_owned(), ..Policy::standard() }
    }

    #[test]
    fn what_comes_with_lifeboat_can_be_asked_for() {
        for policy in [Policy::standard(), Policy::strict(), Policy::solo(), ours()] {
            assert_eq!(PolicyView::from(&policy).usable().unwrap(), policy);
        }
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let waits = |from_days, hours, times| vec![CoolDown { from_days, hours }; times];
        let cases = [
            ("name", Policy { name: "a\nb".to_owned(), ..ours() }),
            ("name", Policy { name: "Strict".to_owned(), ..ours() }),
            ("supportApprovals", Policy { support_approvals: 11, ..ours() }),
            ("contactConfirmations", Policy { contact_confirmations: 8, ..ours() }),
            ("unlockHours", Policy { unlock_hours: 0, ..ours() }),
            ("proofs", Policy { proofs: 5, ..ours() }),
            ("coolDown[0].hours", Policy { cool_down: waits(0, 49, 1), ..ours() }),
            ("coolDown[0].fromDays", Policy { cool_down: waits(3_651, 1, 1), ..ours() }),
            ("coolDown[1].fromDays", Policy { cool_down: waits(7, 4, 2), ..ours() }),
        ];
        for (field, policy) in cases {
            let wrong: Vec<String> = wrong(&policy).into_iter().map(|error| error.field).collect();
            assert_eq!(wrong, [field]);
        }
    }
}
