//! Vaults that are not as they were written: flipped bits, rolled back, of another format, with another key.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::home::{copy, files};
use crate::world::World;

async fn with_vault() -> (World, PathBuf) {
    let world = World::generated(12).await;
    world.add_production();
    world.back_up();
    let vault = world.home.path().join("vaults").join(world.sites.source().cloud_id().to_string());
    assert!(vault.join("vault.json").is_file());
    (world, vault)
}

/// Flips one bit in the middle of a file.
fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_any_file_is_found_and_the_file_named() {
    let (world, vault) = with_vault().await;
    for file in files(&vault) {
        let sound = std::fs::read(&file).unwrap();
        let name = file.strip_prefix(&vault).unwrap().to_str().unwrap().to_owned();
        if sound.is_empty() {
            continue;
        }
        flip(&file);
        let without_key = world.home.run(&["vault", "verify", "production", "--without-key"]);
        let with_key = world.home.run(&["vault", "verify", "production"]);
        for verified in [without_key, with_key] {
            assert!(verified.printed().contains(&name), "{name} is named: {verified}");
            let message = verified.ends(7);
            assert!(!message.contains('\n') && message.len() < 400, "{message}");
        }
        std::fs::write(&file, sound).unwrap();
    }
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_into_a_damaged_vault_is_one_clear_sentence_or_sound() {
    let (world, vault) = with_vault().await;
    let (mut refused, mut made) = (0, 1);
    for file in files(&vault) {
        let sound = std::fs::read(&file).unwrap();
        if sound.is_empty() {
            continue;
        }
        flip(&file);
        // The index is a cache: without it the vault itself must be read.
        let _ = std::fs::remove_dir_all(world.home.path().join("cache"));
        let ended = world.home.run(&["backup", "run", "production"]);
        if ended.code != 0 {
            refused += 1;
            let message = ended.fails(7);
            let clear =
                ["damaged", "newer lifeboat", "use that key's file"].iter().any(|words| message.contains(words));
            assert!(clear && message.len() < 500, "{file:?}: {message}");
        } else {
            made += 1;
        }
        std::fs::write(&file, sound).unwrap();
        let points = world.home.run(&["points", "list", "production", "--json"]).json();
        assert_eq!(points.as_array().unwrap().len(), made, "{file:?}: a refused capture makes no point");
        world.home.run(&["vault", "verify", "production", "--without-key"]).done();
    }
    assert!(refused > 3, "{refused}");
    world.home.run(&["backup", "run", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_missing_is_named() {
    let (world, vault) = with_vault().await;
    for file in files(&vault) {
        let sound = std::fs::read(&file).unwrap();
        let name = file.strip_prefix(&vault).unwrap().to_str().unwrap().to_owned();
        std::fs::remove_file(&file).unwrap();
        let verified = world.home.run(&["vault", "verify", "production", "--without-key"]);
        assert_eq!(verified.code, 7, "{name}: {verified}");
        std::fs::write(&file, sound).unwrap();
    }
    world.home.run(&["vault", "verify", "production", "--without-key"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_was_rolled_back_is_refused() {
    let (world, vault) = with_vault().await;
    let older = world.home.beside("older");
    copy(&vault, &older);
    world.sites.source().alter(|site| {
        let (id, updated) = site.issues.values().map(|issue| (issue.id, issue.updated)).next().unwrap();
        site.issues.get_mut(&id).unwrap().summary = "Changed".into();
        site.touch(id, updated + std::time::Duration::from_hours(1));
    });
    world.home.run(&["backup", "run", "production", "--full"]).done();
    std::fs::remove_dir_all(&vault).unwrap();
    copy(&older, &vault);
    for line in [
        &["points", "list", "production"][..],
        &["backup", "run", "production"],
        &["vault", "verify", "production"],
        &["vault", "prune", "production"],
    ] {
        let message = world.home.run(line).fails(7);
        assert!(message.contains("was rolled back or cut short"), "{message}");
    }
    let keyless = world.home.run(&["vault", "verify", "production", "--without-key"]);
    assert_eq!(keyless.code, 7, "{keyless}");
    // A vault that has gone altogether is not begun anew.
    std::fs::remove_dir_all(&vault).unwrap();
    let message = world.home.run(&["backup", "run", "production"]).fails(7);
    assert!(message.contains("there is no vault at all"), "{message}");
    assert!(!vault.join("vault.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_format_asks_for_a_newer_program() {
    let (world, vault) = with_vault().await;
    let file = vault.join("vault.json");
    let mut description: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    description["format"] = 9.into();
    description["something new"] = true.into();
    std::fs::write(&file, description.to_string()).unwrap();
    for line in [
        &["points", "list", "production"][..],
        &["backup", "run", "production"],
        &["vault", "verify", "production"],
        &["vault", "verify", "production", "--without-key"],
    ] {
        let ended = world.home.run(line);
        let message = ended.ends(7);
        if !line.contains(&"--without-key") {
            assert_eq!(message, "vault.json has format 9, this program reads up to 1: install a newer lifeboat");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_does_not_open_the_vault() {
    let (world, _) = with_vault().await;
    // Another installation's key file: sound, but of another tenant.
    let other = crate::home::Home::new();
    other.run(&["site", "list"]).done();
    let ours = world.home.path().join("keys/tenant.key");
    let kept = std::fs::read(&ours).unwrap();
    std::fs::copy(other.path().join("keys/tenant.key"), &ours).unwrap();
    for line in [&["points", "list", "production"][..], &["vault", "verify", "production"]] {
        let message = world.home.run(line).fails(7);
        assert!(message.contains("does not open this vault") && message.contains("use that key's file"), "{message}");
    }
    for line in [&["backup", "run", "production"][..], &["site", "check", "production"]] {
        let message = world.home.run(line).fails(7);
        assert!(message.contains("keys/tenant.key does not open what is stored of `production`"), "{message}");
    }
    world.home.run(&["vault", "verify", "production", "--without-key"]).done();
    std::fs::write(&ours, kept).unwrap();
    world.home.run(&["vault", "verify", "production"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_index_is_made_again() {
    let (world, _) = with_vault().await;
    let before = world.home.run(&["points", "show", "production", "--json"]).json();
    std::fs::remove_dir_all(world.home.path().join("cache")).unwrap();
    assert_eq!(world.home.run(&["points", "show", "production", "--json"]).json(), before);
    for index in files(&world.home.path().join("cache")) {
        std::fs::write(index, "no index at all, and long enough to be looked at".repeat(100)).unwrap();
    }
    let ended = world.home.run(&["backup", "run", "production"]);
    assert_eq!(ended.code, 0, "a cache is made again: {ended}");
}
