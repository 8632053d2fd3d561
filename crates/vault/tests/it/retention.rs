//! Retention: what is kept reads as before, what is removed goes after the grace time, and not while a recovery runs.

use std::time::Duration;

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use serde_json::json;
use vault::{Depth, Error, KeepPolicy, NewRecord, Vault};

use crate::support::{Bench, Files, capture, issue, map, summaries};

const HOUR: Duration = Duration::from_hours(1);

fn daily(count: usize) -> KeepPolicy {
    let zero = Duration::ZERO;
    KeepPolicy { hourly: 0, daily: count, weekly: 0, monthly: 0, minimum_age: zero, grace: zero }
}

/// Twenty points, one every 8 hours; issue n is changed at point n, issue 1 at each.
async fn twenty_points(bench: &Bench) -> Vault {
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    for at in 0..20 {
        writer.put(issue("1", &format!("version {at}"))).await.unwrap();
        writer.put(issue(&(100 + at).to_string(), "stays")).await.unwrap();
        if at % 2 == 1 {
            writer.delete("issue", &(99 + at).to_string()).await.unwrap();
        }
        let content = writer.blob(stream::iter([Ok(Bytes::from(vec![at as u8; 130_000]))])).await.unwrap();
        let body = Bytes::from_static(b"{}");
        let key = "1/1".to_owned();
        writer.put(NewRecord { kind: "attachment", key, updated: None, body, content: Some(content) }).await.unwrap();
        writer.commit("", json!({})).await.unwrap();
        bench.clock.advance(8 * HOUR);
    }
    vault
}

#[tokio::test]
async fn kept_points_read_as_before_and_the_rest_goes_after_the_grace_time() {
    let bench = Bench::directory();
    let vault = twenty_points(&bench).await;
    let mut before = Vec::new();
    for point in vault.points() {
        before.push((point.number, summaries(&vault.at(point.number).unwrap()).await));
    }
    let foreseen = vault.prune(&daily(2), true).await.unwrap();
    assert_eq!(vault.points().len(), 20);
    let report = vault.prune(&daily(2), false).await.unwrap();
    assert_eq!(report, foreseen);
    assert_eq!((report.kept.len(), report.retired.len(), report.deleted), (2, 18, 0));
    assert!(report.merged == 20 && report.removed >= 58, "{report:?}");

    let files = Files::of(&bench);
    let count = files.names().len();
    let reopened = bench.open().await;
    for vault in [&vault, &reopened] {
        for (number, content) in &before {
            match vault.at(*number) {
                Ok(view) => {
                    assert!(report.kept.contains(number));
                    assert_eq!(&summaries(&view).await, content);
                    let record = view.get("attachment", "1/1").await.unwrap().unwrap();
                    let bytes: Vec<_> = view.content(&record.content.unwrap()).try_collect().await.unwrap();
                    assert_eq!(bytes.concat().len(), 130_000);
                }
                Err(error) => assert!(matches!(error, Error::NoSuchPoint(_)) && report.retired.contains(number)),
            }
        }
        assert_eq!(vault.verify(Depth::Full).await.unwrap().problems, []);
    }
    // Within the grace time nothing is deleted, however short the policy says it is.
    bench.clock.advance(23 * HOUR);
    assert_eq!(vault.prune(&daily(2), false).await.unwrap().deleted, 0);
    assert_eq!(files.names().len(), count);
    bench.clock.advance(2 * HOUR);
    let report = vault.prune(&daily(2), false).await.unwrap();
    assert!(report.deleted >= 58 && report.freed > 18 * 130_000, "{report:?}");
    let vault = bench.open().await;
    let verified = vault.verify(Depth::Full).await.unwrap();
    assert_eq!((&*verified.problems, &*verified.unnamed), (&[][..], &[][..]));
    assert_eq!(files.names().iter().filter(|name| name.starts_with("blobs/")).count(), 2);
    assert!(files.names().iter().filter(|name| name.starts_with("segments/")).count() <= 2);
    let newest = before.last().unwrap();
    assert_eq!(summaries(&vault.at(newest.0).unwrap()).await, newest.1);
}

#[tokio::test]
async fn a_deleted_record_stays_deleted_when_its_segments_are_merged() {
    let bench = Bench::new();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    // The first segment is mostly alive and stays; the record's deletion is in one that is merged.
    let base: Vec<_> = (0..50).map(|at| (at.to_string(), "base")).collect();
    for (key, text) in &base {
        writer.put(issue(key, text)).await.unwrap();
    }
    writer.commit("", json!({})).await.unwrap();
    bench.clock.advance(24 * HOUR);
    writer.delete("issue", "7").await.unwrap();
    capture(&mut writer, &[("a", "1"), ("b", "1"), ("c", "1")]).await;
    bench.clock.advance(24 * HOUR);
    let newest = capture(&mut writer, &[("a", "2"), ("b", "2"), ("c", "2")]).await.number;
    drop(writer);
    let report = vault.prune(&daily(1), false).await.unwrap();
    assert_eq!((report.merged, report.kept), (1, vec![newest]));
    for vault in [&vault, &bench.open().await] {
        let seen = summaries(&vault.at(newest).unwrap()).await;
        assert_eq!((seen.len(), seen.contains_key("7")), (52, false));
    }
    let mut writer = vault.writer("run").await.unwrap();
    assert!(!writer.delete("issue", "7").await.unwrap());
}

#[tokio::test]
async fn a_running_recovery_keeps_its_point_and_blocks_deletion() {
    let bench = Bench::new();
    let vault = twenty_points(&bench).await;
    let held = vault.points()[3].number;
    let content = summaries(&vault.at(held).unwrap()).await;
    vault.prune(&daily(9), false).await.unwrap();
    let held = if vault.at(held).is_ok() { held } else { vault.points()[0].number };
    let content = if vault.points()[0].number == held { summaries(&vault.at(held).unwrap()).await } else { content };
    let until = bench.ambient.now() + 100 * HOUR;
    let hold = vault.hold(held, "recovery of acme", until).await.unwrap();
    bench.clock.advance(48 * HOUR);
    let report = bench.open().await.prune(&daily(1), false).await.unwrap();
    assert!(report.kept.contains(&held));
    assert_eq!((report.deleted, report.held_by), (0, vec![format!("point {held}: recovery of acme")]));
    vault.refresh().await.unwrap();
    assert_eq!(summaries(&vault.at(held).unwrap()).await, content);

    vault.release(&hold).await.unwrap();
    let report = vault.prune(&daily(1), false).await.unwrap();
    assert!(report.retired.contains(&held) && report.deleted > 0 && report.held_by.is_empty());
}

#[tokio::test]
async fn a_hold_whose_owner_died_ends_by_itself() {
    let bench = Bench::new();
    let vault = twenty_points(&bench).await;
    let held = vault.points()[0].number;
    vault.hold(held, "died", bench.ambient.now() + HOUR).await.unwrap();
    bench.clock.advance(2 * HOUR);
    let report = vault.prune(&daily(1), false).await.unwrap();
    assert!(report.retired.contains(&held) && report.held_by.is_empty());
}

#[tokio::test]
async fn a_pinned_point_stays_whole_while_others_go_until_it_is_let_go() {
    let bench = Bench::new();
    let vault = twenty_points(&bench).await;
    let pinned = vault.points()[3].number;
    let content = summaries(&vault.at(pinned).unwrap()).await;
    vault.pin(pinned).await.unwrap();
    let head = vault.head();
    vault.pin(pinned).await.unwrap();
    assert_eq!(vault.head(), head, "it is pinned already");
    vault.prune(&daily(1), false).await.unwrap();
    // Long after: a pin has no end, and blocks no deletion.
    bench.clock.advance(10_000 * HOUR);
    let opened = bench.open().await;
    let report = opened.prune(&daily(1), false).await.unwrap();
    assert!(report.kept.contains(&pinned) && report.deleted > 0 && report.held_by.is_empty(), "{report:?}");
    assert_eq!(opened.pinned().into_iter().collect::<Vec<_>>(), [pinned]);
    assert_eq!(summaries(&opened.at(pinned).unwrap()).await, content);
    assert_eq!(opened.verify(Depth::Full).await.unwrap().problems, []);

    opened.unpin(pinned).await.unwrap();
    opened.unpin(pinned).await.unwrap();
    assert!(opened.pinned().is_empty());
    assert_eq!(opened.prune(&daily(1), false).await.unwrap().retired, [pinned]);
    for gone in [opened.pin(pinned).await, opened.unpin(pinned).await] {
        assert!(matches!(gone, Err(Error::NoSuchPoint(number)) if number == pinned));
    }
}

#[tokio::test]
async fn leftovers_of_interrupted_work_go_after_the_grace_time() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "one")]).await;
    // A large attachment that no commit will name.
    writer.blob(stream::iter([Ok(Bytes::from(vec![1; 200_000]))])).await.unwrap();
    drop(writer);
    assert_eq!(vault.verify(Depth::Keyless).await.unwrap().unnamed.len(), 1);
    assert_eq!(vault.prune(&daily(1), false).await.unwrap().deleted, 0);
    bench.clock.advance(25 * HOUR);
    let report = vault.prune(&daily(1), false).await.unwrap();
    assert_eq!((report.deleted, report.freed > 200_000), (1, true));
    assert!(vault.verify(Depth::Keyless).await.unwrap().unnamed.is_empty());
}

#[tokio::test]
async fn a_leftover_attachment_is_taken_up_and_a_removed_one_comes_back() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let bytes = || stream::iter([Ok(Bytes::from(vec![1; 200_000]))]);
    let mut writer = vault.writer("run").await.unwrap();
    writer.blob(bytes()).await.unwrap();
    drop(writer);
    let mut writer = vault.writer("run").await.unwrap();
    let mut point = 0;
    for round in 0..2 {
        let content = Some(writer.blob(bytes()).await.unwrap());
        let put =
            |content| NewRecord { kind: "attachment", key: "1/1".into(), updated: None, body: "{}".into(), content };
        writer.put(put(content)).await.unwrap();
        point = writer.commit("", json!({})).await.unwrap().number;
        if round == 0 {
            bench.clock.advance(24 * HOUR);
            writer.delete("attachment", "1/1").await.unwrap();
            writer.commit("", json!({})).await.unwrap();
            drop(writer);
            assert!(vault.prune(&daily(1), false).await.unwrap().removed > 0);
            writer = vault.writer("run").await.unwrap();
        }
    }
    drop(writer);
    bench.clock.advance(48 * HOUR);
    vault.prune(&daily(1), false).await.unwrap();
    let view = vault.at(point).unwrap();
    let record = view.get("attachment", "1/1").await.unwrap().unwrap();
    let read: Vec<_> = view.content(&record.content.unwrap()).try_collect().await.unwrap();
    assert_eq!(read.concat().len(), 200_000);
    assert_eq!(vault.verify(Depth::Full).await.unwrap().problems, []);
    assert_eq!(summaries(&view).await, map(&[]));
}
