//! Wrong places, wrong keys, wrong formats: one clear sentence each.

use std::sync::Arc;

use ambient::Ambient;
use vault::{Error, LocalKeyFile};

use crate::support::{Bench, Files};

#[tokio::test]
async fn an_empty_place_holds_no_vault_and_a_full_one_is_not_made_again() {
    let bench = Bench::new();
    insta::assert_snapshot!(
        bench.try_open(None).await.unwrap_err(),
        @"there is no vault at memory: check the place, or make the first backup, which creates it"
    );
    bench.create().await;
    assert!(matches!(bench.try_create().await, Err(Error::AlreadyExists { .. })));
}

#[tokio::test]
async fn another_key_is_refused_by_name() {
    let mut bench = Bench::new();
    bench.create().await;
    let other = Ambient::seeded(2);
    bench.keys = Arc::new(LocalKeyFile::create(&bench.folder.path().join("other.json"), &other).unwrap());
    insta::assert_snapshot!(
        bench.try_open(None).await.unwrap_err(),
        @"the key f7dc3bc4906f63fd does not open this vault, which was made with the key 215541ac2ac4993c: use that key's file"
    );
}

#[tokio::test]
async fn a_key_is_not_blamed_for_a_damaged_object() {
    let bench = Bench::directory();
    bench.create().await;
    let files = Files::of(&bench);
    let keys = format!("keys/{:020}.json", 1);
    for (name, field) in
        [("vault.json", "key_id"), ("vault.json", "wrapped_hash_key"), (&*keys, "key_id"), (&*keys, "wrapped_key")]
    {
        let sound = files.read(name);
        let text = String::from_utf8(sound.clone()).unwrap();
        let start = text.find(&format!("\"{field}\": \"")).unwrap() + field.len() + 12;
        let mut damaged = sound.clone();
        damaged[start] = if damaged[start] == b'0' { b'1' } else { b'0' };
        files.write(name, &damaged);
        let refused = bench.try_open(None).await.unwrap_err();
        assert!(matches!(&refused, Error::Damaged { object, .. } if object == name), "{field} of {name}: {refused}");
        files.write(name, &sound);
    }
    bench.open().await;
}

#[tokio::test]
async fn a_newer_format_asks_for_a_newer_program() {
    let bench = Bench::directory();
    bench.create().await;
    let files = Files::of(&bench);
    let text = String::from_utf8(files.read("vault.json")).unwrap();
    files.write("vault.json", text.replace("\"format\": 1", "\"format\": 2").as_bytes());
    insta::assert_snapshot!(
        bench.try_open(None).await.unwrap_err(),
        @"vault.json has format 2, this program reads up to 1: install a newer lifeboat"
    );
}
