//! What the transition function answers.

use jiff::Timestamp;

use crate::connection::event::Activation;
use crate::connection::state::{Connection, ConnectionStatus, Request, RequestStatus, State};

/// The next state and what must be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state from now on.
    pub state: State,
    /// What to do once it is stored.
    pub effects: Vec<Effect>,
}

impl Transition {
    /// The connection, if this transition bound it to the site that was to be activated. Row 3 is a transition too, and must
    /// look like a refusal to whoever presented the token from a second site.
    pub fn activated<'a>(
        decided: &'a Result<Self, Refused>,
        activation: &Activation,
    ) -> Result<&'a Connection, ActivationRefused> {
        let transition = decided.as_ref().map_err(|_| ActivationRefused)?;
        let is_bound = |connection: &&Connection| {
            let bound = connection.bound.as_ref().is_some_and(|bound| bound.site == activation.site);
            bound && connection.status == ConnectionStatus::Active
        };
        transition.state.connection.as_ref().filter(is_bound).ok_or(ActivationRefused)
    }

    pub(super) fn to(state: State) -> Self {
        Self { state, effects: vec![] }
    }

    pub(super) fn and(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    pub(super) fn and_connection(mut self, change: impl FnOnce(&mut Connection)) -> Self {
        self.state.connection.as_mut().map(change);
        self
    }

    pub(super) fn and_request(mut self, change: impl FnOnce(&mut Request)) -> Self {
        self.state.request.as_mut().map(change);
        self
    }

    /// Ends an open request as `status`. A job that runs or stands still loses its access to the vault.
    pub(super) fn and_close_open(self, status: RequestStatus, now: Timestamp) -> Self {
        let Some(request) = self.state.request.as_ref().filter(|request| request.status.is_open()) else {
            return self;
        };
        let had_job = matches!(request.status, RequestStatus::Running | RequestStatus::Paused);
        let closed = self.and_request(|request| {
            request.status = status;
            request.closed = Some(now);
        });
        if had_job { closed.and(Effect::DropKeys).and(Effect::EndJob) } else { closed }
    }
}

/// Something to do outside once the state is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Show the fresh token, once, to whoever asked for it.
    ShowToken,
    /// Send everybody concerned a message with a link to stop it.
    Tell(Audience),
    /// Raise the alarm that a token was presented from a second site.
    TokenReused,
    /// Begin the job.
    StartJob,
    /// Bring the job to rest.
    PauseJob,
    /// Let the job go on.
    ResumeJob,
    /// End the job for good.
    EndJob,
    /// Forget the keys to the vault that the job was given, within 5 seconds.
    DropKeys,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The recovery contacts.
    Contacts,
    /// The administrators of the source.
    SourceAdministrators,
    /// Contacts, administrators of both sites, supporters.
    Everybody,
}

/// A refusal. Nothing changed.
///
/// Its text is for whoever was refused, and is the same for every cause an outsider could learn from. The
/// [`cause`](Self::cause) is for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub cause: Cause,
    /// What to do all the same.
    pub effects: Vec<Effect>,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.cause.is_of_an_activation() {
            return ActivationRefused.fmt(formatter);
        }
        formatter.write_str("this is not possible now")
    }
}

impl std::error::Error for Refused {}

/// The one answer to every activation that failed, whatever the cause: whoever guesses, or found a token, learns nothing.
/// See [`Transition::activated`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the site could not be activated: check the source site's URL and the recovery token, or ask whoever made the connection"
)]
pub struct ActivationRefused;

impl From<Cause> for Refused {
    fn from(cause: Cause) -> Self {
        Self { cause, effects: vec![] }
    }
}

/// Why something was refused: for the audit log, and for those who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Cause {
    /// There is no connection.
    #[error("there is no such connection")]
    NoConnection,
    /// There is one already.
    #[error("the connection exists already")]
    Exists,
    /// A standard connection needs somebody to ask in an emergency.
    #[error("no recovery contacts are registered for the source")]
    NoContacts,
    /// The connection does not stand where this is possible.
    #[error("the connection is {0:?}")]
    ConnectionIs(ConnectionStatus),
    /// There is no request.
    #[error("there is no recovery request")]
    NoRequest,
    /// The request does not stand where this is possible.
    #[error("the recovery request is {0:?}")]
    RequestIs(RequestStatus),
    /// Activation: no connection has this token.
    #[error("activation: no connection has a token with this id")]
    ActivationTokenUnknown,
    /// Activation: the secret is wrong, or of an earlier token.
    #[error("activation: the token's secret is wrong or was replaced")]
    ActivationTokenWrong,
    /// Activation: a reset ended the token before, and nobody took the new one yet.
    #[error("activation: the token was reset, and the new one is not made yet")]
    ActivationTokenAwaited,
    /// Activation: the token's time is over.
    #[error("activation: the token has expired")]
    ActivationTokenExpired,
    /// Activation: the URL is none of the source's names.
    #[error("activation: the URL is none of the source's known names")]
    ActivationUrlUnknown,
    /// Activation: a site cannot be its own standby.
    #[error("activation: the standby is the source itself")]
    ActivationOfTheSource,
    /// Activation: nobody proved to administer the standby.
    #[error("activation: the administrator of the standby is not proven")]
    ActivationUnproven,
    /// Activation: the connection is suspended or revoked.
    #[error("activation: the connection is {0:?}")]
    ActivationWhile(ConnectionStatus),
    /// Activation: this site is the standby already.
    #[error("activation: the site is bound already")]
    ActivationAgain,
    /// Activation: another site was vouched for.
    #[error("activation: the token was used from a second site while the first one recovers")]
    ActivationReuse,
    /// The person must prove again who they are.
    #[error("the person did not sign in again")]
    SignInAgain,
    /// Another protected operation waits, or none does.
    #[error("another protected operation is pending")]
    OperationPending,
    /// Nothing waits.
    #[error("no protected operation is pending")]
    NothingPending,
    /// The standby may burn a connection, not take it over.
    #[error("the standby's administrators can only ask for a revocation")]
    NotFromTheStandby,
    /// A ban can be lifted only where there is one.
    #[error("the recovery contact is not barred")]
    NotBanned,
    /// No reset promised a token.
    #[error("no new token is to be made")]
    NoTokenAwaited,
    /// Token check: it is another token.
    #[error("the token is not this connection's present one")]
    TokenDoesNotFit,
    /// Only cross-site connections have it.
    #[error("only a cross-site connection can be deactivated: release or revoke this one")]
    NotCrossSite,
    /// Cross-site connections do not have it.
    #[error("a cross-site connection does not know this; nothing is recovered over it")]
    CrossSite,
    /// Not yet.
    #[error("the time for it has not come")]
    TooEarly,
    /// No more.
    #[error("the time for it is over")]
    TooLate,
    /// A recovery that people vouched for is under way.
    #[error("a recovery request is open")]
    RequestOpen,
    /// Somebody asks again and again.
    #[error("there were 5 recovery requests in 30 days")]
    TooManyRequests,
    /// The same person again.
    #[error("the same person did this before")]
    SamePerson,
    /// Nobody vouches for themselves.
    #[error("the requester cannot vouch for their own request")]
    Requester,
    /// Contacts and supporters are different people.
    #[error("a recovery contact cannot act as support")]
    ContactAsSupport,
    /// Not registered for the source.
    #[error("the person is no recovery contact of the source")]
    NotAContact,
    /// Registered too lately.
    #[error("the recovery contact was registered less than 7 days ago")]
    ContactTooNew,
    /// They suspended the connection, and that was not reviewed yet.
    #[error("the recovery contact may not act until their suspension was reviewed")]
    Banned,
    /// Approval of something else than this request.
    #[error("what the person was shown is not this request")]
    OtherDigest,
    /// Not a proof that the policy takes.
    #[error("the policy does not accept this proof")]
    ProofNotAccepted,
    /// The same proof was given before.
    #[error("this proof was given before")]
    ProvenAlready,
    /// More is needed.
    #[error("there is not enough evidence yet")]
    NotEnoughEvidence,
    /// More votes are needed.
    #[error("there are not enough votes to resume")]
    NotEnoughVotes,
    /// The token or the standby changed meanwhile.
    #[error("the token or the standby is no longer the one that the request was made for")]
    OtherBinding,
    /// The job ended without a proof.
    #[error("what arrived was not proven")]
    NotProven,
}

impl Cause {
    /// Whether whoever presented a token would learn something from it.
    pub fn is_of_an_activation(self) -> bool {
        matches!(
            self,
            Self::ActivationTokenUnknown
                | Self::ActivationTokenWrong
                | Self::ActivationTokenAwaited
                | Self::ActivationTokenExpired
                | Self::ActivationUrlUnknown
                | Self::ActivationOfTheSource
                | Self::ActivationUnproven
                | Self::ActivationWhile(_)
                | Self::ActivationAgain
                | Self::ActivationReuse
        )
    }
}
