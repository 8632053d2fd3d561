//! How large a vault is beside plain compression of the same JSON, and what writing it takes.
//!
//!     cargo run --release -p vault --example size -- [--whole] [--slow] FILE.ndjson[.zst]…
//!
//! Each line is an issue as Jira's REST API gives it. As in a capture, its comments, worklogs, links and attachments
//! become records of their own (`--whole` leaves the issue in one piece). Prints one line of JSON for each file: bytes
//! of the records as NDJSON, of the vault by folder, of `zstd -3` and (`--slow`: takes minutes) `zstd -19 --long=27` of
//! the whole NDJSON as one stream, their ratios, seconds, and the peak of resident memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;
use vault::{Identity, LocalKeyFile, NewRecord, Options, Storage, Vault};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let flag = |name: &str| flags.iter().any(|flag| flag == name);
    for file in files {
        let measured = measure(Path::new(&file), flag("--whole"), flag("--slow")).await?;
        println!("{measured}");
    }
    Ok(())
}

async fn measure(file: &Path, whole: bool, slow: bool) -> Result<serde_json::Value, Failure> {
    let folder = tempfile::tempdir()?;
    let ambient = Ambient::system();
    let start = ambient.clock.elapsed();
    let counts = write_vault(folder.path(), &ambient, file, whole).await?;
    let seconds = seconds(ambient.clock.elapsed().saturating_sub(start));
    // Before the other compressors take theirs.
    let peak = peak_memory();
    let item = item_milliseconds(folder.path(), &ambient, &counts.issues).await?;
    let folders = sizes(&folder.path().join("vault"))?;
    let vault: u64 = folders.values().sum();
    let fast = compressed(file, whole, 3, None)?;
    let dense = if slow { Some(compressed(file, whole, 19, Some(27))?) } else { None };
    let ratio = |of: u64| (vault as f64 / of as f64 * 1000.0).round() / 1000.0;
    Ok(json!({
        "file": file,
        "records": counts.records,
        "raw_bytes": counts.bytes,
        "vault_bytes": vault,
        "vault_bytes_by_folder": folders,
        "zstd_3_bytes": fast,
        "zstd_19_long_27_bytes": dense,
        "vault_to_raw": ratio(counts.bytes),
        "vault_to_zstd_3": ratio(fast),
        "vault_to_zstd_19_long_27": dense.map(ratio),
        "write_seconds": seconds,
        "item_read_milliseconds": item,
        "peak_resident_bytes": peak,
    }))
}

/// Issues that are read by themselves.
const READS: usize = 100;

#[derive(Default)]
struct Counts {
    records: u64,
    bytes: u64,
    issues: Vec<String>,
}

/// Captures all records of a file into a new vault.
async fn write_vault(folder: &Path, ambient: &Ambient, file: &Path, whole: bool) -> Result<Counts, Failure> {
    let keys = Arc::new(LocalKeyFile::create(&folder.join("key.json"), ambient)?);
    let storage = Storage::directory(&folder.join("vault"))?;
    let identity = Identity {
        tenant: "measure".to_owned(),
        site: "size".to_owned(),
        site_url: "https://source.example.atlassian.net".to_owned(),
    };
    let vault = Vault::create(storage, keys, ambient.clone(), identity, options(folder)).await?;
    let mut writer = vault.writer("size").await?;
    let mut counts = Counts::default();
    for line in lines(file)? {
        for record in records(&line?, whole)? {
            counts.records += 1;
            counts.bytes += record.body.len() as u64 + 1;
            counts.issues.extend((record.kind == "issue").then(|| record.key.clone()));
            writer.put(record).await?;
        }
    }
    writer.commit("", json!({})).await?;
    Ok(counts)
}

fn options(folder: &Path) -> Options {
    Options { index: Some(folder.join("index.sqlite")), ..Options::default() }
}

/// How long one issue takes, on average, when a vault was just opened and issues are asked for one by one, far apart.
async fn item_milliseconds(folder: &Path, ambient: &Ambient, issues: &[String]) -> Result<f64, Failure> {
    let keys = Arc::new(LocalKeyFile::load(&folder.join("key.json"), ambient)?);
    let storage = Storage::directory(&folder.join("vault"))?;
    let vault = Vault::open(storage, keys, ambient.clone(), None, options(folder)).await?;
    let point = vault.points().last().ok_or("there is no recovery point")?.number;
    let view = vault.at(point)?;
    view.get("nothing", "but the index").await?;
    let start = ambient.clock.elapsed();
    for at in 0..READS {
        let key = &issues[at * issues.len() / READS];
        view.get("issue", key).await?.ok_or("an issue is not there")?;
    }
    let elapsed = ambient.clock.elapsed().saturating_sub(start);
    Ok((elapsed.as_secs_f64() * 1e6 / READS as f64).round() / 1e3)
}

fn lines(file: &Path) -> io::Result<io::Lines<Box<dyn BufRead>>> {
    let opened = File::open(file)?;
    let reader: Box<dyn BufRead> = if file.extension().is_some_and(|extension| extension == "zst") {
        let mut decoder = zstd::stream::read::Decoder::new(opened)?;
        decoder.window_log_max(27)?;
        Box::new(BufReader::new(decoder))
    } else {
        Box::new(BufReader::new(opened))
    };
    Ok(reader.lines())
}

/// The records that a capture makes of an issue.
fn records(line: &str, whole: bool) -> Result<Vec<NewRecord<'static>>, Failure> {
    let issue: Members = serde_json::from_str(line)?;
    let id = issue.text("id")?;
    let fields: Members = serde_json::from_str(issue.get("fields").unwrap_or("{}"))?;
    let updated = fields.text("updated").ok();
    if whole {
        return Ok(vec![record("issue", id, updated.as_deref(), line)]);
    }
    let own = issue.replaced("fields", &fields.without(&["comment", "worklog"]));
    let mut records = vec![record("issue", id.clone(), updated.as_deref(), &own)];
    let lists = [
        ("comment", fields.get("comment"), Some("comments")),
        ("worklog", fields.get("worklog"), Some("worklogs")),
        ("attachment", fields.get("attachment"), None),
        ("issue_link", fields.get("issuelinks"), None),
    ];
    for (kind, found, within) in lists {
        let Some(found) = found else { continue };
        let page: Members;
        let list = match within {
            None => found,
            Some(within) => {
                page = serde_json::from_str(found)?;
                page.get(within).unwrap_or("[]")
            }
        };
        for object in serde_json::from_str::<Option<Vec<Box<RawValue>>>>(list)?.unwrap_or_default() {
            let members: Members = serde_json::from_str(object.get())?;
            // A link belongs to two issues, and is one record.
            if kind == "issue_link" && members.get("outwardIssue").is_none() {
                continue;
            }
            let own = members.text("id")?;
            let key = if kind == "issue_link" { own } else { format!("{id}/{own}") };
            records.push(record(kind, key, members.text("updated").ok().as_deref(), object.get()));
        }
    }
    Ok(records)
}

fn record(kind: &'static str, key: String, updated: Option<&str>, body: &str) -> NewRecord<'static> {
    // Jira writes offsets without a colon.
    let updated = updated.and_then(|text| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok());
    NewRecord { kind, key, updated, body: Bytes::copy_from_slice(body.as_bytes()), content: None }
}

/// An object's members as they are written, in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.get())
    }

    fn text(&self, name: &str) -> Result<String, Failure> {
        let value = self.get(name).ok_or_else(|| format!("an object has no {name}"))?;
        Ok(serde_json::from_str(value)?)
    }

    fn without(&self, names: &[&str]) -> String {
        object(
            self.0
                .iter()
                .filter(|(name, _)| !names.contains(&name.as_str()))
                .map(|(name, value)| (&**name, value.get())),
        )
    }

    fn replaced(&self, name: &str, by: &str) -> String {
        object(self.0.iter().map(|(found, value)| (&**found, if found == name { by } else { value.get() })))
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: Vec<String> = members.map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", members.join(","))
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// The bytes of the same records as one compressed stream of NDJSON.
fn compressed(file: &Path, whole: bool, level: i32, window_log: Option<u32>) -> Result<u64, Failure> {
    let mut encoder = zstd::stream::write::Encoder::new(Counter(0), level)?;
    if let Some(window_log) = window_log {
        encoder.long_distance_matching(true)?;
        encoder.window_log(window_log)?;
    }
    for line in lines(file)? {
        for record in records(&line?, whole)? {
            encoder.write_all(&record.body)?;
            encoder.write_all(b"\n")?;
        }
    }
    Ok(encoder.finish()?.0)
}

struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes by top-level folder (or file).
fn sizes(folder: &Path) -> io::Result<BTreeMap<String, u64>> {
    let mut sizes = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let metadata = entry.metadata()?;
        let size = if metadata.is_dir() { sizes_within(&entry.path())? } else { metadata.len() };
        sizes.insert(name, size);
    }
    Ok(sizes)
}

fn sizes_within(folder: &Path) -> io::Result<u64> {
    Ok(sizes(folder)?.values().sum())
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100.0).round() / 100.0
}

/// The most memory that was resident so far; nothing where Linux does not say so.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
