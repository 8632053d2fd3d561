//! What Jira does with issues, below the API: how they are shown ([`view`]), how written values are read and checked
//! ([`input`], [`adf`]), how they are made and changed ([`create`], [`edit`], [`change`]), and how they are found ([`jql`]).
//!
//! Functions here take the locked state; handlers in `api` lock it, and turn the results into answers.

pub(crate) mod access;
pub(crate) mod adf;
pub(crate) mod autowatch;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod history;
pub(crate) mod input;
pub(crate) mod jql;
pub(crate) mod limits;
pub(crate) mod moves;
pub(crate) mod properties;
pub(crate) mod removal;
pub(crate) mod selection;
pub(crate) mod view;
pub(crate) mod workflow;
