//! The program with its state in PostgreSQL (`LIFEBOAT_TEST_POSTGRES`, which `cargo xtask test` sets).

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::home::{Home, copy};
use crate::world::World;

const PASSWORD: &str = "canary-9f27";

/// A user with a schema of their own; their address, without the password.
async fn user(name: &str) -> Option<String> {
    let Ok(server) = std::env::var("LIFEBOAT_TEST_POSTGRES") else {
        eprintln!("skipped: LIFEBOAT_TEST_POSTGRES names no server (`cargo xtask test` starts one)");
        return None;
    };
    let name = format!("{name}_{}", std::process::id());
    let mut owner = PgConnection::connect(&server).await.unwrap();
    let statements = format!(
        "DROP SCHEMA IF EXISTS {name} CASCADE; DROP ROLE IF EXISTS {name};
         CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'; CREATE SCHEMA AUTHORIZATION {name}"
    );
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut owner).await.unwrap();
    let (_, place) = server.rsplit_once('@').unwrap();
    Some(format!("postgres://{name}@{place}"))
}

fn points(home: &Home) -> Value {
    home.run(&["points", "list", "production", "--json"]).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_share_what_is_in_the_database() {
    let Some(url) = user("machines").await else { return };
    let mut world = World::generated(30).await;
    let file = world.home.beside("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    world.home.set("LIFEBOAT_SET__DATABASE__URL", &url);
    world.home.set("LIFEBOAT_SET__DATABASE__PASSWORD_FILE", file.to_str().unwrap());
    world.add_people();
    world.add_production();
    world.back_up();
    let seen = points(&world.home);
    assert_eq!(seen.as_array().unwrap().len(), 1, "{seen}");
    assert!(!world.home.database().exists(), "there is no file when there is a server");
    assert_eq!(world.home.files_with(PASSWORD), Vec::<std::path::PathBuf>::new());

    // Another machine: the same database, vaults and key.
    let mut other = Home::new();
    copy(&world.home.path().join("keys"), &other.path().join("keys"));
    other.set("LIFEBOAT_SET__DATABASE__URL", &url);
    other.set("PGPASSWORD", PASSWORD);
    other.set("LIFEBOAT_SET__VAULT__DIRECTORY", world.home.path().join("vaults").to_str().unwrap());
    assert_eq!(points(&other), seen);
    other.run(&["backup", "run", "production"]).done();
    assert_eq!(points(&world.home).as_array().unwrap().len(), 2);

    let message = other.run(&["demo"]).fails(3);
    assert!(message.contains("has sites already"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_used_is_told_without_its_password() {
    let mut home = Home::new();
    home.set("LIFEBOAT_SET__DATABASE__URL", &format!("mysql://ann:{PASSWORD}@db/x"));
    let message = home.run(&["site", "list"]).fails(2);
    assert!(message.contains("database.url") && !message.contains(PASSWORD), "{message}");
    home.set("LIFEBOAT_SET__DATABASE__URL", &format!("postgres://ann:{PASSWORD}@127.0.0.1:1/x"));
    let message = home.run(&["site", "list"]).fails(6);
    assert!(message.contains("postgres://ann@127.0.0.1:1/x cannot be reached"), "{message}");
    assert!(!message.contains(PASSWORD), "{message}");

    let Some(url) = user("stranger").await else { return };
    home.set("LIFEBOAT_SET__DATABASE__URL", &url);
    home.set("PGPASSWORD", "canary-wrong");
    let message = home.run(&["site", "list"]).fails(6);
    assert!(message.contains("refuses this user") && !message.contains("canary"), "{message}");
}
