//! A world that is put back to where it was, so that one that took seconds to set up serves hundreds of attempts.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ambient::Ambient;
use futures::TryStreamExt as _;
use futures::future::join_all;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::census::Census;
use crate::home::{Ended, Running, copy};
use crate::recoveries::proof;
use crate::world::{LINK, OWNER, World, pause};

/// Small enough to be played through hundreds of times, with each kind of object in it.
const ISSUES: u32 = 12;

/// After a kill, the same command must work on the site again within this time.
pub(crate) const GOES_ON_WITHIN: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub(crate) world: World,
    kept: PathBuf,
    job: Job,
    expected: Option<Result>,
    /// How many requests the undisturbed run makes.
    pub(crate) requests: u64,
}

/// What is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// `lifeboat backup run`, the first of its site.
    Capture,
    /// `lifeboat recover start`.
    Recovery,
}

/// What a run came to: equal, however often it was killed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Result {
    /// SHA-256 of each record in the vault, by kind and key.
    Captured(BTreeMap<(String, String), String>),
    /// The report without what differs from run to run, and what is on the standby.
    Recovered(Value, Census),
}

impl Stage {
    /// A site and everything up to the job, which is then played once without disturbance.
    pub(crate) async fn set(job: Job) -> Self {
        let world = World::generated(ISSUES).await;
        match job {
            Job::Capture => world.add_production(),
            Job::Recovery => {
                world.unlock().await;
                world.back_up();
            }
        }
        let kept = world.home.beside("kept");
        copy(&world.home.path(), &kept);
        let mut stage = Self { world, kept, job, expected: None, requests: 0 };
        let begun = stage.asked();
        stage.start().end().await.done();
        stage.requests = stage.asked() - begun;
        let result = stage.result().await;
        if let Result::Recovered(report, census) = &result {
            assert_eq!(report["holds"], true, "{report:#}");
            census.came_from(&Census::of(stage.world.sites.source()));
        }
        stage.expected = Some(result);
        stage
    }

    /// Puts everything back to where it was before the job.
    pub(crate) fn rewind(&self) {
        std::fs::remove_dir_all(self.world.home.path()).unwrap();
        copy(&self.kept, &self.world.home.path());
        if self.job == Job::Recovery {
            self.world.sites.standby().reset().unwrap();
            self.world.people_the_standby();
        }
    }

    /// What is typed.
    pub(crate) fn words(&self) -> &'static [&'static str] {
        match self.job {
            Job::Capture => &["backup", "run", "production"],
            Job::Recovery => &["recover", "start", LINK],
        }
    }

    pub(crate) fn start(&self) -> Running {
        self.world.home.line(self.words()).with("LIFEBOAT_AS", OWNER).start()
    }

    /// The site that the job asks things of.
    pub(crate) fn site(&self) -> &jira_emulator::SiteHandle {
        match self.job {
            Job::Capture => self.world.sites.source(),
            Job::Recovery => self.world.sites.standby(),
        }
    }

    /// How many requests that site has had.
    pub(crate) fn asked(&self) -> u64 {
        self.site().statistics().requests
    }

    /// The same command again, after one that was killed: goes on in time, and comes to the same. How long it took until it
    /// went on.
    pub(crate) async fn goes_on(&self, after: &str) -> Duration {
        let clock = Ambient::system().clock;
        let (begun, asked) = (clock.elapsed(), self.asked());
        let (mut went_on, mut running) = (None, std::pin::pin!(self.start().end()));
        let ended = loop {
            if went_on.is_none() && self.asked() > asked {
                went_on = Some(clock.elapsed().saturating_sub(begun));
            }
            tokio::select! {
                ended = &mut running => break ended,
                () = pause(20) => {}
            }
        };
        // When the kill came after the last thing that it had to ask, there is nothing to go on with.
        let over = self.asked() == asked;
        assert!(ended.code == 0 || over && self.job == Job::Recovery && ended.code == 3, "{after}: {ended}");
        let went_on =
            if over { Duration::ZERO } else { went_on.unwrap_or_else(|| clock.elapsed().saturating_sub(begun)) };
        assert!(went_on < GOES_ON_WITHIN, "{after}: it went on after {went_on:?}");
        self.has_come_to_the_same(after).await;
        went_on
    }

    /// What is there now is what the undisturbed run came to, and the vault is sound.
    pub(crate) async fn has_come_to_the_same(&self, after: &str) {
        let result = self.result().await;
        let expected = self.expected.as_ref().unwrap();
        assert!(result == *expected, "{after}: {}", difference(expected, &result));
        self.type_in(&["vault", "verify", "production"]).await.done();
    }

    /// Types a line without keeping the emulated sites waiting.
    pub(crate) async fn type_in(&self, words: &[&str]) -> Ended {
        self.world.home.line(words).with("LIFEBOAT_AS", OWNER).start().end().await
    }

    async fn result(&self) -> Result {
        match self.job {
            Job::Capture => Result::Captured(self.captured().await),
            Job::Recovery => {
                let report = self.type_in(&["recover", "report", LINK, "--json"]).await.json();
                Result::Recovered(proof(report), Census::of(self.world.sites.standby()))
            }
        }
    }

    async fn captured(&self) -> BTreeMap<(String, String), String> {
        let point = self.type_in(&["points", "show", "production", "--json"]).await.json();
        let home = self.world.home.path();
        let ambient = Ambient::system();
        let keys = Arc::new(vault::LocalKeyFile::load(&home.join("keys/tenant.key"), &ambient).unwrap());
        let folder = home.join("vaults").join(self.world.sites.source().cloud_id().to_string());
        let storage = vault::Storage::directory(&folder).unwrap();
        let vault = vault::Vault::open(storage, keys, ambient, None, vault::Options::default()).await.unwrap();
        let view = vault.at(vault.points().last().unwrap().number).unwrap();
        let mut records = BTreeMap::new();
        for kind in point["counts"].as_object().unwrap().keys() {
            let mut scan = view.scan(kind, "");
            while let Some(record) = scan.try_next().await.unwrap() {
                let digest = Sha256::digest(&record.body);
                let twice = records.insert((record.kind, record.key), format!("{digest:x?}"));
                assert_eq!(twice, None, "a record is there once");
            }
        }
        records
    }
}

fn difference(expected: &Result, found: &Result) -> String {
    match (expected, found) {
        (Result::Captured(expected), Result::Captured(found)) => {
            let missing: Vec<_> = expected.iter().filter(|(key, hash)| found.get(*key) != Some(*hash)).collect();
            let more: Vec<_> = found.iter().filter(|(key, hash)| expected.get(*key) != Some(*hash)).collect();
            format!("missing {missing:?}, there instead {more:?}")
        }
        (Result::Recovered(report, census), Result::Recovered(other, there)) if census == there => {
            format!("the report was\n{report:#}\nand is\n{other:#}")
        }
        (Result::Recovered(_, census), Result::Recovered(_, there)) => {
            let of = |key: &String| (census.issues.get(key), there.issues.get(key));
            let keys = census.issues.keys().chain(there.issues.keys());
            let issues: Vec<_> = keys.filter(|key| of(key).0 != of(key).1).map(|key| (key, of(key))).collect();
            let (was, is) = (&census.configuration, &there.configuration);
            let kinds: Vec<_> = was.iter().filter(|(kind, names)| is.get(*kind) != Some(*names)).collect();
            format!("issues (was, is): {issues:#?}; configuration, as it was: {kinds:?}")
        }
        _ => unreachable!("a stage plays one job"),
    }
}

/// Sets stages for one job: as many as two cores can bear, at most `most`.
pub(crate) async fn stages(job: Job, most: usize) -> Vec<Stage> {
    let mut set = Vec::new();
    for _ in 0..most.min(4) {
        // One after the other: setting one runs commands that keep this thread waiting.
        set.push(Stage::set(job).await);
    }
    set
}

/// Plays all cases, side by side on the stages: much of the time is spent waiting.
/// What came of each, in no particular order.
pub(crate) async fn play<C, T>(stages: Vec<Stage>, cases: Vec<C>, play: impl AsyncFn(&Stage, C) -> T) -> Vec<T> {
    let waiting = Mutex::new(VecDeque::from(cases));
    let on = async |stage: Stage| {
        let mut played = Vec::new();
        loop {
            let case = waiting.lock().unwrap().pop_front();
            let Some(case) = case else { return played };
            stage.rewind();
            played.push(play(&stage, case).await);
        }
    };
    join_all(stages.into_iter().map(on)).await.into_iter().flatten().collect()
}

/// Of these moments as many as `LIFEBOAT_MOMENTS` says, spread over all; unset, all.
pub(crate) fn most(moments: Vec<u64>) -> Vec<u64> {
    let Ok(most) = std::env::var("LIFEBOAT_MOMENTS") else { return moments };
    let step = moments.len().div_ceil(most.parse().unwrap()).max(1);
    moments.into_iter().step_by(step).collect()
}

/// All of `1..=total` in a long test; otherwise a few that are spread over it, the first and the last among them.
pub(crate) fn sample(total: u64, few: u64) -> Vec<u64> {
    if testkit::long_tests() || total <= few {
        return (1..=total).collect();
    }
    (0..few).map(|place| 1 + place * (total - 1) / (few - 1).max(1)).collect()
}
