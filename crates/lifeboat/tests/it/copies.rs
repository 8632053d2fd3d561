//! The machine is lost: from the vaults' storage and the key file alone everything comes back.

use serde_json::json;

use crate::census::Census;
use crate::world::{LINK, OWNER, SUPPORT, World};

impl World {
    /// The vaults lie beside the home folder, as on another machine.
    async fn with_vaults_elsewhere() -> Self {
        let mut world = Self::generated(20).await;
        let vaults = world.home.beside("vaults");
        world.home.set("LIFEBOAT_SET__VAULT__DIRECTORY", vaults.to_str().unwrap());
        world
    }

    /// The home folder is gone, but for the key file.
    fn lose_the_machine(&self) {
        let (home, kept) = (self.home.path(), self.home.beside("kept.key"));
        std::fs::copy(home.join("keys/tenant.key"), &kept).unwrap();
        std::fs::remove_dir_all(&home).unwrap();
        std::fs::create_dir_all(home.join("keys")).unwrap();
        std::fs::copy(kept, home.join("keys/tenant.key")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_machine_is_set_up_again_from_the_storage_and_the_key() {
    let world = World::with_vaults_elsewhere().await;
    let token = world.link().await;
    world.back_up();
    let source = Census::of(world.sites.source());
    let copied = world.home.run(&["db", "backup", "--json"]).json();
    assert!(copied["rows"].as_u64().unwrap() > 10, "{copied:#}");
    let connections = world.home.run(&["connection", "list", "--json"]).json();
    let points = world.home.run(&["points", "list", "production", "--json"]).json();

    world.lose_the_machine();
    let restored = world.home.run(&["db", "restore", "--json"]).json();
    assert_eq!((&restored["copy"], &restored["closed_requests"]), (&copied["copy"], &json!(0)), "{restored:#}");
    assert_eq!(world.home.run(&["connection", "list", "--json"]).json(), connections);
    assert_eq!(world.home.run(&["points", "list", "production", "--json"]).json(), points);

    // The token that was kept in a password manager still activates, and the site comes back.
    let url = world.sites.source().url();
    world.sites.source().outage(jira_emulator::Outage::Refuse);
    world.activate(url.as_str(), &token).done();
    world.vouch_again();
    let report = world.home.run_as(OWNER, &["recover", "start", LINK, "--json"]).json();
    assert_eq!(report["holds"], json!(true), "{report:#}");
    Census::of(world.sites.standby()).came_from(&source);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_open_when_a_copy_was_made_is_closed() {
    let world = World::with_vaults_elsewhere().await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    world.home.run(&["db", "backup"]).done();
    world.vouch_again();
    let unlocked = world.home.run(&["db", "backup", "--json"]).json();
    let copies = world.home.run(&["db", "list", "--json"]).json();
    assert_eq!(copies.as_array().unwrap().len(), 2);
    assert_eq!(
        copies[1],
        json!({
            "copy": unlocked["copy"], "made": unlocked["made"], "rows": unlocked["rows"], "written": unlocked["written"]
        })
    );

    world.lose_the_machine();
    let text = world.home.run(&["db", "restore"]).done().out;
    assert!(text.contains("1 open requests were closed") && text.contains("revoke and suspend again"), "{text}");
    let message = world.home.run_as(OWNER, &["recover", "plan", LINK]).fails(3);
    assert!(message.contains("is locked: ask for its verification"), "{message}");
    assert_eq!(world.home.run(&["verification", "list", "--json"]).json()[0]["status"], "cancelled");
    world.vouch_again();

    // An older copy is brought back by its number.
    world.lose_the_machine();
    let older = copies[0]["copy"].to_string();
    world.home.run(&["db", "restore", "--point", &older]).done();
    let message = world.home.run_as(SUPPORT, &["verification", "approve", LINK, "--checked", "x"]).fails(3);
    assert!(message.starts_with("nobody has asked for a recovery"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_goes_into_an_empty_home_alone_and_opens_with_its_key_alone() {
    let world = World::with_vaults_elsewhere().await;
    let message = world.home.run(&["db", "restore"]).fails(2);
    assert!(message.contains("there is no copy of the control plane in"), "{message}");
    world.link().await;
    world.home.run(&["db", "backup"]).done();
    let message = world.home.run(&["db", "restore"]).fails(3);
    assert!(message.contains("exists already"), "{message}");
    world.home.run(&["db", "restore", "--point", "4711"]).fails(2);
    // Nothing of it was changed by the refusal.
    world.home.run_as(OWNER, &["connection", "list"]).done();

    std::fs::remove_dir_all(world.home.path()).unwrap();
    world.home.run(&["db", "restore"]).fails(7);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_a_copy_in_clear() {
    let world = World::with_vaults_elsewhere().await;
    let token = world.link().await;
    world.home.run(&["db", "backup"]).done();
    for needle in [token.as_str(), OWNER, LINK, world.sites.source().admin_token()] {
        assert_eq!(world.home.beside_with("vaults", needle), Vec::<std::path::PathBuf>::new(), "{needle}");
    }
}
