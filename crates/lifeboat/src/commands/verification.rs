//! `lifeboat verification …`: what stands between an active connection and a recovery.
//!
//! Codes are kept and delivered by [`codes`]; who may do what is decided by `control`. [`asked`] does it by asking the API.

mod asked;
mod codes;

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use control::connection::{Connection, Event, NewRequest, ProofKind, Request, RequestStatus, State};
use control::digest::RequestDigest;
use control::id::{PersonId, RequestId};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use store::{Person, Role};

use crate::app::App;
use crate::cli::verification::VerificationCommand;
use crate::client::Client;
use crate::exit::Fault;
use crate::plane;
use crate::secret::Source;

pub(super) use asked::ask;
pub(crate) use codes::delivered as delivered_code;

/// Where a confirmation code is read from.
const CODE: Source<'_> =
    Source { what: "confirmation code", variable: "LIFEBOAT_CODE", flag: "--code-file", file: None };

pub(crate) async fn run(app: &App, command: VerificationCommand) -> Result<()> {
    match command {
        VerificationCommand::Request { connection, point, projects } => {
            request(app, &connection, (point, projects)).await
        }
        VerificationCommand::Confirm { connection, code_file } => {
            let code = app.secret(Source { file: code_file.as_deref(), ..CODE })?;
            confirm(app, &connection, code.expose_secret()).await
        }
        VerificationCommand::Approve { connection, checked } => approve(app, &connection, &checked).await,
        VerificationCommand::Deny { connection, reason } => deny(app, &connection, reason).await,
        command => ask(&Client::here(app).await?, command).await,
    }
}

async fn request(app: &App, name: &str, (point, projects): (Option<u64>, Vec<String>)) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let connection = plane::connection(app, name).await?;
    let id: RequestId = store::new_id(&app.ambient);
    let nonce = app.ambient.entropy.bytes();
    let new = NewRequest { id, by: actor.id, nonce, point, projects };
    let state = plane::happen(app, connection.id, Event::Open(Box::new(new))).await?;
    let mut addressees = vec![actor.id];
    addressees.extend(state.contacts.iter().map(|contact| contact.person));
    let mut told = Vec::new();
    for person in addressees {
        told.push(codes::deliver(app, name, id, &person_of(app, person).await?).await?);
    }
    let folder = codes::outbox(app);
    report(app, &state, || {
        format!(
            "Verification of \"{name}\" is asked for. Codes for {} lie in {} to be handed over, each to its person alone.\n",
            told.join(", "),
            folder.path().display()
        )
    })
    .await
}

async fn confirm(app: &App, name: &str, code: &str) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator, Role::Contact]).await?;
    let (connection, open) = open_request(app, name).await?;
    codes::check(app, open.id, &actor, code).await?;
    let seen = RequestDigest::new(&connection, &open);
    let state = plane::happen(app, connection.id, Event::Confirm { by: actor.id, seen }).await?;
    report(app, &state, || format!("{} confirmed the request over \"{name}\".\n", actor.email)).await
}

async fn approve(app: &App, name: &str, checked: &str) -> Result<()> {
    // The transition refuses the requester whatever their role; anybody else without the role is refused here.
    let actor = app.actor().await?;
    let (connection, open) = open_request(app, name).await?;
    if actor.id != open.requester {
        plane::actor(app, &[Role::Support]).await?;
    }
    let seen = RequestDigest::new(&connection, &open);
    let note = checked.to_owned();
    let approval = Event::Approve { by: actor.id, seen, note: note.clone() };
    let state = plane::happen(app, connection.id, approval).await?;
    // Under a policy that takes attestations, what support writes down having checked is the proof of ownership.
    let attested = Event::ProveSite { by: actor.id, kind: ProofKind::Attestation, seen, note };
    let accepts = plane::policy_of(app, &connection).await?.accepted_proofs.contains(&ProofKind::Attestation);
    let verifying = state.request.as_ref().is_some_and(|request| request.status == RequestStatus::Verifying);
    let state = if accepts && verifying { plane::happen(app, connection.id, attested).await? } else { state };
    report(app, &state, || format!("{} approved request {seen} over \"{name}\".\n", actor.email)).await
}

async fn deny(app: &App, name: &str, note: String) -> Result<()> {
    let actor = plane::actor(app, &[Role::Support]).await?;
    let (connection, _) = open_request(app, name).await?;
    let state = plane::happen(app, connection.id, Event::Deny { by: actor.id, note }).await?;
    report(app, &state, || format!("{} denied the request over \"{name}\".\n", actor.email)).await
}

async fn open_request(app: &App, name: &str) -> Result<(Connection, Request)> {
    let connection = plane::connection(app, name).await?;
    let state = plane::state(app, connection.id).await?;
    let open = state.request.filter(|request| request.status.is_open());
    let open = open.ok_or_else(|| {
        Fault::refused(format!(
            "nobody has asked for a recovery over \"{name}\": `lifeboat verification request \"{name}\"`"
        ))
    })?;
    Ok((connection, open))
}

async fn person_of(app: &App, id: PersonId) -> Result<Person> {
    let mut repository = app.store.read().await?;
    repository.people().get(app.tenant, id).await?.context("a person of the request is no longer known")
}

async fn report(app: &App, state: &State, first: impl FnOnce() -> String) -> Result<()> {
    let value = described(app, state).await?;
    let rest = told(app, state).await?;
    app.output.result(&value, || first() + &rest)
}

async fn described(app: &App, state: &State) -> Result<Value> {
    let (Some(connection), Some(request)) = (&state.connection, &state.request) else { return Ok(Value::Null) };
    Ok(json!({
        "connection": connection.name.as_str(),
        "request": RequestDigest::new(connection, request).to_string(),
        "requester": plane::name_of(app, request.requester).await?,
        "opened": request.opened.to_string(),
        "status": word(request.status),
        "needs": needs(app, state).await?,
    }))
}

async fn told(app: &App, state: &State) -> Result<String> {
    let (Some(connection), Some(request)) = (&state.connection, &state.request) else { return Ok(String::new()) };
    let mut text = format!(
        "{:32} {:10} asked by {} at {}\n",
        connection.name.as_str(),
        word(request.status),
        plane::name_of(app, request.requester).await?,
        request.opened.strftime("%Y-%m-%d %H:%M UTC"),
    );
    let _ = writeln!(text, "  request {}", RequestDigest::new(connection, request));
    for need in needs(app, state).await? {
        let _ = writeln!(text, "  still needs {need}");
    }
    if request.status == RequestStatus::Unlocked {
        let _ = writeln!(text, "  next: lifeboat recover start \"{}\"", connection.name.as_str());
    }
    Ok(text)
}

/// What the source's policy still asks for.
async fn needs(app: &App, state: &State) -> Result<Vec<String>> {
    let Some(connection) = &state.connection else { return Ok(Vec::new()) };
    Ok(state.needs(&plane::policy_of(app, connection).await?))
}

/// What people see.
pub(crate) fn word(status: RequestStatus) -> &'static str {
    match status {
        RequestStatus::Verifying => "verifying",
        RequestStatus::Cooling => "cooling",
        RequestStatus::Unlocked => "unlocked",
        RequestStatus::Running => "running",
        RequestStatus::Paused => "paused",
        RequestStatus::Done => "done",
        RequestStatus::Denied => "denied",
        RequestStatus::Vetoed => "vetoed",
        RequestStatus::Expired => "expired",
        RequestStatus::Cancelled => "cancelled",
    }
}
