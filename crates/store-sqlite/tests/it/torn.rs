//! Files as a crash, a broken disk or a careless copy leaves them: cut in the middle of a write, garbled, or with a page
//! that is not what it was.

use std::path::Path;

use control::id::RecoveryId;
use store::conformance::sample::{begin_recovery, furnish, tenant};
use store::{JournalRow, JournalState, Store as _, StoreError};
use store_sqlite::SqliteStore;

use crate::{SqliteBench, made};

/// <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>
const LOG_HEADER: u64 = 32;
const FRAME: u64 = 24 + 4096;

/// How many calls are recorded, one commit each.
const COMMITS: u64 = 12;

fn row(recovery: RecoveryId, number: u64) -> JournalRow {
    JournalRow {
        recovery,
        operation: u128::from(number).to_be_bytes(),
        kind: "issue".to_owned(),
        source: number.to_string(),
        state: JournalState::Intent,
        attempt: 1,
        expected: None,
        target: None,
        target_key: None,
        reason: None,
        lease: 1,
    }
}

/// A database with a journal in its log, as a process leaves it that is killed; its recovery, and the folder of the copy.
async fn killed() -> (SqliteBench, RecoveryId) {
    let living = made();
    let store = living.open_here().await;
    furnish(&store).await;
    let (recovery, _) = begin_recovery(&store, 1).await;
    store.close().await;
    // What came before is in the file now, and the log begins anew.
    let store = living.open_here().await;
    let journal = store.journal(tenant());
    for number in 0..COMMITS {
        journal.record(&[row(recovery, 2 * number), row(recovery, 2 * number + 1)]).await.unwrap();
    }
    let dead = made();
    for name in ["control.db", "control.db-wal"] {
        std::fs::copy(living.folder.path().join(name), dead.folder.path().join(name)).unwrap();
    }
    (dead, recovery)
}

fn log(bench: &SqliteBench) -> Vec<u8> {
    std::fs::read(log_path(bench)).unwrap()
}

fn log_path(bench: &SqliteBench) -> std::path::PathBuf {
    bench.folder.path().join("control.db-wal")
}

/// How many rows the journal has, which must be the first of those that were recorded, and none of a call alone.
async fn rows(bench: &SqliteBench, recovery: RecoveryId) -> u64 {
    let store = bench.open_here().await;
    let rows = store.journal(tenant()).in_state(recovery, JournalState::Intent, 0, 1000).await.unwrap();
    let mut sources: Vec<u64> = rows.iter().map(|entry| entry.row.source.parse().unwrap()).collect();
    sources.sort_unstable();
    assert_eq!(sources, (0..sources.len() as u64).collect::<Vec<_>>());
    assert_eq!(sources.len() % 2, 0, "a call is recorded whole");
    // What is there can be gone on with.
    let next = sources.len() as u64;
    store.journal(tenant()).record(&[row(recovery, next), row(recovery, next + 1)]).await.unwrap();
    store.close().await;
    next
}

/// Puts the files back as they were when the process was killed.
fn put_back(bench: &SqliteBench, file: &[u8], log: &[u8]) {
    std::fs::write(bench.path(), file).unwrap();
    std::fs::write(log_path(bench), log).unwrap();
    let _ = std::fs::remove_file(bench.folder.path().join("control.db-shm"));
}

#[tokio::test]
async fn a_log_that_is_cut_anywhere_holds_whole_commits_and_all_before_the_cut() {
    let (bench, recovery) = killed().await;
    let (file, whole) = (std::fs::read(bench.path()).unwrap(), log(&bench));
    let frames = (whole.len() as u64 - LOG_HEADER) / FRAME;
    assert!(frames >= COMMITS, "{frames}");
    assert_eq!(rows(&bench, recovery).await, 2 * COMMITS, "uncut, nothing is lost");
    let (mut before, mut seen) = (0, 0);
    for frame in 0..=frames {
        let boundary = LOG_HEADER + frame * FRAME;
        let mut at_boundary = 0;
        for cut in [boundary, boundary + 11, boundary + FRAME / 2, boundary + FRAME - 1] {
            put_back(&bench, &file, &whole[..(cut as usize).min(whole.len())]);
            let found = rows(&bench, recovery).await;
            if cut == boundary {
                assert!(found >= before, "a longer log holds no less");
                seen += u64::from(found > before);
                (before, at_boundary) = (found, found);
            }
            assert!(found == at_boundary || cut as usize > whole.len(), "half a frame counts for nothing");
        }
    }
    assert_eq!((before, seen), (2 * COMMITS, COMMITS), "each commit shows with its last frame");
}

#[tokio::test]
async fn a_log_that_is_garbled_holds_what_comes_before() {
    let (bench, recovery) = killed().await;
    let (file, whole) = (std::fs::read(bench.path()).unwrap(), log(&bench));
    let mut least = u64::MAX;
    for place in (0..whole.len()).step_by(1009) {
        let mut garbled = whole.clone();
        garbled[place] ^= 0x40;
        put_back(&bench, &file, &garbled);
        let found = rows(&bench, recovery).await;
        assert!(found <= 2 * COMMITS);
        least = least.min(found);
    }
    assert_eq!(least, 0, "the first frames were garbled too");
}

/// Opens a database and uses it as a command does.
async fn use_it(path: &Path, recovery: RecoveryId) -> store::Result<usize> {
    let store = SqliteStore::open(path).await?;
    let used = async {
        let mut repository = store.write().await?;
        repository.sites().list(tenant()).await?;
        repository.recoveries().list(tenant(), None, 9).await?;
        repository.save().await?;
        let journal = store.journal(tenant());
        journal.counts(recovery).await?;
        let rows = journal.of_kind(recovery, "issue", "", 1000).await?;
        journal.record(&[row(recovery, 500)]).await?;
        Ok(rows.len())
    };
    let used = used.await;
    store.close().await;
    used
}

#[tokio::test]
async fn a_page_that_is_garbled_is_told_or_harms_nothing() {
    let (bench, recovery) = killed().await;
    // All of it in the file.
    rows(&bench, recovery).await;
    let whole = std::fs::read(bench.path()).unwrap();
    let (mut told, mut harmless) = (0, 0);
    for page in (0..whole.len()).step_by(4096) {
        for garbage in [0x00, 0xA5] {
            let mut garbled = whole.clone();
            garbled[page..page + 4096].fill(garbage);
            put_back(&bench, &garbled, &[]);
            match use_it(&bench.path(), recovery).await {
                Ok(_) => harmless += 1,
                Err(error) => {
                    told += 1;
                    assert!(matches!(error, StoreError::Damaged { .. }), "page {}: {error:?}", page / 4096);
                    assert!(error.to_string().contains("restore it from a copy"), "{error}");
                }
            }
        }
    }
    println!("garbled pages: {told} told, {harmless} not used");
    assert!(told > 10, "{told}");
}

#[tokio::test]
async fn a_file_that_is_cut_is_told() {
    let (bench, recovery) = killed().await;
    rows(&bench, recovery).await;
    let whole = std::fs::read(bench.path()).unwrap();
    for parts in 1..8 {
        put_back(&bench, &whole[..whole.len() * parts / 8], &[]);
        let told = use_it(&bench.path(), recovery).await.unwrap_err();
        assert!(matches!(told, StoreError::Damaged { .. }), "{told:?}");
    }
}
