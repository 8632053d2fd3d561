//! What can end a job before its end, and what kind of failure it is.

use std::time::Duration;

use control::connection::Refused;
use store::StoreError;
use store::job::ErrorClass;

/// The result of whatever a worker does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a job did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed, or the lease is lost.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A site did not answer as needed.
    #[error(transparent)]
    Jira(#[from] jira::Error),
    /// A vault could not be read or written.
    #[error(transparent)]
    Vault(#[from] vault::Error),
    /// A step of the pipeline stopped.
    #[error(transparent)]
    Pipeline(#[from] recovery::Error),
    /// The connection does not allow it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A site has no credentials.
    #[error("no credentials are stored for `{site}`: `lifeboat site add {site} …`")]
    NoCredentials {
        /// What the site is called.
        site: String,
    },
    /// A site is worked on by somebody's consent to an app that the settings no longer have.
    #[error(
        "`{site}` was connected by a consent, and the settings have no [atlassian] app: put it back, or give an API token"
    )]
    NoApp {
        /// What the site is called.
        site: String,
    },
    /// A site's address cannot be used.
    #[error("the address of a site cannot be used: {reason}")]
    Address {
        /// Why.
        reason: String,
    },
    /// The key does not open what was sealed.
    #[error("{key} does not open what is stored of `{site}`: put back the key file that it was stored with")]
    WrongKey {
        /// Which key was tried.
        key: String,
        /// Whose secret it was.
        site: String,
    },
    /// There was a vault, and there is none.
    #[error("the vault of `{site}` was there before: check the settings before a new one is begun")]
    VaultGone {
        /// What the site is called.
        site: String,
        /// What the storage said.
        #[source]
        source: vault::Error,
    },
    /// Nothing was captured yet.
    #[error("`{site}` has no recovery point yet: `lifeboat backup run {site}`")]
    NoPoint {
        /// What the site is called.
        site: String,
    },
    /// The control plane was never copied to where vaults lie.
    #[error(
        "there is no copy of the control plane in {place}: check the settings [vault], or make one with `lifeboat db backup`"
    )]
    NoCopy {
        /// Where one would be.
        place: String,
    },
    /// A project that the recovery point does not have.
    #[error("recovery point {point} has no project {key}; it has {}", known.join(", "))]
    NoProject {
        /// The recovery point.
        point: u64,
        /// What was asked for.
        key: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The connection has no standby.
    #[error("the connection is not active")]
    NotActive,
    /// Something that a job refers to is not there any more.
    #[error("{what} is no longer known")]
    Gone {
        /// What.
        what: &'static str,
    },
    /// What was stored of a job is not what this version writes.
    #[error("{what} cannot be read: {reason}")]
    Unreadable {
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// The recovery came to its end, but not everything arrived as it should.
    #[error("the proof does not hold: see the report; `lifeboat recover resume --retry-failed` tries again")]
    NotProven,
    /// Something that was made could not be removed.
    #[error("not everything could be removed")]
    NotRemoved,
    /// A later version made the job.
    #[error("this version does not know jobs of the kind `{kind}`: update Lifeboat")]
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// A vault is not as it was written.
    #[error("the vault of `{site}` has {problems} damaged or missing objects")]
    Damaged {
        /// What the site is called.
        site: String,
        /// How many.
        problems: usize,
    },
}

impl Error {
    /// What kind of failure it is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Store(error) => of_store(error),
            Self::Jira(error) => of_jira(error),
            Self::Vault(error) => of_vault(error),
            Self::Pipeline(error) => of_pipeline(error),
            Self::Unreadable { .. } => ErrorClass::Hopeless,
            _ => ErrorClass::Person,
        }
    }

    /// How long to wait at least before it is tried again, where Jira said so.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Jira(jira::Error::Throttled { wait, .. })
            | Self::Pipeline(recovery::Error::Jira(jira::Error::Throttled { wait, .. })) => Some(*wait),
            _ => None,
        }
    }

    /// Whether work stopped because it was asked to.
    pub fn is_stop(&self) -> bool {
        matches!(self, Self::Pipeline(recovery::Error::Stopped))
    }

    /// Whether somebody else has the job now.
    pub fn is_lost_lease(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::LeaseLost { .. })
                | Self::Pipeline(recovery::Error::Journal(recovery::journal::Error::LeaseLost))
        )
    }
}

fn of_store(error: &StoreError) -> ErrorClass {
    use StoreError as E;
    match error {
        E::Busy { .. }
        | E::Full { .. }
        | E::Disk { .. }
        | E::ReadOnly { .. }
        | E::Unopenable { .. }
        | E::Driver { .. } => ErrorClass::Passing,
        _ => ErrorClass::Hopeless,
    }
}

fn of_jira(error: &jira::Error) -> ErrorClass {
    use jira::Error as E;
    match error {
        E::Unreachable { .. } | E::Throttled { .. } | E::Ambiguous { .. } | E::WebPage { .. } => ErrorClass::Passing,
        E::Credentials { .. } | E::Forbidden { .. } | E::Settings { .. } => ErrorClass::Person,
        E::Rejected { .. } | E::TooLong { .. } | E::Unexpected { .. } => ErrorClass::Hopeless,
    }
}

fn of_vault(error: &vault::Error) -> ErrorClass {
    use vault::Error as E;
    match error {
        E::Storage { .. }
        | E::Full { .. }
        | E::Temporary { .. }
        | E::Source(_)
        | E::Busy
        | E::Conflict { .. }
        | E::Fenced { .. }
        | E::KeyService(_) => ErrorClass::Passing,
        E::BadRecord { .. } | E::Encode { .. } => ErrorClass::Hopeless,
        _ => ErrorClass::Person,
    }
}

fn of_pipeline(error: &recovery::Error) -> ErrorClass {
    use recovery::Error as E;
    match error {
        E::Jira(error) => of_jira(error),
        E::Vault(error) => of_vault(error),
        E::Journal(_) | E::Worker { .. } => ErrorClass::Passing,
        E::Unreadable { .. } | E::Removing | E::SameSite { .. } | E::ShutOut { .. } | E::Stopped => ErrorClass::Person,
        E::Answer { .. } => ErrorClass::Hopeless,
    }
}
