//! `lifeboat connection …`: the link between a source and its standby.
//!
//! [`change`] is its life after it was made, [`afar`] makes and activates one over the API, [`here`] on the machine itself (where
//! contacts are named with it, all or nothing), [`text`] is what people are shown.

mod afar;
mod change;
mod here;
mod text;

use anyhow::Result;
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::connection::ConnectionCommand as Command;
use crate::client::Client;
use crate::secret::Source;

pub(crate) use here::add;

/// Where a recovery token is read from.
const TOKEN: Source<'_> =
    Source { what: "recovery token", variable: "LIFEBOAT_RECOVERY_TOKEN", flag: "--token-file", file: None };

/// Does it on the machine itself.
pub(crate) async fn run(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Add { name, source, contacts } => here::add(app, &name, &source, &contacts).await.map(|_| ()),
        Command::Activate { standby, source_url, token_file } => {
            let token = app.secret(Source { file: token_file.as_deref(), ..TOKEN })?;
            here::activate(app, &standby, &source_url, &token).await
        }
        command => ask(&Client::here(app).await?, command).await,
    }
}

/// Does it by asking the API.
pub(crate) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Add { name, source, contacts } => afar::add(client, &name, &source, &contacts).await,
        Command::Activate { standby, source_url, token_file } => {
            let token = client.secret(Source { file: token_file.as_deref(), ..TOKEN })?;
            afar::activate(client, &standby, &source_url, &token).await
        }
        Command::List => list(client).await,
        Command::Show { name } => {
            let connection = client.connection(&name).await?;
            let answer = client.get(["connections", &connection.id]).await?;
            client.output.result(&answer, || text::whole(&connection))
        }
        Command::Rename { name, to } => change::rename(client, &name, &to).await,
        Command::Refresh { name } => change::refresh(client, &name).await,
        Command::Reset { name } => change::reset(client, &name).await,
        Command::Token { name, expires } => change::token(client, &name, expires).await,
        Command::Revoke { name } => change::simply(client, &name, "revocation", "is asked to end").await,
        Command::Release { name, keep_token, .. } => change::release(client, &name, keep_token).await,
        Command::Confirm { name } => change::simply(client, &name, "confirmation", "has your confirmation").await,
        Command::Object { name } => change::simply(client, &name, "objection", "stays as it was").await,
        Command::Reinstate { name, person } => change::reinstate(client, &name, &person).await,
        Command::Suspend { name } => change::simply(client, &name, "suspension", "is stopped").await,
        Command::Vote { name } => change::simply(client, &name, "vote", "has your vote").await,
        Command::Resume { name } => change::simply(client, &name, "resumption", "is taken up again").await,
        Command::Deactivate { name } => change::simply(client, &name, "deactivation", "is ended").await,
        Command::CheckToken { name, token_file } => {
            let token = client.secret(Source { file: token_file.as_deref(), ..TOKEN })?;
            change::check_token(client, &name, &token).await
        }
    }
}

async fn list(client: &Client) -> Result<()> {
    let connections = client.connections().await?;
    let described = connections.iter().map(|connection| {
        json!({
            "name": connection.name, "status": connection.shown_status, "locked": connection.locked,
            "source": connection.source.name, "standby": connection.standby.as_ref().map(|standby| &standby.name),
            "made": connection.made.to_string(),
        })
    });
    let values: Vec<Value> = described.collect();
    client.output.result(&values, || connections.iter().map(text::line).collect())
}
