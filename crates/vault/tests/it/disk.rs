//! A disk that is really full, at every amount of room: a small `tmpfs` for the vault, the index and temporary files.

use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;
use futures::stream;
use serde_json::json;
use vault::{Depth, Error, NewRecord, Storage, Vault, verify_keyless};

use crate::support::{Bench, issue, long_tests, summaries};

/// A file system of its own, while it lives.
struct Disk(PathBuf);

impl Disk {
    /// Needs root.
    fn mount(at: &Path, kilobytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let disk = Self(at.to_owned());
        disk.sized(kilobytes, "").then_some(disk)
    }

    fn grow(&self, kilobytes: u32) {
        assert!(self.sized(kilobytes, "remount,"));
    }

    fn sized(&self, kilobytes: u32, how: &str) -> bool {
        let options = format!("{how}size={kilobytes}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&self.0);
        mount.output().is_ok_and(|output| output.status.success())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

/// A capture in several commits, which goes on where it stopped.
async fn capture(bench: &Bench) -> vault::Result<Vault> {
    let vault = match bench.try_open(None).await {
        Err(Error::NoVault { .. }) => bench.try_create().await?,
        opened => opened?,
    };
    let mut writer = vault.writer("run").await?;
    for round in 0..4u8 {
        for at in 0..40 {
            writer.put(issue(&format!("{round}{at}"), &format!("issue {at} of {round}"))).await?;
        }
        let bytes = Bytes::from(vec![round; 130_000 + usize::from(round)]);
        let content = Some(writer.blob(stream::iter([Ok(bytes)])).await?);
        let (key, body) = (format!("1/{round}"), Bytes::from_static(b"{}"));
        writer.put(NewRecord { kind: "attachment", key, updated: None, body, content }).await?;
        writer.progress(json!({ "round": round })).await?;
    }
    writer.commit("", json!({})).await?;
    drop(writer);
    Ok(vault)
}

#[tokio::test]
async fn a_disk_that_fills_up_anywhere_loses_nothing() {
    let step = if long_tests() { 4 } else { 130 };
    let (mut refusals, mut sizes) = (0, 0);
    for kilobytes in (8..2_000).step_by(step) {
        let mut bench = Bench::new();
        let Some(disk) = Disk::mount(&bench.folder.path().join("disk"), kilobytes) else {
            println!("skipped: a full disk needs the right to mount (root)");
            return;
        };
        bench.storage = Storage::directory(&disk.0.join("vault")).unwrap();
        bench.options.index = Some(disk.0.join("index.sqlite"));
        sizes += 1;
        let first = capture(&bench).await;
        let enough = first.is_ok();
        if let Err(error) = first {
            let text = error.to_string();
            assert!(matches!(error, Error::Full { .. }) && text.contains("free some space"), "{kilobytes} kB: {text}");
            refusals += 1;
            match verify_keyless(&bench.storage, None).await {
                Ok(report) => assert_eq!(report.problems, [], "{kilobytes} kB"),
                Err(error) => assert!(matches!(error, Error::NoVault { .. }), "{kilobytes} kB: {error}"),
            }
        }
        disk.grow(8_000);
        let vault = capture(&bench).await.unwrap();
        let point = vault.points().pop().unwrap().number;
        assert_eq!(summaries(&vault.at(point).unwrap()).await.len(), 160, "{kilobytes} kB");
        assert_eq!(vault.verify(Depth::Full).await.unwrap().problems, [], "{kilobytes} kB");
        drop(vault);
        if enough {
            break;
        }
    }
    println!("{sizes} disks, {refusals} of which were too small at first");
    assert!(refusals > 3);
}
