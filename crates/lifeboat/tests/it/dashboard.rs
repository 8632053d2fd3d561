//! The dashboard in a browser, for the tests in `web/e2e`: `lifeboat serve` over two emulated sites, another one that is full
//! (`seeded`), and the demo.
//!
//! `cargo xtask test` sets `LIFEBOAT_TEST_BROWSER` to the command that runs them; with `sleep 3600` instead, the same worlds are
//! there to be looked at, and the environment that is printed says where.

mod hostile;
mod seeded;
mod server;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::json;

use crate::home::Home;
use crate::played::Played;
use crate::world::{CONTACT, SUPPORT, World};
use server::Server;

const OWNER: &str = "ada.owner@example.com";

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
    let (sites, home) = (world.sites, Arc::new(world.home));
    let full = Arc::new(Home::new());
    let (server, seeded) = tokio::join!(Server::start(home.clone(), OWNER), seeded::serve(full, OWNER));
    let demo_home = Home::new();
    let demo = Played::start(&demo_home);
    let control = server.control().await;
    let standby = sites.standby();
    let told = json!({
        "address": server.address, "ownerLink": server.owner_link().await, "control": control,
        "owner": OWNER, "support": SUPPORT, "contact": CONTACT,
        "source": sites.source().url(),
        "sourceAdmin": { "email": sites.source().admin_email(), "token": sites.source().admin_token() },
        "standby": { "url": standby.url(), "email": standby.admin_email(), "token": standby.admin_token() },
        "outbox": home.path().join("outbox"),
        "log": server.log,
        "full": seeded.told().await,
        "demo": demo.address(),
    });
    println!("LIFEBOAT_E2E='{told}'");
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let mut command = Command::new("sh");
    command.args(["-c", &browser]).current_dir(web).env("LIFEBOAT_E2E", told.to_string());
    let status = tokio::task::spawn_blocking(move || command.status().unwrap()).await.unwrap();
    assert!(status.success(), "{browser}: {status}\n{}", server.said());
}
