//! What is on an emulated site, read from its state: past its API, and without any code of the product.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use jira_emulator::SiteHandle;
use jira_emulator::state::{Issue, LinkEnd, RawJson, SiteState};
use serde_json::Value;

/// Everything on a site, without ids and times. What is there twice is there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Census {
    /// By the key that the issue had on the source, as its mark says; those without a mark by their own.
    pub issues: BTreeMap<String, Vec<Counted>>,
    /// By kind, sorted.
    pub configuration: BTreeMap<&'static str, Vec<String>>,
}

/// An issue with what hangs on it; lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Counted {
    pub key: String,
    /// Summary, type, status and other values.
    pub fields: Vec<String>,
    /// Texts of the description and the like.
    pub texts: Vec<String>,
    pub comments: Vec<String>,
    pub worklogs: Vec<String>,
    pub attachments: Vec<String>,
    pub links: Vec<String>,
    pub remote_links: Vec<String>,
    pub watchers: Vec<String>,
    /// Keys of entity properties.
    pub properties: Vec<String>,
}

impl Census {
    pub(crate) fn of(site: &SiteHandle) -> Self {
        site.inspect(|state| Self { issues: issues(state), configuration: configuration(state) })
    }

    /// Whether both are the same; else the first difference.
    pub(crate) fn same_as(&self, other: &Self) -> Result<(), String> {
        compare("issue", &self.issues, &other.issues)?;
        compare("kind", &self.configuration, &other.configuration)
    }

    /// The same, where issues could not keep their keys: what names keys is left out.
    pub(crate) fn same_apart_from_keys(&self, other: &Self) -> Result<(), String> {
        self.without_keys().same_as(&other.without_keys())
    }

    fn without_keys(&self) -> Self {
        let mut census = self.clone();
        for issue in census.issues.values_mut().flatten() {
            issue.key.clear();
            let texts = [&mut issue.texts, &mut issue.comments, &mut issue.worklogs, &mut issue.attachments];
            for text in texts.into_iter().flatten().chain(&mut issue.remote_links) {
                *text = text.split('|').next().unwrap_or_default().to_owned();
            }
        }
        census
    }

    /// How many objects are there more often than on another site, by sort.
    pub(crate) fn more_than(&self, other: &Self) -> BTreeMap<&'static str, usize> {
        let mut more = BTreeMap::new();
        let mut count = |sort: &'static str, here: usize, there: usize| {
            *more.entry(sort).or_default() += here.saturating_sub(there);
        };
        for (key, here) in &self.issues {
            let there = other.issues.get(key).map_or(&[][..], Vec::as_slice);
            count("issue", here.len(), there.len());
            let mut hanging = |sort: &'static str, length: fn(&Counted) -> usize| {
                let most = |issues: &[Counted]| issues.iter().map(length).max().unwrap_or_default();
                count(sort, most(here), most(there));
            };
            hanging("comment", |issue| issue.comments.len());
            hanging("worklog", |issue| issue.worklogs.len());
            hanging("attachment", |issue| issue.attachments.len());
            hanging("link", |issue| issue.links.len());
        }
        for (kind, here) in &self.configuration {
            count("configuration", here.len(), other.configuration.get(kind).map_or(0, Vec::len));
        }
        more.retain(|_, count| *count > 0);
        more
    }
}

fn compare<K: Ord + Debug, V: PartialEq + Debug>(
    what: &str,
    here: &BTreeMap<K, V>,
    there: &BTreeMap<K, V>,
) -> Result<(), String> {
    for key in here.keys().chain(there.keys()) {
        let (is, should) = (here.get(key), there.get(key));
        if is != should {
            return Err(format!("{what} {key:?} is\n{is:#?}\nand should be\n{should:#?}"));
        }
    }
    Ok(())
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

/// The key that an issue had on the source.
fn original(state: &SiteState, issue: &Issue) -> String {
    let mark = issue.properties.get("lifeboat").map(RawJson::value);
    let key = mark.as_ref().and_then(|mark| mark.pointer("/original/key")?.as_str()).map(str::to_owned);
    key.unwrap_or_else(|| state.key_of(issue))
}

fn issues(state: &SiteState) -> BTreeMap<String, Vec<Counted>> {
    let originals: HashMap<u64, String> =
        state.issues.values().map(|issue| (issue.id, original(state, issue))).collect();
    let mut issues: BTreeMap<String, Vec<Counted>> = BTreeMap::new();
    for issue in state.issues.values() {
        issues.entry(originals[&issue.id].clone()).or_default().push(counted(state, issue, &originals));
    }
    for same in issues.values_mut() {
        same.sort();
    }
    issues
}

fn counted(state: &SiteState, issue: &Issue, originals: &HashMap<u64, String>) -> Counted {
    let comments = state.comments.values().filter(|comment| comment.issue == issue.id);
    let worklogs = state.worklogs.values().filter(|worklog| worklog.issue == issue.id);
    let attachments = state.attachments.values().filter(|attachment| attachment.issue == issue.id);
    let remote = state.remote_links.values().filter(|link| link.issue == issue.id);
    let link = |link: &jira_emulator::state::Link| match (&link.source, &link.destination) {
        (LinkEnd::Issue(from), LinkEnd::Issue(to)) if *from == issue.id => {
            let kind = state.link_types.get(&link.link_type).map(|kind| kind.name.to_string());
            Some(format!("{} {}", kind.unwrap_or_default(), originals.get(to).map_or("", String::as_str)))
        }
        _ => None,
    };
    let documents = [&issue.description, &issue.environment].into_iter().flatten();
    Counted {
        key: state.key_of(issue),
        fields: fields(state, issue, originals),
        texts: documents.map(|text| format!("text|{}", words(&text.value()))).collect(),
        comments: sorted(comments.map(|comment| format!("{:?}|{}", comment.visibility, words(&comment.body.value())))),
        worklogs: sorted(worklogs.map(|worklog| {
            let text = worklog.comment.as_ref().map(|text| words(&text.value()));
            format!("{} s from {}|{}", worklog.seconds, worklog.started, text.unwrap_or_default())
        })),
        attachments: sorted(attachments.map(|file| format!("{}|{} bytes", file.filename, file.size))),
        links: sorted(state.links.values().filter_map(link)),
        remote_links: sorted(remote.map(|link| format!("remote|{:?} {}", link.global_id, link.body.text()))),
        watchers: sorted(issue.watchers.iter().map(ToString::to_string)),
        properties: issue.properties.keys().cloned().collect(),
    }
}

fn fields(state: &SiteState, issue: &Issue, originals: &HashMap<u64, String>) -> Vec<String> {
    let name = |names: Option<String>| names.unwrap_or_default();
    let versions = |ids: &[u64]| sorted(ids.iter().filter_map(|id| Some(state.versions.get(id)?.name.to_string())));
    let components = issue.components.iter().filter_map(|id| Some(state.components.get(id)?.name.to_string()));
    let custom =
        issue.custom.keys().filter_map(|id| Some(state.fields.get(&*format!("customfield_{id}"))?.name.to_string()));
    vec![
        format!("summary {}", issue.summary),
        format!("type {}", name(state.issue_types.get(&issue.issue_type).map(|kind| kind.name.to_string()))),
        format!("status {}", name(state.statuses.get(&issue.status).map(|status| status.name.to_string()))),
        format!("priority {:?}", issue.priority.and_then(|id| Some(&state.priorities.get(&id)?.name))),
        format!("resolution {:?}", issue.resolution.and_then(|id| Some(&state.resolutions.get(&id)?.name))),
        format!("people {:?} {:?}", issue.assignee, issue.reporter),
        format!("due {:?} estimate {:?} spent {:?}", issue.due, issue.time.original, issue.time.spent),
        format!("labels {:?}", issue.labels.iter().collect::<BTreeSet<_>>()),
        format!("components {:?}", sorted(components)),
        format!("versions {:?} {:?}", versions(&issue.fix_versions), versions(&issue.affects_versions)),
        format!("parent {:?}", issue.parent.and_then(|parent| originals.get(&parent))),
        format!("custom fields {:?}", sorted(custom)),
    ]
}

/// The words of a document.
fn words(document: &Value) -> String {
    match document {
        Value::Object(members) => {
            let own = members.get("text").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.get("content").map(words)).collect::<Vec<_>>().join(" ")
        }
        Value::Array(nodes) => nodes.iter().map(words).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

fn configuration(state: &SiteState) -> BTreeMap<&'static str, Vec<String>> {
    let project = |id: u64| state.projects.get(&id).map_or_else(String::new, |project| project.key.to_string());
    let options = state.fields.values().flat_map(|field| {
        let of = |context: &jira_emulator::state::FieldContext| {
            let place = format!("{} / {}", field.name, context.name);
            context
                .options
                .iter()
                .map(|option| format!("{place} / {} {}", option.value, option.disabled))
                .collect::<Vec<String>>()
        };
        field.contexts.values().flat_map(of).collect::<Vec<_>>()
    });
    let contexts = state.fields.values().flat_map(|field| {
        field
            .contexts
            .values()
            .map(|context| format!("{} / {} {:?}", field.name, context.name, context.default_value.is_some()))
    });
    let actors = state.projects.values().flat_map(|project| {
        project.role_actors.iter().map(|(role, actors)| {
            let role = state.roles.get(role).map(|role| &role.name);
            let groups: BTreeSet<_> = actors.groups.iter().filter_map(|id| Some(&state.groups.get(id)?.name)).collect();
            format!("{} {role:?} {:?} {groups:?}", project.key, actors.users)
        })
    });
    let sprints = state.sprints.values().map(|sprint| format!("{} {:?} {:?}", sprint.name, sprint.goal, sprint.state));
    let version = |version: &jira_emulator::state::Version| {
        format!("{} / {} {} {}", project(version.project), version.name, version.released, version.archived)
    };
    BTreeMap::from([
        ("actors", sorted(actors)),
        ("board", sorted(state.boards.values().map(|board| board.name.to_string()))),
        ("category", sorted(state.project_categories.values().map(|category| category.name.to_string()))),
        ("component", sorted(state.components.values().map(|it| format!("{} / {}", project(it.project), it.name)))),
        ("context", sorted(contexts)),
        ("field", sorted(state.fields.values().map(|field| format!("{} {}", field.name, field.trashed)))),
        (
            "filter",
            sorted(state.filters.values().map(|filter| format!("{} {}", filter.name, filter.share_permissions.len()))),
        ),
        ("group", sorted(state.groups.values().map(|group| format!("{} {:?}", group.name, group.members)))),
        ("issue type", sorted(state.issue_types.values().map(|kind| kind.name.to_string()))),
        ("link type", sorted(state.link_types.values().map(|kind| kind.name.to_string()))),
        ("notifications", sorted(state.notification_schemes.values().map(|scheme| scheme.name.to_string()))),
        ("option", sorted(options)),
        ("priority", sorted(state.priorities.values().map(|priority| priority.name.to_string()))),
        ("project", sorted(state.projects.values().map(|it| format!("{} {:?}", it.key, it.life)))),
        ("resolution", sorted(state.resolutions.values().map(|resolution| resolution.name.to_string()))),
        ("role", sorted(state.roles.values().map(|role| format!("{} {:?}", role.name, role.default_actors.users)))),
        ("sprint", sorted(sprints)),
        ("status", sorted(state.statuses.values().map(|status| status.name.to_string()))),
        ("version", sorted(state.versions.values().map(version))),
        ("workflow", sorted(state.workflows.values().map(|workflow| workflow.name.to_string()))),
        ("workflow scheme", sorted(state.workflow_schemes.values().map(|scheme| scheme.name.to_string()))),
    ])
}
