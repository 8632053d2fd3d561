//! Damage is found, rollbacks are refused.

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use vault::{Depth, Error, NewRecord, Vault, verify_keyless};

use crate::support::{Bench, Files, capture, summaries};

/// A vault with something of everything: two points, progress, a deletion, attachments, a second epoch.
async fn rich(bench: &Bench) -> Vault {
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "one secret"), ("2", "two secret")]).await;
    let bytes = Bytes::from(b"plaintext canary ".repeat(10_000));
    let content = writer.blob(stream::iter([Ok(bytes)])).await.unwrap();
    let body = Bytes::from_static(b"{\"filename\":\"a.txt\"}");
    let key = "1/5".to_owned();
    let put = NewRecord { kind: "attachment", key, updated: None, body, content: Some(content) };
    writer.put(put).await.unwrap();
    writer.delete("issue", "2").await.unwrap();
    writer.progress(json!({})).await.unwrap();
    drop(writer);
    vault.take_over("second machine").await.unwrap();
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("3", "three secret")]).await;
    vault
}

#[tokio::test]
async fn a_sound_vault_verifies_with_and_without_the_key() {
    let bench = Bench::directory();
    let vault = rich(&bench).await;
    let keyless = verify_keyless(&bench.storage, Some(&vault.head())).await.unwrap();
    assert_eq!((&*keyless.problems, &*keyless.unnamed), (&[][..], &[][..]));
    assert_eq!(keyless.objects as usize, Files::of(&bench).names().len());
    let full = vault.verify(Depth::Full).await.unwrap();
    assert_eq!((&*full.problems, full.objects, full.records), (&[][..], keyless.objects, 5));
}

#[tokio::test]
async fn what_no_commit_names_is_no_damage() {
    let bench = Bench::directory();
    let vault = rich(&bench).await;
    Files::of(&bench).write("segments/stray.parquet", b"stray");
    let report = vault.verify(Depth::Full).await.unwrap();
    assert_eq!((report.problems.len(), report.unnamed), (0, vec!["segments/stray.parquet".to_owned()]));
}

#[tokio::test]
async fn a_vault_that_was_rolled_back_is_refused_on_a_fresh_machine() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "one")]).await;
    let old = Files::of(&bench).copy();
    let early = vault.head();
    capture(&mut writer, &[("1", "uno")]).await;
    let known = vault.head();
    drop(writer);

    let files = Files::of(&bench);
    let last = format!("log/{:020}.json", known.number);
    let entry = files.read(&last);
    files.remove(&last);
    let refused = bench.try_open(Some(known.clone())).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { known: 3, .. }), "{refused}");
    // Without a known head nothing tells a cut tail from an older vault.
    assert!(bench.try_open(None).await.is_ok());
    files.write(&last, &entry);
    assert!(bench.try_open(Some(known.clone())).await.is_ok());
    assert!(bench.try_open(Some(early)).await.is_ok());

    // Another history of the same length.
    files.replace_all(&old);
    let other = bench.open().await;
    let mut writer = other.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "eins")]).await;
    assert!(matches!(bench.try_open(Some(known.clone())).await, Err(Error::RolledBack { .. })));
    assert_eq!(verify_keyless(&bench.storage, Some(&known)).await.unwrap().problems.len(), 1);
    for name in files.names() {
        files.remove(&name);
    }
    assert!(matches!(bench.try_open(Some(known)).await, Err(Error::RolledBack { .. })));
}

#[tokio::test]
async fn a_log_with_a_hole_or_an_edited_entry_is_refused() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    for at in 0..3 {
        capture(&mut writer, &[("1", &at.to_string())]).await;
    }
    let files = Files::of(&bench);
    let second = format!("log/{:020}.json", 2);
    let sound = files.read(&second);
    files.remove(&second);
    assert!(matches!(bench.try_open(None).await, Err(Error::Missing { object }) if object == second));

    // An edit by someone who fixes the checksum but has no key.
    let text = String::from_utf8(sound).unwrap().replace("\"run\":\"run\"", "\"run\":\"ran\"");
    let signed = &text[..text.len() - 3 - 64 - 12];
    let digest = <sha2::Sha256 as sha2::Digest>::digest(signed.as_bytes());
    let digest = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    files.write(&second, format!("{signed}\",\"sha256\":\"{digest}\"}}\n").as_bytes());
    let refused = bench.try_open(None).await.unwrap_err();
    assert!(refused.to_string().contains("MAC does not match"), "{refused}");
}

#[tokio::test]
async fn checkpoints_shorten_opening_and_are_not_needed() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let first = capture(&mut writer, &[("1", "one")]).await.number;
    for at in 0..256 {
        writer.progress(json!({ "at": at })).await.unwrap();
    }
    let newest = capture(&mut writer, &[("1", "259")]).await.number;
    drop(writer);
    let files = Files::of(&bench);
    let name = format!("checkpoints/{:020}.json.zst", 256);
    let sound = files.read(&name);
    for damage in [None, Some(vec![]), Some(b"nonsense".to_vec()), Some(sound[..sound.len() / 2].to_vec())] {
        if let Some(damage) = damage {
            files.write(&name, &damage);
        }
        let vault = bench.open().await;
        assert_eq!((vault.head().number, vault.points().len()), (newest, 2));
        assert_eq!(summaries(&vault.at(first).unwrap()).await["1"], "one");
        assert_eq!(summaries(&vault.at(newest).unwrap()).await["1"], "259");
    }
    files.write(&name, &sound);
    assert!(vault.verify(Depth::Keyless).await.unwrap().problems.is_empty());
}

/// Two files of a folder, exchanged.
fn exchange(files: &Files, folder: &str) {
    let names = files.names();
    let [first, second] = &*names.iter().filter(|name| name.starts_with(folder)).collect::<Vec<_>>() else {
        panic!("two files in {folder}: {names:?}")
    };
    let bytes = (files.read(first), files.read(second));
    assert_ne!(bytes.0, bytes.1);
    files.write(first, &bytes.1);
    files.write(second, &bytes.0);
}

#[tokio::test]
async fn of_exchanged_attachments_no_byte_is_given_out() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let mut contents = Vec::new();
    for text in ["one secret ", "two secret "] {
        let bytes = Bytes::from(text.repeat(20_000));
        contents.push((writer.blob(stream::iter([Ok(bytes.clone())])).await.unwrap(), bytes));
    }
    let point = capture(&mut writer, &[("1", "one")]).await;
    let view = vault.at(point.number).unwrap();
    for (content, bytes) in &contents {
        let read: Vec<Bytes> = view.content(content).try_collect().await.unwrap();
        assert_eq!(read.concat(), bytes[..]);
    }
    exchange(&Files::of(&bench), "blobs/");
    for (content, _) in &contents {
        let first = view.content(content).next().await.unwrap();
        assert!(matches!(first, Err(Error::Damaged { .. })), "{first:?}");
    }
}

#[tokio::test]
async fn exchanged_indexes_do_not_bring_older_versions_back() {
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "one")]).await;
    let newest = capture(&mut writer, &[("1", "two")]).await.number;
    exchange(&Files::of(&bench), "index/");
    let read = bench.open().await.at(newest).unwrap().get("issue", "1").await;
    assert!(matches!(read, Err(Error::Damaged { .. })), "{read:?}");
}
