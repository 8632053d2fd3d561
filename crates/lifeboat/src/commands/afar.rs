//! Commands with `--server`: whatever a server can do for somebody who is not at its machine.

use ambient::Ambient;
use anyhow::Result;

use super::{
    api_key, audit, backup, connection, contacts, job, person, points, policy, recover, schedule, site, verification,
};
use crate::cli::points::BackupCommand;
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
        Command::Backup(command) => backup::ask(client, command).await,
        Command::Points(command) => points::ask(client, command).await,
        Command::Connection(command) => connection::ask(client, command).await,
        Command::Contacts(command) => contacts::ask(client, command).await,
        Command::Policy(command) => policy::ask(client, command).await,
        Command::Verification(command) => verification::ask(client, command).await,
        Command::Recover(command) => recover::ask_server(client, command).await,
        Command::Job(command) => job::ask(client, command).await,
        Command::Schedule(command) => schedule::ask(client, command).await,
        Command::Audit(command) => audit::ask(client, command).await,
        Command::ApiKey(command) => api_key::ask(client, command).await,
        Command::Vault(_)
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
        Command::Backup(BackupCommand::Watch { .. }) => {
            ("backup watch", "captures in this process: use `lifeboat schedule add` on the server, or type it")
        }
        _ => return None,
    };
    Some(Fault::usage(format!("`lifeboat {what}` {instead} without --server (and without LIFEBOAT_SERVER)")))
}

fn nowhere() -> Fault {
    Fault::usage("this is not done over --server")
}
