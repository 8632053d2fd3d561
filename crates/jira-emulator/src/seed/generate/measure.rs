//! How much a site has of everything besides its issues.

use super::chance::Chance;

/// How much of what there is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// How many accounts.
    pub(super) people: usize,
    /// How many projects.
    pub(super) projects: usize,
    /// The place of the first project in the list of names.
    pub(super) first_project: usize,
    /// How many closed sprints a scrum board has.
    pub(super) closed: usize,
    /// Where in the row of traps the site begins.
    pub(super) first_trap: usize,
    /// So many of a hundred things that the usual site has are there.
    percent: u32,
}

impl Measure {
    /// As much as so many issues need.
    pub(super) fn usual(issues: usize) -> Self {
        let projects = 3 + (issues / 2_000).min(5) + issues / 25_000;
        Self {
            people: (issues / 20).max(25),
            projects,
            first_project: 0,
            closed: (issues / projects / 60).clamp(4, 40),
            first_trap: 0,
            percent: 100,
        }
    }

    /// Little of everything, and of much nothing.
    pub(super) fn small(chance: &mut Chance) -> Self {
        Self {
            people: 1 + chance.below(14),
            projects: 1 + chance.below(10) / 6,
            first_project: chance.below(3),
            closed: chance.below(3),
            first_trap: chance.below(500),
            percent: [5, 10, 15, 20, 30, 60][chance.below(6)],
        }
    }

    /// Whether one of the things that the usual site has is there. The usual site does not ask chance.
    pub(super) fn has(&self, chance: &mut Chance) -> bool {
        self.percent == 100 || chance.percent(self.percent)
    }

    /// How many there are, where the usual site has `usual`.
    pub(super) fn count(&self, chance: &mut Chance, usual: usize) -> usize {
        (0..usual).filter(|_| self.has(chance)).count()
    }
}
