//! The audit log: who did what at which machine, and exports that can be checked by anybody.

use std::path::Path;

use serde_json::Value;

use crate::home::{Ended, Home};
use crate::served::{OLGA, Served};
use crate::world::{LINK, OWNER, World};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_at_the_machine_names_the_account_of_the_operating_system() {
    let world = World::empty().await;
    world.link().await;
    world.home.run_as(OWNER, &["connection", "suspend", LINK]).done();
    let served = Served::start(&world.home).await;
    served.let_in(&world.home, OWNER).await;
    let key = served.key_of(&world.home, OWNER);
    served.with_key(&world.home, &key, &["connection", "rename", LINK, "Our link"]).done();
    let log = world.home.run(&["audit", "list", "--json", "--limit", "1000"]).json();
    let of = |action: &str| {
        let events = log.as_array().unwrap();
        events.iter().find(|event| event["action"] == action).unwrap_or_else(|| panic!("{action} in {log:#}")).clone()
    };
    for action in ["connection.create", "connection.suspend"] {
        let event = of(action);
        let machine = event["details"]["machine"].as_str().unwrap();
        assert!(machine.contains("(uid ") && event["person"]["email"] == OWNER, "{event}");
    }
    for action in ["connection.rename", "session.begin", "api-key.own"] {
        assert_eq!(of(action)["details"]["machine"], Value::Null, "{action}");
    }
}

fn verify(home: &Home, file: &Path, more: &[&str]) -> Ended {
    home.run(&[&["audit", "verify", file.to_str().unwrap()], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_checked_offline_and_every_change_is_found() {
    let world = World::empty().await;
    world.link().await;
    let served = Served::start(&world.home).await;
    let home = &world.home;
    let file = home.beside("log");
    let export = ["audit", "export", "--output", file.to_str().unwrap()];
    home.run(&export).fails(2);
    home.run_as(OWNER, &export).fails(3);
    let head = home.run(&["audit", "head"]).done().out.trim().to_owned();
    served.signed_in(home, OLGA, &export).done();
    let there = std::fs::read_to_string(&file).unwrap();
    let elsewhere = Home::new();
    verify(&elsewhere, &file, &[]).done();
    let checked = verify(&elsewhere, &file, &["--head", &head, "--json"]).json();
    assert_eq!(checked["events"].as_u64().unwrap(), there.lines().count() as u64);
    assert!(!elsewhere.path().exists(), "nothing is needed to check an export");
    let here = home.run_as(OLGA, &["audit", "export"]).done().out;
    assert!(here.starts_with(&there), "the same log, with what was done since");

    let write = |text: &str| std::fs::write(&file, text).unwrap();
    write(&there.replacen("connection.create", "connection.forget", 1));
    assert!(verify(home, &file, &[]).fails(4).contains("was changed after it was written"));
    write(&there.split_inclusive('\n').skip(1).collect::<String>());
    assert!(verify(home, &file, &[]).fails(4).contains("audit event 1 is missing"));
    write(there.trim_end());
    assert!(verify(home, &file, &[]).fails(4).contains("its end was cut off"));
    write("");
    verify(home, &file, &[]).fails(4);
    // A whole line less is seen only by who knows where the log stood.
    write(&there.split_inclusive('\n').take(2).collect::<String>());
    verify(home, &file, &[]).done();
    assert!(verify(home, &file, &["--head", &head]).fails(4).contains("its end was cut off"));
    verify(home, &file, &["--head", "nonsense"]).fails(2);
    for form in ["ocsf", "csv"] {
        let exported = home.run_as(OLGA, &["audit", "export", "--form", form]).done().out;
        assert!(exported.contains("connection.create"), "{form}");
    }
}
