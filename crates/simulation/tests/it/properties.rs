//! What must hold for any small site.

use std::sync::atomic::{AtomicU64, Ordering};

use simulation::Property;

use crate::support::{by_length, number, side_by_side};

/// `LIFEBOAT_SITES` (300; 10,000 among the long tests) sites.
#[test]
fn any_site_comes_back_as_it_was() {
    let (first, sites) = (number("LIFEBOAT_SEED", 1), number("LIFEBOAT_SITES", by_length(300, 10_000)));
    let failures = side_by_side(first, sites, |seed| match Property::new(seed).comes_back() {
        Ok((report, findings)) if report.holds && findings.is_empty() && report.keys_redirected == 0 => None,
        Ok((report, findings)) => Some(format!("{findings:#?}\n{report}")),
        Err(error) => Some(error.to_string()),
    });
    println!("{sites} sites were captured, recovered and compared");
    for (seed, wrong) in &failures {
        println!("site {seed}: {wrong}");
    }
    assert!(failures.is_empty(), "{} of {sites} sites: {:?}", failures.len(), failures.keys());
}

/// `LIFEBOAT_SEQUENCES` (200; 5,000 among the long tests) sequences of changes and increments.
#[test]
fn any_sequence_of_increments_equals_a_full_capture() {
    let (first, sequences) = (number("LIFEBOAT_SEED", 1), number("LIFEBOAT_SEQUENCES", by_length(200, 5_000)));
    let changes = AtomicU64::new(0);
    let failures = side_by_side(first, sequences, |seed| match Property::new(seed).increments_differ() {
        Ok((differences, made)) => {
            changes.fetch_add(made, Ordering::SeqCst);
            (!differences.is_empty()).then(|| differences.join("\n"))
        }
        Err(error) => Some(error.to_string()),
    });
    println!("{sequences} sequences with {changes:?} changes equal a full capture");
    for (seed, wrong) in &failures {
        println!("sequence {seed}: {wrong}");
    }
    assert!(failures.is_empty(), "{} of {sequences} sequences: {:?}", failures.len(), failures.keys());
}

/// `LIFEBOAT_PRUNINGS` (100; 2,000 among the long tests) vaults.
#[test]
fn pruning_never_takes_what_a_kept_point_needs() {
    let (first, vaults) = (number("LIFEBOAT_SEED", 1), number("LIFEBOAT_PRUNINGS", by_length(100, 2_000)));
    let (kept, deleted) = (AtomicU64::new(0), AtomicU64::new(0));
    let failures = side_by_side(first, vaults, |seed| match Property::new(seed).pruning_harms() {
        Ok((harm, points, objects)) => {
            kept.fetch_add(points, Ordering::SeqCst);
            deleted.fetch_add(objects, Ordering::SeqCst);
            (!harm.is_empty()).then(|| harm.join("\n"))
        }
        Err(error) => Some(error.to_string()),
    });
    println!("{vaults} vaults were pruned twice: {kept:?} points kept, {deleted:?} objects deleted");
    for (seed, wrong) in &failures {
        println!("vault {seed}: {wrong}");
    }
    assert!(failures.is_empty(), "{} of {vaults} vaults: {:?}", failures.len(), failures.keys());
    assert!(vaults < 10 || deleted.load(Ordering::SeqCst) > vaults, "pruning deletes");
}
