//! Whatever call fails, in whatever way: nothing is lost, and the next attempt succeeds.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use object_store::memory::InMemory;
use serde_json::json;
use vault::{Content, Depth, Error, KeepPolicy, NewRecord, Storage, Vault, verify_keyless};

use crate::faulty::{Fault, FaultyStore};
use crate::support::{Bench, capture, issue, long_tests, map, summaries};

fn bench() -> (Bench, FaultyStore) {
    let store = FaultyStore::over(Arc::new(InMemory::new()));
    let mut bench = Bench::over(Storage::over(Arc::new(store.clone()), "memory"));
    bench.options.single_request_bytes = 100_000;
    (bench, store)
}

/// A capture that can be run again: progress, a large attachment, a recovery point, a second one, a pruning.
async fn scenario(bench: &Bench) -> vault::Result<Vault> {
    let vault = match bench.try_open(None).await {
        Err(Error::NoVault { .. }) => bench.try_create().await?,
        opened => opened?,
    };
    let mut writer = vault.writer("run").await?;
    let done = vault.points().len();
    if done < 1 {
        for key in ["1", "2", "3"] {
            writer.put(issue(key, "first")).await?;
        }
        writer.progress(json!({ "next": "attachments" })).await?;
        let bytes = Bytes::from(vec![7; 150_000]);
        let content = writer.blob(stream::iter([Ok(bytes)])).await?;
        let body = Bytes::from_static(b"{}");
        let key = "1/1".to_owned();
        writer.put(NewRecord { kind: "attachment", key, updated: None, body, content: Some(content) }).await?;
        writer.commit("first", json!({})).await?;
    }
    if done < 2 {
        writer.put(issue("2", "second")).await?;
        writer.delete("issue", "3").await?;
        writer.delete("attachment", "1/1").await?;
        writer.commit("second", json!({})).await?;
    }
    drop(writer);
    if done < 2 {
        let (point, until) = (vault.points()[0].number, bench.ambient.now() + Duration::from_hours(1));
        let hold = vault.hold(point, "a recovery", until).await?;
        vault.release(&hold).await?;
        vault.take_over("another machine").await?;
    }
    for _ in 0..2 {
        bench.clock.advance(Duration::from_hours(72));
        vault.prune(&everything_but_the_newest(), false).await?;
    }
    Ok(vault)
}

fn everything_but_the_newest() -> KeepPolicy {
    let zero = Duration::ZERO;
    KeepPolicy { hourly: 0, daily: 0, weekly: 0, monthly: 0, minimum_age: zero, grace: zero }
}

/// Which calls fail, and how.
#[derive(Clone, Copy, Debug)]
struct Case {
    number: u64,
    fault: Fault,
    among_writes: bool,
}

impl Case {
    /// Runs the scenario with the fault, again when it failed, and holds the end against what it must be. Whether there
    /// was such a call.
    async fn run(self) -> bool {
        let (bench, store) = bench();
        if self.among_writes {
            store.arm_write(self.number, self.fault);
        } else {
            store.arm(self.number, self.fault);
        }
        let first = scenario(&bench).await;
        if !store.disarm() {
            first.unwrap();
            return false;
        }
        let vault = match first {
            Ok(vault) => vault,
            Err(error) => {
                self.check_refusal(&error);
                self.check_sound(&bench).await;
                // The process died; the command is run again.
                scenario(&bench).await.unwrap_or_else(|error| panic!("{self:?}: {error}"))
            }
        };
        let points = vault.points();
        let newest = vault.at(points.last().unwrap().number).unwrap();
        assert_eq!(summaries(&newest).await, map(&[("1", "first"), ("2", "second")]), "{self:?}");
        assert_eq!(newest.counts()["issue"], 2, "{self:?}");
        assert_eq!(vault.verify(Depth::Full).await.unwrap().problems, [], "{self:?}");
        // What was left behind goes.
        bench.clock.advance(Duration::from_hours(72));
        vault.prune(&everything_but_the_newest(), false).await.unwrap();
        let unnamed = vault.verify(Depth::Keyless).await.unwrap().unnamed;
        assert_eq!(unnamed, [""; 0], "{self:?}");
        true
    }

    /// The message says what to do.
    fn check_refusal(self, error: &Error) {
        let advice = if self.fault == Fault::Full { "free some space" } else { "run the command again" };
        assert!(error.to_string().contains(advice), "{self:?}: {error}");
    }

    /// Right after the failure, before anything was repaired, there is nothing wrong with what is stored.
    async fn check_sound(self, bench: &Bench) {
        match verify_keyless(&bench.storage, None).await {
            Ok(report) => assert_eq!(report.problems, [], "{self:?}"),
            Err(error) => assert!(matches!(error, Error::NoVault { .. }), "{self:?}: {error}"),
        }
    }
}

/// In the quick run, each call meets one fault of several; in the long one all of them.
fn is_tried(number: u64, fault: usize, faults: usize) -> bool {
    long_tests() || number as usize % faults == fault
}

#[tokio::test]
async fn any_call_may_fail_before_or_after_it_took_effect() {
    let mut tried = 0;
    for (at, fault) in [Fault::Before, Fault::After].into_iter().enumerate() {
        for number in (0..).filter(|number| is_tried(*number, at, 2)) {
            if !(Case { number, fault, among_writes: false }).run().await {
                break;
            }
            tried += 1;
        }
    }
    println!("{tried} failures of any call, before and after it took effect");
    assert!(tried > 40, "only {tried} calls failed");
}

#[tokio::test]
async fn any_write_may_fail_in_any_way() {
    let (bench, store) = bench();
    store.arm_write(u64::MAX, Fault::Before);
    scenario(&bench).await.unwrap();
    let writes = store.writes();
    let faults = [Fault::Torn, Fault::Full, Fault::Before, Fault::After];
    let mut tried = 0;
    for (at, fault) in faults.into_iter().enumerate() {
        for number in (0..writes).filter(|number| is_tried(*number, at, faults.len())) {
            assert!(
                (Case { number, fault, among_writes: true }).run().await,
                "write {number} {fault:?} was not reached"
            );
            tried += 1;
        }
    }
    println!("{tried} failures of {writes} writes: torn, disk full, I/O error, done and answered by an error");
    assert!(writes > 20, "{writes}");
}

#[tokio::test]
async fn after_a_failure_the_same_writer_goes_on() {
    for fault in [Fault::Before, Fault::After] {
        for number in 0..12 {
            let (bench, store) = bench();
            let vault = bench.create().await;
            let mut writer = vault.writer("run").await.unwrap();
            writer.put(issue("1", "one")).await.unwrap();
            store.arm(number, fault);
            if writer.commit("", json!({})).await.is_err() {
                store.disarm();
                writer.commit("", json!({})).await.unwrap();
            }
            store.disarm();
            let point = vault.points().pop().unwrap();
            assert_eq!((vault.points().len(), point.counts["issue"].live), (1, 1), "call {number} {fault:?}");
            assert_eq!(summaries(&vault.at(point.number).unwrap()).await, map(&[("1", "one")]));
        }
    }
}

#[tokio::test]
async fn a_full_disk_and_a_read_only_bucket_say_so_and_lose_nothing() {
    let (bench, store) = bench();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let first = capture(&mut writer, &[("1", "one")]).await.number;
    writer.put(issue("2", "two")).await.unwrap();

    store.writes_fail(Some(Fault::Full));
    insta::assert_snapshot!(
        writer.commit("", json!({})).await.unwrap_err(),
        @"memory is full: free some space and run the command again; nothing was lost"
    );
    store.writes_fail(Some(Fault::Denied));
    let refused = writer.commit("", json!({})).await.unwrap_err();
    assert!(matches!(refused, Error::ReadOnly { .. }), "{refused}");
    assert!(refused.to_string().starts_with("memory does not allow writing segments/"), "{refused}");
    assert_eq!(summaries(&vault.at(first).unwrap()).await, map(&[("1", "one")]));

    store.writes_fail(None);
    let second = writer.commit("", json!({})).await.unwrap().number;
    assert_eq!(summaries(&bench.open().await.at(second).unwrap()).await, map(&[("1", "one"), ("2", "two")]));
}

#[tokio::test]
async fn what_the_store_retains_is_no_error() {
    let (bench, store) = bench();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let content = writer.blob(stream::iter([Ok(Bytes::from(vec![1; 200_000]))])).await.unwrap();
    let body = Bytes::from_static(b"{}");
    let key = "1/1".to_owned();
    writer.put(NewRecord { kind: "attachment", key, updated: None, body, content: Some(content) }).await.unwrap();
    writer.commit("", json!({})).await.unwrap();
    writer.delete("attachment", "1/1").await.unwrap();
    writer.commit("", json!({})).await.unwrap();
    drop(writer);
    vault.prune(&everything_but_the_newest(), false).await.unwrap();
    bench.clock.advance(Duration::from_hours(48));
    // Deletes come after the commit: the first two calls that write are its own.
    for number in 0.. {
        store.arm(number, Fault::Denied);
        let pruned = vault.prune(&everything_but_the_newest(), false).await;
        store.disarm();
        if let Ok(report) = pruned
            && report.retained > 0
        {
            assert!(report.deleted > 0);
            break;
        }
        assert!(number < 50, "no delete was refused");
    }
    let report = vault.verify(Depth::Full).await.unwrap();
    assert_eq!(report.problems, []);
}

#[tokio::test]
async fn opening_reads_the_newest_checkpoint_instead_of_the_whole_log() {
    let (bench, store) = bench();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "one")]).await;
    for at in 0..298 {
        writer.progress(json!({ "at": at })).await.unwrap();
    }
    drop((writer, vault));
    let before = store.log_reads();
    let vault = bench.open().await;
    assert_eq!((vault.points().len(), vault.head().number), (1, 300));
    let reads = store.log_reads() - before;
    assert!(reads < 60, "{reads} entries of the log were read");
}

#[tokio::test]
async fn a_source_that_breaks_leaves_nothing_behind() {
    let (bench, _) = bench();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let broken = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let bytes = stream::iter([Ok(Bytes::from(vec![1; 200_000])), Err(broken())]);
    assert!(matches!(writer.blob(bytes).await, Err(Error::Source(_))));
    let content = writer.blob(stream::iter([Ok(Bytes::from_static(b"whole"))])).await.unwrap();
    assert_eq!(content, Content::Inline(Bytes::from_static(b"whole")));
    let point = writer.commit("", json!({})).await.unwrap();
    let read: Vec<_> = vault.at(point.number).unwrap().content(&content).try_collect().await.unwrap();
    assert_eq!(read.concat(), b"whole");
    assert_eq!(vault.verify(Depth::Full).await.unwrap().unnamed, [""; 0]);
}
