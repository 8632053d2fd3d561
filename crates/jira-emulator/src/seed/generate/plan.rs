//! Which issues there will be: project, number, type, parent and day of each, before any has content.

use jiff::{SignedDuration, Timestamp};

use super::chance::Chance;
use super::{END, START};
use crate::state::{IdKind, SiteState};

/// Issue types by level.
#[derive(Debug)]
pub(super) struct Kinds {
    pub(super) epic: Vec<u64>,
    pub(super) standard: Vec<u64>,
    pub(super) subtask: Vec<u64>,
}

impl Kinds {
    pub(super) fn of(state: &SiteState) -> Self {
        let level = |wanted: i32| {
            state.issue_types.values().filter(|kind| kind.hierarchy_level == wanted).map(|kind| kind.id).collect()
        };
        Self { epic: level(1), standard: level(0), subtask: level(-1) }
    }
}

/// An issue to come.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) id: u64,
    /// Place of the project in the list of projects.
    pub(super) project: usize,
    pub(super) number: u64,
    pub(super) issue_type: u64,
    pub(super) parent: Option<u64>,
    pub(super) created: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Epic,
    Standard,
    Subtask,
    /// A sub-task whose parent comes later and so has a higher number.
    EarlySubtask,
}

/// How every site begins, in its first project.
const OPENING: &[Level] =
    &[Level::Epic, Level::Standard, Level::Subtask, Level::EarlySubtask, Level::Standard, Level::Subtask];

/// What has been planned for one project.
#[derive(Debug, Clone, Default)]
struct Progress {
    last: u64,
    epics: Vec<u64>,
    standard: Vec<u64>,
    /// Places of early sub-tasks in the plan.
    early: Vec<usize>,
}

/// Plans `count` issues for `projects` projects, in the order of their ids and days.
pub(super) fn make(
    state: &mut SiteState,
    chance: &mut Chance,
    kinds: &Kinds,
    count: usize,
    projects: usize,
) -> Vec<Planned> {
    let mut plan: Vec<Planned> = Vec::with_capacity(count);
    let mut progress = vec![Progress::default(); projects];
    let step = END.duration_since(START).as_secs() / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    for index in 0..count {
        // The first project has a third of all issues.
        let project = if index < OPENING.len() || chance.percent(33) { 0 } else { chance.below(projects) };
        let level = OPENING.get(index).copied().unwrap_or_else(|| level(chance));
        let jitter = i64::try_from(chance.between(0, step.unsigned_abs())).unwrap_or(0);
        let created = START + SignedDuration::from_secs(step * i64::try_from(index).unwrap_or(0) + jitter);
        let at = &mut progress[project];
        at.last += 1 + hole(chance, index);
        let id = state.ids.take(IdKind::Issue);
        let mut planned = Planned { id, project, number: at.last, issue_type: 0, parent: None, created };
        at.settle(&mut planned, level, chance, kinds, &mut plan);
        plan.push(planned);
    }
    for place in progress.into_iter().flat_map(|progress| progress.early) {
        plan[place].issue_type = kinds.standard[0];
    }
    plan
}

fn level(chance: &mut Chance) -> Level {
    match chance.below(100) {
        0..3 => Level::Epic,
        3..17 => Level::Subtask,
        17 => Level::EarlySubtask,
        _ => Level::Standard,
    }
}

/// How many numbers are passed over: those of issues that were deleted.
fn hole(chance: &mut Chance, index: usize) -> u64 {
    if index == 4 || chance.percent(2) { chance.between(1, 3) } else { 0 }
}

impl Progress {
    /// Gives an issue its type and parent, and early sub-tasks that waited for it their parent.
    fn settle(
        &mut self,
        planned: &mut Planned,
        level: Level,
        chance: &mut Chance,
        kinds: &Kinds,
        plan: &mut [Planned],
    ) {
        let recent = self.standard.len().saturating_sub(12);
        let parent = chance.one(&self.standard[recent..]);
        let level = if level == Level::Subtask && parent.is_none() { Level::Standard } else { level };
        let types = match level {
            Level::Epic => &kinds.epic,
            Level::Standard => &kinds.standard,
            Level::Subtask | Level::EarlySubtask => &kinds.subtask,
        };
        planned.issue_type = chance.one(types).unwrap_or_default();
        match level {
            Level::Epic => self.epics.push(planned.id),
            Level::Subtask => planned.parent = parent,
            Level::EarlySubtask => self.early.push(plan.len()),
            Level::Standard => {
                let recent = self.epics.len().saturating_sub(5);
                planned.parent = chance.one(&self.epics[recent..]).filter(|_| chance.percent(60));
                self.standard.push(planned.id);
                for place in self.early.drain(..) {
                    plan[place].parent = Some(planned.id);
                }
            }
        }
    }
}
