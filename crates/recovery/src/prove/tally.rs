//! Counting while the proof goes on.

use std::collections::BTreeMap;

use site::{Kind, Occurrence};

use super::report::{Different, Extra, KindReport, Problem, Report};
use crate::apply::{ApplyReport, PLACEHOLDER};
use crate::compare::Difference;
use crate::{Losses, Recovery};

/// How many objects of a list are named.
const NAMED: usize = 10_000;
/// How many places of one object are named.
const PLACES: usize = 10;

/// The counts so far.
#[derive(Default)]
pub(super) struct Tally {
    kinds: BTreeMap<String, KindReport>,
    keys_kept: u64,
    redirected: u64,
    redirects: Vec<(String, String)>,
    different: u64,
    differences: Vec<Different>,
    problems_count: u64,
    problems: Vec<Problem>,
    causes: BTreeMap<String, u64>,
    extras_count: u64,
    extras: Vec<Extra>,
    matched_differently: Vec<Different>,
    cannot: BTreeMap<String, u64>,
    cannot_named: Vec<Problem>,
    unfounded: Vec<Problem>,
    pub losses: Losses,
}

impl Tally {
    pub(super) fn kind(&mut self, kind: &str) -> &mut KindReport {
        self.kinds.entry(kind.to_owned()).or_default()
    }

    /// An object that was made and found. `differences` are those that nothing explains.
    pub(super) fn found(&mut self, kind: &str, key: &str, target: &str, differences: Vec<Difference>, losses: bool) {
        let counts = self.kind(kind);
        if differences.is_empty() {
            counts.restored += 1;
            counts.with_losses += u64::from(losses);
        } else {
            counts.different += 1;
            self.different += 1;
            push(&mut self.differences, || different(kind, key, target, differences));
        }
    }

    /// An object that was there before.
    pub(super) fn matched(&mut self, kind: &str, key: &str, target: &str, differences: Vec<Difference>) {
        self.kind(kind).matched += 1;
        if !differences.is_empty() {
            push(&mut self.matched_differently, || different(kind, key, target, differences));
        }
    }

    /// An object that cannot be made.
    pub(super) fn cannot(&mut self, kind: &str, reason: &str) {
        self.kind(kind).cannot += 1;
        *self.cannot.entry(format!("{kind}: {reason}")).or_default() += 1;
    }

    /// An object of configuration that cannot be made, by its name.
    pub(super) fn cannot_make(&mut self, kind: &str, name: &str, reason: &str) {
        self.cannot(kind, reason);
        push(&mut self.cannot_named, || Problem { kind: kind.into(), key: name.into(), reason: reason.into() });
    }

    /// A placeholder that Jira refused: a number without it is no object of the recovery point, but its reason is told.
    pub(super) fn unfilled(&mut self, key: &str, reason: &str) {
        *self.cannot.entry(format!("{PLACEHOLDER}: {reason}")).or_default() += 1;
        push(&mut self.cannot_named, || Problem { kind: PLACEHOLDER.into(), key: key.into(), reason: reason.into() });
    }

    /// An object that should be there and is not.
    pub(super) fn missing(&mut self, kind: &str, key: &str) {
        self.kind(kind).missing += 1;
        self.problem(kind, key, "it is not on the standby");
    }

    /// An object that should be there, and of which the standby's answer cannot be used: as good as missing.
    pub(super) fn unread(&mut self, kind: &str, key: &str, reason: &str) {
        self.kind(kind).missing += 1;
        self.problem(kind, key, &format!("it cannot be read back: {reason}"));
    }

    /// An object that Jira refused.
    pub(super) fn failed(&mut self, kind: &str, key: &str, reason: &str) {
        *self.causes.entry(reason.to_owned()).or_default() += 1;
        self.problem(kind, key, reason);
    }

    /// Something else that is wrong with an object.
    pub(super) fn problem(&mut self, kind: &str, key: &str, reason: &str) {
        self.problems_count += 1;
        push(&mut self.problems, || Problem { kind: kind.to_owned(), key: key.to_owned(), reason: reason.to_owned() });
    }

    /// Something on the standby that should not be there.
    pub(super) fn extra(&mut self, kind: &str, key: &str, what: &str) {
        self.extras_count += 1;
        push(&mut self.extras, || Extra { kind: kind.to_owned(), key: key.to_owned(), what: what.to_owned() });
    }

    /// The key of an issue on both sites.
    pub(super) fn key(&mut self, source: &str, target: &str) {
        if source == target {
            self.keys_kept += 1;
        } else {
            self.redirected += 1;
            push(&mut self.redirects, || (source.to_owned(), target.to_owned()));
        }
    }

    /// Losses of one object.
    pub(super) fn lose(&mut self, kind: Option<&dyn Kind>, occurrences: &[Occurrence]) {
        for occurrence in occurrences {
            self.losses.add(kind, occurrence);
        }
    }

    /// Losses that did not happen.
    pub(super) fn unfounded(&mut self, occurrences: Vec<Occurrence>) {
        for Occurrence { loss, kind, key, path, detail } in occurrences {
            push(&mut self.unfounded, || Problem { kind, key, reason: format!("{loss} at {path}: {detail}") });
        }
    }

    /// Adds what another part of the proof counted.
    pub(super) fn merge(&mut self, other: Self) {
        for (name, counts) in other.kinds {
            self.kind(&name).add(&counts);
        }
        self.keys_kept += other.keys_kept;
        self.redirected += other.redirected;
        self.different += other.different;
        self.problems_count += other.problems_count;
        self.extras_count += other.extras_count;
        append(&mut self.redirects, other.redirects);
        append(&mut self.differences, other.differences);
        append(&mut self.problems, other.problems);
        append(&mut self.extras, other.extras);
        append(&mut self.matched_differently, other.matched_differently);
        append(&mut self.cannot_named, other.cannot_named);
        append(&mut self.unfounded, other.unfounded);
        for (cause, count) in other.causes {
            *self.causes.entry(cause).or_default() += count;
        }
        for (reason, count) in other.cannot {
            *self.cannot.entry(reason).or_default() += count;
        }
        self.losses.merge(other.losses);
    }

    pub(super) fn into_report(mut self, recovery: &Recovery, applied: Option<ApplyReport>) -> Report {
        for (name, counts) in &self.kinds {
            if let Some(kind) = recovery.kinds.named(name) {
                self.losses.always(kind, counts.restored + counts.different + counts.in_other_form);
            }
        }
        let missing: u64 = self.kinds.values().map(|counts| counts.missing).sum();
        let holds = self.problems_count == 0 && self.different == 0 && self.extras_count == 0 && missing == 0;
        Report {
            holds,
            recovery: recovery.id.to_string(),
            point: recovery.view.point(),
            source: recovery.source_address.clone(),
            standby: recovery.standby_address.clone(),
            kinds: self.kinds,
            keys_kept: self.keys_kept,
            keys_redirected: self.redirected,
            redirects: self.redirects,
            different: self.different,
            differences: self.differences,
            problems_count: self.problems_count,
            problems: self.problems,
            causes: self.causes,
            extras_count: self.extras_count,
            extras: self.extras,
            matched_differently: self.matched_differently,
            cannot: self.cannot,
            cannot_named: self.cannot_named,
            losses: self.losses,
            unfounded: self.unfounded,
            applied,
        }
    }
}

fn different(kind: &str, key: &str, target: &str, mut differences: Vec<Difference>) -> Different {
    differences.truncate(PLACES);
    Different { kind: kind.to_owned(), key: key.to_owned(), target: target.to_owned(), differences }
}

fn push<T>(list: &mut Vec<T>, item: impl FnOnce() -> T) {
    if list.len() < NAMED {
        list.push(item());
    }
}

fn append<T>(list: &mut Vec<T>, more: Vec<T>) {
    let room = NAMED.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}
