//! How much one issue holds (quirks §1: 413).

use axum::http::StatusCode;

use crate::http::error::{JiraError, JiraResult};

/// Comments of an issue.
pub(crate) const COMMENTS: usize = 5_000;
/// Worklogs of an issue.
pub(crate) const WORKLOGS: usize = 10_000;
/// Attachments of an issue.
pub(crate) const ATTACHMENTS: usize = 2_000;
/// Links of an issue.
pub(crate) const LINKS: usize = 2_000;
/// Remote links of an issue.
pub(crate) const REMOTE_LINKS: usize = 2_000;

/// 413 when an issue that holds `count` things can take no further one.
pub(crate) fn room_for(what: &str, count: usize, most: usize) -> JiraResult<()> {
    if count < most {
        return Ok(());
    }
    Err(JiraError::message(StatusCode::PAYLOAD_TOO_LARGE, format!("The issue has reached the limit of {most} {what}.")))
}
