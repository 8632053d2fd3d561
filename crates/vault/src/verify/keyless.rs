//! Every byte of every object against the log's SHA-256, without any key.

use std::collections::BTreeMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};

use super::VerifyReport;
use crate::error::{Error, Result};
use crate::hash::sha256;
use crate::hex;
use crate::log::entry::{self, Object};
use crate::log::state::LogState;
use crate::names::is_deletable;
use crate::point::Head;
use crate::storage::Storage;

/// Objects that are read at the same time.
const READS: usize = 8;

/// How an object fared.
enum Checked {
    Sound,
    Missing,
    Other(String),
}

pub(super) async fn verify(storage: &Storage, known_head: Option<&Head>) -> Result<VerifyReport> {
    let mut report = VerifyReport::default();
    let listed = list(storage).await?;
    let newest = listed.keys().filter_map(|name| entry::number(name)).max().unwrap_or(0);
    if newest == 0 && known_head.is_none() {
        return Err(Error::NoVault { place: storage.place().to_owned() });
    }
    let log = read_log(storage, newest, known_head, &mut report).await?;
    for name in listed.keys() {
        let known = log.objects.contains_key(name) || log.removed.contains_key(name);
        if !known && is_deletable(name) {
            report.unnamed.push(name.clone());
        }
    }
    // What was removed may be gone already; while it is there, it should be sound.
    let removed =
        log.removed.values().map(|removed| &removed.object).filter(|object| listed.contains_key(&object.name));
    let objects: Vec<&Object> = log.objects.values().chain(removed).collect();
    let checks =
        objects.into_iter().map(|object| async move { Ok::<_, Error>((object, check(storage, object).await?)) });
    let mut checks = stream::iter(checks.collect::<Vec<_>>()).buffer_unordered(READS);
    while let Some((object, checked)) = checks.try_next().await? {
        match checked {
            Checked::Sound => {
                report.objects += 1;
                report.bytes += object.size;
            }
            // Between listing and reading, a pruning may have deleted it.
            Checked::Missing if log.removed.contains_key(&object.name) => {}
            Checked::Missing => report.problem(&object.name, "is missing"),
            Checked::Other(what) => report.problem(&object.name, what),
        }
    }
    report.problems.sort();
    report.problems.dedup();
    Ok(report)
}

/// Sizes by name.
async fn list(storage: &Storage) -> Result<BTreeMap<String, u64>> {
    storage.list("").map_ok(|listed| (listed.name, listed.size)).try_collect().await
}

/// Folds the log, going on after damage as well as that can be done.
async fn read_log(
    storage: &Storage,
    newest: u64,
    known_head: Option<&Head>,
    report: &mut VerifyReport,
) -> Result<LogState> {
    let mut log = LogState::empty();
    for number in 1..=newest {
        let name = entry::name(number);
        let Some(bytes) = storage.get(&name).await? else {
            report.problem(&name, "is missing: the log is cut");
            log.skip(number, String::new());
            continue;
        };
        match entry::read(number, &bytes) {
            Ok(stored) => {
                let applied = if log.head_sha256.is_empty() {
                    // The commit before is damaged or missing, which has been noted: its hash cannot be compared.
                    log.head_sha256.clone_from(&stored.entry.previous);
                    log.epoch = stored.entry.epoch
                        - u64::from(stored.entry.kind == entry::CommitKind::Epoch).min(stored.entry.epoch);
                    log.apply(&stored)
                } else {
                    log.apply(&stored)
                };
                if known_head.is_some_and(|known| known.number == number && known.mac != stored.head.mac) {
                    report.problem(
                        &name,
                        "is not the commit of that number that was seen before: the vault was rolled back",
                    );
                }
                match applied {
                    Ok(()) => {
                        report.objects += 1;
                        report.bytes += bytes.len() as u64;
                    }
                    Err(error) => {
                        report.note::<()>(&name, Err(error))?;
                        log.skip(number, hex::encode(&sha256(&bytes)));
                    }
                }
            }
            Err(error) => {
                report.note::<()>(&name, Err(error))?;
                log.skip(number, String::new());
            }
        }
    }
    if let Some(known) = known_head.filter(|known| known.number > newest) {
        report.problem(&entry::name(known.number), "was seen before and is missing: the vault was rolled back");
    }
    Ok(log)
}

async fn check(storage: &Storage, object: &Object) -> Result<Checked> {
    let mut bytes = match storage.stream(&object.name).await {
        Ok(bytes) => bytes,
        Err(Error::Missing { .. }) => return Ok(Checked::Missing),
        Err(error) => return Err(error),
    };
    let (mut size, mut hasher) = (0, Sha256::new());
    while let Some(chunk) = bytes.try_next().await? {
        size += chunk.len() as u64;
        hasher.update(&chunk);
    }
    if size != object.size {
        return Ok(Checked::Other(format!("has {size} bytes, the log says {}", object.size)));
    }
    if hex::encode(&hasher.finalize()) != object.sha256 {
        return Ok(Checked::Other("is not what was written: its SHA-256 differs from the log's".to_owned()));
    }
    Ok(Checked::Sound)
}
