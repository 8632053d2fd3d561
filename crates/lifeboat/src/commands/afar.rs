//! Commands with `--server`: whatever a server can do for somebody who is not at its machine.

use ambient::Ambient;
use anyhow::Result;

use super::{api_key, audit, connection, contacts, person, policy, site, verification};
use crate::cli::{Command, Global};
use crate::client::Client;
use crate::exit::Fault;

/// Signs in, does what was typed, and signs out.
pub(super) async fn run(global: &Global, command: Command, ambient: Ambient) -> Result<()> {
    if let Some(fault) = refusal(&command) {
        return Err(fault.into());
    }
    let Some(client) = Client::over_network(global, ambient).await? else {
        return Err(Fault::usage("no server is named: --server URL").into());
    };
    let done = ask(&client, command).await;
    client.sign_out().await;
    done
}

async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Person(command) => person::ask(client, command).await,
        Command::Site(command) => site::ask(client, command).await,
        Command::Connection(command) => connection::ask(client, command).await,
        Command::Contacts(command) => contacts::ask(client, command).await,
        Command::Policy(command) => policy::ask(client, command).await,
        Command::Verification(command) => verification::ask(client, command).await,
        Command::Audit(command) => audit::ask(client, command).await,
        Command::ApiKey(command) => api_key::ask(client, command).await,
        Command::Vault(_)
        | Command::Backup(_)
        | Command::Points(_)
        | Command::Recover(_)
        | Command::Job(_)
        | Command::Schedule(_)
        | Command::Worker(_)
        | Command::Db(_)
        | Command::Serve(_)
        | Command::Demo(_)
        | Command::Completions { .. } => Err(refusal(&command).unwrap_or_else(nowhere).into()),
    }
}

/// What is only done on the machine itself, and what to do instead.
fn refusal(command: &Command) -> Option<Fault> {
    let (what, instead) = match command {
        Command::Vault(_) => ("vault", "works where the storage and the key are: type it there"),
        Command::Db(_) => ("db", "works where the key is: type it there"),
        Command::Worker(_) => ("worker", "does jobs on this machine: type it"),
        Command::Serve(_) => ("serve", "is the server: type it"),
        Command::Demo(_) => ("demo", "plays on this machine alone: type it"),
        Command::Backup(_) => ("backup", "works where the storage and the key are: type it there"),
        Command::Points(_) => ("points", "works where the storage and the key are: type it there"),
        Command::Recover(_) => ("recover", "works where the storage and the key are: type it there"),
        Command::Job(_) => ("job", "works where the database is: type it there"),
        Command::Schedule(_) => ("schedule", "works where the database is: type it there"),
        _ => return None,
    };
    Some(Fault::usage(format!("`lifeboat {what}` {instead} without --server (and without LIFEBOAT_SERVER)")))
}

fn nowhere() -> Fault {
    Fault::usage("this is not done over --server")
}
