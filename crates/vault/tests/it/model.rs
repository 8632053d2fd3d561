//! Random lives of a vault, against a plain map.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use vault::{Change, Depth, KeepPolicy, Vault, Writer};

use crate::support::{Bench, issue, summaries};

/// One step of a vault's life.
#[derive(Clone, Debug)]
enum Step {
    Put(u8, u8),
    Delete(u8),
    DeletePrefix(u8),
    Progress,
    Commit,
    /// The process dies and is started again: it repeats what it had not saved.
    Crash,
    /// Another machine takes over; the same.
    TakeOver,
    Prune(usize),
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..30u8, 0..4u8).prop_map(|(key, text)| Step::Put(key, text)),
        4 => (0..30u8).prop_map(Step::Delete),
        1 => (0..3u8).prop_map(Step::DeletePrefix),
        2 => Just(Step::Progress),
        4 => Just(Step::Commit),
        1 => Just(Step::Crash),
        1 => Just(Step::TakeOver),
        1 => (1..4usize).prop_map(Step::Prune),
        1 => (1..60u8).prop_map(Step::Wait),
    ]
}

type State = BTreeMap<String, String>;

/// What must be true.
#[derive(Default)]
struct Model {
    now: State,
    points: BTreeMap<u64, State>,
    /// What was done since the last save.
    unsaved: Vec<Step>,
}

/// The vault and what it is held against.
struct Life {
    bench: Bench,
    vault: Vault,
    writer: Option<Writer>,
    model: Model,
}

fn key(number: u8) -> String {
    number.to_string()
}

impl Life {
    async fn begin() -> Self {
        let mut bench = Bench::new();
        bench.options.segment_bytes = 1_500;
        bench.options.uncommitted_records = 7;
        bench.options.index = Some(bench.folder.path().join("index.sqlite"));
        let vault = bench.create().await;
        let writer = Some(vault.writer("run").await.unwrap());
        Self { bench, vault, writer, model: Model::default() }
    }

    fn writer(&mut self) -> &mut Writer {
        self.writer.as_mut().unwrap()
    }

    async fn step(&mut self, step: Step) {
        match &step {
            Step::Put(number, text) => {
                let (key, text) = (key(*number), format!("text {text}"));
                let change = self.writer().put(issue(&key, &text)).await.unwrap();
                let expected = match self.model.now.insert(key, text.clone()) {
                    None => Change::Added,
                    Some(old) if old == text => Change::Unchanged,
                    Some(_) => Change::Changed,
                };
                assert_eq!(change, expected);
                self.model.unsaved.push(step);
            }
            Step::Delete(number) => {
                let was = self.model.now.remove(&key(*number)).is_some();
                assert_eq!(self.writer().delete("issue", &key(*number)).await.unwrap(), was);
                self.model.unsaved.push(step);
            }
            Step::DeletePrefix(number) => {
                let before = self.model.now.len();
                self.model.now.retain(|found, _| !found.starts_with(&key(*number)));
                let count = (before - self.model.now.len()) as u64;
                assert_eq!(self.writer().delete_prefix("issue", &key(*number)).await.unwrap(), count);
                self.model.unsaved.push(step);
            }
            Step::Progress => {
                self.writer().progress(json!({})).await.unwrap();
                self.model.unsaved.clear();
            }
            Step::Commit => {
                let point = self.writer().commit("", json!({})).await.unwrap();
                let live = point.counts.get("issue").map_or(0, |counts| counts.live);
                assert_eq!(live, self.model.now.len() as u64);
                self.model.points.insert(point.number, self.model.now.clone());
                self.model.unsaved.clear();
            }
            Step::Crash | Step::TakeOver => self.restart(matches!(step, Step::TakeOver)).await,
            Step::Prune(daily) => self.prune(*daily).await,
            Step::Wait(hours) => self.bench.clock.advance(Duration::from_hours(u64::from(*hours))),
        }
        let keys: Vec<_> = self.model.now.keys().cloned().collect();
        assert_eq!(self.writer().keys("issue").await.unwrap(), keys);
    }

    /// A new process repeats what the old one had not saved; some of it may have been saved all the same.
    async fn restart(&mut self, take_over: bool) {
        self.writer = None;
        self.vault = self.bench.try_open(Some(self.vault.head())).await.unwrap();
        if take_over {
            self.vault.take_over("another machine").await.unwrap();
        }
        let mut writer = self.vault.writer("run").await.unwrap();
        for step in &self.model.unsaved {
            match step {
                Step::Put(number, text) => {
                    writer.put(issue(&key(*number), &format!("text {text}"))).await.unwrap();
                }
                Step::Delete(number) => {
                    writer.delete("issue", &key(*number)).await.unwrap();
                }
                Step::DeletePrefix(number) => {
                    writer.delete_prefix("issue", &key(*number)).await.unwrap();
                }
                _ => {}
            }
        }
        self.writer = Some(writer);
    }

    async fn prune(&mut self, daily: usize) {
        // A pruning waits for the writer to end, and the writer saves before it does.
        self.writer().progress(json!({})).await.unwrap();
        self.model.unsaved.clear();
        self.writer = None;
        let (minimum_age, grace) = (Duration::from_hours(10), Duration::ZERO);
        let policy = KeepPolicy { hourly: 0, daily, weekly: 0, monthly: 0, minimum_age, grace };
        let report = self.vault.prune(&policy, false).await.unwrap();
        let newest = self.model.points.keys().next_back();
        assert!(newest.is_none_or(|newest| report.kept.contains(newest)));
        self.model.points.retain(|point, _| report.kept.contains(point));
        self.writer = Some(self.vault.writer("run").await.unwrap());
    }

    /// Every point that should be there shows what it should, to this process and to one without an index.
    async fn check(&self) {
        let fresh = {
            let (storage, keys) = (self.bench.storage.clone(), self.bench.keys.clone());
            let options = vault::Options::default();
            Vault::open(storage, keys, self.bench.ambient.clone(), Some(self.vault.head()), options).await.unwrap()
        };
        for vault in [&self.vault, &fresh] {
            let points: Vec<_> = vault.points().into_iter().map(|point| point.number).collect();
            assert_eq!(points, self.model.points.keys().copied().collect::<Vec<_>>());
            for (point, state) in &self.model.points {
                assert_eq!(&summaries(&vault.at(*point).unwrap()).await, state, "point {point}");
            }
        }
        let report = fresh.verify(Depth::Full).await.unwrap();
        assert_eq!(report.problems, []);
    }
}

#[test]
fn a_vault_behaves_like_a_map_with_a_memory() {
    let cases = std::env::var("LIFEBOAT_TEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = TestRunner::new(config).run(&proptest::collection::vec(step(), 1..80), |steps| {
        runtime.block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                life.step(step).await;
            }
            life.check().await;
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
