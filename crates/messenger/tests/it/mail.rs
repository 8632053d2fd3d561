//! Letters by SMTP, to PyPI's aiosmtpd.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use messenger::{Folder, Smtp, SmtpSettings};
use secrecy::SecretString;
use serde_json::{Value, json};
use store::message::MessageState;

use crate::bench::{Bench, SECRET};

const PASSWORD: &str = "smtp-password-canary";

/// A mail server in a process of its own.
struct MailServer {
    process: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

impl MailServer {
    /// Starts one without TLS; says so when this machine has none.
    fn start() -> Option<Self> {
        Self::with(&[])
    }

    fn with(arguments: &[&OsStr]) -> Option<Self> {
        let Ok(python) = std::env::var("LIFEBOAT_TEST_PYTHON") else {
            println!("skipped: LIFEBOAT_TEST_PYTHON does not name a Python with aiosmtpd");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/smtp_server.py");
        let mut command = Command::new(python);
        let mut process =
            command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut port = String::new();
        said.read_line(&mut port).unwrap();
        Some(Self { process, said, port: port.trim().parse().unwrap() })
    }

    fn client(&self, password: &str) -> Smtp {
        Smtp::new(&settings(self.port, password)).unwrap()
    }

    /// The next letter that came.
    fn letter(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn settings(port: u16, password: &str) -> SmtpSettings {
    SmtpSettings {
        server: format!("smtp://127.0.0.1:{port}"),
        from: "Lifeboat <lifeboat@example.com>".to_owned(),
        credentials: Some(("lifeboat".to_owned(), SecretString::from(password.to_owned()))),
        authority: None,
    }
}

#[tokio::test]
async fn over_tls_letters_go_to_whom_the_authority_vouches_for_and_to_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    for (how, address) in [("smtps", "smtps://127.0.0.1:PORT"), ("starttls", "smtp://127.0.0.1:PORT?tls=required")] {
        let file = folder.path().join(how);
        let Some(mut server) = MailServer::with(&[how.as_ref(), file.as_os_str()]) else { return };
        let address = address.replace("PORT", &server.port.to_string());
        let with = |authority| SmtpSettings { server: address.clone(), authority, ..settings(0, PASSWORD) };
        let bench = Bench::new().await;
        bench.write_to(bench.person("zoe@example.com").await).await;

        bench.messenger(Smtp::new(&with(None)).unwrap()).turn().await.unwrap();
        let waiting = bench.latest().await;
        assert_eq!(waiting.state, MessageState::Waiting, "{how}: nobody vouches for it");
        assert!(waiting.problem.unwrap().contains("ertificate"), "{how}");

        bench.clock.advance(Duration::from_hours(1));
        let authority = Some(std::fs::read(&file).unwrap());
        bench.messenger(Smtp::new(&with(authority)).unwrap()).turn().await.unwrap();
        let letter = server.letter();
        assert_eq!((&letter["to"], &letter["tls"]), (&json!(["zoe@example.com"]), &json!(true)), "{how}");
        assert_eq!(bench.latest().await.state, MessageState::Sent, "{how}");
    }
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_is_required() {
    let Some(server) = MailServer::start() else { return };
    let bench = Bench::new().await;
    bench.write_to(bench.person("zoe@example.com").await).await;
    let address = format!("smtp://127.0.0.1:{}?tls=required", server.port);
    let smtp = Smtp::new(&SmtpSettings { server: address, ..settings(0, PASSWORD) }).unwrap();
    bench.messenger(smtp).turn().await.unwrap();
    let message = bench.latest().await;
    assert_ne!(message.state, MessageState::Sent);
    assert!(!message.problem.unwrap().contains(PASSWORD));
}

#[test]
fn an_authority_is_of_no_use_where_tls_is_not_required() {
    let with = |server: &str, authority: &str| {
        let authority = Some(authority.as_bytes().to_vec());
        Smtp::new(&SmtpSettings { server: server.to_owned(), authority, ..settings(0, PASSWORD) })
    };
    for server in ["smtp://127.0.0.1:25", "smtp://127.0.0.1:587?tls=opportunistic"] {
        assert!(with(server, "").is_err(), "{server}");
    }
    let error = with("smtps://127.0.0.1:465", "no certificate").unwrap_err();
    assert!(error.reason.contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_letter_arrives_once_with_its_text_whole() {
    let Some(mut server) = MailServer::start() else { return };
    let bench = Bench::new().await;
    bench.write_to(bench.person("zoe@example.com").await).await;
    let messenger = bench.messenger(server.client(PASSWORD));
    assert_eq!(messenger.turn().await.unwrap(), 1);
    let letter = server.letter();
    assert_eq!(letter["from"], "lifeboat@example.com");
    assert_eq!(letter["to"], serde_json::json!(["zoe@example.com"]));
    let message = bench.latest().await;
    let headers = &letter["headers"];
    assert_eq!(headers["message-id"], format!("<{}@example.com>", message.id));
    assert_eq!(headers["to"], "\"Zoë \\\"the\\\" Contact, Ltd.\" <zoe@example.com>");
    assert_eq!(headers["subject"], "Somebody asks for Ærø\u{2019}s recovery");
    let text = letter["text"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), format!("Your code is {SECRET}.\n.\nÆrø – 東京"));
    assert_eq!((message.state, message.body.as_str()), (MessageState::Sent, ""));
    assert_eq!(messenger.turn().await.unwrap(), 0, "nothing is sent twice");
}

#[tokio::test]
async fn a_refused_receiver_is_given_up_and_a_busy_server_is_tried_again() {
    let Some(mut server) = MailServer::start() else { return };
    let bench = Bench::new().await;
    let messenger = bench.messenger(server.client(PASSWORD));
    bench.write_to(bench.person("nobody@example.com").await).await;
    assert_eq!(messenger.turn().await.unwrap(), 1);
    let refused = bench.latest().await;
    assert_eq!(refused.state, MessageState::GivenUp);
    assert!(refused.problem.as_ref().unwrap().contains("no such mailbox"), "{refused:?}");
    bench.write_to(bench.person("later@example.com").await).await;
    for attempt in 1..=3 {
        assert_eq!(messenger.turn().await.unwrap(), 1);
        assert_eq!(messenger.turn().await.unwrap(), 0, "it waits");
        let waiting = bench.latest().await;
        assert_eq!((waiting.state, waiting.attempts), (MessageState::Waiting, attempt));
        bench.clock.advance(Duration::from_hours(24));
    }
    // The others go on meanwhile.
    bench.write_to(bench.person("zoe@example.com").await).await;
    assert_eq!(messenger.turn().await.unwrap(), 2);
    assert_eq!(server.letter()["to"], serde_json::json!(["zoe@example.com"]));
}

#[tokio::test]
async fn a_wrong_password_or_no_server_says_so_without_the_password() {
    let Some(mut server) = MailServer::start() else { return };
    let bench = Bench::new().await;
    bench.write_to(bench.person("zoe@example.com").await).await;
    let wrong = "wrong-password-canary";
    bench.messenger(server.client(wrong)).turn().await.unwrap();
    let message = bench.latest().await;
    let problem = message.problem.clone().unwrap();
    assert!(problem.contains("mail server") && !problem.contains(wrong), "{problem}");
    assert!(!format!("{:?} {:?} {message:?}", settings(1, wrong), server.client(wrong)).contains(wrong));

    let bench = Bench::new().await;
    bench.write_to(bench.person("zoe@example.com").await).await;
    let closed = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    bench.messenger(Smtp::new(&settings(closed, PASSWORD)).unwrap()).turn().await.unwrap();
    let waiting = bench.latest().await;
    assert_eq!(waiting.state, MessageState::Waiting, "{waiting:?}");
    bench.clock.advance(Duration::from_hours(1));
    bench.messenger(server.client(PASSWORD)).turn().await.unwrap();
    assert_eq!(server.letter()["to"], serde_json::json!(["zoe@example.com"]));
    assert_eq!(bench.latest().await.state, MessageState::Sent);
}

#[tokio::test]
async fn whoever_is_gone_gets_no_letter() {
    let bench = Bench::new().await;
    let person = bench.person("zoe@example.com").await;
    bench.write_to(person).await;
    let mut repository = bench.around.store.write().await.unwrap();
    let zoe = repository.people().get(bench.tenant, person).await.unwrap().unwrap();
    let gone = store::Person { removed: Some(bench.around.ambient.now()), ..zoe };
    repository.people().change(&gone).await.unwrap();
    repository.save().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    bench.messenger(Folder::new(folder.path().join("outbox"))).turn().await.unwrap();
    assert_eq!(bench.latest().await.state, MessageState::GivenUp);
    assert!(!folder.path().join("outbox").exists());
}
