//! Damage is found, rollbacks are refused.

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use serde_json::json;
use vault::{Content, Depth, Error, NewRecord, Vault, verify_keyless};

use crate::support::{Bench, Files, capture, issue, summaries};

/// A vault with something of everything: two points, progress, a deletion, attachments, a second epoch.
async fn rich(bench: &Bench) -> (Vault, Content) {
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("1", "one secret"), ("2", "two secret")]).await;
    let bytes = Bytes::from(b"plaintext canary ".repeat(10_000));
    let content = writer.blob(stream::iter([Ok(bytes)])).await.unwrap();
    let body = Bytes::from_static(b"{\"filename\":\"a.txt\"}");
    let key = "1/5".to_owned();
    let put = NewRecord { kind: "attachment", key, updated: None, body, content: Some(content.clone()) };
    writer.put(put).await.unwrap();
    writer.delete("issue", "2").await.unwrap();
    writer.progress(json!({})).await.unwrap();
    drop(writer);
    vault.take_over("second machine").await.unwrap();
    let mut writer = vault.writer("run").await.unwrap();
    capture(&mut writer, &[("3", "three secret")]).await;
    (vault, content)
}

#[tokio::test]
async fn a_sound_vault_verifies_with_and_without_the_key() {
    let bench = Bench::directory();
    let (vault, _) = rich(&bench).await;
    let keyless = verify_keyless(&bench.storage, Some(&vault.head())).await.unwrap();
    assert_eq!((&*keyless.problems, &*keyless.unnamed), (&[][..], &[][..]));
    assert_eq!(keyless.objects as usize, Files::of(&bench).names().len());
    let full = vault.verify(Depth::Full).await.unwrap();
    assert_eq!((&*full.problems, full.objects, full.records), (&[][..], keyless.objects, 5));
}

/// How many flips are tried; more by `LIFEBOAT_TEST_FLIPS`.
fn flips() -> usize {
    std::env::var("LIFEBOAT_TEST_FLIPS").ok().and_then(|count| count.parse().ok()).unwrap_or(200)
}

#[tokio::test]
async fn every_flipped_bit_is_found_without_the_key_and_nothing_damaged_is_read() {
    let bench = Bench::directory();
    let (vault, content) = rich(&bench).await;
    let point = vault.points()[1].number;
    drop(vault);
    let files = Files::of(&bench);
    let names = files.names();
    for round in 0..flips() {
        let name = &names[round % names.len()];
        let sound = files.read(name);
        // A multiplicative step visits every region of the file.
        let bit = (round * 2_654_435_761) % (sound.len() * 8);
        let mut flipped = sound.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        files.write(name, &flipped);
        let report = verify_keyless(&bench.storage, None).await.unwrap();
        assert!(report.problems.iter().any(|problem| &problem.object == name), "{name} bit {bit}: {report:?}");

        // A reader either gets exactly what was stored or an error.
        if let Ok(vault) = bench.try_open(None).await
            && let Ok(view) = vault.at(point)
        {
            if let Ok(records) = view.scan("issue", "").try_collect::<Vec<_>>().await {
                let bodies: Vec<_> = records.into_iter().map(|record| record.body).collect();
                assert_eq!(bodies, [issue("1", "one secret").body, issue("3", "three secret").body]);
            }
            let read: Vec<Result<Bytes, Error>> = futures::StreamExt::collect(view.content(&content)).await;
            let whole = read.iter().all(Result::is_ok);
            let bytes = read.into_iter().flatten().collect::<Vec<_>>().concat();
            assert!(b"plaintext canary ".repeat(10_000).starts_with(&bytes));
            assert!(!whole || bytes.len() == 170_000);
        }
        files.write(name, &sound);
    }
}

#[tokio::test]
async fn missing_cut_swapped_and_foreign_objects_are_found() {
    let bench = Bench::directory();
    let (vault, _) = rich(&bench).await;
    let files = Files::of(&bench);
    for name in files.names() {
        let sound = files.read(&name);
        files.remove(&name);
        let report = verify_keyless(&bench.storage, Some(&vault.head())).await.unwrap();
        assert!(report.problems.iter().any(|problem| problem.object == name), "{name} missing");
        files.write(&name, &sound[..sound.len() / 2]);
        let report = verify_keyless(&bench.storage, None).await.unwrap();
        assert!(report.problems.iter().any(|problem| problem.object == name), "{name} cut");
        files.write(&name, &sound);
    }
    let segments: Vec<_> = files.names().into_iter().filter(|name| name.starts_with("segments/")).collect();
    let (one, two) = (files.read(&segments[0]), files.read(&segments[1]));
    files.write(&segments[0], &two);
    files.write(&segments[1], &one);
    let report = verify_keyless(&bench.storage, None).await.unwrap();
    assert_eq!(report.problems.len(), 2);
    files.write(&segments[0], &one);
    files.write(&segments[1], &two);
    files.write("segments/stray.parquet", b"stray");
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
    let mut newest = 0;
    for at in 0..260 {
        newest = capture(&mut writer, &[("1", &at.to_string())]).await.number;
    }
    drop(writer);
    let files = Files::of(&bench);
    let name = format!("checkpoints/{:020}.json.zst", 256);
    let sound = files.read(&name);
    for damage in [None, Some(vec![]), Some(b"nonsense".to_vec()), Some(sound[..sound.len() / 2].to_vec())] {
        if let Some(damage) = damage {
            files.write(&name, &damage);
        }
        let vault = bench.open().await;
        assert_eq!((vault.head().number, vault.points().len()), (newest, 260));
        assert_eq!(summaries(&vault.at(newest).unwrap()).await["1"], "259");
    }
    files.write(&name, &sound);
    assert!(vault.verify(Depth::Keyless).await.unwrap().problems.is_empty());
}
