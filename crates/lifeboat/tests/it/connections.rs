//! From the token to the unlock: what each step shows, and what each refuses.

use control::audit::{Actor, Outcome};
use jira_emulator::{Emulator, Limits, Options, Seed, SiteOptions};
use serde_json::json;
use store::Store as _;

use crate::world::{CONTACT, LINK, OWNER, SUPPORT, World};

/// The same token with its secret changed and its check characters right again would need the real algorithm; a token of
/// another connection has another id. Both are made by the program itself.
async fn other_token() -> String {
    World::empty().await.link().await
}

/// A character in the middle of the secret, replaced by another one.
fn with_typing_error(token: &str) -> String {
    let place = token.len() / 2;
    let other = if &token[place..=place] == "x" { "y" } else { "x" };
    format!("{}{other}{}", &token[..place], &token[place + 1..])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_shown_once_and_kept_nowhere() {
    let world = World::empty().await;
    let token = world.link().await;
    assert!(token.starts_with("lbr1_"), "{token}");
    let secret = token.split('_').nth(2).unwrap().to_owned();
    assert_eq!(secret.len(), 43);
    let url = world.sites.source().url();
    let mut printed = world.activate(url.as_str(), &token).done().printed();
    for line in [
        &["connection", "list", "--json"][..],
        &["connection", "list"],
        &["verification", "request", LINK],
        &["verification", "list", "--json"],
        &["site", "list", "--json"],
    ] {
        printed +=
            &world.home.line(line).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_LOG", "trace").run().done().printed();
    }
    assert!(!printed.contains(&secret), "{printed}");
    assert_eq!(world.home.files_with(&secret), Vec::<std::path::PathBuf>::new());
    // What was typed as secrets is not kept in the clear either.
    for secret in [world.sites.source().admin_token(), world.sites.standby().admin_token()] {
        assert_eq!(world.home.files_with(secret), Vec::<std::path::PathBuf>::new());
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_connection_says_what_to_do_with_its_token() {
    let world = World::empty().await;
    world.add_people();
    world.add_production();
    let line = ["connection", "add", LINK, "--source", "production", "--contact", CONTACT];
    let made = world.home.run_as(OWNER, &line).done();
    let (token, source) =
        (made.out.split_whitespace().find(|word| word.starts_with("lbr1_")).unwrap(), world.sites.source().url());
    let shown = made.out.replace(token, "[token]").replace(source.as_str().trim_end_matches('/'), "[source]");
    insta::assert_snapshot!(shown, @r#"
    Connection "Production to standby" is made. Status: Activation pending.

      Recovery token  [token]
      Source site     [source]

    The token will not be shown again. Keep it in a password manager together with the source site's URL.
    "#);
    let message = world.home.run_as(OWNER, &line).fails(3);
    assert_eq!(message, "a connection with the name \"Production to standby\" exists already");
    let listed = world.home.run(&["connection", "list", "--json"]).json();
    insta::assert_json_snapshot!(listed, { "[].made" => "[time]" }, @r#"
    [
      {
        "locked": true,
        "made": "[time]",
        "name": "Production to standby",
        "source": "production",
        "standby": null,
        "status": "Activation pending"
      }
    ]
    "#);
}

/// What the audit log says was done or refused, and by whom: somebody known, or nobody yet. All of it was done at this machine.
async fn audited(world: &World) -> Vec<(String, Outcome, bool)> {
    let store = store_sqlite::SqliteStore::open(&world.home.database()).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let tenant = repository.only_tenant(store::new_id(&ambient::Ambient::system())).await.unwrap();
    let events = repository.audit().events(tenant, 0, 100).await.unwrap();
    drop(repository);
    store.close().await;
    let happenings = events.into_iter().map(|event| event.happening);
    let happenings = happenings.inspect(|it| assert!(it.details[store::MACHINE].contains("(uid "), "{it:?}"));
    happenings.map(|it| (it.action, it.outcome, matches!(it.actor, Actor::Person(_)))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_not_made_leaves_no_contacts() {
    let world = World::empty().await;
    world.add_people();
    world.add_production();
    let line = ["connection", "add", LINK, "--source", "production"];
    world.home.run_as(OWNER, &line).fails(3);
    world.home.run_as(OWNER, &[&line[..], &["--contact", CONTACT]].concat()).done();
    let (done, refused) = (Outcome::Done, Outcome::Refused);
    let mut expected = vec![
        ("member.add".to_owned(), done, false),
        ("member.add".to_owned(), done, false),
        ("connection.create".to_owned(), refused, true),
        ("member.add".to_owned(), done, true),
        ("contact.add".to_owned(), done, true),
        ("connection.create".to_owned(), done, true),
    ];
    assert_eq!(audited(&world).await, expected);

    // The name exists: the second contact, who was new, is not there either.
    let second = [&line[..], &["--contact", CONTACT, "--contact", "new@example.com"]].concat();
    world.home.run_as(OWNER, &second).fails(3);
    assert_eq!(audited(&world).await, expected);
    let people = world.home.run(&["person", "list"]).done().out;
    assert!(!people.contains("new@example.com"), "{people}");

    // An eighth contact is one too many.
    let many: Vec<String> = (1..8).map(|number| format!("contact{number}@example.com")).collect();
    let mut line = vec!["connection", "add", "Another one", "--source", "production"];
    for contact in &many {
        line.extend(["--contact", contact]);
    }
    let message = world.home.run_as(OWNER, &line).fails(3);
    assert!(message.contains("contact7@example.com") && message.contains("7 recovery contacts"), "{message}");
    expected.push(("contact.add".to_owned(), refused, true));
    assert_eq!(audited(&world).await, expected);
    assert_eq!(world.home.run(&["person", "list"]).done().out, people);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_needs_somebody_to_ask() {
    let mut world = World::empty().await;
    world.add_people();
    world.add_production();
    let line = ["connection", "add", LINK, "--source", "production"];
    insta::assert_snapshot!(
        world.home.run_as(OWNER, &line).fails(3),
        @"refused: no recovery contacts are registered for the source; name at least one with --contact"
    );
    assert_eq!(world.home.run(&["connection", "list", "--json"]).json(), json!([]));
    let message = world.home.run_as(OWNER, &[&line[..], &["--contact", SUPPORT]].concat()).fails(3);
    assert!(message.contains("the same person cannot be contact too"), "{message}");
    world.home.set("LIFEBOAT_SET__VERIFICATION__POLICY", "solo");
    world.home.run_as(OWNER, &line).done();
    world.home.set("LIFEBOAT_SET__VERIFICATION__POLICY", "lax");
    let message = world.home.run_as(OWNER, &["verification", "list"]).fails(2);
    assert!(
        message.contains("no verification policy `lax`") && message.contains("standard, strict or solo"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typing_error_in_the_token_is_told_at_once() {
    let world = World::empty().await;
    let token = world.link().await;
    let url = world.sites.source().url();
    let message = world.activate(url.as_str(), &with_typing_error(&token)).fails(2);
    assert!(message.contains("typing error"), "{message}");
    let message = world.activate(url.as_str(), &token[..token.len() - 3]).fails(2);
    assert!(message.contains("some are missing or too many"), "{message}");
    let message = world.activate(url.as_str(), "a password").fails(2);
    assert!(message.contains("this is not a recovery token"), "{message}");
    // None of them was an attempt.
    world.activate(url.as_str(), &token).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_activation_gets_the_same_answer() {
    let world = World::empty().await;
    let token = world.link().await;
    let (source, standby) = (world.sites.source().url(), world.sites.standby().url());
    let unknown = other_token().await;
    let answers = [
        world.activate("https://wrong.atlassian.net", &token),
        world.activate(source.as_str(), &unknown),
        world.activate("https://wrong.atlassian.net", &unknown),
    ];
    for answer in &answers {
        assert_eq!((answer.code, answer.out.as_str(), &answer.err), (3, "", &answers[0].err), "{answer}");
    }
    let message = answers[0].clone().fails(3);
    insta::assert_snapshot!(
        message,
        @"the site could not be activated: check the source site's URL and the recovery token, or ask whoever made the connection"
    );
    let message = world.activate(standby.as_str(), &token).fails(2);
    assert!(message.contains("is the standby `standby` itself: type the source site's URL"), "{message}");
    let listed = world.home.run(&["connection", "list", "--json"]).json();
    assert_eq!((&listed[0]["status"], &listed[0]["standby"]), (&json!("Activation pending"), &json!(null)));
    world.activate(source.as_str(), &token).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_is_no_standby_of_itself() {
    let world = World::empty().await;
    let token = world.link().await;
    let url = world.sites.source().url();
    let line = ["connection", "activate", "--standby", "production", "--source-url", url.as_str()];
    let message =
        world.home.line(&line).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_RECOVERY_TOKEN", &token).run().fails(2);
    assert!(message.contains("is the standby `production` itself"), "{message}");
    // By its cloudId it is the same site still.
    let cloud = world.sites.source().cloud_id().to_string();
    let line = ["connection", "activate", "--standby", "production", "--source-url", &cloud];
    let refused = world.home.line(&line).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_RECOVERY_TOKEN", &token).run();
    assert!([2, 3].contains(&refused.code), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_lost_its_power_activates_nothing() {
    let world = World::empty().await;
    let token = world.link().await;
    let url = world.sites.source().url();
    world.sites.standby().revoke_token(world.sites.standby().admin_token());
    world.activate(url.as_str(), &token).fails(5);
    let listed = world.home.run(&["connection", "list", "--json"]).json();
    assert_eq!(listed[0]["status"], "Activation pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_used_from_a_second_site_suspends_the_connection() {
    let world = World::empty().await;
    let token = world.link().await;
    let url = world.sites.source().url();
    world.activate(url.as_str(), &token).done();
    let options =
        Options { sites: vec![SiteOptions::new("thief", Seed::Empty)], limits: Limits::off(), ..Options::default() };
    let third = Emulator::start(options).await.unwrap();
    let thief = third.site("thief");
    world.add_site("thief", thief.url().as_str(), thief.admin_token()).done();
    let line = ["connection", "activate", "--standby", "thief", "--source-url", url.as_str()];
    let refused = world.home.line(&line).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_RECOVERY_TOKEN", &token).run();
    let message = refused.fails(3);
    assert!(
        message.starts_with("the site could not be activated: check"),
        "nobody learns that it was right: {message}"
    );
    let listed = world.home.run(&["connection", "list", "--json"]).json();
    assert_eq!(listed[0]["status"], "Suspended", "{listed}");
    assert_eq!(listed[0]["standby"], "standby", "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_locked_until_two_others_have_vouched() {
    let world = World::empty().await;
    let token = world.link().await;
    let url = world.sites.source().url();
    let locked = |line: &[&str]| world.home.run_as(OWNER, line).fails(3);
    insta::assert_snapshot!(
        locked(&["recover", "start", LINK]),
        @r#""Production to standby" is locked: it is not active: activate it on the standby with `lifeboat connection activate`"#
    );
    world.activate(url.as_str(), &token).done();
    insta::assert_snapshot!(
        locked(&["recover", "plan", LINK]),
        @r#""Production to standby" is locked: ask for its verification with `lifeboat verification request "Production to standby"`"#
    );
    let message = world.home.run_as(SUPPORT, &["verification", "approve", LINK, "--checked", "x"]).fails(3);
    assert!(message.starts_with("nobody has asked for a recovery"), "{message}");

    let asked = world.home.run_as(OWNER, &["verification", "request", LINK, "--json"]).json();
    insta::assert_json_snapshot!(asked, { ".opened" => "[time]", ".request" => "[digest]" }, @r#"
    {
      "connection": "Production to standby",
      "needs": [
        "1 approval(s) by support",
        "1 confirmation(s) by recovery contacts",
        "1 proof(s) that the source is yours",
        "1 confirmation by whoever asked"
      ],
      "opened": "[time]",
      "request": "[digest]",
      "requester": "olivia.owner@example.com",
      "status": "verifying"
    }
    "#);
    locked(&["verification", "request", LINK]);
    insta::assert_snapshot!(
        locked(&["recover", "start", LINK]),
        @r#""Production to standby" is locked: its verification is not complete: `lifeboat verification list` says what is needed"#
    );

    // A wrong code costs an attempt, of this person alone; a right one is good once.
    let wrong = world.confirm(CONTACT, "000000").fails(3);
    assert!(wrong.starts_with("the code is wrong; ") && wrong.ends_with("attempts are left"), "{wrong}");
    let less = world.confirm(CONTACT, "111111").fails(3);
    assert_ne!(wrong, less);
    let of_another = world.confirm(CONTACT, &world.code_for(OWNER)).fails(3);
    assert!(of_another.starts_with("the code is wrong"), "{of_another}");
    let code = world.code_for(CONTACT);
    world.confirm(CONTACT, &code).done();
    let again = world.confirm(CONTACT, &code).fails(3);
    assert!(again.contains("it was used already"), "{again}");
    world.confirm(OWNER, &world.code_for(OWNER)).done();

    insta::assert_snapshot!(
        locked(&["verification", "approve", LINK, "--checked", "it is me"]),
        @"refused: the requester cannot vouch for their own request; somebody else must do it"
    );
    let message = world.home.run_as(CONTACT, &["verification", "approve", LINK, "--checked", "x"]).fails(3);
    assert!(message.contains("acts here as contact; this needs support"), "{message}");
    locked(&["recover", "start", LINK]);

    let approved =
        world.home.run_as(SUPPORT, &["verification", "approve", LINK, "--checked", "called back", "--json"]).json();
    assert_eq!((&approved["status"], &approved["needs"]), (&json!("unlocked"), &json!([])));
    assert_eq!(world.home.run(&["connection", "list", "--json"]).json()[0]["locked"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_ends_the_code() {
    let world = World::empty().await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    world.home.run_as(OWNER, &["verification", "request", LINK]).done();
    let mut tries = 0;
    loop {
        let message = world.confirm(CONTACT, "000000").fails(3);
        if message.contains("no longer valid") {
            break;
        }
        tries += 1;
        assert!(tries < 20, "{message}");
    }
    let message = world.confirm(CONTACT, &world.code_for(CONTACT)).fails(3);
    assert!(message.contains("no longer valid"), "the right code is dead too: {message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_of_today_does_not_count() {
    let world = World::empty().await;
    world.add_people();
    world.add_production();
    world.add_standby();
    let line = ["connection", "add", LINK, "--source", "production", "--contact", CONTACT, "--json"];
    let token = world.home.run_as(OWNER, &line).json()["token"].as_str().unwrap().to_owned();
    world.activate(world.sites.source().url().as_str(), &token).done();
    world.home.run_as(OWNER, &["verification", "request", LINK]).done();
    let code = world.code_for(CONTACT);
    let message = world.confirm(CONTACT, &code).fails(3);
    assert!(message.contains("another contact must confirm, or wait"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_ends_the_request() {
    let world = World::empty().await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    world.home.run_as(OWNER, &["verification", "request", LINK]).done();
    let message = world.home.run_as(OWNER, &["verification", "deny", LINK, "--reason", "x"]).fails(3);
    assert!(message.contains("this needs support"), "{message}");
    let denied =
        world.home.run_as(SUPPORT, &["verification", "deny", LINK, "--reason", "nobody answers", "--json"]).json();
    assert_eq!(denied["status"], "denied");
    let message = world.confirm(CONTACT, &world.code_for(CONTACT)).fails(3);
    assert!(message.starts_with("nobody has asked for a recovery"), "{message}");
    world.home.run_as(OWNER, &["recover", "start", LINK]).fails(3);
    // It can be asked for again.
    world.home.run_as(OWNER, &["verification", "request", LINK]).done();
}
