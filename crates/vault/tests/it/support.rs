//! What the tests share: keys, vaults, records.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambient::{Ambient, ManualClock};
use bytes::Bytes;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde_json::json;
use vault::{
    Head, Identity, KeyService, LocalKeyFile, NewRecord, Options, RecoveryPoint, Storage, Vault, View, Writer,
};

/// A place with a key, to make and open a vault again and again.
pub(crate) struct Bench {
    pub(crate) storage: Storage,
    pub(crate) keys: Arc<dyn KeyService>,
    pub(crate) ambient: Ambient,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) options: Options,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    /// In memory.
    pub(crate) fn new() -> Self {
        Self::over(Storage::memory())
    }

    pub(crate) fn over(storage: Storage) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Objects carry the real time of their making; the manual clock must not be behind it.
        let (ambient, clock) = Ambient::manual(Ambient::system().now(), 1);
        let keys = Arc::new(LocalKeyFile::create(&folder.path().join("key.json"), &ambient).unwrap());
        Self { storage, keys, ambient, clock, options: Options::default(), folder }
    }

    /// In a directory.
    pub(crate) fn directory() -> Self {
        let mut bench = Self::new();
        bench.storage = Storage::directory(&bench.folder.path().join("vault")).unwrap();
        bench
    }

    pub(crate) async fn create(&self) -> Vault {
        self.try_create().await.unwrap()
    }

    pub(crate) async fn try_create(&self) -> vault::Result<Vault> {
        let (storage, keys) = (self.storage.clone(), self.keys.clone());
        Vault::create(storage, keys, self.ambient.clone(), identity(), self.options.clone()).await
    }

    pub(crate) async fn open(&self) -> Vault {
        self.try_open(None).await.unwrap()
    }

    pub(crate) async fn try_open(&self, known: Option<Head>) -> vault::Result<Vault> {
        let (storage, keys) = (self.storage.clone(), self.keys.clone());
        Vault::open(storage, keys, self.ambient.clone(), known, self.options.clone()).await
    }
}

pub(crate) fn identity() -> Identity {
    Identity { tenant: "acme".into(), site: "cloud-1".into(), site_url: "https://acme.atlassian.net".into() }
}

pub(crate) fn issue(key: &str, summary: &str) -> NewRecord<'static> {
    record("issue", key, summary)
}

pub(crate) fn record(kind: &'static str, key: &str, summary: &str) -> NewRecord<'static> {
    NewRecord {
        kind,
        key: key.to_owned(),
        updated: Some(Timestamp::from_second(1_700_000_000).unwrap()),
        body: Bytes::from(json!({ "id": key, "fields": { "summary": summary } }).to_string()),
        content: None,
    }
}

/// Stores issues and makes a recovery point.
pub(crate) async fn capture(writer: &mut Writer, issues: &[(&str, &str)]) -> RecoveryPoint {
    for (key, summary) in issues {
        writer.put(issue(key, summary)).await.unwrap();
    }
    writer.commit("", json!({})).await.unwrap()
}

/// The summaries of all issues, by key.
pub(crate) async fn summaries(view: &View) -> BTreeMap<String, String> {
    let records: Vec<_> = view.scan("issue", "").try_collect().await.unwrap();
    assert!(records.is_sorted_by(|a, b| a.key < b.key));
    records
        .into_iter()
        .map(|record| {
            let body: serde_json::Value = serde_json::from_slice(&record.body).unwrap();
            (record.key, body["fields"]["summary"].as_str().unwrap().to_owned())
        })
        .collect()
}

pub(crate) fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The objects of a vault in a directory, to be damaged.
pub(crate) struct Files(std::path::PathBuf);

impl Files {
    pub(crate) fn of(bench: &Bench) -> Self {
        Self(bench.folder.path().join("vault"))
    }

    /// All names, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    names.push(path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        names.sort();
        names
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.join(name)).unwrap();
    }

    pub(crate) fn copy(&self) -> BTreeMap<String, Vec<u8>> {
        self.names().into_iter().map(|name| (name.clone(), self.read(&name))).collect()
    }

    pub(crate) fn replace_all(&self, files: &BTreeMap<String, Vec<u8>>) {
        for name in self.names() {
            self.remove(&name);
        }
        for (name, bytes) in files {
            self.write(name, bytes);
        }
    }
}

/// Whether long tests were asked for.
pub(crate) fn long_tests() -> bool {
    std::env::var_os("LIFEBOAT_TEST_LONG").is_some()
}

/// Numbers that look random and are the same each time (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The Python with pyarrow, duckdb and moto; says so when there is none.
pub(crate) fn python(what: &str) -> Option<String> {
    let python = std::env::var("LIFEBOAT_TEST_PYTHON").ok();
    if python.is_none() {
        println!("skipped: {what}: LIFEBOAT_TEST_PYTHON does not name a Python with pyarrow, duckdb and moto");
    }
    python
}
