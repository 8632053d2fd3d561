//! The Jira Cloud client.
//!
//! It knows HTTP and Jira's manners (pages, pacing, error shapes, dead tokens that answer 200) and says of every write
//! whether it certainly happened, certainly did not, or may have. It knows nothing of backups.
//!
//! Start at [`Jira`], then [`Call`] (one request) and [`Error`] (what an unsuccessful one means).

mod call;
mod client;
mod error;

pub use call::{Call, Method, Safety};
pub use client::{Credentials, Download, Jira, Settings, Upload};
pub use error::{Error, Outcome, Result};
