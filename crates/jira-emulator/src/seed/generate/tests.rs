//! Whether generated sites are what they promise.

mod census;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::traps::Trap;
use super::*;
use crate::seed::Seed;
use crate::site::Admin;
use census::{Census, documents};

fn site(issues: u32, seed: u64) -> SiteState {
    let admin = Admin { account: "712020:admin".into(), email: "admin@example.com".into(), token: "token".into() };
    let url = Url::parse("http://site.test/").unwrap();
    Seed::Generated { issues, seed }.load("source", &admin, &url).unwrap()
}

fn small(issues: u32, seed: u64) -> SiteState {
    let admin = Admin { account: "712020:admin".into(), email: "admin@example.com".into(), token: "token".into() };
    let url = Url::parse("http://site.test/").unwrap();
    Seed::Small { issues, seed }.load("source", &admin, &url).unwrap()
}

/// Everything with an order, as text.
fn fingerprint(state: &SiteState) -> String {
    let all = format!(
        "{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
        state.users,
        state.groups,
        state.projects,
        state.fields,
        state.issues,
        state.comments,
        state.worklogs,
        state.attachments,
        state.links,
        state.sprints,
    );
    blake3::hash(all.as_bytes()).to_string()
}

#[test]
fn same_numbers_make_the_same_site_and_others_another() {
    let print = fingerprint(&site(60, 7));
    assert_eq!(print, fingerprint(&site(60, 7)));
    assert_ne!(print, fingerprint(&site(60, 8)));
    assert_ne!(print, fingerprint(&site(61, 7)));
}

#[test]
fn fifty_issues_have_everything_that_breaks_careless_backups() {
    for seed in 0..5 {
        let state = site(50, seed);
        let absent: Vec<&str> =
            Census::of(&state).into_iter().filter(|(_, count)| *count == 0).map(|(name, _)| name).collect();
        assert!(absent.is_empty(), "seed {seed} lacks {absent:?}");
    }
}

#[test]
fn every_trap_strikes_among_fifty_issues() {
    for trap in Trap::ALL {
        assert!((0..50).any(|place| trap.strikes(place)), "{trap:?}");
    }
}

#[test]
fn sites_of_any_size_have_as_many_issues_as_asked_for() {
    for issues in [0, 1, 2, 3, 5, 8, 13, 400] {
        let state = site(issues, 1);
        assert_eq!(state.issues.len(), issues as usize);
        consistent(&state);
    }
}

/// Every reference leads somewhere, and everything happened in the life of its issue.
fn consistent(state: &SiteState) {
    for issue in state.issues.values() {
        let key = state.key_of(issue);
        let kind = &state.issue_types[&issue.issue_type];
        assert!(state.statuses.contains_key(&issue.status), "{key}");
        assert!(issue.created <= issue.updated, "{key}");
        let parent_level =
            issue.parent.map(|parent| state.issue_types[&state.issues[&parent].issue_type].hierarchy_level);
        assert!(parent_level.is_none_or(|level| level == kind.hierarchy_level + 1), "{key}");
        assert!(!kind.is_subtask() || parent_level.is_some(), "{key}");
        assert!(issue.parent.is_none_or(|parent| state.issues[&parent].project == issue.project), "{key}");
        assert!(issue.summary.chars().count() <= 255 && !issue.summary.contains('\n'), "{key}");
        assert!(issue.links.is_sorted() && issue.comments.is_sorted() && issue.attachments.is_sorted(), "{key}");
        assert!(issue.links.iter().all(|id| state.links.contains_key(id)), "{key}");
        assert!(issue.components.iter().all(|id| state.components[id].project == issue.project), "{key}");
        assert!(issue.fix_versions.iter().all(|id| state.versions[id].project == issue.project), "{key}");
        assert!(
            issue.histories.iter().all(|history| (issue.created..=issue.updated).contains(&history.created)),
            "{key}"
        );
        assert!(
            issue
                .comments
                .iter()
                .map(|id| &state.comments[id])
                .all(|comment| comment.issue == issue.id && (issue.created..=issue.updated).contains(&comment.created)),
            "{key}"
        );
        let logged: u64 = issue.worklogs.iter().map(|id| state.worklogs[id].seconds).sum();
        assert_eq!(issue.time.spent.unwrap_or(0), logged, "{key}");
        let people = issue.voters.iter().chain(&issue.watchers).chain(&issue.assignee).chain(&issue.reporter);
        assert!(people.into_iter().all(|account| state.users.contains_key(account)), "{key}");
    }
}

#[test]
fn emulator_accepts_its_own_documents_but_for_their_length() {
    let state = site(300, 3);
    for document in documents(&state) {
        let value = document.value();
        let verdict = crate::issues::adf::check(&value, &|file| state.media.contains_key(&file));
        let is_fine = match verdict {
            Ok(()) => true,
            Err(problem) => {
                problem == crate::issues::adf::AdfProblem::TooLong
                    && documents::text_length(&value) > documents::TEXT_LIMIT
            }
        };
        assert!(is_fine, "{verdict:?}: {value:.2000}");
    }
}

#[test]
fn documents_are_valid_by_atlassians_schema() {
    let Some(file) = schema_file() else {
        println!("skipped: no adf-schema.json; LIFEBOAT_SHARED names the folder with reference/jira/adf-schema.json");
        return;
    };
    let schema: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let broken =
        serde_json::json!({ "type": "doc", "version": 1, "content": [{ "type": "mediaSingle", "content": [] }] });
    assert!(!validator.is_valid(&broken));
    let state = site(300, 4);
    let mut longest = 0;
    for document in documents(&state) {
        let value = document.value();
        // Two documents of ten thousand nodes each would take longer than all others together.
        if documents::text_length(&value) > documents::TEXT_LIMIT {
            longest += 1;
            continue;
        }
        assert!(validator.is_valid(&value), "{value}");
    }
    assert_eq!(longest, 2);
}

fn schema_file() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).map(|parent| parent.join("shared"));
    let shared = std::env::var_os("LIFEBOAT_SHARED").map(PathBuf::from).or_else(beside)?;
    Some(shared.join("reference/jira/adf-schema.json")).filter(|file| file.is_file())
}

#[test]
fn documents_have_all_types_of_nodes_and_marks() {
    let mut found = BTreeSet::new();
    for document in documents(&site(50, 5)) {
        census::types(&document.value(), &mut found);
    }
    let wanted = [
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "listItem",
        "taskList",
        "taskItem",
        "decisionList",
        "decisionItem",
        "codeBlock",
        "blockquote",
        "panel",
        "expand",
        "nestedExpand",
        "table",
        "tableRow",
        "tableHeader",
        "tableCell",
        "rule",
        "mediaSingle",
        "mediaGroup",
        "media",
        "mediaInline",
        "caption",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "blockCard",
        "embedCard",
        "hardBreak",
        "layoutSection",
        "layoutColumn",
        "text",
        "link",
        "strong",
        "em",
        "strike",
        "underline",
        "code",
        "subsup",
        "textColor",
        "backgroundColor",
        "annotation",
        "alignment",
        "indentation",
        "fontSize",
        "border",
        "breakout",
    ];
    let absent: Vec<&str> = wanted.into_iter().filter(|name| !found.contains(*name)).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn small_sites_are_of_any_shape() {
    let sites: Vec<SiteState> = (0..200).map(|seed| small(seed as u32 % 8, seed)).collect();
    assert!(sites.iter().enumerate().all(|(seed, site)| site.issues.len() == seed % 8));
    assert_eq!(fingerprint(&small(5, 9)), fingerprint(&small(5, 9)));
    let counts: [fn(&SiteState) -> usize; 8] = [
        |site| site.users.len(),
        |site| site.projects.len(),
        |site| site.fields.values().filter(|field| field.is_custom()).count(),
        |site| site.components.len(),
        |site| site.versions.len(),
        |site| site.sprints.len(),
        |site| site.filters.len(),
        |site| site.groups.len(),
    ];
    for (place, count) in counts.into_iter().enumerate() {
        let (least, most) = (sites.iter().map(count).min(), sites.iter().map(count).max());
        assert!(least < most, "{place}: {least:?} {most:?}");
        assert!(sites.iter().map(count).max() <= Some(count(&site(60, 1)).max(27)), "{place}");
    }
    // What the large sites have at certain places only, small ones have at any.
    let struck = |trap: fn(&SiteState) -> bool| sites.iter().any(trap);
    assert!(struck(|site| site.issues.values().any(|issue| issue.properties.len() > 1)), "properties");
    assert!(struck(|site| site.issues.values().any(|issue| issue.remote_links.len() > 1)), "remote links");
}

#[test]
fn texts_link_to_issues_of_the_site_and_show_its_files() {
    let state = site(50, 6);
    let links = |text: &str| {
        text.split("http://site.test/browse/")
            .skip(1)
            .map(|rest| rest.split(['"', '\\']).next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let linked: Vec<String> = documents(&state).flat_map(|document| links(document.text())).collect();
    assert!(!linked.is_empty());
    assert!(linked.iter().all(|key| state.issue(key).is_some()), "{linked:?}");
}

#[test]
#[ignore = "takes seconds in an optimised build and a minute in others"]
fn hundred_thousand_issues_fit_in_memory() {
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    let before = resident();
    let state = site(100_000, 1);
    let megabytes = resident() - before;
    println!(
        "{} issues, {} comments, {} worklogs, {} attachments, {} links in {megabytes} MB",
        state.issues.len(),
        state.comments.len(),
        state.worklogs.len(),
        state.attachments.len(),
        state.links.len(),
    );
    assert!(megabytes < 800, "{megabytes} MB");
}
