//! What a standby lacks of its source, and what it has twice: by the emulator's own state, whoever wrote it.
//!
//! Knows nothing of how Lifeboat or anybody else compares. An issue of the standby stands for the issue of the source with
//! the same key, or else for one with the same summary; on it, a text is there if all of its words are, in their order.

use std::collections::{BTreeMap, HashMap};

use jira_emulator::state::{AccountId, Issue, LinkEnd, RawJson, SiteState};
use serde_json::{Value, json};

#[derive(Default)]
struct Count {
    source: u64,
    found: u64,
    more: u64,
    /// An issue of which something is lost, and what.
    example: Option<String>,
}

/// For each kind: how many there are on the source, how many of them on the standby, and how many more the standby has.
pub(super) fn sites(source: &SiteState, standby: &SiteState) -> Value {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut by_key: HashMap<String, &Issue> = HashMap::new();
    let mut by_summary: HashMap<&str, Vec<&Issue>> = HashMap::new();
    let keys: std::collections::BTreeSet<&str> = source.projects.values().map(|project| &*project.key).collect();
    let of_source =
        |issue: &&Issue| standby.projects.get(&issue.project).is_some_and(|project| keys.contains(&*project.key));
    let there: Vec<&Issue> = standby.issues.values().filter(of_source).collect();
    for issue in &there {
        by_key.insert(standby.key_of(issue), issue);
        by_summary.entry(&*issue.summary).or_default().push(issue);
    }
    let mut pairs = Vec::new();
    for issue in source.issues.values() {
        let same = by_key.get(&source.key_of(issue)).filter(|found| found.summary == issue.summary);
        count(&mut counts, "keys kept", 1, usize::from(same.is_some()), 0);
        let found = same.copied().or_else(|| by_summary.get_mut(&*issue.summary).and_then(Vec::pop));
        pairs.push((issue, found));
    }
    let found = pairs.iter().filter(|(_, found)| found.is_some()).count();
    count(&mut counts, "issues", pairs.len(), found, there.len().saturating_sub(found));
    for (issue, found) in pairs {
        one(&mut counts, (source, issue), found.map(|found| (standby, found)));
    }
    let told = counts.into_iter().map(|(kind, count)| {
        let lost = count.source - count.found;
        let told =
            json!({ "source": count.source, "lost": lost, "twice or more": count.more, "example": count.example });
        (kind, told)
    });
    json!(told.collect::<BTreeMap<_, _>>())
}

fn count(counts: &mut BTreeMap<&'static str, Count>, kind: &'static str, source: usize, found: usize, more: usize) {
    let of = counts.entry(kind).or_default();
    of.source += source as u64;
    of.found += found.min(source) as u64;
    of.more += more as u64;
}

/// An issue on its site.
type Place<'a> = (&'a SiteState, &'a Issue);
/// What of one kind is on an issue, each as a text to compare.
type List = fn(Place<'_>) -> Vec<String>;
/// A value of an issue as a text to compare.
type Text = fn(Place<'_>) -> String;

fn one(counts: &mut BTreeMap<&'static str, Count>, source: Place<'_>, found: Option<Place<'_>>) {
    let lists: [(&'static str, List); 6] = [
        ("comments", comments),
        ("worklogs", worklogs),
        ("attachments", attachments),
        ("links", links),
        ("remote links", remote_links),
        ("watchers", |(_, issue)| issue.watchers.iter().map(ToString::to_string).collect()),
    ];
    for (kind, list) in lists {
        let (wanted, there) = (list(source), found.map(list).unwrap_or_default());
        let (hits, rest) = matched(&wanted, there);
        // Lifeboat and others add comments and files of their own: only what the source has, and once more, is twice.
        let twice =
            rest.iter().filter(|rest| wanted.iter().any(|wanted| rest.contains(wanted.as_str()) && !wanted.is_empty()));
        let twice = twice.count();
        count(counts, kind, wanted.len(), hits, twice);
        if hits < wanted.len() {
            exemplify(counts, kind, source, &format!("{wanted:?} against {rest:?}"));
        }
    }
    let values: [(&'static str, Text); 10] = [
        ("status", |(site, issue)| {
            site.statuses.get(&issue.status).map_or_else(String::new, |status| status.name.to_string())
        }),
        ("description", |(_, issue)| issue.description.as_ref().map(words).unwrap_or_default()),
        ("assignee", |(site, issue)| person(site, issue.assignee.as_ref(), true)),
        ("assignee, deactivated", |(site, issue)| person(site, issue.assignee.as_ref(), false)),
        ("reporter", |(site, issue)| person(site, issue.reporter.as_ref(), true)),
        ("reporter, deactivated", |(site, issue)| person(site, issue.reporter.as_ref(), false)),
        ("parent", |(site, issue)| {
            issue
                .parent
                .and_then(|parent| site.issues.get(&parent))
                .map(|parent| parent.summary.to_string())
                .unwrap_or_default()
        }),
        ("labels", |(_, issue)| issue.labels.join(" ")),
        ("custom fields", |(_, issue)| if issue.custom.is_empty() { String::new() } else { "some".to_owned() }),
        ("properties", |(_, issue)| {
            issue.properties.keys().filter(|key| *key != "lifeboat").cloned().collect::<Vec<_>>().join(" ")
        }),
    ];
    for (kind, value) in values {
        let wanted = value(source);
        if !wanted.is_empty() {
            let there = found.map(value).unwrap_or_default();
            count(counts, kind, 1, usize::from(holds(&there, &wanted)), 0);
            if !holds(&there, &wanted) {
                exemplify(counts, kind, source, &format!("{wanted} against {there}"));
            }
        }
    }
}

/// Keeps the first example of what is lost of a kind.
fn exemplify(counts: &mut BTreeMap<&'static str, Count>, kind: &'static str, (site, issue): Place<'_>, what: &str) {
    let told = || format!("{}: {}", site.key_of(issue), what.chars().take(2000).collect::<String>());
    counts.entry(kind).or_default().example.get_or_insert_with(told);
}

/// An account, if it is active or not. Jira takes nobody as reporter or assignee who is deactivated, so those are counted by
/// themselves: no tool can bring them back.
fn person(site: &SiteState, account: Option<&AccountId>, active: bool) -> String {
    let is_so = |account: &&AccountId| site.users.get(*account).is_some_and(|user| user.active == active);
    account.filter(is_so).map(ToString::to_string).unwrap_or_default()
}

/// Whether a text has all letters of another in their order, be it with more between them: the name of somebody who is
/// mentioned, a line in front.
fn holds(text: &str, wanted: &str) -> bool {
    let mut letters = text.chars();
    wanted.chars().all(|letter| letters.any(|other| other == letter))
}

/// How many of `wanted` are in `there`, each once; and what is left.
fn matched(wanted: &[String], mut there: Vec<String>) -> (usize, Vec<String>) {
    let mut hits = 0;
    for text in wanted {
        let same = there.iter().position(|other| other == text);
        if let Some(place) = same.or_else(|| there.iter().position(|other| holds(other, text))) {
            there.swap_remove(place);
            hits += 1;
        }
    }
    (hits, there)
}

fn comments((site, issue): Place<'_>) -> Vec<String> {
    issue.comments.iter().filter_map(|id| site.comments.get(id)).map(|comment| words(&comment.body)).collect()
}

fn worklogs((site, issue): Place<'_>) -> Vec<String> {
    let worklogs = issue.worklogs.iter().filter_map(|id| site.worklogs.get(id));
    worklogs.map(|worklog| format!("{} {}", worklog.started.as_second(), worklog.seconds)).collect()
}

fn attachments((site, issue): Place<'_>) -> Vec<String> {
    let files = issue.attachments.iter().filter_map(|id| site.attachments.get(id));
    files.map(|file| format!("{} {}", file.filename, file.size)).collect()
}

fn links((site, issue): Place<'_>) -> Vec<String> {
    let links =
        issue.links.iter().filter_map(|id| site.links.get(id)).filter(|link| link.source == LinkEnd::Issue(issue.id));
    let other = |end: &LinkEnd| match end {
        LinkEnd::Issue(id) => site.issues.get(id).map(|issue| issue.summary.to_string()),
        LinkEnd::Absent { .. } => None,
    };
    let name = |id: u64| site.link_types.get(&id).map_or_else(String::new, |link_type| link_type.name.to_string());
    links.filter_map(|link| Some(format!("{} {}", name(link.link_type), other(&link.destination)?))).collect()
}

fn remote_links((site, issue): Place<'_>) -> Vec<String> {
    let links = issue.remote_links.iter().filter_map(|id| site.remote_links.get(id));
    links.map(|link| link.body.value()["object"]["url"].to_string()).collect()
}

/// The letters and digits of a document's texts: who mentions people or files differently still has them.
fn words(document: &RawJson) -> String {
    fn collect(node: &Value, into: &mut String) {
        if let Some(text) = node["text"].as_str() {
            into.extend(text.chars().filter(|letter| letter.is_alphanumeric()));
        }
        node["content"].as_array().into_iter().flatten().for_each(|child| collect(child, into));
    }
    let mut text = String::new();
    collect(&document.value(), &mut text);
    // A text that had to be cut is there as far as it may be.
    text.chars().take(2000).collect()
}
