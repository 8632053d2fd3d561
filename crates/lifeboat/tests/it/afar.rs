//! `--server`: what is done over the network is what is done on the machine itself.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};

use crate::home::Home;
use crate::served::{OLGA, PASSWORD, Served, client};
use crate::world::{CONTACT, LINK, OWNER, SUPPORT, World};

/// A world that is served, with an administrator who has a password and an API key.
async fn office(world: &World) -> (Served, String) {
    let served = Served::start(&world.home).await;
    served.let_in(&world.home, OWNER).await;
    let key = served.key_of(&world.home, OWNER);
    (served, key)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_give_the_same_answers() {
    let world = World::generated(12).await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    world.home.run_as(OWNER, &["verification", "request", LINK]).done();
    world.back_up();
    world.back_up();
    world.home.run(&["schedule", "add", "production", "--cron", "0 3 1 1 *", "--kind", "prune"]).done();
    let (served, key) = office(&world).await;
    let points = world.home.run(&["points", "list", "production", "--json"]).json();
    let number = |place: usize| points[place]["point"].to_string();
    let pinned = world.home.run_as(OWNER, &["points", "pin", "production", &number(0)]).done().out;
    assert!(pinned.contains("stays until it is let go"), "{pinned}");
    for line in [
        &["site", "list"][..],
        &["site", "check", "production"],
        &["person", "list"],
        &["points", "list", "production"],
        &["points", "show", "production"],
        &["points", "show", "production", &number(0)],
        &["points", "diff", "production", &number(0), &number(1)],
        &["connection", "list"],
        &["connection", "show", LINK],
        &["contacts", "list", "production"],
        &["policy", "show", "production"],
        &["policy", "presets"],
        &["verification", "list"],
        &["audit", "list"],
        &["audit", "head"],
    ] {
        let line = [line, &["--json"]].concat();
        let here = world.home.run_as(OWNER, &line).json();
        let there = served.with_key(&world.home, &key, &line).json();
        assert_eq!(here, there, "{line:?}");
        let text: Vec<&str> = line.iter().copied().filter(|word| *word != "--json").collect();
        let here = world.home.run_as(OWNER, &text).done().out;
        assert_eq!(here, served.with_key(&world.home, &key, &text).done().out, "{text:?}");
    }
    let pins = |points: Value| points.as_array().unwrap().iter().filter(|point| point["pinned"] == true).count();
    let listed = || pins(world.home.run(&["points", "list", "production", "--json"]).json());
    assert_eq!(listed(), 1);
    served.with_key(&world.home, &key, &["points", "unpin", "production", &number(0)]).done();
    assert_eq!(listed(), 0);
    let unknown = served.with_key(&world.home, &key, &["points", "pin", "production", "4711"]).fails(2);
    assert!(unknown.contains("there is no such thing"), "{unknown}");
    let keys = ["api-key", "list", "--json"];
    assert_eq!(world.home.run_as(OWNER, &keys).json(), served.signed_in(&world.home, OWNER, &keys).json());
    let mut here = world.home.run(&["schedule", "list", "--json"]).json();
    here[0].as_object_mut().unwrap().remove("payload");
    assert_eq!(here, served.with_key(&world.home, &key, &["schedule", "list", "--json"]).json());
    let report = served.with_key(&world.home, &key, &["backup", "run", "production", "--json"]).json();
    let last = world.home.run(&["job", "list", "--kind", "capture", "--json"]).json();
    assert_eq!(report, last[0]["result"]);
    let id = last[0]["id"].as_str().unwrap();
    let job = served.with_key(&world.home, &key, &["job", "show", &id[..20], "--json"]).json();
    assert_eq!((&job["state"], &job["subject"]), (&json!("done"), &json!("production")));
}

/// What a refused command says.
#[track_caller]
fn refused(served: &Served, world: &World, key: &str, line: &[&str], code: i32, part: &str) {
    let message = served.with_key(&world.home, key, line).fails(code);
    assert!(message.contains(part), "{line:?}: {message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lives_over_the_network() {
    let world = World::empty().await;
    world.link().await;
    let (served, key) = office(&world).await;
    let home = &world.home;
    // What a person must sign in for, a key cannot.
    let add = ["connection", "add", "Second link", "--source", "production", "--json"];
    refused(
        &served,
        &world,
        &key,
        &add,
        3,
        "an API key cannot do this: a person must sign in; say who with --as EMAIL",
    );
    let status = |answer: &Value| answer["shownStatus"].as_str().unwrap().to_owned();
    let signed_in = |line: &[&str]| served.signed_in(home, OWNER, &[line, &["--json"]].concat());
    let made = signed_in(&add[..add.len() - 1]).json();
    assert_eq!((&made["status"], &made["name"]), (&json!("Activation pending"), &json!("Second link")));
    let first = made["token"].as_str().unwrap().to_owned();

    // A key does the rest.
    let renamed = served.with_key(home, &key, &["connection", "rename", "Second link", "Our link", "--json"]).json();
    assert_eq!(renamed["name"], "Our link");
    refused(&served, &world, &key, &["connection", "rename", "Our link", LINK], 2, "another connection has this name");
    refused(&served, &world, &key, &["connection", "refresh", "Our link"], 3, "a person must sign in");
    let refreshed = signed_in(&["connection", "refresh", "Our link"]).json();
    let token = refreshed["token"].as_str().unwrap().to_owned();
    assert_ne!(first, token);
    let check = |token: &str| {
        let line = ["connection", "check-token", "Our link", "--json", "--server", &served.url];
        home.line(&line).with("LIFEBOAT_API_KEY", &key).with("LIFEBOAT_RECOVERY_TOKEN", token).run()
    };
    check(&first).fails(3);
    assert!(check(&token).json()["token"]["checked"].is_string());

    let url = world.sites.source().url();
    let activate = |token: &str| {
        let line = [
            "connection",
            "activate",
            "--standby",
            "standby",
            "--source-url",
            url.as_str(),
            "--json",
            "--server",
            &served.url,
        ];
        home.line(&line).with("LIFEBOAT_API_KEY", &key).with("LIFEBOAT_RECOVERY_TOKEN", token).run()
    };
    activate(&first).fails(3);
    assert_eq!(activate(&token).json()["status"], "Active");
    refused(&served, &world, &key, &["connection", "refresh", "Our link"], 3, "lifeboat connection reset");
    let suspended = served.with_key(home, &key, &["connection", "suspend", "Our link", "--json"]).json();
    assert_eq!(status(&suspended), "Suspended");
    refused(&served, &world, &key, &["connection", "resume", "Our link"], 3, "refused: ");
    let reset = signed_in(&["connection", "reset", "Our link"]).json();
    assert_eq!(reset["pending"]["operation"], "reset");
    refused(&served, &world, &key, &["connection", "confirm", "Our link"], 3, "needs the role contact");

    // The contact of a month ago confirms what waits; then the new token is taken.
    served.let_in(home, CONTACT).await;
    let confirmed = served.signed_in(home, CONTACT, &["connection", "confirm", "Our link", "--json"]).json();
    assert_eq!((status(&confirmed), &confirmed["token"]["awaited"]), ("Activation pending".to_owned(), &json!(true)));
    let taken = signed_in(&["connection", "token", "Our link"]).json();
    let token = taken["token"].as_str().unwrap().to_owned();
    assert_eq!(activate(&token).json()["status"], "Active");
    let released = signed_in(&["connection", "release", "Our link", "--keep-token"]).json();
    assert_eq!((status(&released), &released["standby"]), ("Activation pending".to_owned(), &Value::Null));
    signed_in(&["connection", "revoke", "Our link"]).done();
    let objected = served.signed_in(home, CONTACT, &["connection", "object", "Our link", "--json"]).json();
    assert_eq!(objected["pending"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lives_on_the_machine() {
    let world = World::empty().await;
    let token = world.link().await;
    let acting = |person: &str, line: &[&str]| world.home.run_as(person, &[line, &["--json"]].concat());
    acting(OWNER, &["connection", "rename", LINK, "Our link"]).json();
    let refreshed = acting(OWNER, &["connection", "refresh", "Our link"]).json();
    assert_ne!(refreshed["token"], json!(token));
    let token = refreshed["token"].as_str().unwrap();
    world.activate(world.sites.source().url().as_str(), token).done();
    let shown = world.home.run(&["connection", "show", "Our link"]).done().out;
    assert!(shown.contains("Active") && shown.contains("to be checked by"), "{shown}");
    acting(OWNER, &["connection", "suspend", "Our link"]).json();
    acting(CONTACT, &["connection", "vote", "Our link"]).json();
    let resumed = acting(OWNER, &["connection", "resume", "Our link"]).json();
    assert_eq!(resumed["status"], "active");
    acting(OWNER, &["connection", "release", "Our link", "--reset-token"]).json();
    let confirmed = acting(CONTACT, &["connection", "confirm", "Our link"]).json();
    assert_eq!(confirmed["token"]["awaited"], true);
    acting(OWNER, &["connection", "token", "Our link", "--expires", "2099-01-01T00:00:00Z"]).json();
    acting(OWNER, &["connection", "revoke", "Our link"]).json();
    assert_eq!(acting(CONTACT, &["connection", "confirm", "Our link"]).json()["status"], "revoked");
    // What a role does not allow is refused here, too; and nobody changes anything without a name.
    let message = world.home.run_as(SUPPORT, &["connection", "revoke", "Our link"]).fails(3);
    assert!(message.contains("needs the role"), "{message}");
    let message = world.home.run(&["connection", "suspend", "Our link"]).fails(2);
    assert!(message.starts_with("say who is acting"), "{message}");
    assert_eq!(
        world.home.run(&["connection", "release", "Our link"]).code,
        2,
        "what becomes of the token must be said"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_and_policy_are_guarded_both_ways() {
    let world = World::empty().await;
    world.link().await;
    let (served, key) = office(&world).await;
    served.let_in(&world.home, CONTACT).await;
    let owner = |line: &[&str]| served.signed_in(&world.home, OLGA, &[line, &["--json"]].concat());
    let contact = |line: &[&str]| served.signed_in(&world.home, CONTACT, &[line, &["--json"]].concat());

    refused(
        &served,
        &world,
        &key,
        &["contacts", "add", "production", "new@example.net"],
        2,
        "person add new@example.net",
    );
    owner(&["person", "add", "new@example.net", "--role", "contact"]).json();
    refused(&served, &world, &key, &["contacts", "add", "production", "new@example.net"], 3, "a person must sign in");
    let named = owner(&["contacts", "add", "production", "new@example.net"]).json();
    assert_eq!(named["contacts"].as_array().unwrap().len(), 2);
    let struck = contact(&["contacts", "strike-off", "production", "new@example.net"]).json();
    assert_eq!(struck["contacts"].as_array().unwrap().len(), 1);
    // Of the only one who counts nobody can be rid, here or there.
    for removal in [
        world.home.run_as(OWNER, &["contacts", "remove", "production", CONTACT]),
        served.signed_in(&world.home, OWNER, &["contacts", "remove", "production", CONTACT]),
    ] {
        let message = removal.fails(3);
        assert!(message.starts_with("refused: too few recovery contacts would be left"), "{message}");
    }

    let weaker = owner(&["policy", "set", "production", "--preset", "solo"]).json();
    assert_eq!(weaker["pending"]["policy"]["name"], "solo (no four-eyes)");
    assert_eq!(weaker["policy"]["name"], "standard");
    contact(&["policy", "object", "production"]).json();
    // A file may hold what `show` printed. With one contact and one supporter a stronger policy waits, too.
    let file = world.home.beside("policy.json");
    let mut shown = owner(&["policy", "show", "production"]).json();
    shown["policy"]["name"] = json!("ours");
    shown["policy"]["supportApprovals"] = json!(2);
    std::fs::write(&file, shown.to_string()).unwrap();
    let stronger =
        world.home.run_as(OLGA, &["policy", "set", "production", "--file", file.to_str().unwrap(), "--json"]);
    assert_eq!(stronger.json()["pending"]["policy"]["name"], "ours");
    let told = world.home.run_as(CONTACT, &["policy", "show", "production"]).done().out;
    assert!(told.contains("asked for the policy ours") && told.contains("lifeboat policy object production"), "{told}");
    refused(&served, &world, &key, &["policy", "set", "production", "--preset", "strict"], 3, "needs the role owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_withdrawn_or_stopped_both_ways() {
    let world = World::empty().await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    let (served, key) = office(&world).await;
    let (veto, cancel) = (["verification", "veto", LINK], ["verification", "cancel", LINK]);
    let request = ["verification", "request", LINK];
    refused(&served, &world, &key, &cancel, 3, "nobody has asked for a recovery");
    served.with_key(&world.home, &key, &request).done();
    let withdrawn = world.home.run_as(OWNER, &[&cancel[..], &["--json"]].concat()).json();
    assert_eq!(withdrawn["status"], "cancelled");
    world.home.run_as(OWNER, &request).done();
    refused(&served, &world, &key, &veto, 3, "needs the role contact");
    served.let_in(&world.home, CONTACT).await;
    let stopped = served.signed_in(&world.home, CONTACT, &[&veto[..], &["--json"]].concat()).json();
    assert_eq!(stopped["status"], "vetoed");
    let listed = served.with_key(&world.home, &key, &["connection", "list", "--json"]).json();
    assert_eq!(listed[0]["status"], "Suspended");
}

/// The code in a letter, once it is there.
fn code_in(letter: &Path) -> Option<String> {
    let text = std::fs::read_to_string(letter).ok()?;
    let is_code = |line: &&str| line.len() == 8 && line.bytes().all(|byte| byte.is_ascii_digit());
    text.lines().find(is_code).map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_is_verified_done_and_proven_over_the_network() {
    let world = World::generated(12).await;
    let token = world.link().await;
    world.activate(world.sites.source().url().as_str(), &token).done();
    let (served, key) = office(&world).await;
    let home = &world.home;
    for person in [CONTACT, SUPPORT] {
        served.let_in(home, person).await;
    }
    served.with_key(home, &key, &["backup", "run", "production"]).done();
    refused(&served, &world, &key, &["recover", "start", LINK], 3, "a person must sign in");
    served.signed_in(home, OWNER, &["recover", "start", LINK]).fails(3);
    served.with_key(home, &key, &["verification", "request", LINK]).done();
    let mut codes = vec![];
    for person in [OWNER, CONTACT] {
        let letter = home.path().join(format!("outbox/{person}.txt"));
        crate::world::until(|| code_in(&letter).is_some()).await;
        codes.push((person, code_in(&letter).unwrap()));
    }
    for (person, code) in codes {
        let line = home.line(&["verification", "confirm", LINK, "--server", &served.url]).with("LIFEBOAT_CODE", &code);
        line.with("LIFEBOAT_AS", person).with("LIFEBOAT_PASSWORD", PASSWORD).run().done();
    }
    let approve = ["verification", "approve", LINK, "--checked", "called back", "--json"];
    assert_eq!(served.signed_in(home, SUPPORT, &approve).json()["status"], "unlocked");
    let plan = ["recover", "plan", LINK, "--json"];
    let (here, there) = (home.run_as(OWNER, &plan).json(), served.signed_in(home, OWNER, &plan).json());
    assert_eq!((&here["kinds"], &here["cannot"]), (&there["kinds"], &there["cannot"]));
    assert!(there["kinds"].as_object().is_some_and(|kinds| kinds.contains_key("issue")), "{there}");
    let report = served.signed_in(home, OWNER, &["recover", "start", LINK, "--json"]).json();
    assert_eq!(report["holds"], true);
    for line in [&["recover", "report", LINK, "--json"][..], &["recover", "report", LINK]] {
        let here = home.run_as(OWNER, line).done().out;
        assert_eq!(here, served.with_key(home, &key, line).done().out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_asked_or_does_not_know_the_caller_is_told() {
    let world = World::empty().await;
    world.add_people();
    let (served, key) = office(&world).await;
    let home = &world.home;
    let line = |url: &str| home.line(&["connection", "list", "--server", url]);
    let message = line(&served.url).run().fails(2);
    assert!(message.contains("LIFEBOAT_API_KEY") && message.contains("--as EMAIL"), "{message}");
    let mistyped = format!("{}x", &key[..key.len() - 1]);
    for wrong in ["lbk1_nonsense", "x", mistyped.as_str()] {
        let message = line(&served.url).with("LIFEBOAT_API_KEY", wrong).run().fails(5);
        assert!(message.contains("does not take the API key") && !message.contains(wrong), "{message}");
    }
    let message = line(&served.url).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_PASSWORD", "wrong").run().fails(5);
    assert_eq!(message, "the e-mail address or the password is wrong");
    // A key is its person's.
    let message = line(&served.url).with("LIFEBOAT_AS", OLGA).with("LIFEBOAT_API_KEY", &key).run().fails(2);
    assert!(message.contains(OWNER) && message.contains(OLGA), "{message}");
    line(&served.url).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_API_KEY", &key).run().done();
    let file = home.beside("key");
    std::fs::write(&file, format!("{key}\n")).unwrap();
    home.run(&["connection", "list", "--server", &served.url, "--api-key-file", file.to_str().unwrap()]).done();

    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let message = line(&format!("http://{free}")).with("LIFEBOAT_API_KEY", &key).run().fails(6);
    assert!(message.contains(&free.to_string()) && message.contains("lifeboat serve"), "{message}");
    let jira = world.sites.source().url();
    let message = line(jira.as_str()).with("LIFEBOAT_API_KEY", &key).run().fails(2);
    assert!(message.contains("no Lifeboat server") && !message.contains(&key), "{message}");
    let message = line("http://lifeboat.example.com").with("LIFEBOAT_API_KEY", &key).run().fails(2);
    assert!(message.contains("https://"), "{message}");

    // A key of another installation is nobody's here.
    let elsewhere = Home::new();
    let other = Served::start(&elsewhere).await;
    let foreign = other.key_of(&elsewhere, OLGA);
    served.with_key(home, &foreign, &["connection", "list"]).fails(5);
    // A revoked one is dead at once.
    let id = key.split('_').nth(1).unwrap();
    served.signed_in(home, OWNER, &["api-key", "revoke", id]).done();
    served.with_key(home, &key, &["connection", "list"]).fails(5);
}

/// Answers the first request with the first answer, and so on; then nothing listens any more.
fn answering(answers: Vec<String>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let answer = |answer: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 65_536];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        };
        answers.into_iter().map(answer).collect()
    });
    (url, asked)
}

fn http(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

#[test]
fn what_is_put_off_or_lost_is_asked_again_under_the_same_key_and_a_redirect_is_not_followed() {
    let home = Home::new();
    let list = |url: &str, line: &[&str]| {
        home.line(&[line, &["--json", "--server", url]].concat()).with("LIFEBOAT_API_KEY", "lbk1_key").run()
    };
    let json = |body: &str| http("200 OK\r\ncontent-type: application/json", body);
    let later = http("429 Too Many Requests\r\nretry-after: 1", "");
    let lost = String::new();
    let (url, asked) = answering(vec![later, lost, json("[]")]);
    assert_eq!(list(&url, &["connection", "list"]).json(), json!([]));
    assert_eq!(asked.join().unwrap().len(), 3);

    let made = json!({ "id": "1", "name": "x", "person": {}, "expires": "", "secret": "" }).to_string();
    let (url, asked) = answering(vec![String::new(), json(&made)]);
    list(&url, &["api-key", "add", "x"]).done();
    let asked = asked.join().unwrap();
    let key = |request: &String| {
        let line = request.lines().find(|line| line.starts_with("idempotency-key: ")).unwrap();
        line.to_owned()
    };
    assert_eq!(key(&asked[0]), key(&asked[1]));

    let (elsewhere, _) = answering(vec![json("[]")]);
    let (url, _) = answering(vec![http(&format!("302 Found\r\nlocation: {elsewhere}/"), "")]);
    let message = list(&url, &["connection", "list"]).fails(2);
    assert!(message.contains("no Lifeboat server"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_tenants_looks_as_if_it_were_not_there() {
    let world = World::empty().await;
    world.add_people();
    let (served, key) = office(&world).await;
    let ambient = ambient::Ambient::system();
    let store = store_sqlite::SqliteStore::open(&world.home.database()).await.unwrap();
    let tenant = store::new_id(&ambient);
    let site = store::Site {
        id: store::new_id(&ambient),
        tenant,
        name: "theirs".to_owned(),
        url: "https://theirs.example".to_owned(),
        cloud_id: "theirs".to_owned(),
        account: "a@theirs.example".to_owned(),
        credentials: None,
        added: ambient.now(),
        rpo_target: None,
        removed: None,
    };
    let job = worker::kinds::capture::job(tenant, site.id, worker::kinds::capture::Wanted::default(), None, &ambient);
    let mut repository = store::Store::write(&store).await.unwrap();
    repository.sites().add(&site).await.unwrap();
    repository.jobs().enqueue(&job).await.unwrap();
    repository.save().await.unwrap();
    store::Store::close(&store).await;
    let show = |id: &str| served.with_key(&world.home, &key, &["job", "show", id]).fails(2);
    assert_eq!(show(&job.id.to_string()), show("01939000-0000-7000-8000-00000000ffff"));
    let message = served.with_key(&world.home, &key, &["points", "list", "theirs"]).fails(2);
    assert!(message.starts_with("there is no site `theirs`"), "{message}");
}

#[test]
fn what_belongs_to_the_machine_says_so_before_anybody_is_asked() {
    let home = Home::new();
    for line in [
        &["vault", "verify", "production"][..],
        &["db", "list"],
        &["worker", "--once"],
        &["serve"],
        &["demo"],
        &["backup", "watch", "production"],
    ] {
        let message = home.run(&[line, &["--server", "https://lifeboat.example.com"]].concat()).fails(2);
        assert!(message.contains("without --server"), "{message}");
    }
    assert!(!home.path().exists(), "a command for a server makes no home folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_told_to_nobody_and_a_session_ends_with_its_command() {
    let world = World::empty().await;
    world.add_people();
    let (served, key) = office(&world).await;
    let secret = key.split('_').nth(2).unwrap();
    let traced = |line: &[&str]| {
        let line = world.home.line(&[line, &["--server", &served.url]].concat());
        line.with("LIFEBOAT_LOG", "trace")
    };
    let with_key = traced(&["connection", "list"]).with("LIFEBOAT_API_KEY", &key).run().done().printed();
    assert!(!with_key.contains(secret), "{with_key}");
    let signed_in = traced(&["api-key", "list"]).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_PASSWORD", PASSWORD).run();
    let printed = signed_in.done().printed();
    assert!(!printed.contains(PASSWORD), "{printed}");
    let cookie = client().post(format!("{}api/v1/sessions", served.url)).header("content-type", "application/json");
    let body = json!({ "email": OWNER, "password": PASSWORD }).to_string();
    let answer = cookie.body(body).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let address = format!("{}api/v1/sessions", served.url);
    let sessions = client().get(address).header("cookie", cookie).send().await.unwrap().text().await.unwrap();
    let sessions: Vec<Value> = serde_json::from_str(&sessions).unwrap();
    // This one, and the one that the invitation began.
    assert_eq!(sessions.len(), 2, "{sessions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_on_the_network_passes_for_somebody_at_the_machine() {
    let world = World::empty().await;
    world.add_people();
    let (served, _) = office(&world).await;
    for (name, value) in [
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("x-lifeboat-console", OWNER),
        ("x-remote-user", OWNER),
        ("authorization", "Console"),
        ("host", "machine"),
    ] {
        let address = format!("{}api/v1/connections", served.url);
        let answer = client().get(address).header(name, value).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{name}");
    }
}
