//! Everything one Jira site holds. Start at [`SiteState`]; each aggregate has its own file.
//!
//! The state is plain data without behaviour of the API: it keeps what a site would have in its database, normalised (an issue
//! names its status by id; the answer is put together when asked for). Documents and free JSON stay raw text, see [`RawJson`],
//! so that 100,000 issues fit in memory.

pub mod activity;
pub mod agile;
pub mod attachment;
pub mod field;
pub mod field_value;
pub mod filter;
pub mod ids;
pub mod issue;
pub mod people;
pub mod project;
pub mod raw;
pub mod schemes;
pub mod settings;
pub mod task;
pub mod updates;
pub mod vocabulary;
pub mod workflow;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

pub use activity::{Comment, Link, LinkEnd, RemoteLink, Visibility, Worklog, WorklogTombstone};
pub use agile::{Board, Sprint, SprintState};
pub use attachment::{Attachment, AttachmentBytes};
pub use field::{Field, FieldContext, FieldOption, FieldSchema};
pub use field_value::FieldValue;
pub use filter::{Filter, Share, SharedWith};
pub use ids::{IdKind, Ids};
pub use issue::{History, HistoryItem, Issue, TimeTracking};
pub use people::{AccountId, Group, User};
pub use project::{Component, Project, ProjectCategory, ProjectLife, Role, RoleActors, Version};
pub use raw::RawJson;
pub use schemes::{NotificationScheme, Screen, ScreenTab};
pub use settings::Settings;
pub use task::{AuditRecord, Task, TaskStatus};
pub use updates::Updates;
pub use vocabulary::{IssueType, LinkType, Priority, Resolution, Status, StatusCategory};
pub use workflow::{Transition, TransitionKind, Workflow, WorkflowScheme};

/// All data of one site. Keys of the maps are the numeric ids of Jira, so iteration is in ascending id order.
#[derive(Debug, Default)]
pub struct SiteState {
    /// Title, locale, time zone and global switches.
    pub settings: Settings,
    /// Counters for new ids.
    pub ids: Ids,
    /// Accounts known to this site.
    pub users: BTreeMap<AccountId, User>,
    /// Groups by their `groupId`.
    pub groups: BTreeMap<Arc<str>, Group>,
    /// Project categories.
    pub project_categories: BTreeMap<u64, ProjectCategory>,
    /// Projects, including archived and trashed ones.
    pub projects: BTreeMap<u64, Project>,
    /// Current project keys and the aliases that earlier keys left behind.
    pub project_keys: BTreeMap<Arc<str>, u64>,
    /// Components of all projects.
    pub components: BTreeMap<u64, Component>,
    /// Versions of all projects.
    pub versions: BTreeMap<u64, Version>,
    /// Project roles.
    pub roles: BTreeMap<u64, Role>,
    /// Issue types.
    pub issue_types: BTreeMap<u64, IssueType>,
    /// Priorities, see [`SiteState::priority_order`] for their order.
    pub priorities: BTreeMap<u64, Priority>,
    /// Priority ids from the most to the least urgent.
    pub priority_order: Vec<u64>,
    /// Resolutions.
    pub resolutions: BTreeMap<u64, Resolution>,
    /// Resolution ids in the order an administrator gave them; those that are missing follow by id.
    pub resolution_order: Vec<u64>,
    /// Statuses.
    pub statuses: BTreeMap<u64, Status>,
    /// Issue link types.
    pub link_types: BTreeMap<u64, LinkType>,
    /// System and custom fields by their id (`summary`, `customfield_10020`).
    pub fields: BTreeMap<Arc<str>, Field>,
    /// Workflows.
    pub workflows: BTreeMap<u64, Workflow>,
    /// Workflow schemes.
    pub workflow_schemes: BTreeMap<u64, WorkflowScheme>,
    /// Screens.
    pub screens: BTreeMap<u64, Screen>,
    /// Notification schemes.
    pub notification_schemes: BTreeMap<u64, NotificationScheme>,
    /// Filters.
    pub filters: BTreeMap<u64, Filter>,
    /// Preferences by account and key, each as the text that was sent.
    pub preferences: BTreeMap<AccountId, BTreeMap<String, String>>,
    /// Boards.
    pub boards: BTreeMap<u64, Board>,
    /// Sprints.
    pub sprints: BTreeMap<u64, Sprint>,
    /// Issues.
    pub issues: BTreeMap<u64, Issue>,
    /// (project id, issue number) → issue id: the index behind issue keys. Moved issues keep their earlier entry.
    pub issue_numbers: HashMap<(u64, u64), u64>,
    /// Index over `updated` of the issues; [`SiteState::touch`] keeps it.
    pub updates: Updates,
    /// Parent issue id → ids of its children, ascending.
    pub children: HashMap<u64, Vec<u64>>,
    /// Comments of all issues.
    pub comments: BTreeMap<u64, Comment>,
    /// Worklogs of all issues.
    pub worklogs: BTreeMap<u64, Worklog>,
    /// Deleted worklogs, for the feed of deletions.
    pub worklog_tombstones: Vec<WorklogTombstone>,
    /// Attachments of all issues.
    pub attachments: BTreeMap<u64, Attachment>,
    /// Media id → attachment id.
    pub media: HashMap<Uuid, u64>,
    /// Issue links.
    pub links: BTreeMap<u64, Link>,
    /// Remote links of all issues.
    pub remote_links: BTreeMap<u64, RemoteLink>,
    /// Asynchronous tasks.
    pub tasks: BTreeMap<u64, Task>,
    /// The audit log, oldest first.
    pub audit: Vec<AuditRecord>,
}

impl SiteState {
    /// Finds a project by its current key or one of its former keys. Project keys are case-sensitive.
    pub fn project_by_key(&self, key: &str) -> Option<&Project> {
        self.projects.get(self.project_keys.get(key)?)
    }

    /// Finds a project by numeric id or key, as path parameters `{projectIdOrKey}` allow.
    pub fn project(&self, id_or_key: &str) -> Option<&Project> {
        match id_or_key.parse::<u64>() {
            Ok(id) => self.projects.get(&id),
            Err(_) => self.project_by_key(id_or_key),
        }
    }

    /// Resolves `{issueIdOrKey}`: a numeric id, or a current or former key in any case.
    pub fn issue_id(&self, id_or_key: &str) -> Option<u64> {
        if let Ok(id) = id_or_key.parse::<u64>() {
            return self.issues.contains_key(&id).then_some(id);
        }
        let (project_key, number) = id_or_key.rsplit_once('-')?;
        let project = self.project_keys.get(project_key.to_ascii_uppercase().as_str())?;
        self.issue_numbers.get(&(*project, number.parse().ok()?)).copied()
    }

    /// Finds an issue by `{issueIdOrKey}`.
    pub fn issue(&self, id_or_key: &str) -> Option<&Issue> {
        self.issues.get(&self.issue_id(id_or_key)?)
    }

    /// The current key of an issue.
    pub fn key_of(&self, issue: &Issue) -> String {
        let project = self.projects.get(&issue.project).map_or("", |project| &project.key);
        format!("{project}-{}", issue.number)
    }

    /// Puts an issue in place together with its indexes: key, parent, and the project's counter, which never goes back.
    pub fn insert_issue(&mut self, issue: Issue) {
        self.issue_numbers.insert((issue.project, issue.number), issue.id);
        if let Some(parent) = issue.parent {
            let siblings = self.children.entry(parent).or_default();
            if let Err(place) = siblings.binary_search(&issue.id) {
                siblings.insert(place, issue.id);
            }
        }
        if let Some(project) = self.projects.get_mut(&issue.project) {
            project.last_issue_number = project.last_issue_number.max(issue.number);
        }
        self.ids.saw(IdKind::Issue, issue.id);
        self.updates.insert(issue.id, issue.updated);
        self.issues.insert(issue.id, issue);
    }

    /// Moves the time of an issue's last change.
    pub fn touch(&mut self, issue: u64, at: Timestamp) {
        if let Some(issue) = self.issues.get_mut(&issue) {
            self.updates.note(issue.id, Some(issue.updated), at);
            issue.updated = at;
        }
    }

    /// Puts a project in place and registers its key.
    pub fn insert_project(&mut self, project: Project) {
        self.project_keys.insert(project.key.clone(), project.id);
        self.ids.saw(IdKind::Project, project.id);
        self.projects.insert(project.id, project);
    }

    /// Puts an attachment in place and registers its media id.
    pub fn insert_attachment(&mut self, attachment: Attachment) {
        self.media.insert(attachment.media_id, attachment.id);
        self.ids.saw(IdKind::Attachment, attachment.id);
        self.attachments.insert(attachment.id, attachment);
    }

    /// Finds an attachment by the id of its file at the media service.
    pub fn attachment_of_media(&self, media_id: Uuid) -> Option<&Attachment> {
        self.attachments.get(self.media.get(&media_id)?)
    }

    /// Whether an account has *Administer Jira*.
    pub fn administers(&self, account: &str) -> bool {
        self.groups.values().any(|group| group.administers && group.members.contains(account))
    }

    /// The custom field whose `schema.custom` is the given type, as `com.pyxis.greenhopper.jira:gh-sprint`.
    pub fn field_of_type(&self, custom_type: &str) -> Option<&Field> {
        self.fields.values().find(|field| field.schema.custom.as_deref() == Some(custom_type))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_with_issue() -> SiteState {
        let mut state = SiteState::default();
        state.insert_project(Project { id: 10000, key: "SEA".into(), ..Project::default() });
        state.insert_issue(Issue { id: 10_100, project: 10000, number: 7, ..Issue::default() });
        state
    }

    #[test]
    fn issue_is_found_by_id_and_by_key_in_any_case() {
        let state = site_with_issue();
        for name in ["10100", "SEA-7", "sea-7"] {
            assert_eq!(state.issue_id(name), Some(10_100), "{name}");
        }
        for name in ["10101", "SEA-8", "LAND-7", "SEA", "-"] {
            assert_eq!(state.issue_id(name), None, "{name}");
        }
    }

    #[test]
    fn counters_follow_what_was_inserted_and_never_go_back() {
        let mut state = site_with_issue();
        state.insert_issue(Issue { id: 10_050, project: 10000, number: 3, ..Issue::default() });
        assert_eq!(state.projects[&10000].last_issue_number, 7);
        assert_eq!(state.ids.take(IdKind::Issue), 10_101);
    }

    #[test]
    fn former_project_key_still_leads_to_the_project_and_its_issues() {
        let mut state = site_with_issue();
        state.project_keys.insert("OLD".into(), 10000);
        assert_eq!(state.issue_id("OLD-7"), Some(10_100));
        assert_eq!(state.key_of(state.issue("OLD-7").unwrap()), "SEA-7");
    }
}
