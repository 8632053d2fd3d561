//! Places that do not take what is written: full, read-only, not there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::home::Home;
use crate::world::World;

/// A small file system of its own; gone with the test.
struct Disk(PathBuf);

impl Disk {
    /// Mounts it, or says that this machine does not let us.
    fn mount(home: &Home, size: &str) -> Option<Self> {
        let path = home.beside("disk");
        std::fs::create_dir_all(&path).unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(path));
        }
        println!("skipped: mounting a small disk needs root");
        None
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status().unwrap();
        assert!(status.success());
    }

    /// Leaves no room.
    fn fill(&self) {
        let mut ballast = std::fs::File::create(self.0.join("ballast")).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// A source whose vault lies in this folder.
async fn world_at(folder: impl FnOnce(&Home) -> Option<PathBuf>) -> Option<World> {
    let mut world = World::generated(60).await;
    let folder = folder(&world.home)?;
    world.home.set("LIFEBOAT_SET__VAULT__DIRECTORY", folder.to_str().unwrap());
    world.add_production();
    Some(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    let mut disk = None;
    let Some(world) = world_at(|home| {
        disk = Disk::mount(home, "96k");
        disk.as_ref().map(|disk| disk.path().to_owned())
    })
    .await
    else {
        return;
    };
    let disk = disk.unwrap();
    let message = world.home.run(&["backup", "run", "production"]).fails(6);
    assert!(message.contains("is full: free some space and run the command again; nothing was lost"), "{message}");
    disk.remount("size=64m");
    world.back_up();
    world.home.run(&["vault", "verify", "production"]).done();

    // Full at a later capture: the earlier points stay.
    disk.fill();
    let message = world.home.run(&["backup", "run", "production", "--full"]).fails(6);
    assert!(message.contains("is full"), "{message}");
    let points = world.home.run(&["points", "list", "production", "--json"]).json();
    assert_eq!(points.as_array().unwrap().len(), 1);
    world.home.run(&["vault", "verify", "production"]).done();
    disk.empty();
    world.home.run(&["backup", "run", "production", "--full"]).done();
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_only_be_read_is_told_and_still_read() {
    let mut disk = None;
    let Some(world) = world_at(|home| {
        disk = Disk::mount(home, "64m");
        disk.as_ref().map(|disk| disk.path().to_owned())
    })
    .await
    else {
        return;
    };
    let disk = disk.unwrap();
    disk.remount("ro");
    let message = world.home.run(&["backup", "run", "production"]).fails(6);
    assert!(message.contains("does not allow writing"), "{message}");
    disk.remount("rw");
    world.back_up();
    disk.remount("ro");
    let message = world.home.run(&["backup", "run", "production", "--full"]).fails(6);
    assert!(message.contains("does not allow writing"), "{message}");
    // A copy on a read-only medium is as good as any to look at.
    world.home.run(&["vault", "verify", "production"]).done();
    world.home.run(&["points", "list", "production"]).done();
    disk.remount("rw");
    world.back_up();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_home_folder_is_told_and_nothing_is_lost() {
    let world = World::generated(60).await;
    let Some(disk) = Disk::mount(&world.home, "800k") else { return };
    let on_disk = disk.path().join("home");
    let on = |line: &[&str]| {
        let (url, email) = (world.sites.source().url(), world.sites.source().admin_email().to_owned());
        let home = on_disk.to_str().unwrap();
        let line: Vec<&str> = if line.is_empty() {
            vec!["site", "add", "production", "--url", url.as_str(), "--email", &email, "--home", home]
        } else {
            [line, &["--home", home]].concat()
        };
        world.home.line(&line).with("LIFEBOAT_API_TOKEN", world.sites.source().admin_token()).run()
    };
    on(&[]).done();
    disk.fill();
    let message = on(&["backup", "run", "production"]).fails(6);
    assert!(message.contains("full") && message.contains("nothing was lost"), "{message}");
    disk.empty();
    // Room for the beginning of a capture.
    let ended = on(&["backup", "run", "production"]);
    assert_ne!(ended.code, 0, "{ended}");
    let code = ended.code;
    let message = ended.fails(code);
    assert!(message.contains("full") || message.contains("space"), "{message}");
    disk.remount("size=64m");
    on(&["backup", "run", "production"]).done();
    on(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_a_folder_is_told() {
    let world = world_at(|home| {
        std::fs::write(home.beside("file"), "").unwrap();
        Some(home.beside("file").join("vaults"))
    })
    .await
    .unwrap();
    let message = world.home.run(&["backup", "run", "production"]).fails(6);
    assert!(message.contains("file/vaults"), "{message}");
    let message = world.home.run(&["points", "list", "production"]);
    assert_ne!(message.code, 0, "{message}");
}

/// A bucket that may be read, is empty, and takes nothing.
fn read_only_bucket() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { break };
            std::thread::spawn(move || answer(stream));
        }
    });
    url
}

fn answer(stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let request = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    let (status, body) = if request.contains("list-type=2") {
        ("200 OK", "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
    } else if request.starts_with("GET") || request.starts_with("HEAD") {
        ("404 Not Found", "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>")
    } else {
        ("403 Forbidden", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
    };
    let length = body.len();
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status}\r\ncontent-type: application/xml\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").ok()
}

fn use_bucket(home: &mut Home, endpoint: &str) {
    std::fs::create_dir_all(home.path()).unwrap();
    let settings =
        format!("[vault.s3]\nbucket = \"backups\"\nprefix = \"jira\"\nendpoint = \"{endpoint}\"\nallow_http = true\n");
    std::fs::write(home.path().join("lifeboat.toml"), settings).unwrap();
    home.set("AWS_ACCESS_KEY_ID", "an-id");
    home.set("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-bucket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_may_only_be_read_is_told() {
    let mut world = World::generated(10).await;
    use_bucket(&mut world.home, &read_only_bucket());
    world.add_production();
    let ended = world.home.line(&["backup", "run", "production"]).with("LIFEBOAT_LOG", "debug").run();
    assert!(!ended.printed().contains("a-secret-of-the-bucket"), "{ended}");
    let message = ended.fails(6);
    assert!(message.contains("s3://backups/jira/") && message.contains("does not allow writing"), "{message}");
    assert!(message.contains("give this user the right to create objects there"), "{message}");
}
