//! The same faults with one of the safeguards switched off: now there are duplicates. Were there none, the matrix would not
//! see them, or the safeguard would not be needed.

use std::collections::BTreeMap;

use recovery::Safeguards;

use super::Case;
use super::calls::{self, Call};
use super::faults::{Kind, Place};
use super::standby::Source;

/// The calls of which a second one makes a second thing.
const REPEATED: [&str; 5] = [
    "/rest/api/3/issue/bulk",
    "/rest/api/3/issue/{issueIdOrKey}/comment",
    "/rest/api/3/issue/{issueIdOrKey}/worklog",
    "/rest/api/3/issue/{issueIdOrKey}/attachments",
    "/rest/api/3/issueLink",
];

/// How many things are there twice after the fault struck the first request of each of the calls, one after the other.
fn duplicates(safeguards: Safeguards, kind: Kind) -> BTreeMap<&'static str, usize> {
    let source = Source::captured();
    let reference = source.recover(|_| {});
    let calls: Vec<Call> = calls::of(&reference.requests);
    let mut found = BTreeMap::new();
    for endpoint in REPEATED {
        let call = calls.iter().find(|call| call.method == "POST" && call.endpoint == endpoint).unwrap().clone();
        let case = Case { call, kind, place: Place::First };
        let disturbed = source.recover_with(safeguards, |standby| standby.fault(kind.at(&case)));
        for (sort, count) in disturbed.census.more_than(&reference.census) {
            *found.entry(sort).or_default() += count;
        }
    }
    println!("{safeguards:?} and {kind:?}: {found:?}");
    found
}

const ALL: Safeguards = Safeguards { marker: true, look: true, wait: true };

#[test]
fn with_all_safeguards_there_are_none() {
    assert_eq!(duplicates(ALL, Kind::AppliedThenReset), BTreeMap::new());
    assert_eq!(duplicates(ALL, Kind::LateAfterTimeout), BTreeMap::new());
}

#[test]
fn without_the_marker_things_come_twice() {
    let found = duplicates(Safeguards { marker: false, ..ALL }, Kind::AppliedThenReset);
    // Files and links have no marks: they are known by what they are.
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["comment", "issue", "worklog"]);
}

#[test]
fn without_the_look_things_come_twice() {
    let found = duplicates(Safeguards { look: false, ..ALL }, Kind::AppliedThenReset);
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["attachment", "comment", "issue", "link", "worklog"]);
}

#[test]
fn without_the_wait_things_come_twice() {
    let found = duplicates(Safeguards { wait: false, ..ALL }, Kind::LateAfterTimeout);
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["attachment", "comment", "issue", "link", "worklog"]);
}

#[test]
fn issues_that_nobody_can_tell_apart_are_not_sent_again() {
    let source = Source::captured();
    let calls = calls::of(&source.recover(|_| {}).requests);
    let call = calls.iter().find(|call| call.is_bulk_creation()).unwrap().clone();
    let sent = call.count;
    let case = Case { call, kind: Kind::AppliedThenReset, place: Place::First };
    let unmarked = Safeguards { marker: false, ..ALL };
    let disturbed = source.recover_with(unmarked, |standby| standby.fault(case.kind.at(&case)));
    let report = disturbed.report.expect("it ended, for it did not send them again");
    assert!(report.to_string().contains("do not carry this recovery's mark"), "{report}");
    let again = calls::of(&disturbed.requests).into_iter().find(Call::is_bulk_creation).unwrap().count;
    assert!(again <= 2 * sent, "{again} creations, {sent} undisturbed");
}
