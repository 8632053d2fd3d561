//! What can happen to a connection and its request.
//!
//! An event carries facts that the caller has established: who acts, whether a token fits, what a call to a site told.
//! That somebody holds the role an event is for (source or standby administrator, supporter) is checked where people sign
//! in; what depends on the request itself (not the requester, a registered contact) is checked by the transition.

use jiff::Timestamp;

use crate::audit::Actor;
use crate::connection::state::{AppliesTo, Kind, Operation, ProofKind};
use crate::digest::RequestDigest;
use crate::id::{ConnectionId, PersonId, RequestId, SiteId, TenantId};
use crate::name::ConnectionName;
use crate::token::{TokenId, Verifier};

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A source administrator makes a connection.
    Create(Box<NewConnection>),
    /// A standby presents URL and token.
    Activate(Activation),
    /// A standby administrator unbinds the standby. To make the token useless too, ask for a reset afterwards.
    Release {
        /// Who.
        by: PersonId,
        /// Whether they proved again who they are.
        signed_in_again: bool,
    },
    /// Somebody asks for a reset or a revocation.
    Ask {
        /// Who.
        by: PersonId,
        /// What for.
        operation: Operation,
        /// Whether they administer the standby: they may burn a connection, not take it over.
        from_standby: bool,
        /// Whether they proved again who they are.
        signed_in_again: bool,
    },
    /// A contact or source administrator objects to what was asked for.
    CancelPending {
        /// Who.
        by: PersonId,
        /// Whether they administer the source.
        from_source: bool,
    },
    /// A contact agrees with what was asked for.
    ConfirmPending {
        /// Who.
        by: PersonId,
    },
    /// Nobody may have objected for three days.
    GraceOver,
    /// A source administrator takes the token that a reset promised: it is made now, and shown to them once.
    IssueToken {
        /// Who.
        by: PersonId,
        /// Whether they proved again who they are.
        signed_in_again: bool,
        /// The token.
        fresh: FreshToken,
    },
    /// Somebody pastes the token to prove that it is still at hand.
    CheckToken {
        /// Who.
        by: PersonId,
        /// Whether the token's secret fits the verifier.
        token_fits: bool,
    },
    /// The token may have gone unchecked for too long.
    RemindOfCheck,
    /// The token may be about to expire.
    WarnOfExpiry,
    /// Somebody calls the connection something else.
    Rename {
        /// Who.
        by: PersonId,
        /// The new name.
        name: ConnectionName,
    },
    /// An administrator of either site ends a cross-site connection.
    Deactivate {
        /// Who.
        by: PersonId,
        /// Whether they proved again who they are.
        signed_in_again: bool,
    },
    /// A source administrator, contact or supporter stops the connection.
    Suspend {
        /// Who.
        by: PersonId,
    },
    /// A contact wants a suspended connection back.
    VoteResume {
        /// Who.
        by: PersonId,
    },
    /// A suspended connection is taken up again.
    Resume {
        /// Who.
        by: PersonId,
        /// Whether they administer the source: then one vote is enough.
        from_source: bool,
    },
    /// A standby administrator asks for a recovery.
    Open(Box<NewRequest>),
    /// A supporter approves.
    Approve {
        /// Who.
        by: PersonId,
        /// The digest of the request that they were shown.
        seen: RequestDigest,
        /// What they checked.
        note: String,
    },
    /// A supporter says no.
    Deny {
        /// Who.
        by: PersonId,
        /// Why.
        note: String,
    },
    /// The requester or a contact entered the code that was mailed to them.
    Confirm {
        /// Who.
        by: PersonId,
        /// The digest of the request that they were shown.
        seen: RequestDigest,
    },
    /// A contact says no.
    Veto {
        /// Who.
        by: PersonId,
    },
    /// Ownership of the source was proven for this request.
    ProveSite {
        /// Who gave the proof.
        by: PersonId,
        /// What kind of proof.
        kind: ProofKind,
        /// The digest of the request that it was given for: a proof that took its time must not serve the next request.
        seen: RequestDigest,
        /// What was seen.
        note: String,
    },
    /// There may be enough evidence for the cool-down to run.
    BeginCool,
    /// Every contact may have agreed.
    Expedite,
    /// The cool-down may be over.
    CoolTimer,
    /// All may be there.
    Unlock,
    /// A standby administrator starts the recovery.
    Start {
        /// Who.
        by: PersonId,
    },
    /// The job stands still: somebody paused it, or its process died.
    PauseJob {
        /// Who; nobody after a crash.
        by: Option<PersonId>,
    },
    /// The job goes on.
    ResumeJob {
        /// Who; nobody if a worker took it over.
        by: Option<PersonId>,
    },
    /// The job came to its end.
    JobDone {
        /// Whether what arrived was proven.
        proven: bool,
    },
    /// A request may have waited too long.
    RequestTimeout,
    /// An unlock may have gone unused for too long.
    UnlockTimeout,
    /// A standby administrator withdraws the request.
    Cancel {
        /// Who.
        by: PersonId,
    },
}

/// A connection to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose.
    pub tenant: TenantId,
    /// Which way data goes.
    pub kind: Kind,
    /// What people call it.
    pub name: ConnectionName,
    /// Which data it is for.
    pub applies_to: AppliesTo,
    /// The site it is made on.
    pub source: SiteId,
    /// That site's cloudId.
    pub source_cloud: String,
    /// Who makes it.
    pub by: PersonId,
    /// Its token, for generation 0.
    pub fresh: FreshToken,
}

/// What is kept of a token that was just made, for the connection's present generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshToken {
    /// The public part.
    pub id: TokenId,
    /// What it is checked against.
    pub verifier: Verifier,
    /// From when on it shall activate nothing. Chosen now or never: a later date would keep a stolen token alive, and an
    /// earlier one would destroy one that somebody relies on.
    pub expires: Option<Timestamp>,
}

/// An attempt to activate, with what was found out about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Who.
    pub by: PersonId,
    /// The site that wants to become the standby.
    pub site: SiteId,
    /// Its cloudId.
    pub cloud: String,
    /// Whether the token's secret fits the verifier.
    pub token_fits: bool,
    /// Whether the typed URL is a name that the source had.
    pub url_fits: bool,
    /// Whether a call with the standby's own credentials proved an administrator of that very site.
    pub administrator_proven: bool,
}

/// A request to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub by: PersonId,
    /// Fresh random bytes.
    pub nonce: [u8; 16],
    /// The recovery point, or the newest one at the start.
    pub point: Option<u64>,
    /// The projects by key; empty means the whole site.
    pub projects: Vec<String>,
}

impl Event {
    /// What the audit log calls it.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Create(_) => "connection.create",
            Self::Activate(_) => "connection.activate",
            Self::Release { .. } => "connection.release",
            Self::Ask { operation: Operation::Reset, .. } => "connection.ask-reset",
            Self::Ask { operation: Operation::Revoke, .. } => "connection.ask-revoke",
            Self::Ask { operation: Operation::Reinstate(_), .. } => "connection.ask-reinstate",
            Self::CancelPending { .. } => "connection.cancel-pending",
            Self::ConfirmPending { .. } => "connection.confirm-pending",
            Self::GraceOver => "connection.apply-pending",
            Self::IssueToken { .. } => "connection.issue-token",
            Self::CheckToken { .. } => "connection.check-token",
            Self::RemindOfCheck => "connection.remind-of-check",
            Self::WarnOfExpiry => "connection.warn-of-expiry",
            Self::Rename { .. } => "connection.rename",
            Self::Deactivate { .. } => "connection.deactivate",
            Self::Suspend { .. } => "connection.suspend",
            Self::VoteResume { .. } => "connection.vote-resume",
            Self::Resume { .. } => "connection.resume",
            Self::Open(_) => "request.open",
            Self::Approve { .. } => "request.approve",
            Self::Deny { .. } => "request.deny",
            Self::Confirm { .. } => "request.confirm",
            Self::Veto { .. } => "request.veto",
            Self::ProveSite { .. } => "request.prove-site",
            Self::BeginCool => "request.cool",
            Self::Expedite => "request.expedite",
            Self::CoolTimer => "request.cooled",
            Self::Unlock => "request.unlock",
            Self::Start { .. } => "recovery.start",
            Self::PauseJob { .. } => "recovery.pause",
            Self::ResumeJob { .. } => "recovery.resume",
            Self::JobDone { .. } => "recovery.done",
            Self::RequestTimeout | Self::UnlockTimeout => "request.expire",
            Self::Cancel { .. } => "request.cancel",
        }
    }

    /// Who the audit log says did it. Whoever presented a token that does not fit is unknown.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Activate(activation) if !activation.administrator_proven => Actor::Unknown,
            Self::Activate(Activation { by, .. })
            | Self::Release { by, .. }
            | Self::Ask { by, .. }
            | Self::CancelPending { by, .. }
            | Self::ConfirmPending { by }
            | Self::IssueToken { by, .. }
            | Self::CheckToken { by, .. }
            | Self::Rename { by, .. }
            | Self::Deactivate { by, .. }
            | Self::Suspend { by }
            | Self::VoteResume { by }
            | Self::Resume { by, .. }
            | Self::Approve { by, .. }
            | Self::Deny { by, .. }
            | Self::Confirm { by, .. }
            | Self::Veto { by }
            | Self::ProveSite { by, .. }
            | Self::Start { by }
            | Self::Cancel { by } => Actor::Person(*by),
            Self::Create(new) => Actor::Person(new.by),
            Self::Open(new) => Actor::Person(new.by),
            Self::PauseJob { by } | Self::ResumeJob { by } => by.map_or(Actor::Lifeboat, Actor::Person),
            Self::GraceOver
            | Self::RemindOfCheck
            | Self::WarnOfExpiry
            | Self::BeginCool
            | Self::Expedite
            | Self::CoolTimer
            | Self::Unlock
            | Self::JobDone { .. }
            | Self::RequestTimeout
            | Self::UnlockTimeout => Actor::Lifeboat,
        }
    }
}
