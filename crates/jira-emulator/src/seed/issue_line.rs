//! One issue of a seed, with everything on it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::issue_value;
use super::meta::number;
use crate::http::time::parse_time;
use crate::site::derived_uuid;
use crate::state::{
    AccountId, Attachment, AttachmentBytes, Comment, FieldValue, IdKind, Issue, Link, LinkEnd, RawJson, SiteState,
    TimeTracking, Worklog,
};

/// A line of `issues.ndjson`.
#[derive(Deserialize)]
pub(super) struct IssueLine<'a> {
    #[serde(deserialize_with = "number")]
    id: u64,
    key: String,
    #[serde(borrow)]
    fields: &'a RawValue,
}

#[derive(Deserialize)]
struct Fields {
    project: Reference,
    issuetype: Reference,
    status: Reference,
    priority: Option<Reference>,
    resolution: Option<Reference>,
    parent: Option<Reference>,
    security: Option<Reference>,
    summary: Arc<str>,
    description: Option<RawJson>,
    environment: Option<RawJson>,
    assignee: Option<Person>,
    reporter: Option<Person>,
    creator: Option<Person>,
    created: Instant,
    updated: Instant,
    resolutiondate: Option<Instant>,
    statuscategorychangedate: Option<Instant>,
    duedate: Option<Date>,
    timeestimate: Option<u64>,
    timeoriginalestimate: Option<u64>,
    timespent: Option<u64>,
    #[serde(default)]
    labels: Vec<Arc<str>>,
    #[serde(default)]
    components: Vec<Reference>,
    #[serde(default, rename = "fixVersions")]
    fix_versions: Vec<Reference>,
    #[serde(default)]
    versions: Vec<Reference>,
    #[serde(default)]
    votes: VoteCount,
    #[serde(default)]
    watches: WatchCount,
    #[serde(default)]
    issuelinks: Vec<LinkLine>,
    #[serde(default)]
    attachment: Vec<AttachmentLine>,
    #[serde(default)]
    comment: CommentPage,
    #[serde(default)]
    worklog: WorklogPage,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(deserialize_with = "number")]
    id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    account_id: AccountId,
}

/// An instant in Jira's format.
#[derive(Clone, Copy)]
struct Instant(Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        parse_time(&text).map(Self).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a time")))
    }
}

#[derive(Deserialize, Default)]
struct VoteCount {
    votes: usize,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct WatchCount {
    watch_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkLine {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(rename = "type")]
    link_type: Reference,
    inward_issue: Option<LinkedIssue>,
    outward_issue: Option<LinkedIssue>,
}

#[derive(Deserialize)]
struct LinkedIssue {
    #[serde(deserialize_with = "number")]
    id: u64,
    key: Arc<str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachmentLine {
    #[serde(deserialize_with = "number")]
    id: u64,
    filename: Arc<str>,
    author: Option<Person>,
    created: Instant,
    size: u64,
    mime_type: Arc<str>,
    thumbnail: Option<String>,
}

#[derive(Deserialize, Default)]
struct CommentPage {
    comments: Vec<CommentLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentLine {
    #[serde(deserialize_with = "number")]
    id: u64,
    author: Option<Person>,
    update_author: Option<Person>,
    body: RawJson,
    created: Instant,
    updated: Instant,
    jsd_public: Option<bool>,
}

#[derive(Deserialize, Default)]
struct WorklogPage {
    worklogs: Vec<WorklogLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorklogLine {
    #[serde(deserialize_with = "number")]
    id: u64,
    author: Option<Person>,
    update_author: Option<Person>,
    comment: Option<RawJson>,
    started: Instant,
    created: Instant,
    updated: Instant,
    time_spent_seconds: u64,
}

/// Adds an issue. `people` are the accounts that voters and watchers are taken from, sorted.
pub(super) fn add(state: &mut SiteState, line: IssueLine<'_>, people: &[AccountId]) -> Result<(), String> {
    let IssueLine { id, key, fields: text } = line;
    let fields: Fields = serde_json::from_str(text.get()).map_err(|error| format!("issue {key}: {error}"))?;
    let number = key.rsplit_once('-').and_then(|(_, number)| number.parse().ok());
    let number = number.ok_or_else(|| format!("`{key}` is not an issue key"))?;
    if !state.projects.contains_key(&fields.project.id) {
        return Err(format!("issue {key} is in project {}, which the seed does not have", fields.project.id));
    }
    let media = media_ids(&fields);
    let attachments = add_attachments(state, id, fields.attachment, &media);
    let comments = add_comments(state, id, fields.comment.comments);
    let worklogs = add_worklogs(state, id, fields.worklog.worklogs);
    let links = add_links(state, id, &key, fields.issuelinks);
    let custom = custom_values(state, text)?;
    let ids = |references: Vec<Reference>| references.into_iter().map(|reference| reference.id).collect();
    let issue = Issue {
        id,
        project: fields.project.id,
        number,
        issue_type: fields.issuetype.id,
        status: fields.status.id,
        priority: fields.priority.map(|priority| priority.id),
        resolution: fields.resolution.map(|resolution| resolution.id),
        summary: fields.summary,
        description: fields.description,
        environment: fields.environment,
        assignee: account(fields.assignee),
        reporter: account(fields.reporter),
        creator: account(fields.creator),
        created: fields.created.0,
        updated: fields.updated.0,
        resolved: fields.resolutiondate.map(|at| at.0),
        status_category_changed: fields.statuscategorychangedate.map(|at| at.0),
        due: fields.duedate,
        labels: fields.labels,
        components: ids(fields.components),
        fix_versions: ids(fields.fix_versions),
        affects_versions: ids(fields.versions),
        parent: fields.parent.map(|parent| parent.id),
        security: fields.security.map(|security| security.id),
        time: TimeTracking {
            original: fields.timeoriginalestimate,
            remaining: fields.timeestimate,
            spent: fields.timespent,
        },
        custom,
        voters: pick(people, id, fields.votes.votes),
        watchers: pick(people, id.wrapping_mul(31), fields.watches.watch_count),
        comments,
        worklogs,
        attachments,
        links,
        remote_links: Vec::new(),
        properties: BTreeMap::new(),
        histories: Vec::new(),
        archived: false,
    };
    state.insert_issue(issue);
    Ok(())
}

fn account(person: Option<Person>) -> Option<AccountId> {
    person.map(|person| person.account_id)
}

/// The same accounts on every start: `count` neighbours in the sorted list, from a place that follows from the seed.
fn pick(people: &[AccountId], seed: u64, count: usize) -> BTreeSet<AccountId> {
    let start = usize::try_from(seed % people.len().max(1) as u64).expect("less than a length");
    people.iter().cycle().skip(start).take(count.min(people.len())).cloned().collect()
}

fn custom_values(state: &mut SiteState, fields: &RawValue) -> Result<BTreeMap<u64, FieldValue>, String> {
    let mut values = BTreeMap::new();
    let all: HashMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(fields.get()).map_err(|error| error.to_string())?;
    for (name, raw) in all {
        let Some(number) = name.strip_prefix("customfield_").and_then(|number| number.parse().ok()) else { continue };
        if raw.get() == "null" {
            continue;
        }
        let broken = |error: serde_json::Error| format!("field {name}: {error}");
        values.insert(number, issue_value::read(state, &name, raw).map_err(broken)?);
    }
    Ok(values)
}

/// Ids of the files that the issue's documents show, by their `alt` text, which is the file name.
fn media_ids(fields: &Fields) -> HashMap<String, Uuid> {
    let documents = [&fields.description, &fields.environment];
    let bodies = fields.comment.comments.iter().map(|comment| &comment.body);
    let mut media = HashMap::new();
    for document in documents.into_iter().flatten().chain(bodies) {
        if document.text().contains(r#""media""#) {
            collect_media(&document.value(), &mut media);
        }
    }
    media
}

fn collect_media(node: &serde_json::Value, media: &mut HashMap<String, Uuid>) {
    if node["type"] == "media" && node["attrs"]["type"] == "file" {
        let id = node["attrs"]["id"].as_str().and_then(|id| id.parse().ok());
        if let (Some(id), Some(name)) = (id, node["attrs"]["alt"].as_str()) {
            media.entry(name.to_owned()).or_insert(id);
        }
    }
    for child in node["content"].as_array().into_iter().flatten() {
        collect_media(child, media);
    }
}

fn add_attachments(
    state: &mut SiteState,
    issue: u64,
    lines: Vec<AttachmentLine>,
    media: &HashMap<String, Uuid>,
) -> Vec<u64> {
    let mut ids: Vec<u64> = lines.iter().map(|line| line.id).collect();
    ids.sort_unstable();
    for line in lines {
        let named = media.get(&*line.filename).copied().filter(|id| !state.media.contains_key(id));
        let media_id = named.unwrap_or_else(|| derived_uuid(&["media", &line.id.to_string(), &line.filename]));
        state.insert_attachment(Attachment {
            id: line.id,
            issue,
            filename: line.filename,
            author: account(line.author),
            created: line.created.0,
            size: line.size,
            mime_type: line.mime_type,
            media_id,
            thumbnail: line.thumbnail.is_some(),
            bytes: AttachmentBytes::Synthetic,
        });
    }
    ids
}

fn add_comments(state: &mut SiteState, issue: u64, lines: Vec<CommentLine>) -> Vec<u64> {
    let mut ids: Vec<u64> = lines.iter().map(|line| line.id).collect();
    ids.sort_unstable();
    for line in lines {
        state.ids.saw(IdKind::Comment, line.id);
        let comment = Comment {
            id: line.id,
            issue,
            author: account(line.author),
            update_author: account(line.update_author),
            body: line.body,
            created: line.created.0,
            updated: line.updated.0,
            visibility: None,
            public: line.jsd_public.unwrap_or(true),
            properties: BTreeMap::new(),
        };
        state.comments.insert(line.id, comment);
    }
    ids
}

fn add_worklogs(state: &mut SiteState, issue: u64, lines: Vec<WorklogLine>) -> Vec<u64> {
    let mut ids: Vec<u64> = lines.iter().map(|line| line.id).collect();
    ids.sort_unstable();
    for line in lines {
        state.ids.saw(IdKind::Worklog, line.id);
        let worklog = Worklog {
            id: line.id,
            issue,
            author: account(line.author),
            update_author: account(line.update_author),
            comment: line.comment,
            started: line.started.0,
            seconds: line.time_spent_seconds,
            created: line.created.0,
            updated: line.updated.0,
            visibility: None,
            properties: BTreeMap::new(),
        };
        state.worklogs.insert(line.id, worklog);
    }
    ids
}

/// Adds the links an issue shows. The other end may come later in the file, or never: see [`settle_links`].
fn add_links(state: &mut SiteState, issue: u64, key: &str, lines: Vec<LinkLine>) -> Vec<u64> {
    let mut ids: Vec<u64> = Vec::with_capacity(lines.len());
    for line in lines {
        let here = LinkEnd::Absent { id: issue, key: key.into() };
        let absent = |other: LinkedIssue| LinkEnd::Absent { id: other.id, key: other.key };
        let (source, destination) = match (line.inward_issue, line.outward_issue) {
            (Some(other), _) => (absent(other), here),
            (None, Some(other)) => (here, absent(other)),
            (None, None) => continue,
        };
        state.ids.saw(IdKind::Link, line.id);
        state.links.entry(line.id).or_insert(Link { id: line.id, link_type: line.link_type.id, source, destination });
        ids.push(line.id);
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Once all issues are there: link ends and epic links that name an issue of the site point to it.
pub(super) fn settle_links(state: &mut SiteState) {
    let SiteState { links, issues, .. } = state;
    for link in links.values_mut() {
        for end in [&mut link.source, &mut link.destination] {
            if let LinkEnd::Absent { id, .. } = end
                && let Some(issue) = issues.get_mut(id)
            {
                if let Err(place) = issue.links.binary_search(&link.id) {
                    issue.links.insert(place, link.id);
                }
                *end = LinkEnd::Issue(*id);
            }
        }
    }
}
