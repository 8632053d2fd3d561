//! Whatever is done to the stored objects: `verify` finds it without any key and on a machine that knows nothing but the
//! newest commit, and no reader is given anything but what was stored.
//!
//! Every way of damage meets every kind of object that the vaults of [`world`] hold, so that a new kind joins by itself.
//! The full numbers: `LIFEBOAT_TEST_LONG=1 cargo test -p vault --release damage -- --nocapture`.

mod reading;
mod ways;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use vault::{Vault, VerifyReport, verify_keyless};

use crate::support::{Dice, long_tests};
use reading::Read;
use ways::Way;
use world::{World, kind_of};

/// How often a way of damage is tried.
fn count(way: Way) -> usize {
    match (long_tests(), way) {
        (true, Way::Flip) => 10_000,
        (true, _) => 1_000,
        (false, Way::Flip) => 80,
        (false, _) => 24,
    }
}

/// Of so many damaged vaults, one is also read with the key.
fn reading_interval() -> usize {
    if long_tests() { 1 } else { 13 }
}

/// What came of a way of damage.
#[derive(Default)]
struct Tally {
    cases: usize,
    found: usize,
    read: Read,
}

#[tokio::test]
async fn damage_of_every_kind_is_found_without_a_key_and_never_read() {
    let worlds = [World::rich().await, World::long().await];
    let mut covered: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for way in Way::ALL {
        let mut tally = Tally::default();
        // Each kind in the smallest vault that has it.
        let targets: BTreeMap<String, &World> =
            worlds.iter().rev().flat_map(|world| world.kinds().into_iter().map(move |kind| (kind, world))).collect();
        // A kind that this damage cannot happen to: the note for people is the same in all vaults and at all times.
        let possible: Vec<_> =
            targets.into_iter().filter(|(kind, world)| way.apply(world, kind, &mut Dice::new(0)).is_some()).collect();
        for case in 0..count(way) {
            let (kind, world) = &possible[case % possible.len()];
            let mut dice = Dice::new(case as u64);
            let Some(harmed) = way.apply(world, kind, &mut dice) else { continue };
            let storage = world::store(&harmed.objects).await;
            let report = verify_keyless(&storage, Some(&world.head)).await.unwrap();
            let found = is_found(way, &report, &harmed.names);
            assert!(found, "{way:?} of {:?} (case {case}) was not found: {report:?}", harmed.names);
            tally.cases += 1;
            tally.found += usize::from(found);
            covered.entry(way.name()).or_default().insert(kind.clone());
            if case % reading_interval() == 0 {
                let keys = world.bench.keys.clone();
                let (ambient, options) = (world.bench.ambient.clone(), vault::Options::default());
                match Vault::open(storage, keys, ambient, Some(world.head.clone()), options).await {
                    Ok(vault) => tally.read.all(&vault, &world.truth).await,
                    Err(_) => tally.read.refused += 1,
                }
            }
        }
        let Tally { cases, found, read } = tally;
        println!(
            "{}: {cases} cases over {}; {found} found without a key; read with the key: {} refused at once, {} with errors on \
             the way, {} whole; {} records and {} bytes of attachments handed out, all as stored",
            way.name(),
            covered[way.name()].iter().map(String::as_str).collect::<Vec<_>>().join(", "),
            read.refused,
            read.partial,
            read.whole,
            read.records,
            read.bytes,
        );
    }
    let everything = [&worlds[0], &worlds[1]].into_iter().flat_map(World::kinds).collect::<BTreeSet<_>>();
    assert!(everything.len() >= 8, "{everything:?}");
    for way in [Way::Flip, Way::Truncate, Way::Swap, Way::Splice, Way::Vanish, Way::Replay] {
        assert_eq!(covered[way.name()], everything, "{way:?} must reach every kind");
    }
}

/// Whether a check says of each harmed object that something is wrong with it. What is harmed in the log leaves open
/// which objects belong to the vault: any problem will do. What comes back after it was deleted is said to belong to no
/// commit.
fn is_found(way: Way, report: &VerifyReport, harmed: &[String]) -> bool {
    let problems = report.problems.iter().map(|problem| &*problem.object);
    let mut named: BTreeSet<&str> = problems.collect();
    if harmed.iter().any(|name| kind_of(name) == "log") {
        return !named.is_empty();
    }
    if matches!(way, Way::Rollback | Way::Replay) {
        named.extend(report.unnamed.iter().map(String::as_str));
    }
    harmed.iter().all(|name| named.contains(&**name))
}
