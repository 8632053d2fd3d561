//! What people see of a request: all that an approval is for, and all the evidence.

use control::connection::{Proof, State, Statement};
use control::digest::RequestDigest;
use control::policy::Policy;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::connections::word;
use crate::api::safeguards::ProofWord;
use crate::view::{Names, PersonRef, SiteRef};

/// A recovery request.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestView {
    id: Uuid,
    connection: Uuid,
    /// What the connection is called.
    connection_name: String,
    /// `verifying`, `cooling`, `unlocked`, `running`, `paused`, `done`, `denied`, `vetoed`, `expired` or `cancelled`.
    status: &'static str,
    /// Of everything that is asked for: what an approval names.
    digest: String,
    requester: PersonRef,
    opened: Timestamp,
    source: SiteRef,
    source_cloud: String,
    standby: SiteRef,
    standby_cloud: String,
    /// The recovery point; the newest one at the start where none is named.
    point: Option<u64>,
    /// The projects; the whole site where none is named.
    projects: Vec<String>,
    approvals: Vec<StatementView>,
    denials: Vec<StatementView>,
    confirmations: Vec<StatementView>,
    proofs: Vec<ProofView>,
    /// What is still missing, in words.
    needs: Vec<String>,
    cooling_since: Option<Timestamp>,
    unlocked: Option<Timestamp>,
    closed: Option<Timestamp>,
}

/// What somebody said.
#[derive(Serialize, ToSchema)]
struct StatementView {
    by: PersonRef,
    at: Timestamp,
    note: String,
}

/// A proof that the source belongs to those who ask.
#[derive(Serialize, ToSchema)]
struct ProofView {
    kind: ProofWord,
    by: PersonRef,
    at: Timestamp,
    note: String,
}

pub(super) fn describe(state: &State, policy: &Policy, names: &Names) -> Option<RequestView> {
    let (connection, request) = (state.connection.as_ref()?, state.request.as_ref()?);
    let said = |statements: &[Statement]| -> Vec<StatementView> {
        let view = |said: &Statement| StatementView { by: names.person(said.by), at: said.at, note: said.note.clone() };
        statements.iter().map(view).collect()
    };
    let proof = |proof: &Proof| ProofView {
        kind: proof.kind.into(),
        by: names.person(proof.by),
        at: proof.at,
        note: proof.note.clone(),
    };
    let (scope, evidence) = (&request.scope, &request.evidence);
    Some(RequestView {
        id: request.id.into(),
        connection: connection.id.into(),
        connection_name: connection.name.as_str().to_owned(),
        status: word(request.status),
        digest: RequestDigest::new(connection, request).to_string(),
        requester: names.person(request.requester),
        opened: request.opened,
        source: names.site(scope.source),
        source_cloud: scope.source_cloud.clone(),
        standby: names.site(scope.standby),
        standby_cloud: scope.standby_cloud.clone(),
        point: scope.point,
        projects: scope.projects.clone(),
        approvals: said(&evidence.approvals),
        denials: said(&evidence.denials),
        confirmations: said(&evidence.confirmations),
        proofs: evidence.proofs.iter().map(proof).collect(),
        needs: state.needs(policy),
        cooling_since: request.cooling_since,
        unlocked: request.unlocked,
        closed: request.closed,
    })
}
