//! Held to small programs whose touches are known.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![expect(clippy::unwrap_used, reason = "a test panics to say that it failed")]

use std::path::{Path, PathBuf};

use faulty_disk::{Ended, Mishap, Plan, Refusal};
use tempfile::TempDir;

/// `dd` opens its file, writes three blocks of four bytes and syncs.
const WRITES: &str = "exec dd if=/dev/zero of=\"$0\" bs=4 count=3 conv=fsync";

fn run(folder: &TempDir, script: &str, plan: Option<Plan>) -> (Ended, PathBuf) {
    let file = folder.path().join("file");
    let mut command = faulty_disk::command("/bin/sh".as_ref());
    command.args(["-c", script]).arg(&file);
    let within = folder.path().to_owned();
    let ended = faulty_disk::run(command, move |path: &Path| path.starts_with(&within), plan).unwrap();
    (ended, file)
}

fn dd(plan: Option<Plan>) -> (Ended, Option<u64>) {
    let folder = TempDir::new().unwrap();
    let (ended, file) = run(&folder, WRITES, plan);
    (ended, file.metadata().ok().map(|file| file.len()))
}

fn calls(ended: &Ended) -> Vec<&str> {
    ended.touches.iter().map(|touch| touch.call).collect()
}

#[test]
fn what_is_done_to_watched_files_is_numbered() {
    let (ended, size) = dd(None);
    assert_eq!(calls(&ended), ["open", "write", "write", "write", "fsync"]);
    assert_eq!(ended.touches[1].bytes, Some(4));
    assert_eq!((ended.code, size), (Some(0), Some(12)), "{}", ended.err);
    let folder = TempDir::new().unwrap();
    let script = "mkdir \"$0\" && cd \"$0\" && echo a > b && ln b c && mv c d && rm d b && echo done";
    let (ended, _) = run(&folder, script, None);
    assert_eq!(calls(&ended), ["mkdir", "open", "write", "link", "rename", "unlink", "unlink"], "{ended:#?}");
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "done\n"));
}

#[test]
fn it_is_killed_at_each_boundary() {
    let sizes = |mishap| (1..=5).map(|at| dd(Some(Plan { at, mishap }))).collect::<Vec<_>>();
    let before: Vec<_> = sizes(Mishap::KillBefore).iter().map(|(ended, size)| (ended.code, *size)).collect();
    assert_eq!(before, [None, Some(0), Some(4), Some(8), Some(12)].map(|size| (None, size)));
    let after: Vec<_> = sizes(Mishap::KillAfter).iter().map(|(ended, size)| (ended.code, *size)).collect();
    assert_eq!(after, [0, 4, 8, 12, 12].map(|size| (None, Some(size))));
    let torn: Vec<_> = sizes(Mishap::Tear).iter().map(|(ended, size)| (ended.code, *size)).collect();
    assert_eq!(torn, [None, Some(2), Some(6), Some(10), Some(12)].map(|size| (None, size)));
}

#[test]
fn a_disk_refuses_once_or_from_then_on() {
    let refused = |mishap| {
        let (ended, size) = dd(Some(Plan { at: 3, mishap }));
        assert_eq!(ended.code, Some(1), "{}", ended.err);
        (ended.err.lines().find(|line| line.contains("error")).unwrap_or(&ended.err).to_owned(), size)
    };
    let (told, size) = refused(Mishap::RefuseFrom(Refusal::Full));
    assert!(told.contains("No space left on device") && size == Some(4), "{told}");
    let (told, _) = refused(Mishap::Refuse(Refusal::Broken));
    assert!(told.contains("Input/output error"), "{told}");
    let (told, _) = refused(Mishap::Refuse(Refusal::ReadOnly));
    assert!(told.contains("Read-only file system"), "{told}");
    // A plan beyond the end changes nothing.
    let (ended, size) = dd(Some(Plan { at: 99, mishap: Mishap::KillBefore }));
    assert_eq!((ended.code, size), (Some(0), Some(12)));
}

#[test]
fn threads_are_followed() {
    // Python's threads share a file; each write is numbered once.
    let script = "exec python3 -c 'import sys,threading\n\
        f=open(sys.argv[1],\"wb\",0)\n\
        t=[threading.Thread(target=f.write,args=(b\"xx\",)) for _ in range(8)]\n\
        [x.start() for x in t]; [x.join() for x in t]' \"$0\"";
    let folder = TempDir::new().unwrap();
    let (ended, file) = run(&folder, script, None);
    if ended.code == Some(127) {
        println!("skipped: there is no python3");
        return;
    }
    assert_eq!(calls(&ended).iter().filter(|call| **call == "write").count(), 8, "{ended:#?}");
    assert_eq!(file.metadata().unwrap().len(), 16);
}
