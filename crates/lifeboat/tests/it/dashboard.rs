//! The dashboard in a browser: `lifeboat serve` over two emulated sites, for the tests in `web/e2e`.
//!
//! `cargo xtask test` sets `LIFEBOAT_TEST_BROWSER` to the command that runs them; with `sleep 3600` instead, the same world is
//! there to be looked at, and the environment that is printed says where.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::home::program;
use crate::world::{CONTACT, SUPPORT, World, until};

const OWNER: &str = "ada.owner@example.com";

/// A server that is killed when the test ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_do_all_of_it_in_a_browser() {
    let Ok(browser) = std::env::var("LIFEBOAT_TEST_BROWSER") else {
        eprintln!("skipped: LIFEBOAT_TEST_BROWSER names no command (`cargo xtask test` does)");
        return;
    };
    let world = World::generated(40).await;
    world.add_people();
    world.add_production();
    world.register_contact().await;
    let log = world.home.beside("serve.log");
    let _server = serve(&world, &log);
    let said = |after: &'static str| {
        let text = fs::read_to_string(&log).unwrap_or_default();
        text.lines().find_map(|line| line.split_once(after).map(|(_, rest)| rest.trim().to_owned()))
    };
    until(|| said("serving ").is_some() && said("within 7 days: ").is_some()).await;
    let address = said("serving ").unwrap().split(' ').next().unwrap().to_owned();
    let standby = world.sites.standby();
    let told = json!({
        "address": address,
        "ownerLink": said("within 7 days: ").unwrap(),
        "owner": OWNER, "support": SUPPORT, "contact": CONTACT,
        "source": world.sites.source().url(),
        "standby": { "url": standby.url(), "email": standby.admin_email(), "token": standby.admin_token() },
        "outbox": world.home.path().join("outbox"),
        "log": log,
    });
    println!("LIFEBOAT_E2E='{told}'");
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let mut command = Command::new("sh");
    command.args(["-c", &browser]).current_dir(web).env("LIFEBOAT_E2E", told.to_string());
    let status = tokio::task::spawn_blocking(move || command.status().unwrap()).await.unwrap();
    assert!(status.success(), "{browser}: {status}\n{}", fs::read_to_string(&log).unwrap_or_default());
}

fn serve(world: &World, log: &Path) -> Server {
    let mut command = Command::new(program());
    command.args(["serve", "--owner", OWNER, "--listen", "127.0.0.1:0"]);
    world.home.environment(&mut command);
    command.stdout(Stdio::null()).stderr(File::create(log).unwrap());
    Server(command.spawn().unwrap())
}
