//! Properties of sites that nobody thought of: small ones of any shape, changed at random.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt as _;
use futures::future::{Either, select};
use jira_emulator::{Limits, Seed};
use recovery::capture::{CaptureSettings, Mode};
use recovery::prove::Report;
use recovery::{Kinds, Settings, Side};
use serde_json::Value;
use site::{Kind, Object};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use vault::{KeepPolicy, Vault};

use crate::changes;
use crate::dice::Dice;
use crate::faults::Plan;
use crate::journal::Durable;
use crate::oracle;
use crate::runtime;
use crate::work::{self, Outcome};
use crate::world::World;

/// A site in a world without faults, from a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    seed: u64,
}

/// Everything in a recovery point, by kind and key, in its normal form.
type Contents = BTreeMap<(String, String), Value>;

impl Property {
    /// The site of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Captures the site, recovers it and reads the standby back: what the proof says, and what the comparison of both sites
    /// finds.
    ///
    /// # Errors
    /// When a step stops, which it does not without faults.
    pub fn comes_back(self) -> Outcome<(Report, Vec<String>)> {
        self.play(async |world, mut dice| {
            shape(&world, &mut dice).await?;
            capture(&world, &quiet(false)).await?;
            let settings = Settings { bulk: 1 + dice.below(6) as usize, lanes: 2, ..Settings::default() };
            let report =
                work::recover(world.process("recovery"), settings, Vec::new(), CancellationToken::new()).await?;
            Ok((report, oracle::compare(world.sites.source(), world.sites.standby(), &oracle::Redirects::new())))
        })
    }

    /// Captures the site again and again between changes: what the last increment has otherwise than a full capture of the
    /// same site. Also how many changes there were.
    ///
    /// # Errors
    /// When a step stops, which it does not without faults.
    pub fn increments_differ(self) -> Outcome<(Vec<String>, u64)> {
        self.play(async |world, mut dice| {
            capture(&world, &quiet(false)).await?;
            let mut made = 0;
            for _ in 0..=dice.below(3) {
                made += change(&world, &mut dice, made).await?;
                world.clock.sleep(Duration::from_mins(dice.below(90))).await;
                if capture(&world, &quiet(false)).await? != Mode::Increment {
                    return Err("a capture with a point before it is an increment".into());
                }
            }
            let grown = newest(&world).await?;
            capture(&world, &quiet(true)).await?;
            let whole = newest(&world).await?;
            Ok((differences(&grown, &whole), made))
        })
    }

    /// Prunes a vault of many points, twice, so that what is no longer needed is really deleted: what the points that are
    /// kept have otherwise than before. Also how many points were kept, and how many objects were deleted.
    ///
    /// # Errors
    /// When a step stops, which it does not without faults.
    pub fn pruning_harms(self) -> Outcome<(Vec<String>, u64, u64)> {
        self.play(async |world, mut dice| {
            let mut made = 0;
            for _ in 0..3 + dice.below(4) {
                capture(&world, &quiet(dice.one_in(4))).await?;
                made += change(&world, &mut dice, made).await?;
                world.clock.sleep(Duration::from_mins(dice.below(3_000))).await;
            }
            let vault = world.process("reader").vault().await?;
            let mut before = BTreeMap::new();
            for point in vault.points() {
                before.insert(point.number, contents(&vault, point.number).await?);
            }
            drop(vault);
            let (mut kept, mut deleted) = (0, 0);
            let mut harm = Vec::new();
            for _ in 0..2 {
                let vault = world.process("pruner").vault().await?;
                let report = vault.prune(&thin(&mut dice), false).await?;
                (kept, deleted) = (report.kept.len() as u64, deleted + report.deleted);
                for point in report.kept {
                    harm.extend(differences(&before[&point], &contents(&vault, point).await?));
                }
                world.clock.sleep(Duration::from_hours(24 * 4)).await;
            }
            Ok((harm, kept, deleted))
        })
    }

    fn play<T>(self, act: impl AsyncFnOnce(Arc<World>, Dice) -> Outcome<T>) -> Outcome<T> {
        runtime::run(async {
            let mut dice = Dice::new(self.seed, 2);
            let issues = dice.below(10) as u32;
            let site = match dice.below(20) {
                0 => Seed::Generated { issues, seed: self.seed },
                _ => Seed::Small { issues, seed: self.seed },
            };
            let plan = Plan::new(self.seed, 0, 1);
            let world = World::new(self.seed, site, Limits::off(), plan, Durable::default());
            // When nothing can go on and nobody sleeps, time jumps to here.
            let forever = world.clock.sleep(Duration::from_hours(24 * 365));
            let trace = world.trace.clone();
            let tasks = LocalSet::new();
            let act = std::pin::pin!(tasks.run_until(act(world, dice)));
            match select(act, forever).await {
                Either::Left((done, _)) => done,
                Either::Right(_) => {
                    let lines = trace.lines();
                    let last = lines[lines.len().saturating_sub(10)..].join("\n");
                    Err(format!("it stands still after:\n{last}").into())
                }
            }
        })
    }
}

fn quiet(full: bool) -> CaptureSettings {
    // Nothing is read again that no feed tells of.
    CaptureSettings { reread: 0, full, ..CaptureSettings::default() }
}

async fn capture(world: &Arc<World>, settings: &CaptureSettings) -> Outcome<Mode> {
    let report = work::capture(world.process("capture"), settings.clone(), CancellationToken::new()).await?;
    if report.unread.is_empty() { Ok(report.mode) } else { Err(format!("unread: {:?}", report.unread).into()) }
}

/// Makes the generated site one that the generator does not make.
async fn shape(world: &Arc<World>, dice: &mut Dice) -> Outcome<()> {
    const WORDS: [&str; 8] = ["", "\u{202e}oops", "a\tb", "🦈", "'; --", "<b>x</b>", "ⅷ", "%2e%2e/"];
    change(world, dice, 0).await?;
    let words: Vec<&str> = (0..4).map(|_| *dice.pick(&WORDS)).collect();
    let (hit, low) = (dice.below(7), dice.below(1_000));
    world.sites.source().alter(|state| {
        for (number, issue) in state.issues.values_mut().enumerate() {
            if (number as u64 + low) % 7 == hit {
                issue.summary = format!("{} {}", words[number % words.len()], issue.summary).trim().into();
            }
        }
        for (number, component) in state.components.values_mut().enumerate() {
            if (number as u64 + low) % 5 == hit {
                component.description = Some(words[number % words.len()].into());
            }
        }
    });
    Ok(())
}

async fn change(world: &Arc<World>, dice: &mut Dice, from: u64) -> Outcome<u64> {
    let entropy = Arc::new(ambient::SeededEntropy::new(world.seed));
    let people = testkit::client(world.sites.source(), &ambient::Ambient { clock: world.clock.clone(), entropy });
    let count = 1 + dice.below(6);
    for number in 0..count {
        changes::change(&people, dice, from + number).await?;
        world.clock.sleep(Duration::from_secs(1 + dice.below(100))).await;
    }
    Ok(count)
}

/// A policy that keeps little.
fn thin(dice: &mut Dice) -> KeepPolicy {
    KeepPolicy {
        hourly: dice.below(3) as usize,
        daily: dice.below(3) as usize,
        weekly: dice.below(2) as usize,
        monthly: dice.below(2) as usize,
        minimum_age: Duration::from_hours(dice.below(30)),
        grace: Duration::from_hours(24),
    }
}

async fn newest(world: &Arc<World>) -> Outcome<Contents> {
    let vault = world.process("reader").vault().await?;
    let point = vault.points().last().ok_or("no recovery point")?.number;
    contents(&vault, point).await
}

async fn contents(vault: &Vault, point: u64) -> Outcome<Contents> {
    let view = vault.at(point)?;
    let kinds = Kinds::registry();
    let names = Side::of_point(&view, &kinds, &vault.identity().site_url).await?.names;
    let named = kinds.configuration().map(Kind::name).chain(["issue"]).chain(kinds.hanging_names());
    let mut all = Contents::new();
    for kind in named.filter_map(|name| kinds.named(name)) {
        let mut records = view.scan(kind.name(), "");
        while let Some(record) = records.try_next().await? {
            let body = serde_json::from_slice(&record.body)?;
            let object = Object { kind: kind.name(), key: record.key.clone(), body };
            all.insert((record.kind, record.key), kind.normal(&object, &names));
        }
    }
    Ok(all)
}

fn differences(one: &Contents, other: &Contents) -> Vec<String> {
    let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let differ = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
    let told = |key: &(String, String)| match (one.get(key), other.get(key)) {
        (None, _) => format!("{} {} is missing", key.0, key.1),
        (_, None) => format!("{} {} should be gone", key.0, key.1),
        (Some(one), Some(other)) => format!("{} {}: {one} ≠ {other}", key.0, key.1),
    };
    differ.map(told).collect()
}
