//! Stories of many seeds: whatever goes wrong, the pipeline ends, the proof holds, and both sites have the same, once.

use std::collections::BTreeMap;
use std::sync::Mutex;

use simulation::{Control, End, Fault, Story, Table};

use crate::support::{number, on_two_threads};

/// What is wrong with the end of a story.
fn wrong(end: &End) -> Option<String> {
    if !end.report.holds {
        return Some(format!("the proof does not hold:\n{}", end.report));
    }
    if end.report.keys_redirected > 0 {
        return Some(format!("keys were not kept: {:?}", end.report.redirects));
    }
    (!end.findings.is_empty()).then(|| format!("the sites differ:\n  {}", end.findings.join("\n  ")))
}

/// Tells stories of seeds from `first` on; what went wrong, by seed, and all faults that struck.
fn tell(first: u64, seeds: u64, faults: u64, control: Control) -> (BTreeMap<u64, String>, Table) {
    let struck = Mutex::new(Table::default());
    let failures = on_two_threads(first, seeds, |seed| {
        let end = Story { control, gaps: number("LIFEBOAT_GAPS", 0) > 0, ..Story::new(seed, faults) }.tell();
        struck.lock().unwrap().add(&end.struck);
        wrong(&end)
    });
    (failures, struck.into_inner().unwrap())
}

/// `LIFEBOAT_SEEDS` (20), from `LIFEBOAT_SEED` (1) on, with `LIFEBOAT_FAULTS` (100) each; with `LIFEBOAT_GAPS=1` also those
/// faults of which it is known that not everything is right after them. Seeds 22 and 28 still fail: `docs/reliability.md`
/// says why.
#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_comes_twice() {
    let (first, seeds) = (number("LIFEBOAT_SEED", 1), number("LIFEBOAT_SEEDS", 20));
    let faults = number("LIFEBOAT_FAULTS", 100);
    let (failures, struck) = tell(first, seeds, faults, Control::None);
    println!("{seeds} seeds from {first} on, faults that struck:\n{struck}");
    for (seed, wrong) in &failures {
        println!(
            "seed {seed}: {wrong}\nagain with its trace: LIFEBOAT_SEED={seed} LIFEBOAT_FAULTS={faults} \
            cargo test --release -p simulation a_seed_with_its_trace -- --ignored --nocapture\n"
        );
    }
    assert!(failures.is_empty(), "{} of {seeds} seeds: {:?}", failures.len(), failures.keys());
    assert!(struck.total() >= seeds * faults * 9 / 10, "faults are used up: {}", struck.total());
    if seeds >= 1_000 {
        let rare: Vec<_> =
            Fault::ALL.iter().filter(|fault| struck.0.get(fault).is_none_or(|count| *count < 1_000)).collect();
        assert!(rare.is_empty(), "struck less than a thousand times: {rare:?}");
    }
}

#[test]
fn a_seed_gives_the_same_story_again() {
    let faults = number("LIFEBOAT_FAULTS", 100);
    let seed = number("LIFEBOAT_SEED", 1);
    let (one, other) = (Story::new(seed, faults).tell(), Story::new(seed, faults).tell());
    let first = one.trace.iter().zip(&other.trace).position(|(a, b)| a != b);
    if let Some(at) = first {
        let around = at.saturating_sub(5)..(at + 5).min(one.trace.len()).min(other.trace.len());
        panic!("seed {seed} from line {at} on:\n{:#?}\n{:#?}", &one.trace[around.clone()], &other.trace[around]);
    }
    assert_eq!(one.trace.len(), other.trace.len(), "seed {seed}");
    assert!(one.trace.len() > 1_000, "seed {seed}");
    assert_eq!(one.findings, other.findings, "seed {seed}");
}

/// A simulation that cannot fail proves nothing: with a safeguard switched off, duplicates come.
#[test]
#[ignore = "a pipeline without its safeguards does not always come to an end; run it by hand, with a time limit"]
fn without_its_safeguards_the_pipeline_is_caught() {
    let (most, faults) = (number("LIFEBOAT_CONTROL_SEEDS", 12), number("LIFEBOAT_FAULTS", 100));
    for control in [Control::NoMarker, Control::NoLook, Control::NoIntent] {
        let caught = (1..=most).step_by(2).find(|first| {
            let (failures, _) = tell(*first, 2, faults, control);
            failures.values().any(|wrong| wrong.contains("too much: ") || wrong.contains("does not have it"))
        });
        println!("{control:?}: caught by the seeds {caught:?} and the next");
        assert!(caught.is_some(), "{control:?} was not noticed within {most} seeds");
    }
}

#[test]
#[ignore = "tells one seed's story"]
fn a_seed_with_its_trace() {
    let end = Story::new(number("LIFEBOAT_SEED", 1), number("LIFEBOAT_FAULTS", 100)).tell();
    for line in &end.trace {
        println!("{line}");
    }
    println!("{}\n{}\n{:#?}\n{} s of the world's time", end.report, end.struck, end.findings, end.took.as_secs());
    assert_eq!(wrong(&end), None);
}
