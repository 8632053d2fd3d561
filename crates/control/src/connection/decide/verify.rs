//! Rows 14, 15, 16 and 18 to 21: evidence for a request, and the cool-down.

use jiff::{SignedDuration, Timestamp};

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{Step, require};
use crate::connection::state::{Connection, ConnectionStatus, Proof, ProofKind, Request, RequestStatus, Statement};
use crate::digest::RequestDigest;
use crate::id::PersonId;

const GATHERING: [RequestStatus; 2] = [RequestStatus::Verifying, RequestStatus::Cooling];

/// An approval counts for a day, a denial delays by one.
const APPROVAL_LIFE: SignedDuration = SignedDuration::from_hours(24);
const DENIAL_DELAY: SignedDuration = SignedDuration::from_hours(24);

/// Row 14.
pub(super) fn approve(step: Step<'_>, by: PersonId, seen: RequestDigest, note: &str) -> Result<Transition, Refused> {
    let request = gathering(step, &GATHERING)?;
    require_outsider(step, request, by)?;
    require_seen(step, request, seen)?;
    let evidence = &request.evidence;
    let approved = evidence.approvals.iter().any(|approval| approval.by == by && is_fresh(approval, step.now));
    let denied = evidence.denials.iter().any(|denial| denial.by == by);
    require(!approved && !denied, Cause::SamePerson)?;
    let approval = statement(step, by, note);
    Ok(step.with_request(|request| {
        request.evidence.approvals.retain(|earlier| earlier.by != by);
        request.evidence.approvals.push(approval);
    }))
}

/// Row 15: one no costs a day, two end it; where one approval is enough, so is one no.
pub(super) fn deny(step: Step<'_>, by: PersonId, note: &str) -> Result<Transition, Refused> {
    let request = gathering(step, &GATHERING)?;
    require_outsider(step, request, by)?;
    require(request.evidence.denials.iter().all(|denial| denial.by != by), Cause::SamePerson)?;
    let denial = statement(step, by, note);
    let is_final = !request.evidence.denials.is_empty() || step.policy.support_approvals <= 1;
    let denied = step.with_request(|request| {
        request.evidence.approvals.retain(|approval| approval.by != by);
        request.evidence.denials.push(denial);
        // A cool-down that is over already begins to count again: it became a day longer.
        request.cooled = false;
    });
    let told = denied.and(Effect::Tell(Audience::Everybody));
    Ok(if is_final { told.and_close_open(RequestStatus::Denied, step.now) } else { told })
}

/// Row 16, for contacts; and the requester's own address.
pub(super) fn confirm(step: Step<'_>, by: PersonId, seen: RequestDigest) -> Result<Transition, Refused> {
    let request = gathering(step, &GATHERING)?;
    if by != request.requester {
        step.seasoned_contact(by)?;
    }
    require_seen(step, request, seen)?;
    require(request.evidence.confirmations.iter().all(|confirmation| confirmation.by != by), Cause::SamePerson)?;
    let confirmation = statement(step, by, "");
    Ok(step.with_request(|request| request.evidence.confirmations.push(confirmation)))
}

/// Row 18. What a supporter attests must be a supporter's: not the requester's, not a contact's.
pub(super) fn prove_site(
    step: Step<'_>,
    by: PersonId,
    kind: ProofKind,
    seen: RequestDigest,
    note: &str,
) -> Result<Transition, Refused> {
    let request = gathering(step, &[RequestStatus::Verifying])?;
    require_seen(step, request, seen)?;
    require(step.policy.accepted_proofs.contains(&kind), Cause::ProofNotAccepted)?;
    if kind == ProofKind::Attestation {
        require_outsider(step, request, by)?;
    }
    require(request.evidence.proofs.iter().all(|proof| proof.kind != kind), Cause::ProvenAlready)?;
    let proof = Proof { kind, by, at: step.now, note: note.to_owned() };
    Ok(step.with_request(|request| request.evidence.proofs.push(proof)))
}

/// Row 19.
pub(super) fn begin_cool(step: Step<'_>) -> Result<Transition, Refused> {
    let request = gathering(step, &[RequestStatus::Verifying])?;
    let enough = Evidence::of(step, request);
    let one_approval = enough.approvals >= step.policy.support_approvals.min(1);
    require(enough.site && enough.contacts && one_approval, Cause::NotEnoughEvidence)?;
    let cooling = step.with_request(|request| {
        request.status = RequestStatus::Cooling;
        request.cooling_since = Some(step.now);
    });
    Ok(cooling.and(Effect::Tell(Audience::Everybody)))
}

/// Row 20: when every contact agrees, and there are three of them at least beside the requester, nobody needs to wait.
pub(super) fn expedite(step: Step<'_>) -> Result<Transition, Refused> {
    let request = gathering(step, &[RequestStatus::Cooling])?;
    require(!request.cooled, Cause::TooLate)?;
    let confirmed = |person| request.evidence.confirmations.iter().any(|confirmation| confirmation.by == person);
    let contacts: Vec<_> = step.state.contacts.iter().filter(|contact| contact.person != request.requester).collect();
    let all = contacts.iter().all(|contact| confirmed(contact.person));
    require(contacts.len() >= 3 && all, Cause::NotEnoughEvidence)?;
    Ok(step.with_request(|request| request.cooled = true))
}

/// Row 21.
pub(super) fn cool_timer(step: Step<'_>) -> Result<Transition, Refused> {
    let request = gathering(step, &[RequestStatus::Cooling])?;
    require(!request.cooled, Cause::TooLate)?;
    let since = request.cooling_since.ok_or(Cause::TooEarly)?;
    let age = request.opened.duration_since(step.connection()?.made);
    let delays = DENIAL_DELAY * request.evidence.denials.len() as i32;
    require(step.now >= since + step.policy.cool_down_at(age) + delays, Cause::TooEarly)?;
    Ok(step.with_request(|request| request.cooled = true))
}

/// How the evidence stands against the policy.
pub(super) struct Evidence {
    /// How many approvals count now.
    pub(super) approvals: u32,
    /// Whether enough contacts, and the requester where needed, confirmed.
    pub(super) contacts: bool,
    /// Whether ownership of the source is proven.
    pub(super) site: bool,
}

impl Evidence {
    pub(super) fn of(step: Step<'_>, request: &Request) -> Self {
        let evidence = &request.evidence;
        let approvals = evidence.approvals.iter().filter(|approval| is_fresh(approval, step.now));
        let confirmed = |person| evidence.confirmations.iter().any(|confirmation| confirmation.by == person);
        let banned = step.state.connection.as_ref().map_or(&[][..], |connection| &connection.banned);
        let counts = |person| person != request.requester && !banned.contains(&person) && confirmed(person);
        let contacts = step.state.contacts.iter().filter(|contact| step.is_seasoned(contact) && counts(contact.person));
        let requester = !step.policy.requester_confirms || confirmed(request.requester);
        let accepted = evidence.proofs.iter().filter(|proof| step.policy.accepted_proofs.contains(&proof.kind));
        Self {
            approvals: approvals.filter(|approval| !step.is_contact(approval.by)).count() as u32,
            contacts: requester && contacts.count() as u32 >= step.policy.contact_confirmations,
            site: accepted.count() as u32 >= step.policy.proofs,
        }
    }
}

fn gathering<'a>(step: Step<'a>, statuses: &[RequestStatus]) -> Result<&'a Request, Refused> {
    step.connection_in(&[ConnectionStatus::Active])?;
    step.request_in(statuses)
}

/// Whoever acts as support is neither the requester nor a contact.
fn require_outsider(step: Step<'_>, request: &Request, by: PersonId) -> Result<(), Refused> {
    require(by != request.requester, Cause::Requester)?;
    require(!step.is_contact(by), Cause::ContactAsSupport)
}

fn require_seen(step: Step<'_>, request: &Request, seen: RequestDigest) -> Result<(), Refused> {
    let connection: &Connection = step.connection()?;
    require(seen == RequestDigest::new(connection, request), Cause::OtherDigest)
}

fn is_fresh(approval: &Statement, now: Timestamp) -> bool {
    now.duration_since(approval.at) < APPROVAL_LIFE
}

fn statement(step: Step<'_>, by: PersonId, note: &str) -> Statement {
    Statement { by, at: step.now, note: note.to_owned() }
}
