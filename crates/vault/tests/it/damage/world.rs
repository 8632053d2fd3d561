//! Vaults to be damaged: what lies in them, what lay in them earlier, and what they say when they are read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use object_store::memory::InMemory;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use serde_json::{Value, json};
use vault::{Head, KeepPolicy, NewRecord, Storage, Vault, Writer};

use super::reading::Truth;
use crate::support::{Bench, capture, issue, record};

/// Objects by name.
pub(super) type Objects = BTreeMap<String, Bytes>;

pub(super) struct World {
    pub(super) bench: Bench,
    /// The newest commit, the one thing that is known elsewhere.
    pub(super) head: Head,
    pub(super) objects: Objects,
    /// What lay there at earlier times, and what would lie there had another run gone on.
    pub(super) others: Vec<Objects>,
    /// What belongs to the vault: the log, and what it names and has not removed.
    pub(super) live: BTreeSet<String>,
    /// And what was removed and is not deleted yet.
    pub(super) named: BTreeSet<String>,
    pub(super) truth: Truth,
}

/// The kind of an object: its folder, or its own name.
pub(super) fn kind_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(folder, _)| folder)
}

/// A store that holds these objects.
pub(super) async fn store(objects: &Objects) -> Storage {
    let memory = InMemory::new();
    for (name, bytes) in objects {
        memory.put(&name.as_str().into(), bytes.clone().into()).await.unwrap();
    }
    Storage::over(Arc::new(memory), "memory")
}

async fn objects_in(memory: &InMemory) -> Objects {
    let names: Vec<_> = memory.list(None).map_ok(|found| found.location).try_collect().await.unwrap();
    let mut objects = Objects::new();
    for name in names {
        let bytes = memory.get(&name).await.unwrap().bytes().await.unwrap();
        objects.insert(name.to_string(), bytes);
    }
    objects
}

fn everything_but_the_newest() -> KeepPolicy {
    let zero = Duration::ZERO;
    KeepPolicy { hourly: 3, daily: 0, weekly: 0, monthly: 0, minimum_age: zero, grace: zero }
}

async fn attach(writer: &mut Writer, key: &str, bytes: Bytes) {
    let content = writer.blob(stream::iter([Ok(bytes)])).await.unwrap();
    let body = Bytes::from_static(b"{\"filename\":\"a.txt\"}");
    let record = NewRecord { kind: "attachment", key: key.to_owned(), updated: None, body, content: Some(content) };
    writer.put(record).await.unwrap();
}

impl World {
    /// A small vault with something of everything but checkpoints: points, progress, deletions, small and large
    /// attachments, segments of several row groups, two epochs, a pruning with objects that wait to be deleted.
    pub(super) async fn rich() -> Self {
        let memory = Arc::new(InMemory::new());
        let bench = Bench::over(Storage::over(memory.clone(), "memory"));
        let vault = bench.create().await;
        let mut others = vec![objects_in(&memory).await];
        let mut writer = vault.writer("run").await.unwrap();
        for round in 0..6 {
            let text = format!("secret of round {round}");
            writer.put(record("comment", "1/1", &text)).await.unwrap();
            attach(&mut writer, "1/5", Bytes::from(format!("small {round}"))).await;
            attach(&mut writer, &format!("1/{}", 6 + round / 3), Bytes::from(text.repeat(8_000))).await;
            if round == 1 {
                writer.put(issue("8", &"long ".repeat(900_000))).await.unwrap();
            }
            if round == 2 {
                writer.delete("issue", "2").await.unwrap();
                writer.progress(json!({})).await.unwrap();
            }
            capture(&mut writer, &[("1", &text), ("2", "two secret"), (&format!("1{round}"), "stays")]).await;
            others.push(objects_in(&memory).await);
            bench.clock.advance(Duration::from_hours(1));
            if round == 3 {
                drop(writer);
                vault.take_over("second machine").await.unwrap();
                others.push(objects_in(&memory).await);
                writer = vault.writer("run").await.unwrap();
            }
        }
        drop(writer);
        vault.prune(&everything_but_the_newest(), false).await.unwrap();
        let before_pruning = others.len() - 2;
        let world = Self::of(bench, &vault, &memory, others).await;
        world.with_fork(before_pruning).await
    }

    /// A vault with a checkpoint.
    pub(super) async fn long() -> Self {
        let memory = Arc::new(InMemory::new());
        let bench = Bench::over(Storage::over(memory.clone(), "memory"));
        let vault = bench.create().await;
        let mut others = Vec::new();
        let mut writer = vault.writer("run").await.unwrap();
        capture(&mut writer, &[("1", "one secret")]).await;
        for at in 0..256 {
            if at % 64 == 0 {
                others.push(objects_in(&memory).await);
            }
            writer.progress(json!({ "at": at })).await.unwrap();
        }
        capture(&mut writer, &[("2", "two secret")]).await;
        drop(writer);
        Self::of(bench, &vault, &memory, others).await
    }

    async fn of(bench: Bench, vault: &Vault, memory: &InMemory, others: Vec<Objects>) -> Self {
        let objects = objects_in(memory).await;
        let (live, named) = names(&objects);
        let truth = Truth::of(vault).await;
        Self { bench, head: vault.head(), objects, others, live, named, truth }
    }

    /// Another run goes on from an earlier state, to a log that is as long and longer.
    async fn with_fork(mut self, from: usize) -> Self {
        let memory = Arc::new(InMemory::new());
        for (name, bytes) in &self.others[from] {
            memory.put(&name.as_str().into(), bytes.clone().into()).await.unwrap();
        }
        let storage = Storage::over(memory.clone(), "memory");
        let (keys, ambient) = (self.bench.keys.clone(), self.bench.ambient.clone());
        let vault = Vault::open(storage, keys, ambient, None, vault::Options::default()).await.unwrap();
        let mut writer = vault.writer("fork").await.unwrap();
        while vault.head().number <= self.head.number {
            capture(&mut writer, &[("1", &format!("forked at {}", vault.head().number))]).await;
            self.others.push(objects_in(&memory).await);
        }
        self
    }

    /// The kinds of objects that the vault holds.
    pub(super) fn kinds(&self) -> BTreeSet<String> {
        self.named.iter().map(|name| kind_of(name).to_owned()).collect()
    }

    /// The objects of a kind that belong to the vault or were removed lately.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<&str> {
        self.named.iter().map(String::as_str).filter(|name| kind_of(name) == kind).collect()
    }
}

/// What the log names and has not removed; and that with what waits to be deleted.
fn names(objects: &Objects) -> (BTreeSet<String>, BTreeSet<String>) {
    let log = objects.iter().filter(|(name, _)| kind_of(name) == "log");
    let (mut live, mut named) = (BTreeSet::new(), BTreeSet::new());
    let texts = |entry: &Value, field: &str| -> Vec<String> {
        let list = entry[field].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    for (name, bytes) in log {
        let envelope: Value = serde_json::from_slice(bytes).unwrap();
        let entry = &envelope["entry"];
        for removed in texts(entry, "remove") {
            live.remove(&removed);
        }
        for deleted in texts(entry, "deleted") {
            named.remove(&deleted);
        }
        let added = entry["add"].as_array().cloned().unwrap_or_default();
        for added in added.iter().filter_map(|added| added["name"].as_str()).chain([&**name]) {
            live.insert(added.to_owned());
            named.insert(added.to_owned());
        }
    }
    (live, named)
}
