//! What must hold for any small site.

use simulation::Property;

use crate::support::{number, on_two_threads};

/// `LIFEBOAT_SITES` (40) sites.
#[test]
fn any_site_comes_back_as_it_was() {
    let (first, sites) = (number("LIFEBOAT_SEED", 1), number("LIFEBOAT_SITES", 40));
    let failures = on_two_threads(first, sites, |seed| match Property::new(seed).comes_back() {
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

/// `LIFEBOAT_SEQUENCES` (40) sequences of changes and increments.
#[test]
fn any_sequence_of_increments_equals_a_full_capture() {
    let (first, sequences) = (number("LIFEBOAT_SEED", 1), number("LIFEBOAT_SEQUENCES", 40));
    let changes = std::sync::atomic::AtomicU64::new(0);
    let failures = on_two_threads(first, sequences, |seed| match Property::new(seed).increments_differ() {
        Ok((differences, made)) => {
            changes.fetch_add(made, std::sync::atomic::Ordering::SeqCst);
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
