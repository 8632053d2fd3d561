//! Writing and reading: points, history, differences.

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use serde_json::json;
use vault::Difference::{Added, Changed, Deleted};
use vault::{Change, Content, Error, NewRecord};

use crate::support::{Bench, capture, issue, map, record, summaries};

#[tokio::test]
async fn a_point_shows_the_site_as_it_was() {
    let bench = Bench::new();
    let vault = bench.create().await;
    let mut writer = vault.writer("run-1").await.unwrap();
    let first = capture(&mut writer, &[("1", "one"), ("2", "two"), ("3", "three")]).await;
    assert_eq!(writer.put(issue("1", "one")).await.unwrap(), Change::Unchanged);
    assert_eq!(writer.put(issue("2", "zwei")).await.unwrap(), Change::Changed);
    assert_eq!(writer.put(issue("4", "four")).await.unwrap(), Change::Added);
    assert!(writer.delete("issue", "3").await.unwrap());
    assert!(!writer.delete("issue", "3").await.unwrap());
    assert!(!writer.delete("issue", "9").await.unwrap());
    let second = writer.commit("nightly", json!({ "cursor": 7 })).await.unwrap();
    drop(writer);
    insta::assert_json_snapshot!(second, { ".taken" => "[time]", ".size" => "[bytes]" }, @r#"
    {
      "number": 3,
      "taken": "[time]",
      "counts": {
        "issue": {
          "live": 3,
          "added": 1,
          "changed": 1,
          "deleted": 1
        }
      },
      "state": {
        "cursor": 7
      },
      "note": "nightly",
      "size": "[bytes]"
    }
    "#);

    for vault in [vault, bench.open().await] {
        let (old, new) = (vault.at(first.number).unwrap(), vault.at(second.number).unwrap());
        assert_eq!(summaries(&old).await, map(&[("1", "one"), ("2", "two"), ("3", "three")]));
        assert_eq!(summaries(&new).await, map(&[("1", "one"), ("2", "zwei"), ("4", "four")]));
        assert_eq!(new.get("issue", "2").await.unwrap().unwrap().version, second.number);
        assert_eq!(new.get("issue", "3").await.unwrap(), None);
        let many = new.get_many("issue", &["4".into(), "3".into(), "1".into(), "1".into()]).await.unwrap();
        assert_eq!(many.iter().map(|record| record.key.as_str()).collect::<Vec<_>>(), ["1", "4"]);
        assert_eq!(new.keys("issue").try_collect::<Vec<_>>().await.unwrap().len(), 3);
        assert_eq!(new.counts()["issue"], 3);
        assert_eq!(vault.points()[1], second);
    }
}

#[tokio::test]
async fn what_hangs_on_an_issue_is_found_and_deleted_by_prefix() {
    let bench = Bench::new();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    for key in ["10/1", "100/1", "100/2", "1000/1", "1001/1"] {
        writer.put(record("comment", key, "c")).await.unwrap();
    }
    let first = writer.commit("", json!({})).await.unwrap();
    let view = vault.at(first.number).unwrap();
    let found: Vec<_> = view.scan("comment", "100/").map_ok(|record| record.key).try_collect().await.unwrap();
    assert_eq!(found, ["100/1", "100/2"]);

    writer.put(record("comment", "100/3", "new")).await.unwrap();
    assert_eq!(writer.delete_prefix("comment", "100/").await.unwrap(), 3);
    assert_eq!(writer.keys("comment").await.unwrap(), ["10/1", "1000/1", "1001/1"]);
    let second = writer.commit("", json!({})).await.unwrap();
    assert_eq!(vault.at(second.number).unwrap().counts()["comment"], 3);
}

#[tokio::test]
async fn a_record_has_a_history_and_points_have_differences() {
    let bench = Bench::new();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let a = capture(&mut writer, &[("1", "one"), ("2", "two"), ("5", "five")]).await.number;
    writer.delete("issue", "1").await.unwrap();
    let b = capture(&mut writer, &[("2", "deux"), ("3", "three")]).await.number;
    let c = capture(&mut writer, &[("1", "one"), ("2", "two")]).await.number;

    let versions = vault.history("issue", "1").await.unwrap();
    let seen: Vec<_> = versions.iter().map(|info| (info.version, info.deleted)).collect();
    assert_eq!(seen, [(a, false), (b, true), (c, false)]);
    assert_eq!(versions[0].hash, versions[2].hash);
    assert!(vault.version("issue", "1", b).await.unwrap().is_none());
    assert_eq!(vault.version("issue", "1", a).await.unwrap().unwrap().body, issue("1", "one").body);
    assert!(matches!(vault.version("issue", "5", b).await, Err(Error::NoSuchVersion { .. })));

    let diff = |from, to| {
        let entries = vault.diff(from, to).map_ok(|entry| (entry.key, entry.change));
        async move { entries.try_collect::<Vec<_>>().await.unwrap() }
    };
    let of = |key: &str, change| (key.to_owned(), change);
    assert_eq!(diff(a, b).await, [of("1", Deleted), of("2", Changed), of("3", Added)]);
    assert_eq!(diff(b, a).await, [of("1", Added), of("2", Changed), of("3", Deleted)]);
    assert_eq!(diff(a, c).await, [of("3", Added)]);
    assert_eq!(diff(a, a).await, []);
    assert!(vault.diff(a, 99).try_collect::<Vec<_>>().await.is_err());
    assert!(matches!(vault.at(99), Err(Error::NoSuchPoint(99))));
}

#[tokio::test]
async fn attachments_come_back_and_are_stored_once() {
    let mut bench = Bench::directory();
    bench.options.single_request_bytes = 1_000_000;
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let large = Bytes::from((0..2_000_000u32).map(|at| (at / 7) as u8).collect::<Vec<_>>());
    let chunks = |bytes: &Bytes| {
        let chunks: Vec<_> = bytes.chunks(100_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        stream::iter(chunks)
    };
    let contents = [
        (writer.blob(chunks(&Bytes::new())).await.unwrap(), Bytes::new()),
        (writer.blob(chunks(&large.slice(..5))).await.unwrap(), large.slice(..5)),
        (writer.blob(chunks(&large.slice(..200_000))).await.unwrap(), large.slice(..200_000)),
        (writer.blob(chunks(&large)).await.unwrap(), large.clone()),
        (writer.blob(chunks(&large)).await.unwrap(), large.clone()),
    ];
    assert!(matches!(contents[1].0, Content::Inline(_)));
    assert!(matches!(&contents[2].0, Content::Blob { length: 200_000, .. }));
    assert_eq!(contents[3].0, contents[4].0);
    for (at, (content, _)) in contents.iter().enumerate() {
        let body = Bytes::from_static(b"{}");
        let key = format!("1/{at}");
        let put = NewRecord { kind: "attachment", key, updated: None, body, content: Some(content.clone()) };
        writer.put(put).await.unwrap();
    }
    let point = writer.commit("", json!({})).await.unwrap();
    drop(writer);
    let blobs = walk(&bench.folder.path().join("vault/blobs"));
    assert_eq!(blobs.len(), 2, "{blobs:?}");
    assert!(walk(&bench.folder.path().join("vault/staging")).is_empty());

    let view = bench.open().await.at(point.number).unwrap();
    let records: Vec<_> = view.scan("attachment", "").try_collect().await.unwrap();
    for (record, (content, bytes)) in records.iter().zip(&contents) {
        assert_eq!(record.content.as_ref(), Some(content));
        let read: Vec<Bytes> = view.content(content).try_collect().await.unwrap();
        assert!(read.concat() == *bytes);
        assert_eq!(content.length(), bytes.len() as u64);
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn many_records_flow_through_small_segments() {
    let mut bench = Bench::new();
    bench.options.segment_bytes = 64_000;
    bench.options.uncommitted_records = 700;
    bench.options.index = Some(bench.folder.path().join("index.sqlite"));
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    for at in (0..3_000).rev() {
        writer.put(issue(&at.to_string(), &format!("summary {at}"))).await.unwrap();
    }
    // Rewritten while the first version lies in a stored segment that no commit names.
    for at in 0..50 {
        assert_eq!(writer.put(issue(&at.to_string(), "rewritten")).await.unwrap(), Change::Changed);
    }
    let point = writer.commit("", json!({})).await.unwrap();
    assert_eq!(point.counts["issue"].live, 3_000);
    drop(writer);
    for _ in 0..2 {
        let summaries = summaries(&bench.open().await.at(point.number).unwrap()).await;
        assert_eq!(summaries.len(), 3_000);
        assert_eq!((&*summaries["49"], &*summaries["50"]), ("rewritten", "summary 50"));
        std::fs::write(bench.folder.path().join("index.sqlite"), b"not a database").unwrap();
    }
}

#[tokio::test]
async fn an_interrupted_capture_goes_on() {
    let bench = Bench::new();
    let vault = bench.create().await;
    let mut writer = vault.writer("run-1").await.unwrap();
    let first = capture(&mut writer, &[("1", "one")]).await;
    writer.put(issue("2", "two")).await.unwrap();
    writer.progress(json!({ "next": 3 })).await.unwrap();
    writer.put(issue("3", "lost with the process")).await.unwrap();
    drop((writer, vault));

    let vault = bench.open().await;
    let unfinished = vault.unfinished().unwrap();
    assert_eq!((unfinished.run.as_str(), unfinished.state), ("run-1", json!({ "next": 3 })));
    assert_eq!(summaries(&vault.at(first.number).unwrap()).await, map(&[("1", "one")]));
    let mut writer = vault.writer("run-1").await.unwrap();
    assert_eq!(writer.put(issue("2", "two")).await.unwrap(), Change::Unchanged);
    assert_eq!(writer.put(issue("3", "three")).await.unwrap(), Change::Added);
    let point = writer.commit("", json!({})).await.unwrap();
    assert_eq!(point.counts["issue"].added, 2);
    assert_eq!(summaries(&vault.at(point.number).unwrap()).await, map(&[("1", "one"), ("2", "two"), ("3", "three")]));
    assert!(vault.unfinished().is_none());
}

#[tokio::test]
async fn records_that_cannot_be_stored_are_refused() {
    let vault = Bench::new().create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let mut bad = issue("1", "x");
    bad.body = Bytes::from_static(b"{\"\xff\"}");
    insta::assert_snapshot!(
        writer.put(bad).await.unwrap_err(),
        @"issue 1 cannot be stored: its body is not UTF-8: invalid utf-8 sequence of 1 bytes from index 2"
    );
    assert!(matches!(writer.put(issue("", "x")).await, Err(Error::BadRecord { .. })));
    assert!(matches!(vault.writer("other").await, Err(Error::Busy)));
}
