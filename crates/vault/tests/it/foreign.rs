//! Readers that are not ours open a vault: PyArrow through its ordinary KMS client, DuckDB, and the stock `age` tool.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use serde::Deserialize;
use serde_json::json;
use vault::{Content, NewRecord};

use crate::support::{Bench, Files, issue, python, record};

/// What `read_vault.py` prints.
#[derive(Deserialize)]
struct Read {
    pyarrow: BTreeMap<String, String>,
    duckdb: BTreeMap<String, String>,
    age: Vec<String>,
}

#[tokio::test]
async fn pyarrow_duckdb_and_age_read_what_we_wrote() {
    let Some(python) = python("foreign readers") else { return };
    let bench = Bench::directory();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    // Several row groups, long bodies, empty and non-ASCII texts.
    for at in 0..700 {
        writer.put(issue(&at.to_string(), &"語 text ".repeat(at % 90 * 20))).await.unwrap();
    }
    let large = Bytes::from(b"attachment ".repeat(20_000));
    let content = writer.blob(stream::iter([Ok(large.clone())])).await.unwrap();
    let body = Bytes::from_static(b"{}");
    let key = "1/7".to_owned();
    writer
        .put(NewRecord { kind: "attachment", key, updated: None, body, content: Some(content.clone()) })
        .await
        .unwrap();
    writer.commit("", json!({})).await.unwrap();
    drop(writer);
    vault.take_over("elsewhere").await.unwrap();
    let mut writer = vault.writer("run").await.unwrap();
    writer.put(issue("5", "changed")).await.unwrap();
    writer.put(record("comment", "5/1", "new")).await.unwrap();
    writer.delete("issue", "6").await.unwrap();
    let point = writer.commit("", json!({})).await.unwrap().number;
    writer.put(issue("5", "after the point")).await.unwrap();
    writer.commit("", json!({})).await.unwrap();

    let mut expected = BTreeMap::new();
    let view = vault.at(point).unwrap();
    for kind in ["attachment", "comment", "issue"] {
        for record in view.scan(kind, "").try_collect::<Vec<_>>().await.unwrap() {
            expected.insert(format!("{kind} {}", record.key), String::from_utf8(record.body.to_vec()).unwrap());
        }
    }
    assert_eq!(expected.len(), 701);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/read_vault.py");
    let folder = bench.folder.path();
    let output = Command::new(python)
        .arg(script)
        .args([folder.join("vault"), folder.join("key.json"), point.to_string().into()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Read = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read.pyarrow, expected);
    assert_eq!(read.duckdb, expected);
    let Content::Blob { id, .. } = content else { panic!("a large attachment is a file") };
    age_opens(&Files::of(&bench).read(&format!("blobs/{}/{id}.age", &id[..2])), &read.age[0], &large);
}

/// The `age` tool decrypts a file.
fn age_opens(file: &[u8], identity: &str, expected: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let identity_file = folder.path().join("identity");
    std::fs::write(&identity_file, identity).unwrap();
    let started = Command::new("age")
        .args(["--decrypt", "--identity"])
        .arg(&identity_file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut age) = started else {
        println!("skipped: the `age` tool is not installed (apt-get install age)");
        return;
    };
    let mut input = age.stdin.take().unwrap();
    let file = file.to_vec();
    let feeder = std::thread::spawn(move || input.write_all(&file).unwrap());
    let output = age.wait_with_output().unwrap();
    feeder.join().unwrap();
    assert!(output.status.success());
    assert!(output.stdout == expected);
}
