//! What can stop a step of the pipeline. What stops only one object is not an error of the step: it is in its report.

/// The result of a step.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a step stopped. Every step goes on from where it was when it is run again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The site did not answer as needed.
    #[error(transparent)]
    Jira(#[from] jira::Error),
    /// The vault could not be read or written.
    #[error(transparent)]
    Vault(#[from] vault::Error),
    /// The journal could not be read or written.
    #[error(transparent)]
    Journal(#[from] crate::journal::Error),
    /// A record of the vault is not what this version writes.
    #[error("{kind} {key} in the vault cannot be read: {reason}; run `lifeboat vault verify`")]
    Unreadable {
        /// Kind of the record.
        kind: String,
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The site's answer does not have the shape that its documentation says.
    #[error("the answer for {what} is not as documented: {reason}")]
    Answer {
        /// What was asked for.
        what: String,
        /// What was found instead.
        reason: String,
    },
    /// Somebody asked to stop.
    #[error("stopped as asked; run the same command again to go on")]
    Stopped,
    /// What the recovery made is being taken away again.
    #[error(
        "what this recovery made is being removed, so it cannot go on; `lifeboat recover cancel --remove` goes on removing"
    )]
    Removing,
    /// The account may no longer administer the standby: Jira would refuse whatever comes next.
    #[error(
        "the account of the recovery may no longer administer {site}, so everything would be refused; give it the \
         permission \"Administer Jira\" again and run the same command to go on"
    )]
    ShutOut {
        /// The standby's address.
        site: String,
    },
    /// The standby is the very site that the recovery point is of.
    #[error("{site} is the site that was backed up: a recovery needs another site as its standby")]
    SameSite {
        /// The site's address.
        site: String,
    },
    /// Part of the pipeline ended without a result.
    #[error("a worker ended without a result: {reason}")]
    Worker {
        /// What is known.
        reason: String,
    },
}

impl From<site::sink::Error> for Error {
    fn from(error: site::sink::Error) -> Self {
        match error {
            site::sink::Error::Jira(error) => Self::Jira(error),
            site::sink::Error::Sink(error) => match error.downcast::<vault::Error>() {
                Ok(error) => Self::Vault(*error),
                Err(other) => Self::Worker { reason: other.to_string() },
            },
        }
    }
}
