//! A disk that is really full: a database on a small file system of its own.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use control::id::RecoveryId;
use sqlx::{Connection as _, PgConnection};
use store::conformance::sample::{begin_recovery, furnish, tenant};
use store::{Journal, JournalRow, JournalState, Store as _, StoreError};
use tempfile::TempDir;

use crate::server::{PostgresBench, database_on, fresh_name, on, server};

/// A small file system that the server may write to; gone with the test.
struct Disk {
    folder: TempDir,
}

impl Disk {
    /// Mounts it, or says why not: it takes root, and a server on this machine.
    async fn mount(server: &str) -> Option<Self> {
        let mut connection = PgConnection::connect(server).await.unwrap();
        let data: Option<String> = sqlx::query_scalar("SHOW data_directory").fetch_one(&mut connection).await.ok();
        let owner = data.and_then(|data| fs::metadata(data).ok());
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=32m", "tmpfs"]).arg(folder.path());
        let mounted = owner.is_some() && mount.output().is_ok_and(|output| output.status.success());
        let Some(owner) = owner.filter(|_| mounted) else {
            eprintln!("skipped: a small disk for the server needs root on the server's machine");
            return None;
        };
        let disk = Self { folder };
        fs::set_permissions(disk.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(disk.tablespace()).unwrap();
        chown(disk.tablespace(), Some(owner.uid()), Some(owner.gid())).unwrap();
        Some(disk)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn tablespace(&self) -> PathBuf {
        self.path().join("tablespace")
    }

    /// Leaves no room.
    fn fill(&self) {
        let mut ballast = fs::File::create(self.path().join("ballast")).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// A row that fills a fifth of a page.
fn row(recovery: RecoveryId, number: u64) -> JournalRow {
    JournalRow {
        recovery,
        operation: u128::from(number).to_be_bytes(),
        kind: "issue".to_owned(),
        source: format!("{number:08}"),
        state: JournalState::Failed,
        attempt: 1,
        expected: None,
        target: None,
        target_key: None,
        reason: Some("reason ".repeat(200)),
        lease: 1,
    }
}

/// Records until the disk is full; how many calls were confirmed.
async fn record_until_full(journal: &dyn Journal, recovery: RecoveryId) -> u64 {
    for number in 0..100_000 {
        match journal.record(&[row(recovery, 2 * number), row(recovery, 2 * number + 1)]).await {
            Ok(()) => {}
            Err(StoreError::Full { .. }) => return number,
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("the disk was never full");
}

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing() {
    let Some(server) = server() else { return };
    let Some(disk) = Disk::mount(&server).await else { return };
    let space = fresh_name();
    on(&server, &format!("CREATE TABLESPACE {space} LOCATION '{}'", disk.tablespace().display())).await;
    let (bench, name) = database_on(&server, &format!("TABLESPACE {space}")).await;
    play(&bench, &disk).await;
    on(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    on(&server, &format!("DROP TABLESPACE {space}")).await;
}

async fn play(bench: &PostgresBench, disk: &Disk) {
    let store = bench.open_here().await;
    furnish(&store).await;
    let (recovery, _) = begin_recovery(&store, 1).await;
    let journal = store.journal(tenant());
    disk.fill();
    let confirmed = record_until_full(&*journal, recovery).await;
    let rows = journal.of_kind(recovery, "issue", "", 1_000_000).await.unwrap();
    assert_eq!(rows, (0..2 * confirmed).map(|number| row(recovery, number)).collect::<Vec<_>>());
    disk.empty();
    journal.record(&[row(recovery, 2 * confirmed), row(recovery, 2 * confirmed + 1)]).await.unwrap();
    let rows = journal.of_kind(recovery, "issue", "", 1_000_000).await.unwrap();
    assert_eq!(rows.len() as u64, 2 * (confirmed + 1));
}
