//! The generator: a site of any size from two numbers.
//!
//! [`fill`] is the start. Everything follows from the seed, so the same numbers make the same site on every machine.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::state::{IdKind, Issue, Project, SiteState};

/// Fills a fresh site with invented projects and issues.
pub(super) fn fill(state: &mut SiteState, issues: u32, seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let projects: Vec<u64> = ["SEA", "AIR", "ORE"].into_iter().map(|key| add_project(state, key)).collect();
    let issue_types: Vec<u64> = state.issue_types.keys().copied().collect();
    let statuses: Vec<u64> = state.statuses.keys().copied().collect();
    let start: Timestamp = "2024-01-08T08:00:00Z".parse().expect("a valid time");
    for number in 0..u64::from(issues) {
        let project = projects[random.random_range(0..projects.len())];
        let created = start + SignedDuration::from_mins(i64::try_from(number).unwrap_or(i64::MAX / 60));
        let issue = Issue {
            id: state.ids.take(IdKind::Issue),
            project,
            number: state.projects[&project].last_issue_number + 1,
            issue_type: issue_types[1],
            status: statuses[random.random_range(0..statuses.len())],
            summary: format!("Invented issue {number}").into(),
            created,
            updated: created,
            ..Issue::default()
        };
        state.insert_issue(issue);
    }
}

fn add_project(state: &mut SiteState, key: &str) -> u64 {
    let id = state.ids.take(IdKind::Project);
    let project = Project {
        id,
        key: key.into(),
        name: format!("Project {key}").into(),
        type_key: "software".into(),
        assignee_type: "UNASSIGNED".into(),
        avatar_id: 10_400,
        issue_types: state.issue_types.keys().copied().collect(),
        workflow_scheme: state.workflow_schemes.keys().next().copied(),
        notification_scheme: state.notification_schemes.keys().next().copied(),
        lead: state.users.keys().next().cloned(),
        ..Project::default()
    };
    state.insert_project(project);
    id
}
