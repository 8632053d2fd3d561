//! Counts on a site itself what is there: past the API, past everything that is tested.

use std::collections::{BTreeMap, BTreeSet};

use jira_emulator::SiteHandle;
use jira_emulator::state::{LinkEnd, SiteState};

/// What a site holds, without ids and times: two sites with the same census hold the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    /// By key.
    pub(crate) issues: BTreeMap<String, Issue>,
    /// Names of what issues are described with, by kind, sorted; the same name twice is there twice.
    pub(crate) configuration: BTreeMap<&'static str, Vec<String>>,
}

/// An issue and what hangs on it. Lists are sorted; what is there twice is there twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) summary: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) parent: Option<String>,
    pub(crate) labels: BTreeSet<String>,
    pub(crate) comments: usize,
    /// Seconds.
    pub(crate) worklogs: Vec<u64>,
    pub(crate) attachments: Vec<String>,
    /// Type and key of the issue that it points to.
    pub(crate) links: Vec<(String, String)>,
    pub(crate) remote_links: usize,
    pub(crate) watchers: usize,
}

impl Census {
    pub(crate) fn of(site: &SiteHandle) -> Self {
        site.inspect(|state| Self { issues: issues(state), configuration: configuration(state) })
    }

    pub(crate) fn keys(&self) -> Vec<&str> {
        self.issues.keys().map(String::as_str).collect()
    }

    /// What Jira's API lets anyone bring back, compared issue by issue with the source: the same keys, each once, and on each
    /// what was there; files may be more, because histories and long texts come as files.
    #[track_caller]
    pub(crate) fn came_from(&self, source: &Self) {
        assert_eq!(self.keys(), source.keys());
        for (key, was) in &source.issues {
            let is = &self.issues[key];
            assert_eq!((&is.summary, &is.kind, &is.status), (&was.summary, &was.kind, &was.status), "{key}");
            assert_eq!((&is.parent, &is.labels), (&was.parent, &was.labels), "{key}");
            assert_eq!((is.comments, &is.worklogs), (was.comments, &was.worklogs), "{key}");
            assert_eq!((&is.links, is.remote_links), (&was.links, was.remote_links), "{key}");
            let mut more = is.attachments.clone();
            for name in &was.attachments {
                let place = more.iter().position(|other| other == name);
                more.remove(place.unwrap_or_else(|| panic!("{key} lacks {name}: {is:?}")));
            }
            assert!(
                more.iter().all(|name| name.starts_with("lifeboat-")),
                "{key} has files that nobody attached: {more:?}"
            );
            let distinct: BTreeSet<&String> = more.iter().collect();
            assert_eq!(distinct.len(), more.len(), "{key}: {more:?}");
        }
    }
}

fn issues(state: &SiteState) -> BTreeMap<String, Issue> {
    let mut issues = BTreeMap::new();
    let mut keys = BTreeMap::new();
    for issue in state.issues.values() {
        let key = state.key_of(issue);
        keys.insert(issue.id, key.clone());
        let counted = Issue {
            summary: issue.summary.to_string(),
            kind: state.issue_types.get(&issue.issue_type).map_or_else(String::new, |kind| kind.name.to_string()),
            status: state.statuses.get(&issue.status).map_or_else(String::new, |status| status.name.to_string()),
            parent: issue.parent.and_then(|parent| state.issues.get(&parent)).map(|parent| state.key_of(parent)),
            labels: issue.labels.iter().map(ToString::to_string).collect(),
            watchers: issue.watchers.len(),
            ..Issue::default()
        };
        assert!(issues.insert(key.clone(), counted).is_none(), "{key} is there twice");
    }
    let mut hang = |issue: u64, hang: &mut dyn FnMut(&mut Issue)| {
        if let Some(issue) = keys.get(&issue).and_then(|key| issues.get_mut(key)) {
            hang(issue);
        }
    };
    for comment in state.comments.values() {
        hang(comment.issue, &mut |issue| issue.comments += 1);
    }
    for worklog in state.worklogs.values() {
        hang(worklog.issue, &mut |issue| issue.worklogs.push(worklog.seconds));
    }
    for attachment in state.attachments.values() {
        hang(attachment.issue, &mut |issue| issue.attachments.push(attachment.filename.to_string()));
    }
    for link in state.remote_links.values() {
        hang(link.issue, &mut |issue| issue.remote_links += 1);
    }
    for link in state.links.values() {
        let (LinkEnd::Issue(from), LinkEnd::Issue(to)) = (&link.source, &link.destination) else { continue };
        let Some(to) = keys.get(to) else { continue };
        let kind = state.link_types.get(&link.link_type).map_or_else(String::new, |kind| kind.name.to_string());
        hang(*from, &mut |issue| issue.links.push((kind.clone(), to.clone())));
    }
    for issue in issues.values_mut() {
        issue.worklogs.sort_unstable();
        issue.attachments.sort();
        issue.links.sort();
    }
    issues
}

fn configuration(state: &SiteState) -> BTreeMap<&'static str, Vec<String>> {
    fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names
    }
    BTreeMap::from([
        ("board", sorted(state.boards.values().map(|board| &*board.name))),
        ("component", sorted(state.components.values().map(|component| &*component.name))),
        ("field", sorted(state.fields.values().map(|field| &*field.name))),
        ("group", sorted(state.groups.values().map(|group| &*group.name))),
        ("issue type", sorted(state.issue_types.values().map(|kind| &*kind.name))),
        ("link type", sorted(state.link_types.values().map(|kind| &*kind.name))),
        ("priority", sorted(state.priorities.values().map(|priority| &*priority.name))),
        ("project", sorted(state.projects.values().map(|project| &*project.key))),
        ("project category", sorted(state.project_categories.values().map(|category| &*category.name))),
        ("resolution", sorted(state.resolutions.values().map(|resolution| &*resolution.name))),
        ("role", sorted(state.roles.values().map(|role| &*role.name))),
        ("sprint", sorted(state.sprints.values().map(|sprint| &*sprint.name))),
        ("status", sorted(state.statuses.values().map(|status| &*status.name))),
        ("version", sorted(state.versions.values().map(|version| &*version.name))),
        ("workflow", sorted(state.workflows.values().map(|workflow| &*workflow.name))),
    ])
}
