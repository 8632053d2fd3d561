//! What breaks careless backups, and which issues have it.

/// Something rare. Each strikes once in every `period` issues, so that a site of fifty issues has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trap {
    /// A document with every type of node and mark.
    EveryNode,
    /// A description above the limit of 32,767 characters, from before there was one.
    LongDescription,
    /// A comment above the limit.
    LongComment,
    /// More comments than a page.
    HundredComments,
    /// More comments than a search shows.
    ManyComments,
    /// More worklogs than an issue shows.
    ManyWorklogs,
    /// Comments and worklogs for a role or group only.
    Restricted,
    /// A comment and a worklog with properties.
    ActivityProperties,
    /// File names with everything a file name can have, the same name twice, an empty file, equal contents.
    AwkwardFiles,
    /// A file of 300,000 bytes.
    LargeFile,
    /// Links to issues that are gone.
    DanglingLinks,
    /// The same two issues linked twice.
    DoubleLink,
    /// Remote links with and without a global id.
    RemoteLinks,
    /// Several closed sprints.
    SprintAfterSprint,
    /// Flagged as impediment.
    Flagged,
    /// More changes than a page of the changelog.
    LongHistory,
    /// Properties of all types.
    Properties,
    /// Every custom field filled.
    EveryField,
    /// No description, reporter, priority, nor anything else that may be missing.
    Bare,
    /// Many votes and watchers.
    Popular,
}

impl Trap {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 20] = [
        Self::EveryNode,
        Self::LongDescription,
        Self::LongComment,
        Self::HundredComments,
        Self::ManyComments,
        Self::ManyWorklogs,
        Self::Restricted,
        Self::ActivityProperties,
        Self::AwkwardFiles,
        Self::LargeFile,
        Self::DanglingLinks,
        Self::DoubleLink,
        Self::RemoteLinks,
        Self::SprintAfterSprint,
        Self::Flagged,
        Self::LongHistory,
        Self::Properties,
        Self::EveryField,
        Self::Bare,
        Self::Popular,
    ];

    /// Whether the issue at a place of the plan has it.
    pub(super) fn strikes(self, place: usize) -> bool {
        let (first, period) = match self {
            Self::EveryNode | Self::EveryField => (7, 250),
            Self::LongDescription => (8, 10_000),
            Self::LongComment => (9, 10_000),
            Self::HundredComments => (10, 10_000),
            Self::ManyComments => (11, 400),
            Self::ManyWorklogs => (12, 400),
            Self::Restricted => (13, 60),
            Self::ActivityProperties => (14, 60),
            Self::AwkwardFiles => (7, 500),
            Self::LargeFile => (15, 5_000),
            Self::DanglingLinks => (16, 200),
            Self::DoubleLink => (17, 300),
            Self::RemoteLinks => (18, 40),
            Self::SprintAfterSprint => (4, 80),
            Self::Flagged => (20, 45),
            Self::LongHistory => (21, 5_000),
            Self::Properties => (22, 50),
            Self::Bare => (23, 150),
            Self::Popular => (24, 400),
        };
        place % period == first
    }
}
