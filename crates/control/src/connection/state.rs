//! What a connection and a recovery request are at one moment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, PersonId, RequestId, SiteId, TenantId};
use crate::name::ConnectionName;
use crate::token::{TokenId, Verifier};

/// Everything that a transition looks at. The contacts are facts that transitions read and never change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct State {
    /// The connection, unless it is still to be made.
    pub connection: Option<Connection>,
    /// Its latest recovery request.
    pub request: Option<Request>,
    /// The recovery contacts registered for the source.
    pub contacts: Vec<Contact>,
}

impl State {
    /// Whether the vault of the source may be read for the standby now: the connection is active, and people have vouched.
    pub fn opens_vault(&self) -> bool {
        let is_active =
            self.connection.as_ref().is_some_and(|connection| connection.status == ConnectionStatus::Active);
        is_active && self.request.as_ref().is_some_and(|request| request.status.is_vouched())
    }
}

/// A link between two sites.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Which way data goes.
    pub kind: Kind,
    /// What people call it.
    pub name: ConnectionName,
    /// Which data it is for.
    pub applies_to: AppliesTo,
    /// The site that it was made on.
    pub source: SiteId,
    /// The cloudId of that site.
    pub source_cloud: String,
    /// Who made it.
    pub made_by: PersonId,
    /// When it was made.
    pub made: Timestamp,
    /// Where it stands.
    pub status: ConnectionStatus,
    /// The site that activated it.
    pub bound: Option<Binding>,
    /// Whether any site ever activated it: before that, a refreshed token harms nobody.
    pub ever_bound: bool,
    /// Counts the tokens that this connection has had.
    pub generation: u32,
    /// The public part of the present token, by which it is found.
    pub token: TokenId,
    /// What the present token is checked against.
    pub verifier: Verifier,
    /// Whether the present token is still to be made, when it was last checked, until when it activates.
    pub upkeep: TokenUpkeep,
    /// A protected operation that waits for people or for time.
    pub pending: Option<Pending>,
    /// Who suspended it, and who wants it back.
    pub suspension: Option<Suspension>,
    /// Contacts that may not act until their suspension was reviewed.
    pub banned: Vec<PersonId>,
    /// When requests were opened, of the last 30 days.
    pub opened: Vec<Timestamp>,
}

/// What becomes of the present token over the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenUpkeep {
    /// Whether a reset ended the token before and the new one is not made yet. Nothing activates the connection then: a
    /// token is made only in front of the source administrator who takes it down.
    pub awaited: bool,
    /// When somebody last proved to possess it; at first, when it was shown.
    pub checked: Option<Timestamp>,
    /// When people were last reminded that a check is due.
    pub reminded: Option<Timestamp>,
    /// From when on it activates nothing; most tokens live for ever. What is active already stays so.
    pub expires: Option<Timestamp>,
    /// How many days before that people were last warned.
    pub warned: Option<u32>,
}

/// Which way data goes over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The standby pulls what the vault holds of the source.
    DisasterRecovery,
    /// The source pushes a chosen scope to the other site.
    CrossSite,
}

/// What a connection applies to, chosen when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AppliesTo {
    /// Issues and what hangs on them.
    pub issue_data: bool,
    /// Projects, schemes, fields, workflows.
    pub configuration: bool,
    /// Objects of Assets.
    pub assets: bool,
}

impl AppliesTo {
    /// All there is.
    pub const EVERYTHING: Self = Self { issue_data: true, configuration: true, assets: true };
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionStatus {
    /// A token was given out and no site holds it yet. People see *Activation pending*.
    Issued,
    /// Bound to a standby.
    Active,
    /// Somebody stopped it, or its token was presented from a second site.
    Suspended,
    /// Ended for good.
    Revoked,
}

/// The standby that activated a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Binding {
    /// The standby.
    pub site: SiteId,
    /// Its cloudId, as its own administrator's credentials told it.
    pub cloud: String,
    /// Who activated.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// A protected operation that was asked for and waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pending {
    /// What was asked for.
    pub operation: Operation,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked: Timestamp,
    /// The contacts that confirmed it.
    pub confirmed_by: Vec<PersonId>,
}

/// An operation that takes effect only when contacts confirm it, or after three days without objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A new token; the standby must activate again.
    Reset,
    /// The end of the connection.
    Revoke,
    /// The end of a contact's ban: what they suspended was reviewed.
    Reinstate(PersonId),
}

/// Why a connection is suspended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Suspension {
    /// Who suspended it; nobody, if Lifeboat did because a token was reused.
    pub by: Option<PersonId>,
    /// Whether that person did so as a recovery contact.
    pub by_contact: bool,
    /// When.
    pub at: Timestamp,
    /// The contacts that want it back.
    pub votes: Vec<PersonId>,
}

/// Somebody registered to be asked in an emergency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contact {
    /// Who it is.
    pub person: PersonId,
    /// When they were registered: they count only after a week.
    pub registered: Timestamp,
}

/// One request to recover the source onto the standby.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Where it stands.
    pub status: RequestStatus,
    /// Who asks.
    pub requester: PersonId,
    /// When.
    pub opened: Timestamp,
    /// Random bytes that make each request's digest its own.
    pub nonce: [u8; 16],
    /// What exactly is asked for. Approvers see its digest, and approve nothing else.
    pub scope: Scope,
    /// Who stands for it.
    pub evidence: Evidence,
    /// When the cool-down began.
    pub cooling_since: Option<Timestamp>,
    /// Whether the cool-down is over, by time or because every contact agreed.
    pub cooled: bool,
    /// When it was unlocked.
    pub unlocked: Option<Timestamp>,
    /// When the job last paused.
    pub paused: Option<Timestamp>,
    /// When the request ended, whichever way.
    pub closed: Option<Timestamp>,
}

/// What a request asks for: one recovery, of one source, onto one standby.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The source's site.
    pub source: SiteId,
    /// The source's cloudId.
    pub source_cloud: String,
    /// The standby's site.
    pub standby: SiteId,
    /// The standby's cloudId.
    pub standby_cloud: String,
    /// The token generation at the time of asking.
    pub generation: u32,
    /// The recovery point, or the newest one at the start.
    pub point: Option<u64>,
    /// The projects by key; empty means the whole site.
    pub projects: Vec<String>,
}

/// Where a request stands. No request at all is `None` of an `Option`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestStatus {
    /// Evidence is being gathered.
    Verifying,
    /// There is enough for the cool-down to run.
    Cooling,
    /// It may be started, once, for a while.
    Unlocked,
    /// The job runs: the only state in which the vault is read for it.
    Running,
    /// The job stands still.
    Paused,
    /// The job ended and was proven.
    Done,
    /// Support said no.
    Denied,
    /// A contact said no.
    Vetoed,
    /// It took too long.
    Expired,
    /// It was withdrawn, or its connection ended under it.
    Cancelled,
}

impl RequestStatus {
    /// Verifying, cooling, unlocked, running or paused.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Verifying | Self::Cooling | Self::Unlocked | Self::Running | Self::Paused)
    }

    /// People have vouched for the bound site: unlocked, running or paused.
    pub fn is_vouched(self) -> bool {
        matches!(self, Self::Unlocked | Self::Running | Self::Paused)
    }
}

/// Who stands for a request, and why. Empty when a request is opened: nothing carries over from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Support approvals.
    pub approvals: Vec<Statement>,
    /// Support denials.
    pub denials: Vec<Statement>,
    /// E-mail confirmations, of the requester and of contacts.
    pub confirmations: Vec<Statement>,
    /// Proofs that the source belongs to those who ask.
    pub proofs: Vec<Proof>,
}

/// One person's statement on a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Statement {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// In their own words: what support checked, why it was denied.
    pub note: String,
}

/// A proof that the source belongs to those who ask.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proof {
    /// What kind of proof.
    pub kind: ProofKind,
    /// Who gave it; for an attestation, the supporter.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// What was seen: the record, the call, the attestation's words.
    pub note: String,
}

/// The accepted proofs of ownership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    /// A DNS TXT record at a domain registered before.
    DnsRecord,
    /// A call to the source with an administrator's credentials, when it is up.
    SourceAdministrator,
    /// Both sites belong to one Atlassian organisation.
    SameOrganisation,
    /// A supporter's written attestation of what they checked.
    Attestation,
}
