//! Verification, by asking the API.
//!
//! Whoever confirms or approves says for which request: the digest of the one that they were shown is sent along, so that
//! nobody vouches for a request that was exchanged meanwhile.

use std::fmt::Write as _;

use anyhow::Result;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::CODE;
use crate::cli::verification::VerificationCommand as Command;
use crate::client::Client;
use crate::client::views::{self, Request, Safeguards};
use crate::exit::Fault;
use crate::secret::Source;

pub(in crate::commands) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Request { connection, point, projects } => {
            let known = client.connection(&connection).await?;
            let body = json!({ "point": point, "projects": projects });
            let answer = client.post(["connections", &known.id, "request"], &body).await?;
            tell(client, &answer, |_| {
                format!(
                    "Verification of \"{connection}\" is asked for. Codes are on their way, each to its person alone.\n"
                )
            })
        }
        Command::Confirm { connection, code_file } => {
            let code = client.secret(Source { file: code_file.as_deref(), ..CODE })?;
            let open = open(client, &connection).await?;
            let body = json!({ "digest": open.digest, "code": code.expose_secret() });
            let answer = client.post(["connections", &open.connection, "request", "confirmation"], &body).await?;
            tell(client, &answer, |now| {
                format!("Request {} over \"{connection}\" has your confirmation.\n", now.digest)
            })
        }
        Command::Approve { connection, checked } => approve(client, &connection, &checked).await,
        Command::Deny { connection, reason } => {
            let open = open(client, &connection).await?;
            let body = json!({ "note": reason });
            let answer = client.post(["connections", &open.connection, "request", "denial"], &body).await?;
            tell(client, &answer, |_| format!("You denied the request over \"{connection}\".\n"))
        }
        Command::Veto { connection } => {
            end(client, &connection, "veto", "is stopped, and its connection is suspended").await
        }
        Command::Cancel { connection } => end(client, &connection, "cancellation", "is withdrawn").await,
        Command::List => list(client).await,
    }
}

/// Approves, and attests what was checked where the policy takes that for a proof.
async fn approve(client: &Client, connection: &str, checked: &str) -> Result<()> {
    let open = open(client, connection).await?;
    let said = json!({ "digest": open.digest, "note": checked });
    let mut answer = client.post(["connections", &open.connection, "request", "approval"], &said).await?;
    let now: Request = views::read(&answer)?;
    let safeguards: Safeguards = views::read(&client.get(["sites", &open.source.id, "safeguards"]).await?)?;
    let counts = safeguards.policy.accepted_proofs.iter().any(|proof| proof == "attestation");
    if counts && now.status == "verifying" {
        let attested = json!({ "kind": "attestation", "digest": open.digest, "note": checked });
        answer = client.post(["connections", &open.connection, "request", "proof"], &attested).await?;
    }
    tell(client, &answer, |now| format!("You approved request {} over \"{connection}\".\n", now.digest))
}

/// Ends the open request over a connection.
async fn end(client: &Client, connection: &str, what: &str, told: &str) -> Result<()> {
    let open = open(client, connection).await?;
    let answer = client.act(["connections", &open.connection, "request", what]).await?;
    tell(client, &answer, |_| format!("The request over \"{connection}\" {told}.\n"))
}

/// The open request over a connection.
async fn open(client: &Client, connection: &str) -> Result<Request> {
    let known = client.connection(connection).await?;
    let request: Option<Request> = match client.request_over(&known).await? {
        Some(request) => Some(views::read(&request)?),
        None => None,
    };
    let is_open = |request: &Request| {
        matches!(request.status.as_str(), "verifying" | "cooling" | "unlocked" | "running" | "paused")
    };
    let nobody = || {
        Fault::refused(format!(
            "nobody has asked for a recovery over \"{connection}\": `lifeboat verification request \"{connection}\"`"
        ))
    };
    Ok(request.filter(is_open).ok_or_else(nobody)?)
}

async fn list(client: &Client) -> Result<()> {
    let requests: Vec<Request> = views::read(&client.get(["requests"]).await?)?;
    let values: Vec<Value> = requests.iter().map(described).collect();
    client.output.result(&values, || {
        if requests.is_empty() { "no requests\n".to_owned() } else { requests.iter().map(told).collect() }
    })
}

fn tell(client: &Client, answer: &Value, first: impl FnOnce(&Request) -> String) -> Result<()> {
    let request: Request = views::read(answer)?;
    client.output.result(&described(&request), || first(&request) + &told(&request))
}

fn described(request: &Request) -> Value {
    json!({
        "connection": request.connection_name, "request": request.digest, "requester": request.requester.email,
        "opened": request.opened.to_string(), "status": request.status, "needs": request.needs,
    })
}

fn told(request: &Request) -> String {
    let Request { connection_name, status, requester, opened, digest, .. } = request;
    let opened = opened.strftime("%Y-%m-%d %H:%M UTC");
    let mut text = format!("{connection_name:32} {status:10} asked by {} at {opened}\n", requester.email);
    let _ = writeln!(text, "  request {digest}");
    for need in &request.needs {
        let _ = writeln!(text, "  still needs {need}");
    }
    if status == "unlocked" {
        let _ = writeln!(text, "  next: lifeboat recover start \"{connection_name}\"");
    }
    text
}
