//! What people see of a connection.

use control::connection::{Connection, Kind, Operation, RequestStatus, State};
use control::policy::Policy;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::view::{Names, PersonRef, SiteRef};

/// A connection.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ConnectionView {
    id: Uuid,
    name: String,
    /// `disaster-recovery` (pull) or `cross-site` (push).
    kind: &'static str,
    applies_to: AppliesToView,
    /// The site that it was made on.
    source: SiteRef,
    /// The site that activated it.
    standby: Option<SiteRef>,
    /// `issued`, `active`, `suspended` or `revoked`.
    status: &'static str,
    /// The words that people read: *Activation pending*, *Active*, …
    shown_status: &'static str,
    /// Whether nothing can be recovered over it before people verified a request.
    locked: bool,
    made_by: PersonRef,
    made: Timestamp,
    activated_by: Option<PersonRef>,
    activated: Option<Timestamp>,
    token: TokenView,
    /// A protected operation that waits for contacts, or for time.
    pending: Option<PendingView>,
    suspension: Option<SuspensionView>,
    /// Contacts who may not act until what they suspended was reviewed.
    barred: Vec<PersonRef>,
    /// Where its latest recovery request stands: `verifying`, `cooling`, `unlocked`, …
    request: Option<&'static str>,
    /// What the open request still needs.
    needs: Vec<String>,
}

/// Which data a connection is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AppliesToView {
    issue_data: bool,
    configuration: bool,
    assets: bool,
}

/// What is known of the token; never the token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TokenView {
    /// The public part, to tell which token it is.
    id: String,
    /// How many there were before it.
    generation: u32,
    /// Whether a reset ended the last one and nobody took the new one yet.
    awaited: bool,
    /// Until when it may be exchanged at once, because nobody ever activated it. Later a reset waits for contacts, or for time.
    refreshable_until: Option<Timestamp>,
    checked: Option<Timestamp>,
    check_due: Option<Timestamp>,
    expires: Option<Timestamp>,
}

/// A protected operation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PendingView {
    /// `reset`, `revoke` or `reinstate`.
    operation: &'static str,
    /// Whose ban shall end.
    person: Option<PersonRef>,
    asked_by: PersonRef,
    asked: Timestamp,
    confirmed_by: Vec<PersonRef>,
    /// When it takes effect if nobody objects and no request is open.
    applies: Timestamp,
}

/// Why a connection is suspended.
#[derive(Serialize, ToSchema)]
struct SuspensionView {
    /// Who stopped it; nobody where a token was used twice.
    by: Option<PersonRef>,
    at: Timestamp,
    /// The contacts who want it back.
    votes: Vec<PersonRef>,
}

pub(super) fn describe(state: &State, policy: &Policy, names: &Names) -> Option<ConnectionView> {
    let connection = state.connection.as_ref()?;
    let bound = connection.bound.as_ref();
    let request = state.request.as_ref();
    let applies = connection.applies_to;
    Some(ConnectionView {
        id: connection.id.into(),
        name: connection.name.as_str().to_owned(),
        kind: match connection.kind {
            Kind::DisasterRecovery => "disaster-recovery",
            Kind::CrossSite => "cross-site",
        },
        applies_to: AppliesToView {
            issue_data: applies.issue_data,
            configuration: applies.configuration,
            assets: applies.assets,
        },
        source: names.site(connection.source),
        standby: bound.map(|bound| names.site(bound.site)),
        status: status(connection),
        shown_status: connection.shown_status(),
        locked: request.is_none_or(|request| !request.status.is_vouched()),
        made_by: names.person(connection.made_by),
        made: connection.made,
        activated_by: bound.map(|bound| names.person(bound.by)),
        activated: bound.map(|bound| bound.at),
        token: token(connection),
        pending: pending(connection, names),
        suspension: connection.suspension.as_ref().map(|suspension| SuspensionView {
            by: suspension.by.map(|person| names.person(person)),
            at: suspension.at,
            votes: suspension.votes.iter().map(|&person| names.person(person)).collect(),
        }),
        barred: connection.banned.iter().map(|&person| names.person(person)).collect(),
        request: request.map(|request| word(request.status)),
        needs: state.needs(policy),
    })
}

fn status(connection: &Connection) -> &'static str {
    use control::connection::ConnectionStatus as Status;
    match connection.status {
        Status::Issued => "issued",
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Revoked => "revoked",
    }
}

fn token(connection: &Connection) -> TokenView {
    TokenView {
        id: connection.token.to_string(),
        generation: connection.generation,
        awaited: connection.upkeep.awaited,
        refreshable_until: connection.refreshable_until(),
        checked: connection.upkeep.checked,
        check_due: connection.check_due(),
        expires: connection.upkeep.expires,
    }
}

fn pending(connection: &Connection, names: &Names) -> Option<PendingView> {
    let pending = connection.pending.as_ref()?;
    let (operation, person) = match pending.operation {
        Operation::Reset => ("reset", None),
        Operation::Revoke => ("revoke", None),
        Operation::Reinstate(person) => ("reinstate", Some(names.person(person))),
    };
    Some(PendingView {
        operation,
        person,
        asked_by: names.person(pending.asked_by),
        asked: pending.asked,
        confirmed_by: pending.confirmed_by.iter().map(|&person| names.person(person)).collect(),
        applies: pending.asked + control::connection::GRACE,
    })
}

/// A request's status in the API.
pub(in crate::api) fn word(status: RequestStatus) -> &'static str {
    match status {
        RequestStatus::Verifying => "verifying",
        RequestStatus::Cooling => "cooling",
        RequestStatus::Unlocked => "unlocked",
        RequestStatus::Running => "running",
        RequestStatus::Paused => "paused",
        RequestStatus::Done => "done",
        RequestStatus::Denied => "denied",
        RequestStatus::Vetoed => "vetoed",
        RequestStatus::Expired => "expired",
        RequestStatus::Cancelled => "cancelled",
    }
}
