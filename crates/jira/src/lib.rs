//! The Jira Cloud client.
//!
//! It knows HTTP and Jira's manners (pages, pacing, error shapes, dead tokens that answer 200) and says of every write
//! whether it certainly happened, certainly did not, or may have. It knows nothing of backups.
//!
//! Start at [`Jira`], then [`Call`] (one request) and [`Error`] (what an unsuccessful one means). Behind them:
//! `pacing` decides when a request may go, `transport` sends it, `answer` says what came back, `retry` whether to try
//! again; `pages` turns Jira's many ways of paging into streams and `platform` names a few single calls.

mod answer;
mod beside;
mod call;
mod client;
mod consent;
mod error;
mod messages;
mod organisation;
mod pacing;
mod pages;
mod platform;
mod printable;
mod retry;
mod settings;
mod statistics;
mod transport;

pub use beside::NoAnswer;
pub use call::{Call, Method, Safety};
pub use client::Jira;
pub use consent::{AccessTokens, App, AppSettings, Grant, Reachable};
pub use error::{Error, Outcome, Result};
pub use organisation::{Organisation, OrganisationSettings};
pub use pacing::Rest;
pub use pages::{WorklogChange, WorklogFeed};
pub use platform::{BulkFetched, BulkQueue, Myself, ServerInfo, Started, Task, TaskStatus};
pub use printable::{printable, steers};
pub use settings::{Credentials, Settings};
pub use statistics::{EndpointStatistics, Statistics, allowed_per_second};
pub use transport::{Download, Exchange, Failure, Upload};

/// What every client here asks of an address and says of an error, so that none sends a credential where another would not.
pub mod network {
    pub use crate::transport::{is_loopback, reason, shown};
}
