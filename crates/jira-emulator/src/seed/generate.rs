//! The generator: a site of any size from two numbers.
//!
//! [`fill`] is the start: people, words, projects and fields first (the [`cast`]), then a [`plan`] of all issues, then the
//! [`issue`]s with everything on them. What breaks careless backups is in [`traps`]: a site of fifty issues has all of it.
//! Everything follows from the seed, so the same numbers make the same site on every machine.

mod activity;
mod adf;
mod agile;
mod blocks;
mod cast;
pub(super) mod chance;
mod custom_fields;
mod documents;
mod files;
mod filters;
pub(super) mod histories;
mod issue;
pub(super) mod links;
mod measure;
mod past;
mod people;
mod plan;
mod projects;
mod traps;
mod values;
mod vocabulary;
mod words;

use jiff::Timestamp;
use url::Url;

use crate::state::SiteState;
use agile::Sprints;
use cast::{Cast, Stage};
use chance::Chance;
use histories::Historian;
use issue::Maker;
use measure::Measure;
use plan::Kinds;

/// When the first issue was made: 2023-01-09T08:00Z.
const START: Timestamp = Timestamp::constant(1_673_251_200, 0);
/// When the last change was made: 2025-11-28T17:00Z.
const END: Timestamp = Timestamp::constant(1_764_349_200, 0);

/// What the random numbers of filters begin with, beside the seed.
const FILTERS: u64 = 0x66_69_6c_74_65_72;

/// Fills a fresh site with `issues` invented issues and what they need. `url` is the site's address.
pub(super) fn fill(state: &mut SiteState, issues: u32, seed: u64, url: &Url) {
    let issues = usize::try_from(issues).unwrap_or(usize::MAX);
    fill_by(state, Measure::usual(issues), (issues, seed), Chance::new(seed), url);
}

/// The same with little of everything besides issues.
pub(super) fn fill_small(state: &mut SiteState, issues: u32, seed: u64, url: &Url) {
    let mut chance = Chance::new(seed);
    let measure = Measure::small(&mut chance);
    fill_by(state, measure, (usize::try_from(issues).unwrap_or(usize::MAX), seed), chance, url);
}

fn fill_by(state: &mut SiteState, measure: Measure, (issues, seed): (usize, u64), mut chance: Chance, url: &Url) {
    let cast = assemble(state, &mut chance, measure, url);
    let plan = plan::make(state, &mut chance, &cast.kinds, issues, cast.projects.len());
    let historian = Historian::default();
    let first_trap = measure.first_trap;
    Maker { state, chance, cast: &cast, plan: &plan, historian, place: 0, first_trap }.make_all();
    forget_last_issues(state, &cast);
    // With numbers of their own: the rest of the site does not change with them.
    filters::add(state, &mut Chance::new(seed ^ FILTERS), &cast, measure);
}

/// Everything that issues refer to.
fn assemble(state: &mut SiteState, chance: &mut Chance, measure: Measure, url: &Url) -> Cast {
    let people = people::add(state, chance, measure);
    vocabulary::add(state, chance, measure);
    let scheme = vocabulary::add_workflows(state, chance);
    let projects = projects::add(state, chance, &people, measure, scheme);
    custom_fields::add(state, chance, projects[1.min(projects.len() - 1)], measure);
    let stages = projects.into_iter().map(|project| {
        let is_software = state.projects.get(&project).is_some_and(|project| &*project.type_key == "software");
        let has_boards = is_software && measure.has(chance);
        let sprints = if has_boards { agile::add(state, chance, project, measure.closed) } else { Sprints::default() };
        Stage::new(state, project, sprints)
    });
    let projects = stages.collect();
    Cast {
        url: url.as_str().trim_end_matches('/').to_owned(),
        accounts: people.everyone.iter().map(|person| person.account.clone()).collect(),
        people,
        kinds: Kinds::of(state),
        projects,
        priorities: state.priority_order.clone(),
        resolutions: state.resolutions.keys().copied().collect(),
        link_types: state.link_types.keys().copied().collect(),
        fields: cast::choices(state),
    }
}

/// The latest issues of the first project were deleted: its counter stands above its last issue.
fn forget_last_issues(state: &mut SiteState, cast: &Cast) {
    if let Some(project) = cast.projects.first().and_then(|stage| state.projects.get_mut(&stage.id)) {
        project.last_issue_number += 2;
    }
}

#[cfg(test)]
mod tests;
