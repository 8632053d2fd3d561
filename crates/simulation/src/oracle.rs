//! Whether the standby has what the source had, once. Found by comparing what the two emulated sites hold, without any code
//! of the product: neither its client nor its normal forms, its marks or its journal.
//!
//! What is said of a site is a set of *facts*, counted: lines of text in which ids are replaced by names and keys. A fact that
//! the source has more often is *lost*, one that the standby has more often is *too much*. What the documentation says that
//! Jira does not take is not among the facts, or excepted by name in [`compare`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jira_emulator::SiteHandle;
use jira_emulator::http::content;
use jira_emulator::state::{Attachment, AttachmentBytes, Issue, LinkEnd, ProjectLife, SiteState};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// How often something is the case.
type Facts = BTreeMap<String, i64>;

/// Files that come with a recovery: the history of an issue, texts that are too long for Jira.
const FILES: &str = " file \"lifeboat-";

/// Issues that have another key on the standby: from the one to the other.
pub type Redirects = BTreeMap<String, String>;

/// What is lost and what is too much on the standby, in words. `redirects`: what the report says of keys that could not be
/// kept; an issue among them is looked for under its other key.
pub fn compare(source: &SiteHandle, standby: &SiteHandle, redirects: &Redirects) -> Vec<String> {
    let kept = Redirects::new();
    let projects: BTreeSet<String> = source.inspect(|state| {
        let live = state.projects.values().filter(|project| project.life == ProjectLife::Live);
        live.map(|project| project.key.to_string()).collect()
    });
    let wanted = source.inspect(|state| facts(state, &projects, redirects));
    let found = standby.inspect(|state| facts(state, &projects, &kept));
    let people: BTreeSet<String> = standby.inspect(|state| {
        let active = state.users.values().filter(|user| user.active);
        active.map(|user| user.account_id.to_string()).collect()
    });
    let mut findings = unsaid(source, standby, &projects, redirects);
    for (fact, count) in &wanted {
        let there = found.get(fact).copied().unwrap_or_default();
        if there < *count && !may_be_lost(fact, &people) {
            findings.push(format!("lost: {fact} ({count} on the source, {there} on the standby)"));
        }
    }
    for (fact, count) in &found {
        let expected = wanted.get(fact).copied().unwrap_or_default();
        if *count > expected && !may_be_more(fact, expected) {
            findings.push(format!("too much: {fact} ({expected} on the source, {count} on the standby)"));
        }
    }
    findings
}

/// Losses that are documented: watchers without an active account on the standby.
fn may_be_lost(fact: &str, people: &BTreeSet<String>) -> bool {
    match fact.split_once(" watcher ") {
        Some((_, account)) => !people.contains(account),
        None => false,
    }
}

/// Additions that are documented: the restoring account may watch, the history is a file, what a new site has by itself is
/// there without a counterpart.
fn may_be_more(fact: &str, expected: i64) -> bool {
    fact.contains(" watcher ")
        || fact.contains(FILES)
        || fact.contains(" property lifeboat")
        || fact.starts_with("site ") && expected == 0
}

/// The key under which the standby has an issue.
fn key_of(state: &SiteState, issue: &Issue, redirects: &Redirects) -> String {
    let key = state.key_of(issue);
    redirects.get(&key).cloned().unwrap_or(key)
}

fn facts(state: &SiteState, projects: &BTreeSet<String>, redirects: &Redirects) -> Facts {
    let mut facts = Facts::new();
    let mut add = |fact: String| *facts.entry(fact).or_default() += 1;
    site(state, &mut add);
    for project in state.projects.values().filter(|project| projects.contains(&*project.key)) {
        let key = &project.key;
        add(format!("project {key} {:?}", project.name));
        for component in state.components.values().filter(|component| component.project == project.id) {
            add(format!("{key} component {:?}", component.name));
        }
        for version in state.versions.values().filter(|version| version.project == project.id) {
            add(format!("{key} version {:?} released {}", version.name, version.released));
        }
    }
    for issue in state.issues.values() {
        let in_scope = state.projects.get(&issue.project).is_some_and(|project| projects.contains(&*project.key));
        if in_scope {
            of_issue(state, issue, redirects, &mut add);
        }
    }
    for link in state.links.values() {
        let end = |end: &LinkEnd| match end {
            LinkEnd::Issue(id) => state.issues.get(id).map(|issue| key_of(state, issue, redirects)),
            LinkEnd::Absent { .. } => None,
        };
        let kind = state.link_types.get(&link.link_type).map_or("?", |kind| &kind.name);
        if let (Some(one), Some(other)) = (end(&link.source), end(&link.destination)) {
            add(format!("link {one} {kind} {other}"));
        }
    }
    facts
}

/// What is called by names that may be there once: a second of the same name is a duplicate.
fn site(state: &SiteState, add: &mut impl FnMut(String)) {
    for field in state.fields.values().filter(|field| field.is_custom() && !field.trashed) {
        add(format!("site field {:?} {:?}", field.name, field.schema.custom));
    }
    for one in state.statuses.values() {
        add(format!("site status {:?}", one.name));
    }
    for one in state.priorities.values() {
        add(format!("site priority {:?}", one.name));
    }
    for one in state.resolutions.values() {
        add(format!("site resolution {:?}", one.name));
    }
    for one in state.link_types.values() {
        add(format!("site link type {:?}", one.name));
    }
    for one in state.project_categories.values() {
        add(format!("site category {:?}", one.name));
    }
    for one in state.groups.values() {
        add(format!("site group {:?}", one.name));
    }
    for one in state.boards.values() {
        add(format!("site board {:?}", one.name));
    }
    for one in state.sprints.values() {
        add(format!("site sprint {:?} of {:?}", one.name, state.boards.get(&one.board).map(|board| &board.name)));
    }
}

fn of_issue(state: &SiteState, issue: &Issue, redirects: &Redirects, add: &mut impl FnMut(String)) {
    let key = key_of(state, issue, redirects);
    add(format!("issue {key}"));
    add(format!("{key} summary {:?}", issue.summary));
    let name = |found: Option<&std::sync::Arc<str>>| found.map(ToString::to_string).unwrap_or_default();
    add(format!("{key} type {:?}", name(state.issue_types.get(&issue.issue_type).map(|one| &one.name))));
    add(format!("{key} status {:?}", name(state.statuses.get(&issue.status).map(|one| &one.name))));
    let parent = issue.parent.and_then(|parent| state.issues.get(&parent));
    let parent = parent.map(|parent| key_of(state, parent, redirects));
    add(format!("{key} parent {parent:?}"));
    add(format!("{key} due {:?}", issue.due));
    for label in &issue.labels {
        add(format!("{key} label {label:?}"));
    }
    for id in &issue.components {
        add(format!("{key} component {:?}", name(state.components.get(id).map(|one| &one.name))));
    }
    for id in &issue.fix_versions {
        add(format!("{key} fixed in {:?}", name(state.versions.get(id).map(|one| &one.name))));
    }
    for account in &issue.watchers {
        add(format!("{key} watcher {account}"));
    }
    for property in issue.properties.keys() {
        add(format!("{key} property {property}"));
    }
    for _ in issue.comments.iter().filter(|id| state.comments.contains_key(*id)) {
        add(format!("{key} comment"));
    }
    for worklog in issue.worklogs.iter().filter_map(|id| state.worklogs.get(id)) {
        add(format!("{key} worklog of {} s at {}", worklog.seconds, worklog.started));
    }
    for attachment in issue.attachments.iter().filter_map(|id| state.attachments.get(id)) {
        add(format!("{key} file {:?} {} bytes {}", attachment.filename, attachment.size, digest(attachment)));
    }
    for link in issue.remote_links.iter().filter_map(|id| state.remote_links.get(id)) {
        add(format!("{key} remote link {}", link.body.value()["object"]["url"]));
    }
}

/// The plain words of a document, piece by piece.
fn words(document: &Value, into: &mut Vec<String>) {
    into.extend(document["text"].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned));
    for child in document["content"].as_array().into_iter().flatten() {
        words(child, into);
    }
}

/// The words of the comments of each issue.
fn comments(state: &SiteState) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut all: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for comment in state.comments.values() {
        if let Some(issue) = state.issues.get(&comment.issue) {
            let mut said = Vec::new();
            words(&comment.body.value(), &mut said);
            all.entry(state.key_of(issue)).or_default().push(said);
        }
    }
    all
}

/// The pieces of a comment that must be there. Of one so long that the line which says who wrote it, or the names of what is
/// no plain text any more, may take it over Jira's limit, only the beginning: the whole is attached as a file, and the report
/// names it (`text.long`).
fn beginning(said: &[String]) -> &[String] {
    const LIMIT: usize = 32_767;
    const MARGIN: usize = 2_000;
    let length: usize = said.iter().map(|words| words.chars().count()).sum();
    if length + MARGIN < LIMIT { said } else { &said[..said.len() / 2] }
}

/// Comments that have no counterpart with all their words: what stands before them may be the line that says who wrote it
/// and when, and what is no plain text may have become some.
fn unsaid(
    source: &SiteHandle,
    standby: &SiteHandle,
    projects: &BTreeSet<String>,
    redirects: &Redirects,
) -> Vec<String> {
    let (wanted, mut found) = (source.inspect(comments), standby.inspect(comments));
    let mut keys: Vec<&str> = redirects.iter().flat_map(|(one, other)| [one.as_str(), other.as_str()]).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    // Texts name issues by the keys that they have now.
    let without_keys = |text: &str| keys.iter().fold(text.to_owned(), |text, key| text.replace(key, "KEY"));
    let mut unsaid = Vec::new();
    for (issue, comments) in wanted {
        let in_scope = issue.rsplit_once('-').is_some_and(|(project, _)| projects.contains(project));
        for said in comments.into_iter().filter(|_| in_scope) {
            let there = found.entry(redirects.get(&issue).unwrap_or(&issue).clone()).or_default();
            let said_at_least = beginning(&said);
            let has = |candidate: &Vec<String>| {
                let text = without_keys(&candidate.join(" "));
                said_at_least.iter().all(|words| text.contains(&without_keys(words)))
            };
            match there.iter().position(has) {
                Some(place) => drop(there.remove(place)),
                None => unsaid.push(format!("lost: words of a comment of {issue}: {said:?}")),
            }
        }
    }
    unsaid
}

/// SHA-256 of a file's bytes.
fn digest(attachment: &Attachment) -> String {
    let id = match &attachment.bytes {
        AttachmentBytes::Spooled { sha256, .. } => return sha256.to_string(),
        AttachmentBytes::SameAs(id) => *id,
        AttachmentBytes::Synthetic => attachment.id,
    };
    let mut hash = Sha256::new();
    // The bytes are made as they are asked for: nothing waits.
    futures::executor::block_on_stream(Box::pin(content::synthetic(id, 0, attachment.size)))
        .for_each(|piece| hash.update(piece.unwrap_or_default()));
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
