//! What all resources share: the pipeline every request goes through, authentication, errors, pages, times.
//!
//! A handler takes [`auth::Caller`] or [`auth::MaybeCaller`], reads its input with [`extract::JsonBody`] and
//! [`extract::Params`], and answers `Result<_, JiraError>`.

pub(crate) mod audit;
pub(crate) mod auth;
pub mod content;
pub(crate) mod error;
pub mod events;
pub(crate) mod extract;
pub mod faults;
pub mod gate;
pub(crate) mod inject;
pub mod limits;
pub mod log;
pub mod outage;
pub(crate) mod page;
pub(crate) mod partial;
pub(crate) mod pipeline;
pub mod quota;
pub(crate) mod render;
pub(crate) mod time;
