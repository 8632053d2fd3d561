//! The ambiguous matrix: every call by which a recovery changes the standby goes wrong in every way, at its first, middle and
//! last request, and each time nothing is lost, nothing is there twice, and the same proof holds.
//!
//! The calls are not listed anywhere: an undisturbed recovery of a small site that uses every kind shows them (`calls`), so
//! that a new call joins by itself. Whether the standby is right is decided by the proof, as a user would, and by a
//! [`census`] of the emulated site's own state, which shares no code with the product. Everything runs in process on virtual
//! time, so that minutes of waiting cost nothing. `controls` shows that the same faults make duplicates when one of the
//! safeguards is switched off; `troubles` is about what goes wrong with a whole site.
//!
//! A run takes a sample in which each call and each fault appears; `LIFEBOAT_TEST_LONG=1` takes all cases.

mod calls;
mod census;
mod controls;
mod faults;
mod standby;
mod troubles;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use calls::Call;
use faults::{Kind, Place};
use recovery::prove::Report;
use standby::{Disturbed, Source};

/// One fault at one request of one call.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub call: Call,
    pub kind: Kind,
    pub place: Place,
}

impl std::fmt::Display for Case {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} × {:?} × {:?}", self.call, self.kind, self.place)
    }
}

/// All cases, those of one call together.
fn cases(calls: &[Call]) -> Vec<Case> {
    let mut cases = Vec::new();
    for call in calls {
        for kind in Kind::all().into_iter().filter(|kind| kind.concerns(call)) {
            for place in Place::of(call) {
                cases.push(Case { call: call.clone(), kind, place });
            }
        }
    }
    cases
}

/// A sample of the cases: one of each call, another fault and place each time, and every so many of all.
fn sample(cases: Vec<Case>, calls: &[Call]) -> Vec<Case> {
    const EVERY: usize = 4;
    let turn = |case: &Case| calls.iter().position(|call| *call == case.call).unwrap_or_default();
    let kinds = Kind::all();
    let chosen = |(index, case): &(usize, Case)| {
        let turn = turn(case);
        let of_call = kinds[turn % kinds.len()] == case.kind
            && Place::of(&case.call)[turn % Place::of(&case.call).len()] == case.place;
        of_call || index % EVERY == 0
    };
    cases.into_iter().enumerate().filter(chosen).map(|(_, case)| case).collect()
}

/// Runs one case; what is wrong with it.
fn run(case: &Case, source: &Source, reference: &Disturbed) -> Result<(), String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| source.recover(|standby| standby.fault(case.kind.at(case)))));
    let disturbed = outcome.map_err(|_| "it panicked".to_owned())?;
    let report = disturbed.report.as_ref().map_err(|error| format!("the recovery ended: {error}"))?;
    if disturbed.pending > 0 {
        return Err("the fault did not strike".to_owned());
    }
    if !report.holds {
        return Err(format!("the proof does not hold: {report}"));
    }
    if case.kind.keeps_keys() {
        disturbed.census.same_as(&reference.census)?;
        let undisturbed = reference.report.as_ref().map_err(ToString::to_string)?;
        if report.kinds != undisturbed.kinds {
            return Err(format!("the proof counts otherwise: {report}\nundisturbed: {undisturbed}"));
        }
        return (report.keys_redirected == 0).then_some(()).ok_or_else(|| format!("keys changed: {report}"));
    }
    names_every_redirect(&disturbed, report)?;
    disturbed.census.same_apart_from_keys(&reference.census)
}

/// Every issue that has another key than it had is in the report with its new one.
fn names_every_redirect(disturbed: &Disturbed, report: &Report) -> Result<(), String> {
    let issues = disturbed.census.issues.iter();
    let now = issues.flat_map(|(was, issues)| issues.iter().map(|issue| (was.clone(), issue.key.clone())));
    let moved: BTreeSet<(String, String)> = now.filter(|(was, is)| was != is).collect();
    let named: BTreeSet<(String, String)> = report.redirects.iter().cloned().collect();
    let is_right = moved == named && report.keys_redirected == named.len() as u64;
    is_right.then_some(()).ok_or_else(|| {
        format!(
            "these have other keys: {moved:?}
{report}"
        )
    })
}

#[test]
fn whatever_goes_wrong_at_whatever_call_nothing_is_lost_and_nothing_is_there_twice() {
    let source = Source::captured();
    let reference = source.recover(|_| {});
    let calls = calls::of(&reference.requests);
    let all = cases(&calls);
    let count = all.len();
    let chosen = if testkit::long_tests() { all } else { sample(all, &calls) };
    println!("the matrix: {} calls, {count} cases, {} of them run now", calls.len(), chosen.len());
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(wrong) = run(case, source, &reference) {
                        failures.lock().unwrap().push(format!("{case}: {wrong}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), chosen.len(), failures.join("\n\n"));
}

#[test]
fn cases_that_once_went_wrong_stay_right() {
    let source = Source::captured();
    let reference = source.recover(|_| {});
    let calls = calls::of(&reference.requests);
    let case = |endpoint: &str, kind, place| {
        let call = calls.iter().find(|call| call.endpoint == endpoint).unwrap().clone();
        Case { call, kind, place }
    };
    let cases = [
        // Placeholders were left, because their deletion was not sent again.
        case("/rest/api/3/bulk/issues/delete", Kind::FailBefore, Place::First),
        case("/rest/api/3/bulk/issues/delete", Kind::ResetBefore, Place::First),
        // The second of two edits of a filter was undone by the first, which landed late.
        case("/rest/api/3/filter/{id}", Kind::LateAfterTimeout, Place::First),
        // One refused placeholder cost all keys after it.
        case("/rest/api/3/issue/bulk", Kind::EverySecondRefused, Place::First),
        case("/rest/api/3/issue/bulk", Kind::EverySecondRefused, Place::Middle),
        // An issue kept the default priority, because only empty fields were written later.
        case("/rest/api/3/issue/bulk", Kind::EverySecondRefused, Place::Last),
    ];
    for case in cases {
        assert_eq!(run(&case, source, &reference), Ok(()), "{case}");
    }
}

#[test]
fn the_small_site_uses_every_call_that_a_large_one_does() {
    let small = calls::of(&Source::captured().recover(|_| {}).requests);
    let large = calls::of(&Source::of(40, 1).recover(|_| {}).requests);
    let missing: Vec<String> =
        large.iter().filter(|call| !small.iter().any(|other| other.is(call))).map(ToString::to_string).collect();
    assert_eq!(missing, Vec::<String>::new());
}
