//! What an unsuccessful request means.

use std::time::Duration;

/// The result of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is known about a write that did not end in success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Jira refused it: nothing was changed, and the same request would be refused again.
    Rejected,
    /// It certainly did not happen (429, 503 before the work, never connected) and may be sent again later.
    NotDone,
    /// It may have happened. Look before sending it again.
    Ambiguous,
}

/// Why a request gave no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The settings cannot be used; nothing was sent.
    #[error("{site} cannot be used as a Jira site: {reason}")]
    Settings {
        /// The address as it was given, without a password.
        site: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// Jira answered 4xx: the messages are Jira's own.
    #[error("{call}: Jira refused ({status}): {}", messages.join("; "))]
    Rejected {
        /// Method and path template.
        call: String,
        /// HTTP status.
        status: u16,
        /// Jira's messages, those for fields as `field: message`.
        messages: Vec<String>,
        /// The messages by field, for callers that can leave a field out.
        fields: Vec<(String, String)>,
    },
    /// The credentials are wrong, expired, or belong to another account than expected.
    #[error(
        "{site} does not accept the credentials of {account}: {reason}; make a new API token and store it with `lifeboat site add`, or connect the site anew in the dashboard"
    )]
    Credentials {
        /// The site's address.
        site: String,
        /// The account's e-mail address.
        account: String,
        /// What gave it away: a 401, or the header of a dead token that answers 200.
        reason: String,
    },
    /// The account may not do this.
    #[error("{call}: the account lacks a permission: {}", messages.join("; "))]
    Forbidden {
        /// Method and path template.
        call: String,
        /// Jira's messages.
        messages: Vec<String>,
    },
    /// Jira asked to wait for longer than this client is willing to.
    #[error("{call}: Jira asked to wait {} s ({reason})", wait.as_secs())]
    Throttled {
        /// Method and path template.
        call: String,
        /// How long Jira wants the client to wait.
        wait: Duration,
        /// The header `RateLimit-Reason`, or what is known of it.
        reason: String,
    },
    /// The site cannot be reached, or is down; nothing was changed.
    #[error("{site} cannot be reached: {reason}")]
    Unreachable {
        /// The site's address.
        site: String,
        /// The transport's words.
        reason: String,
    },
    /// The request was sent and no clear answer came back.
    #[error("{call}: no clear answer ({reason}); it may have happened")]
    Ambiguous {
        /// Method and path template.
        call: String,
        /// Time-out, reset, status 408, 409 or 5xx, half a body.
        reason: String,
    },
    /// The answer is longer than this client takes.
    #[error("{call}: the answer is longer than {limit} bytes")]
    TooLong {
        /// Method and path template.
        call: String,
        /// What is taken, in bytes.
        limit: u64,
    },
    /// A web page came instead of an answer, again and again: most often the edge's, which says nothing of what was asked for.
    #[error("{call}: a web page instead of an answer: {title}")]
    WebPage {
        /// Method and path template.
        call: String,
        /// The page's title, if it has one.
        title: String,
    },
    /// The answer is not what the API documents.
    #[error("{call}: unexpected answer: {reason}")]
    Unexpected {
        /// Method and path template.
        call: String,
        /// What was found instead.
        reason: String,
    },
}

impl Error {
    /// What this means for a write.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Rejected { .. } | Self::Credentials { .. } | Self::Forbidden { .. } => Outcome::Rejected,
            Self::Settings { .. } | Self::Throttled { .. } | Self::Unreachable { .. } => Outcome::NotDone,
            Self::Ambiguous { .. } | Self::Unexpected { .. } | Self::TooLong { .. } | Self::WebPage { .. } => {
                Outcome::Ambiguous
            }
        }
    }

    /// Whether it says something of what was asked for, and nothing of the site, the account or the connection as a whole:
    /// other requests may fare better.
    pub fn concerns_one_object(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::Forbidden { .. } | Self::WebPage { .. }) || self.is_unusable()
    }

    /// Whether an answer came that cannot be used, so that less of it may fare better.
    pub(crate) fn is_unusable(&self) -> bool {
        matches!(self, Self::Unexpected { .. } | Self::TooLong { .. })
    }

    /// Whether the object does not exist (or may not be seen, which Jira does not tell apart).
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Rejected { status: 404, .. })
    }
}
