//! Boards and sprints.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::RawJson;

/// A board.
#[derive(Debug, Clone)]
pub struct Board {
    /// Id, a number in answers.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// `scrum`, `kanban` or `simple`.
    pub board_type: Arc<str>,
    /// Filter that feeds it.
    pub filter: Option<u64>,
    /// Project it is located in.
    pub project: Option<u64>,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
}

/// State of a sprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SprintState {
    /// Planned.
    Future,
    /// Running.
    Active,
    /// Finished; issues can no longer be put into it.
    Closed,
}

impl SprintState {
    /// The word used in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    /// Reads the word used in JSON.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Future, Self::Active, Self::Closed].into_iter().find(|state| state.word() == word)
    }
}

/// A sprint.
#[derive(Debug, Clone)]
pub struct Sprint {
    /// Id, a number in answers.
    pub id: u64,
    /// Board it was made on.
    pub board: u64,
    /// Name.
    pub name: Arc<str>,
    /// Goal.
    pub goal: Option<Arc<str>>,
    /// State.
    pub state: SprintState,
    /// When it started or shall start.
    pub start: Option<Timestamp>,
    /// When it shall end.
    pub end: Option<Timestamp>,
    /// When it was closed.
    pub completed: Option<Timestamp>,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
}
