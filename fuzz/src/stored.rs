//! A small vault with one of everything, of which one object was changed by the input.
//!
//! The input is a list of edits: where (two bytes, taken modulo the length), how much goes, how much comes, and what. Whoever
//! can write to the bucket can also make checksums right, so those of the log and of checkpoints are: what is left in the way
//! are the keys. Whatever is read with the key must be what was written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use ambient::Ambient;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use object_store::memory::InMemory;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};
use vault::{Identity, KeyService, LocalKeyFile, NewRecord, Options, Storage, Vault, verify_keyless};

type Objects = BTreeMap<String, Bytes>;
/// By kind and key: the body, and the attachment.
type Truth = BTreeMap<(String, String), (Bytes, Option<Bytes>)>;

/// After so many commits a checkpoint is written.
const TO_A_CHECKPOINT: usize = 256;
/// From this size an attachment lies in a file of its own.
const LARGE: usize = 130_000;

struct Written {
    runtime: Runtime,
    ambient: Ambient,
    keys: Arc<dyn KeyService>,
    objects: Objects,
    truth: Truth,
}

static SHORT: LazyLock<Written> = LazyLock::new(|| write(2));
static LONG: LazyLock<Written> = LazyLock::new(|| write(TO_A_CHECKPOINT));

fn write(commits: usize) -> Written {
    // The Parquet library panics on some damage. That is caught where it happens, and is no finding.
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (ambient, _) = Ambient::manual(Timestamp::from_second(1_800_000_000).unwrap(), 1);
    let folder = tempfile::tempdir().unwrap();
    let keys: Arc<dyn KeyService> = Arc::new(LocalKeyFile::create(&folder.path().join("key.json"), &ambient).unwrap());
    let memory = Arc::new(InMemory::new());
    let truth = runtime.block_on(async {
        let storage = Storage::over(memory.clone(), "memory");
        let site_url = "https://acme.atlassian.net".to_owned();
        let identity = Identity { tenant: "acme".to_owned(), site: "1".to_owned(), site_url };
        let made = Vault::create(storage, keys.clone(), ambient.clone(), identity, Options::default()).await;
        let vault = made.unwrap();
        fill(&vault, commits).await;
        read(&vault).await.expect("nothing was changed yet")
    });
    let objects = runtime.block_on(objects_in(&memory));
    Written { runtime, ambient, keys, objects, truth }
}

/// A record, a small attachment, a large one, and so many commits.
async fn fill(vault: &Vault, commits: usize) {
    let mut writer = vault.writer("run").await.unwrap();
    for (key, length) in [("1", 10), ("2", LARGE)] {
        let content = writer.blob(stream::iter([Ok(Bytes::from(vec![b'x'; length]))])).await.unwrap();
        let body = Bytes::from(json!({ "filename": key }).to_string());
        let (key, content) = (key.to_owned(), Some(content));
        writer.put(NewRecord { kind: "attachment", key, updated: None, body, content }).await.unwrap();
    }
    for commit in 0..commits {
        writer.progress(json!({ "commit": commit })).await.unwrap();
    }
    let body = Bytes::from_static(b"{\"key\":\"AB-1\"}");
    writer.put(NewRecord { kind: "issue", key: "1".to_owned(), updated: None, body, content: None }).await.unwrap();
    writer.commit("all", json!({})).await.unwrap();
}

async fn objects_in(memory: &InMemory) -> Objects {
    let names: Vec<_> = memory.list(None).map_ok(|found| found.location).try_collect().await.unwrap();
    let mut objects = Objects::new();
    for name in names {
        objects.insert(name.to_string(), memory.get(&name).await.unwrap().bytes().await.unwrap());
    }
    objects
}

/// Everything in the newest point, as far as it can be read.
async fn read(vault: &Vault) -> Option<Truth> {
    let point = vault.points().pop()?;
    let view = vault.at(point.number).ok()?;
    let mut found = Truth::new();
    for kind in point.counts.keys() {
        let mut records = view.scan(kind, "");
        while let Some(Ok(record)) = records.next().await {
            let content = match &record.content {
                Some(content) => view.content(content).try_collect::<Vec<Bytes>>().await.ok(),
                None => None,
            };
            let content = content.map(|pieces| pieces.concat().into());
            found.insert((record.kind, record.key), (record.body, content));
        }
    }
    Some(found)
}

/// Changes the newest object in a folder (or the one of that name), checks the vault without a key, opens it and reads it.
pub fn change(folder: &str, input: &[u8]) {
    let written: &Written = if folder == "checkpoints/" { &LONG } else { &SHORT };
    let mut objects = written.objects.clone();
    let (name, bytes) = objects.iter().rfind(|(name, _)| name.starts_with(folder)).expect("there is one of everything");
    let (name, bytes) = (name.clone(), changed(folder, bytes, input));
    objects.insert(name, bytes.into());
    written.runtime.block_on(async {
        let memory = InMemory::new();
        for (name, bytes) in objects {
            memory.put(&name.as_str().into(), bytes.into()).await.unwrap();
        }
        let storage = Storage::over(Arc::new(memory), "memory");
        let _ = verify_keyless(&storage, None).await;
        let (keys, ambient) = (written.keys.clone(), written.ambient.clone());
        let Ok(vault) = Vault::open(storage, keys, ambient, None, Options::default()).await else { return };
        for (key, (body, content)) in read(&vault).await.unwrap_or_default() {
            let (true_body, true_content) = written.truth.get(&key).expect("it was never written");
            assert_eq!(&body, true_body, "{key:?}");
            assert!(content.is_none() || &content == true_content, "{key:?}");
        }
    });
}

/// The object with the edits, its checksums right again.
fn changed(folder: &str, bytes: &[u8], input: &[u8]) -> Vec<u8> {
    match folder {
        "log/" => reseal(&edited(entry_of(bytes), input)),
        "checkpoints/" => {
            let text = zstd::decode_all(bytes).unwrap();
            zstd::bulk::compress(&reseal(&edited(entry_of(&text), input)), 3).unwrap()
        }
        _ => edited(bytes, input),
    }
}

fn edited(bytes: &[u8], input: &[u8]) -> Vec<u8> {
    let (mut bytes, mut input) = (bytes.to_vec(), input);
    while let [high, low, goes, comes, rest @ ..] = input {
        let start = usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() + 1);
        let end = (start + usize::from(*goes)).min(bytes.len());
        let (new, left) = rest.split_at(usize::from(*comes).min(rest.len()));
        bytes.splice(start..end, new.iter().copied());
        input = left;
    }
    bytes
}

const HEAD: &[u8] = b"{\"entry\":";
const MAC: &[u8] = b",\"mac\":\"";

/// What is between the wrapping of a commit (`docs/vault-format.md`).
fn entry_of(sealed: &[u8]) -> &[u8] {
    let end = sealed.windows(MAC.len()).rposition(|window| window == MAC).expect("it is sealed");
    &sealed[HEAD.len()..end]
}

/// The wrapping with a checksum that matches, and a MAC that cannot.
fn reseal(entry: &[u8]) -> Vec<u8> {
    let mut sealed = [HEAD, entry, MAC, "0".repeat(64).as_bytes()].concat();
    let digest = Sha256::digest(&sealed).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    sealed.extend_from_slice(format!("\",\"sha256\":\"{digest}\"}}\n").as_bytes());
    sealed
}
