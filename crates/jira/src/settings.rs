//! What a client needs to know of its site.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::{AccessTokens, Exchange};

/// How a client signs in.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// E-mail address and API token, sent as HTTP Basic.
    Basic {
        /// The account's e-mail address.
        email: String,
        /// The API token.
        token: SecretString,
    },
    /// Tokens of an app that somebody consented to, sent as bearer tokens to the gateway.
    Consent {
        /// Who consented.
        account: String,
        /// The site's cloudId, which its address at the gateway names.
        cloud_id: String,
        /// Where the tokens come from.
        tokens: Arc<dyn AccessTokens>,
    },
}

impl Credentials {
    /// Whose they are, for messages: never the secret.
    pub(crate) fn account(&self) -> &str {
        match self {
            Self::Basic { email: account, .. } | Self::Consent { account, .. } => account,
        }
    }
}

/// What a client needs to know of its site. Made by [`Settings::new`], then adjusted field by field.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site's address: `https://example.atlassian.net`, or the gateway's with its path,
    /// `https://api.atlassian.com/ex/jira/{cloudId}`. Plain HTTP only for this machine itself.
    pub site: Url,
    /// How to sign in.
    pub credentials: Credentials,
    /// The account that the credentials belong to; when set, an answer made for any other is refused.
    pub expected_account: Option<String>,
    /// How long one request may take. Uploads get longer by their size; downloads may go on as long as bytes come.
    pub timeout: Duration,
    /// How many requests may be in flight at once.
    pub concurrency: usize,
    /// How long one call may be held up in all by pauses that Jira asks for and by waits between repetitions.
    pub patience: Duration,
    /// How long everything may rest when Jira's hourly quota is used up. It begins anew with each hour.
    pub quota_patience: Duration,
    /// How long a task on Jira's side (bulk operation, scheme switch) is waited for.
    pub task_patience: Duration,
    /// The largest answer that is accepted, in bytes (attachments aside, which are streamed). Lists are asked for in smaller
    /// pages when one of them is larger.
    pub answer_limit: u64,
    /// What carries the requests, instead of the network.
    pub exchange: Option<Arc<dyn Exchange>>,
}

impl Settings {
    /// Settings with the usual limits: 60 s for a request, 32 in flight, 5 minutes of patience (1 h for tasks, 2 h for a
    /// quota), answers of up to 32 MiB.
    pub fn new(site: Url, credentials: Credentials) -> Self {
        Self {
            site,
            credentials,
            expected_account: None,
            timeout: Duration::from_mins(1),
            concurrency: 32,
            patience: Duration::from_mins(5),
            quota_patience: Duration::from_hours(2),
            task_patience: Duration::from_hours(1),
            answer_limit: 32 << 20,
            exchange: None,
        }
    }

    /// The site's address as messages show it.
    pub(crate) fn site_name(&self) -> String {
        self.site.as_str().trim_end_matches('/').to_owned()
    }
}
