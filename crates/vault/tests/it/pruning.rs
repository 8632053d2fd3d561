//! Whatever is written, kept, held and pruned, and wherever a pruning dies: every recovery point that is kept reads whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use object_store::memory::InMemory;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use vault::{Depth, KeepPolicy, NewRecord, Storage, Vault, View};

use crate::faulty::{Fault, FaultyStore};
use crate::support::{Bench, issue, long_tests, summaries};

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u8),
    Delete(u8),
    /// An issue has an attachment: one of few contents, so that records share files.
    Attach(u8, u8),
    Detach(u8),
    /// A recovery point, some hours after the one before.
    Commit(u8),
    /// A part of a capture, after which the process dies.
    Progress,
    /// A recovery claims one of the points for some hours.
    Hold(u8, u8),
    Prune(KeepPolicy),
    /// A pruning whose call of that number among those that write fails, and whose process dies.
    Crash(KeepPolicy, u8, Fault),
}

fn policy() -> impl Strategy<Value = KeepPolicy> {
    let hours = |hours: u8| Duration::from_hours(u64::from(hours));
    (0..3usize, 0..3usize, 0..3usize, 0..2usize, 0..30u8, 0..60u8).prop_map(
        move |(hourly, daily, weekly, monthly, age, grace)| KeepPolicy {
            hourly,
            daily,
            weekly,
            monthly,
            minimum_age: hours(age),
            grace: hours(grace),
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let fault = prop_oneof![Just(Fault::Before), Just(Fault::After), Just(Fault::Full), Just(Fault::Torn)];
    prop_oneof![
        10 => (0..25u8, 0..4u8).prop_map(|(key, text)| Step::Put(key, text)),
        4 => (0..25u8).prop_map(Step::Delete),
        2 => (0..4u8, 0..3u8).prop_map(|(key, content)| Step::Attach(key, content)),
        1 => (0..4u8).prop_map(Step::Detach),
        8 => (0..40u8).prop_map(Step::Commit),
        1 => Just(Step::Progress),
        1 => (0..8u8, 1..90u8).prop_map(|(point, hours)| Step::Hold(point, hours)),
        2 => policy().prop_map(Step::Prune),
        3 => (policy(), 0..5u8, fault).prop_map(|(policy, call, fault)| Step::Crash(policy, call, fault)),
    ]
}

/// What a point must show: summaries of issues, and contents of attachments by their keys.
#[derive(Clone, Debug, Default, PartialEq)]
struct State {
    issues: BTreeMap<String, String>,
    files: BTreeMap<String, u8>,
}

struct Life {
    bench: Bench,
    store: FaultyStore,
    vault: Vault,
    now: State,
    points: BTreeMap<u64, State>,
    crashes: u64,
}

fn content(number: u8) -> Bytes {
    Bytes::from(vec![number; 128_000 + usize::from(number)])
}

impl Life {
    async fn begin() -> Self {
        let store = FaultyStore::over(Arc::new(InMemory::new()));
        let mut bench = Bench::over(Storage::over(Arc::new(store.clone()), "memory"));
        bench.options.segment_bytes = 2_000;
        let vault = bench.create().await;
        Self { bench, store, vault, now: State::default(), points: BTreeMap::new(), crashes: 0 }
    }

    /// Each step is a process of its own: what it has not committed is in the vault by its progress.
    async fn step(&mut self, step: &Step) {
        let mut writer = self.vault.writer("run").await.unwrap();
        match step {
            Step::Put(key, text) => {
                let (key, text) = (key.to_string(), format!("text {text}"));
                writer.put(issue(&key, &text)).await.unwrap();
                self.now.issues.insert(key, text);
            }
            Step::Delete(key) => {
                let key = key.to_string();
                writer.delete("issue", &key).await.unwrap();
                self.now.issues.remove(&key);
            }
            Step::Attach(key, number) => {
                let stored = writer.blob(stream::iter([Ok(content(*number))])).await.unwrap();
                let (key, body) = (format!("1/{key}"), Bytes::from_static(b"{}"));
                let content = Some(stored);
                let record = NewRecord { kind: "attachment", key: key.clone(), updated: None, body, content };
                writer.put(record).await.unwrap();
                self.now.files.insert(key, *number);
            }
            Step::Detach(key) => {
                let key = format!("1/{key}");
                writer.delete("attachment", &key).await.unwrap();
                self.now.files.remove(&key);
            }
            Step::Commit(hours) => {
                let point = writer.commit("", json!({})).await.unwrap();
                self.points.insert(point.number, self.now.clone());
                self.bench.clock.advance(Duration::from_hours(u64::from(*hours)));
                return;
            }
            Step::Progress => {}
            Step::Hold(point, hours) => {
                drop(writer);
                let numbers: Vec<u64> = self.points.keys().copied().collect();
                if !numbers.is_empty() {
                    let until = self.bench.ambient.now() + Duration::from_hours(u64::from(*hours));
                    let point = numbers[usize::from(*point) % numbers.len()];
                    self.vault.hold(point, "a recovery", until).await.unwrap();
                }
                return;
            }
            Step::Prune(policy) => {
                drop(writer);
                return self.prune(policy, None).await;
            }
            Step::Crash(policy, call, fault) => {
                drop(writer);
                return self.prune(policy, Some((u64::from(*call), *fault))).await;
            }
        }
        writer.progress(json!({})).await.unwrap();
        if matches!(step, Step::Progress) {
            drop(writer);
            self.reopen().await;
        }
    }

    async fn prune(&mut self, policy: &KeepPolicy, crash: Option<(u64, Fault)>) {
        let foreseen = self.vault.prune(policy, true).await.unwrap();
        if let Some((call, fault)) = crash {
            self.store.arm_write(call, fault);
        }
        let pruned = self.vault.prune(policy, false).await;
        if self.store.disarm() {
            self.crashes += 1;
        } else {
            assert_eq!(pruned.unwrap().kept, foreseen.kept);
        }
        self.reopen().await;
        let found: Vec<u64> = self.vault.points().into_iter().map(|point| point.number).collect();
        let before: Vec<u64> = self.points.keys().copied().collect();
        // The commit was made, or it was not.
        assert!(found == foreseen.kept || (crash.is_some() && found == before), "{found:?} {foreseen:?} {before:?}");
        assert_eq!(found.last(), before.last(), "the newest point is always kept");
        self.points.retain(|point, _| found.contains(point));
        self.check().await;
    }

    async fn reopen(&mut self) {
        self.vault = self.bench.try_open(Some(self.vault.head())).await.unwrap();
    }

    /// Every kept point reads whole, on a machine without an index, and nothing that is stored is wrong.
    async fn check(&self) {
        for (point, state) in &self.points {
            assert_eq!(&read(&self.vault.at(*point).unwrap()).await, state, "point {point}");
        }
        assert_eq!(self.vault.verify(Depth::Full).await.unwrap().problems, []);
    }
}

/// All that a point shows.
async fn read(view: &View) -> State {
    let mut state = State { issues: summaries(view).await, files: BTreeMap::new() };
    let attachments: Vec<_> = view.scan("attachment", "").try_collect().await.unwrap();
    for record in attachments {
        let chunks: Vec<Bytes> = view.content(&record.content.unwrap()).try_collect().await.unwrap();
        let bytes = chunks.concat();
        assert!(bytes == content(bytes[0]));
        state.files.insert(record.key, bytes[0]);
    }
    let counts = view.counts();
    let count = |kind: &str| counts.get(kind).copied().unwrap_or(0) as usize;
    assert_eq!((count("issue"), count("attachment")), (state.issues.len(), state.files.len()));
    state
}

#[test]
fn pruning_never_removes_what_a_kept_point_needs() {
    let cases = std::env::var("LIFEBOAT_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(if long_tests() { 1_000 } else { 4 });
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (prunings, crashes) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let outcome = TestRunner::new(config).run(&proptest::collection::vec(step(), 20..50), |steps| {
        runtime.block_on(async {
            let mut life = Life::begin().await;
            for step in &steps {
                life.step(step).await;
                prunings.set(prunings.get() + u64::from(matches!(step, Step::Prune(_) | Step::Crash(..))));
            }
            life.check().await;
            crashes.set(crashes.get() + life.crashes);
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    println!("{cases} lives with {} prunings, {} of which died", prunings.get(), crashes.get());
    assert!(prunings.get() > 0);
}
