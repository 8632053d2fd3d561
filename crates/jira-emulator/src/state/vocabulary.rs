//! The words issues are described with: types, priorities, resolutions, statuses, link types.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::RawJson;

/// An issue type.
#[derive(Debug, Clone)]
pub struct IssueType {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// -1 sub-task, 0 standard, 1 epic.
    pub hierarchy_level: i32,
    /// Avatar.
    pub avatar_id: u64,
    /// Team-managed project the type belongs to.
    pub project: Option<u64>,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
}

impl IssueType {
    /// Whether issues of this type are sub-tasks.
    pub fn is_subtask(&self) -> bool {
        self.hierarchy_level < 0
    }
}

/// A priority.
#[derive(Debug, Clone)]
pub struct Priority {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Colour as `#FFFFFF`.
    pub color: Arc<str>,
    /// Path of the icon on the site.
    pub icon: Arc<str>,
    /// Whether new issues get it.
    pub is_default: bool,
}

/// A resolution.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Whether it is the default.
    pub is_default: bool,
}

/// The category of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCategory {
    /// No category (id 1).
    Undefined,
    /// To do (id 2).
    ToDo,
    /// In progress (id 4).
    InProgress,
    /// Done (id 3).
    Done,
}

impl StatusCategory {
    /// All categories.
    pub const ALL: [Self; 4] = [Self::Undefined, Self::ToDo, Self::InProgress, Self::Done];

    /// Numeric id.
    pub fn id(self) -> u64 {
        match self {
            Self::Undefined => 1,
            Self::ToDo => 2,
            Self::Done => 3,
            Self::InProgress => 4,
        }
    }

    /// Key in older operations.
    pub fn key(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::ToDo => "new",
            Self::InProgress => "indeterminate",
            Self::Done => "done",
        }
    }

    /// Constant in `/statuses` and `/workflows`.
    pub fn constant(self) -> &'static str {
        match self {
            Self::Undefined => "UNDEFINED",
            Self::ToDo => "TODO",
            Self::InProgress => "IN_PROGRESS",
            Self::Done => "DONE",
        }
    }

    /// Name as shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Undefined => "No Category",
            Self::ToDo => "To Do",
            Self::InProgress => "In Progress",
            Self::Done => "Done",
        }
    }

    /// Name of its colour.
    pub fn color(self) -> &'static str {
        match self {
            Self::Undefined => "medium-gray",
            Self::ToDo => "blue-gray",
            Self::InProgress => "yellow",
            Self::Done => "green",
        }
    }

    /// Finds a category by its key or constant.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.key() == word || category.constant() == word)
    }
}

/// A status.
#[derive(Debug, Clone)]
pub struct Status {
    /// Id.
    pub id: u64,
    /// Name; global names are unique without regard to case.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Category.
    pub category: StatusCategory,
    /// Team-managed project the status belongs to; none is global.
    pub project: Option<u64>,
}

/// A type of link between issues.
#[derive(Debug, Clone)]
pub struct LinkType {
    /// Id.
    pub id: u64,
    /// Name, unique.
    pub name: Arc<str>,
    /// Wording at the inward issue's other end, as "is blocked by".
    pub inward: Arc<str>,
    /// Wording from the inward issue, as "blocks".
    pub outward: Arc<str>,
}
