//! What people see of a connection: the words and columns of its page.

use super::decide::token_check_due;
use super::state::{Connection, ConnectionStatus, Kind, RequestStatus, State};
use crate::id::{PersonId, SiteId};
use crate::name::ConnectionName;
use crate::policy::Policy;
use jiff::Timestamp;

impl Connection {
    /// The word for where it stands: *Activation pending*, *Active*, *Suspended*, *Revoked*; a cross-site connection ends
    /// *Deactivated*.
    pub fn shown_status(&self) -> &'static str {
        match (self.status, self.kind) {
            (ConnectionStatus::Issued, _) => "Activation pending",
            (ConnectionStatus::Active, _) => "Active",
            (ConnectionStatus::Suspended, _) => "Suspended",
            (ConnectionStatus::Revoked, Kind::DisasterRecovery) => "Revoked",
            (ConnectionStatus::Revoked, Kind::CrossSite) => "Deactivated",
        }
    }

    /// When its token should be checked next; nothing where there is no token to check.
    pub fn check_due(&self) -> Option<Timestamp> {
        let has_token = self.status != ConnectionStatus::Revoked && !self.upkeep.awaited;
        has_token.then(|| token_check_due(self))
    }

    /// The row of the cross-site tab.
    pub fn cross_site_row(&self) -> CrossSiteRow<'_> {
        let bound = self.bound.as_ref();
        CrossSiteRow {
            name: &self.name,
            initiator: self.source,
            authenticator: bound.map(|bound| bound.site),
            initiated_by: self.made_by,
            activated_by: bound.map(|bound| bound.by),
            status: self.shown_status(),
        }
    }
}

impl State {
    /// What the open request still needs under a policy, in words; nothing once it is unlocked or over.
    pub fn needs(&self, policy: &Policy) -> Vec<String> {
        let waits = |status| matches!(status, RequestStatus::Verifying | RequestStatus::Cooling);
        let Some(request) = self.request.as_ref().filter(|request| waits(request.status)) else { return vec![] };
        let evidence = &request.evidence;
        let is_contact =
            |by: PersonId| by != request.requester && self.contacts.iter().any(|contact| contact.person == by);
        let contacts = evidence.confirmations.iter().filter(|statement| is_contact(statement.by)).count();
        let own = evidence.confirmations.iter().filter(|statement| statement.by == request.requester).count();
        let wanted = [
            (policy.support_approvals, evidence.approvals.len(), "approval(s) by support"),
            (policy.contact_confirmations, contacts, "confirmation(s) by recovery contacts"),
            (policy.proofs, evidence.proofs.len(), "proof(s) that the source is yours"),
            (u32::from(policy.requester_confirms), own, "confirmation by whoever asked"),
        ];
        let missing = wanted.map(|(wanted, have, what)| ((wanted as usize).saturating_sub(have), what));
        let missing = missing.into_iter().filter(|(count, _)| *count > 0);
        let cools = request.status == RequestStatus::Cooling && !request.cooled;
        let words = missing.map(|(count, what)| format!("{count} {what}"));
        words.chain(cools.then(|| "the cool-down to end".to_owned())).collect()
    }
}

/// The columns of the cross-site tab, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossSiteRow<'a> {
    /// Its name.
    pub name: &'a ConnectionName,
    /// The site it was made on.
    pub initiator: SiteId,
    /// The site that activated it.
    pub authenticator: Option<SiteId>,
    /// Who made it.
    pub initiated_by: PersonId,
    /// Who activated it.
    pub activated_by: Option<PersonId>,
    /// *Activation pending*, *Active* or *Deactivated*.
    pub status: &'static str,
}
