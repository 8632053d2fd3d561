//! The local index of a vault is a cache: whatever becomes of its file, it is made again, or one sentence says why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::home::{Ended, files};
use crate::world::World;

async fn with_index() -> (World, Vec<PathBuf>) {
    let world = World::generated(12).await;
    world.add_production();
    world.back_up();
    let cache = files(&world.home.path().join("cache"));
    assert!(!cache.is_empty());
    (world, cache)
}

/// What happens to the file, in words and in deed.
type Damage<'a> = (&'a str, &'a dyn Fn(&Path));

/// Writes its middle again with other bytes.
fn garble(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    let end = bytes.len().min(middle + 6000);
    bytes[middle..end].fill(0xA5);
    std::fs::write(path, bytes).unwrap();
}

fn cut(path: &Path, parts: usize) {
    let length = std::fs::metadata(path).unwrap().len();
    std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length * parts as u64 / 8).unwrap();
}

/// A line that works, or says which file to remove and then works: damage in the middle shows only where it is read.
fn works(world: &World, cache: &[PathBuf], line: &[&str]) -> Ended {
    let ended = world.home.run(line);
    if ended.code == 0 {
        return ended;
    }
    let message = ended.fails(6);
    let named = cache.iter().find(|file| message.contains(file.to_str().unwrap())).unwrap();
    assert!(message.contains("it is a cache, delete it and run the command again"), "{message}");
    let removed = if named.is_dir() { std::fs::remove_dir_all(named) } else { std::fs::remove_file(named) };
    removed.unwrap();
    world.home.run(line)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_made_again() {
    let (world, cache) = with_index().await;
    let live = || {
        let shown = works(&world, &cache, &["points", "show", "production", "--json"]).json();
        let counts = shown["counts"].as_object().unwrap().clone();
        counts.into_iter().map(|(kind, counts)| (kind, counts["live"].clone())).collect::<BTreeMap<_, _>>()
    };
    let expected = live();
    let damages: [Damage; 9] = [
        ("gone", &|path| std::fs::remove_file(path).unwrap()),
        ("empty", &|path| cut(path, 0)),
        ("an eighth", &|path| cut(path, 1)),
        ("half", &|path| cut(path, 4)),
        ("all but an eighth", &|path| cut(path, 7)),
        ("garbled", &garble),
        ("zeroes", &|path| std::fs::write(path, vec![0; 8192]).unwrap()),
        ("a text", &|path| std::fs::write(path, "no index at all".repeat(1000)).unwrap()),
        ("a folder", &|path| {
            std::fs::remove_file(path).unwrap();
            std::fs::create_dir(path).unwrap();
        }),
    ];
    for (damage, harm) in damages {
        for file in &cache {
            if file.is_file() {
                harm(file);
            }
        }
        assert_eq!(live(), expected, "{damage}");
        works(&world, &cache, &["vault", "verify", "production"]).done();
        works(&world, &cache, &["backup", "run", "production"]).done();
        assert!(cache.iter().any(|file| file.is_file()), "{damage}: the index is there again");
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_refuses_the_index_is_told_and_nothing_is_lost() {
    use faulty_disk::{Mishap, Plan, Refusal};

    use crate::stage::{Job, play, sample, stages};
    use crate::traced::{Files, run};

    let stages = stages(Job::Capture, if testkit::long_tests() { 8 } else { 2 }).await;
    stages[0].rewind();
    let whole = run(&stages[0].world.home, stages[0].words(), Files::Index, None).await;
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    let mishaps =
        [Mishap::RefuseFrom(Refusal::Full), Mishap::Refuse(Refusal::Broken), Mishap::RefuseFrom(Refusal::Broken)];
    let places = sample(whole.touches.len() as u64, 4).into_iter().enumerate();
    let plans: Vec<_> =
        places.map(|(turn, at)| Plan { at: at as usize, mishap: mishaps[turn % mishaps.len()] }).collect();
    let tried = plans.len();
    let told = play(stages, plans, async |stage, plan| {
        let ended = run(&stage.world.home, stage.words(), Files::Index, Some(plan)).await;
        let messages: Vec<&str> = ended.err.lines().filter_map(|line| line.strip_prefix("lifeboat: ")).collect();
        if ended.code == Some(0) {
            stage.has_come_to_the_same(&format!("{plan:?}")).await;
            return false;
        }
        assert_eq!(ended.code, Some(6), "{plan:?}: {}", ended.err);
        assert!(
            messages.len() == 1 && ["index", "folder"].iter().any(|word| messages[0].contains(word)),
            "{plan:?}: {}",
            ended.err
        );
        stage.goes_on(&format!("{plan:?}")).await;
        true
    });
    let told = told.await.into_iter().filter(|told| *told).count();
    println!("{tried} refused writes of the index, {told} told");
}
