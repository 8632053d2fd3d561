//! Adding and checking sites: what can be wrong with an address, a token or an account.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use jira_emulator::state::Group;
use jira_emulator::{Emulator, Limits, Options, Outage, Seed, SiteOptions};

use crate::served::Served;
use crate::world::{LINK, OWNER, World};

/// Answers every request like this until the test ends.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            let mut request = [0; 8192];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_added_listed_and_checked() {
    let world = World::empty().await;
    world.add_production();
    world.add_standby();
    let sites = world.home.run(&["site", "list", "--json"]).json();
    insta::assert_json_snapshot!(sites, { "[].url" => "[url]" }, @r#"
    [
      {
        "account": "admin@example.com",
        "cloudId": "155e7693-751a-4002-b689-7e39ff3f1809",
        "name": "production",
        "url": "[url]"
      },
      {
        "account": "admin@example.com",
        "cloudId": "054e7010-a31c-4ec0-9054-9bb3fd7f3bbe",
        "name": "standby",
        "url": "[url]"
      }
    ]
    "#);
    let checked = world.home.run(&["site", "check", "production", "--json"]).json();
    assert_eq!(checked["missing"], serde_json::json!([]));
    assert_eq!(checked["cloudId"], world.sites.source().cloud_id().to_string());
    let text = world.home.run(&["site", "check", "production"]).done().out;
    assert!(text.contains("every permission that Lifeboat uses is there"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_jira_is_told() {
    let world = World::empty().await;
    let page = server(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<html>hi</html>",
    );
    let nothing = server("HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\nconnection: close\r\n\r\nnot found");
    for url in [page, nothing] {
        let message = world.add_site("production", &url, "token").fails(1);
        assert!(message.contains("does not look like a Jira Cloud site; is the address right?"), "{message}");
        assert!(message.contains(&url), "{message}");
    }
    assert_eq!(world.home.run(&["site", "list", "--json"]).json(), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nothing_listens_is_told() {
    let world = World::empty().await;
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let message = world.add_site("production", &format!("http://{free}"), "token").fails(6);
    assert!(message.contains("cannot be reached") && message.contains(&free.to_string()), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_go_over_https_only() {
    let world = World::empty().await;
    for url in ["http://example.atlassian.net", "ftp://example.atlassian.net"] {
        let message = world.add_site("production", url, "token").fails(2);
        assert!(message.contains("must begin with https://"), "{message}");
    }
    let message = world.add_site("production", "https://me:hidden@example.atlassian.net", "token").fails(2);
    assert!(message.contains("user name or password") && !message.contains("hidden"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_told_and_not_shown() {
    let world = World::empty().await;
    let url = world.sites.source().url();
    let ended = world.add_site("production", url.as_str(), "a-wrong-token");
    assert!(!ended.printed().contains("a-wrong-token"), "{ended}");
    let message = ended.fails(5);
    assert!(message.contains("does not accept the credentials of admin@example.com"), "{message}");
    assert!(message.contains("lifeboat site add"), "{message}");
    assert_eq!(world.home.files_with("a-wrong-token"), Vec::<std::path::PathBuf>::new());
}

/// A dead token answers 200 at places that the anonymous may see: only a header tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_died_is_told_by_every_command() {
    let world = World::generated(10).await;
    world.add_production();
    world.back_up();
    world.sites.source().revoke_token(world.sites.source().admin_token());
    for line in [
        &["site", "check", "production"][..],
        &["backup", "run", "production"],
        &["backup", "run", "production", "--full"],
    ] {
        let message = world.home.run(line).fails(5);
        assert!(message.contains("does not accept the credentials of admin@example.com"), "{message}");
    }
    let points = world.home.run(&["points", "list", "production", "--json"]).json();
    assert_eq!(points.as_array().unwrap().len(), 1, "a capture as nobody would be of an empty site: {points}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_permission_that_is_missing_is_named() {
    let world = World::generated(10).await;
    let source = world.sites.source();
    let account = source.inspect(|site| {
        let administers = |account: &str| {
            site.groups
                .values()
                .any(|group: &Group| group.administers && group.members.iter().any(|member| **member == *account))
        };
        site.users.keys().find(|account| !administers(account)).unwrap().to_string()
    });
    source.add_token("admin@example.com", "powerless", &account);
    let message = world.add_site("production", source.url().as_str(), "powerless").fails(5);
    assert!(message.contains("lacks the permission ADMINISTER"), "{message}");
    assert!(message.contains("give it to the account"), "{message}");
    assert_eq!(world.home.run(&["site", "list", "--json"]).json(), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_takes_new_credentials_under_its_name() {
    let world = World::empty().await;
    world.add_production();
    let source = world.sites.source();
    let account = source.inspect(|site| {
        site.users.values().find(|user| *user.email == *source.admin_email()).unwrap().account_id.to_string()
    });
    source.add_token(source.admin_email(), "a-newer-token", &account);
    source.revoke_token(source.admin_token());
    world.home.run(&["site", "check", "production"]).fails(5);
    world.add_site("production", source.url().as_str(), "a-newer-token").done();
    world.home.run(&["site", "check", "production"]).done();
    assert_eq!(world.home.run(&["site", "list", "--json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(world.home.files_with("a-newer-token"), Vec::<std::path::PathBuf>::new(), "it is kept sealed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_site_is_added_again_with_its_recovery_points() {
    let world = World::generated(10).await;
    world.add_people();
    world.add_production();
    world.back_up();
    let remove = ["site", "remove", "production"];
    let message = world.home.run_as(OWNER, &remove).fails(2);
    assert!(message.contains("Its recovery points stay in the vault") && message.contains("--yes"), "{message}");
    world.home.run(&[&remove[..], &["--yes"]].concat()).fails(2);
    let told = world.home.run_as(OWNER, &[&remove[..], &["--yes"]].concat()).done().out;
    assert_eq!(told, "production is removed. Its recovery points stay in the vault.\n");
    assert_eq!(world.home.run(&["site", "list", "--json"]).json(), serde_json::json!([]));
    for line in [&["points", "list", "production"][..], &["backup", "run", "production"]] {
        let message = world.home.run(line).fails(2);
        assert!(message.contains("there is no site `production`"), "{message}");
    }
    let source = world.sites.source();
    world.add_site("shop", source.url().as_str(), source.admin_token()).done();
    let points = world.home.run(&["points", "list", "shop", "--json"]).json();
    assert_eq!(points.as_array().unwrap().len(), 1, "{points}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_a_removal_is_told_here_and_over_the_network() {
    let world = World::empty().await;
    world.link().await;
    world.home.run_as(OWNER, &["site", "remove", "standby", "--yes"]).done();
    let served = Served::start(&world.home).await;
    served.let_in(&world.home, OWNER).await;
    let remove = ["site", "remove", "production", "--yes"];
    for ended in [world.home.run_as(OWNER, &remove), served.signed_in(&world.home, OWNER, &remove)] {
        let message = ended.fails(3);
        assert!(message.contains(&format!("the source of the connection `{LINK}`")), "{message}");
    }
    let key = served.key_of(&world.home, OWNER);
    let message = served.with_key(&world.home, &key, &remove).fails(3);
    assert!(message.contains("a person must sign in"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_stands_for_one_site() {
    let world = World::empty().await;
    world.add_production();
    let standby = world.sites.standby();
    let message = world.add_site("production", standby.url().as_str(), standby.admin_token()).fails(3);
    assert!(message.contains("`production` is another site already") && message.contains("another name"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_site_has_one_name() {
    let world = World::empty().await;
    world.add_production();
    let source = world.sites.source();
    let message = world.add_site("production-again", source.url().as_str(), source.admin_token()).fails(3);
    assert!(message.ends_with("is known already, as `production`: use that name"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_became_another_site_is_refused() {
    let world = World::empty().await;
    let begin = async |name: &str, port: u16| {
        let mut site = SiteOptions::new(name, Seed::Empty);
        site.port = port;
        site.admin_token = "the same".to_owned();
        let options = Options { sites: vec![site], limits: Limits::off(), ..Options::default() };
        Emulator::start(options).await.unwrap()
    };
    let first = begin("first", 0).await;
    let url = first.site("first").url();
    world.add_site("production", url.as_str(), "the same").done();
    drop(first);
    let port = url.port().unwrap();
    crate::world::until(|| TcpListener::bind(("127.0.0.1", port)).is_ok()).await;
    let _second = begin("second", port).await;
    let message = world.home.run(&["site", "check", "production"]).fails(3);
    assert!(message.contains("is now another site"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_down_is_told_in_each_form() {
    let world = World::empty().await;
    world.add_production();
    for outage in [Outage::Refuse, Outage::Unavailable] {
        world.sites.source().outage(outage);
        let message = world.home.run(&["site", "check", "production"]).fails(6);
        assert!(message.contains("cannot be reached"), "{outage:?}: {message}");
    }
    world.sites.source().outage(Outage::Gone);
    let ended = world.home.run(&["site", "check", "production"]);
    assert_ne!(ended.code, 0, "{ended}");
    world.sites.source().outage(Outage::None);
    world.home.run(&["site", "check", "production"]).done();
}
