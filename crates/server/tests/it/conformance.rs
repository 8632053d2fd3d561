//! The API document and the server, told apart by a stranger: schemathesis (PyPI) makes requests of the document, sensible ones and
//! others, and every answer must be one that the document has.
//!
//! `LIFEBOAT_TEST_EXAMPLES` says how many requests it makes of each route; some are made anyway, at each limit that a schema names.

use std::process::Stdio;

use axum::http::header;
use serde_json::{Value, json};
use store::Role;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::bench::{Bench, Session};
use crate::flow::Company;

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Requests for each route, beside those at the limits.
const EXAMPLES: &str = "10";

/// What it needs, if this machine has it.
fn python() -> Option<String> {
    let python = std::env::var("LIFEBOAT_TEST_PYTHON").ok();
    if python.is_none() {
        println!("skipped: LIFEBOAT_TEST_PYTHON does not name a Python with schemathesis");
    }
    python
}

/// Runs it against a server. Every path parameter has the value that stands here for it.
async fn run(python: &str, bench: &Bench, header: &str, known: &[(&str, String)]) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = bench.router.clone().into_make_service();
    let served = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let folder = tempfile::tempdir().unwrap();
    let parameters: Vec<String> = known.iter().map(|(name, id)| format!("\"path.{name}\" = \"{id}\"\n")).collect();
    let configuration = format!("[parameters]\n{}", parameters.concat());
    std::fs::write(folder.path().join("schemathesis.toml"), configuration).unwrap();
    let examples = std::env::var("LIFEBOAT_TEST_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "run", &format!("http://{address}/api/v1/openapi.json")]);
    command.args(["--origin", &format!("http://{address}"), "--checks", CHECKS, "--max-examples", &examples]);
    command.args(["--phases", "coverage,fuzzing", "--seed", "1", "--generation-database", "none", "--no-shrink"]);
    command.args(["--generation-with-security-parameters", "false", "--continue-on-failure", "--no-color"]);
    command.args(["--max-redirects", "0", "--warnings", "off", "--header", header]);
    // It ends what the requests are signed in with.
    command.args(["--exclude-operation-id", "sign_out"]);
    command.current_dir(folder.path()).stdin(Stdio::null());
    let ended = command.output().await.unwrap();
    served.abort();
    let said = String::from_utf8_lossy(&ended.stdout);
    println!("{said}");
    assert!(ended.status.success(), "{said}\n{}", String::from_utf8_lossy(&ended.stderr));
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// An owner of an installation in which there is one of everything.
async fn furnished<'b>(bench: &'b Bench, company: &Company<'_>) -> (Session<'b>, Vec<(&'static str, String)>) {
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let (connection, recovery) = company.recovered().await;
    let site = company.source.clone();
    let schedule = json!({ "site": site, "kind": "capture", "cron": "0 3 * * *" });
    let schedule = owner.post("/schedules", schedule).await.expect(201);
    let webhook = owner.post("/webhooks", json!({ "url": "https://hooks.example.com/a" })).await.expect(201);
    let key = owner.post("/api-keys", json!({ "name": "spare" })).await.expect(201);
    let jobs = owner.get("/jobs").await.expect(200);
    let person = company.contacts[0].person.to_string();
    let known = vec![
        ("site", site),
        ("connection", connection),
        ("recovery", recovery),
        ("job", id(&jobs["items"][0])),
        ("point", "1".to_owned()),
        ("schedule", id(&schedule)),
        ("webhook", id(&webhook)),
        ("key", id(&key)),
        ("member", person.clone()),
        ("person", person),
    ];
    (owner, known)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_a_program_is_in_the_document() {
    let Some(python) = python() else { return };
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let key = owner.post("/api-keys", json!({ "name": "schemathesis" })).await.expect(201);
    let header = format!("{}: Bearer {}", header::AUTHORIZATION, key["secret"].as_str().unwrap());
    run(&python, &bench, &header, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_about_what_there_is_is_in_the_document() {
    let Some(python) = python() else { return };
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (owner, known) = furnished(&bench, &company).await;
    run(&python, &bench, &format!("{}: {}", header::COOKIE, owner.cookie), &known).await;
}
