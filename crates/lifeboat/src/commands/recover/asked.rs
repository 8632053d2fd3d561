//! Recoveries that a server does, by asking its API.

use std::path::Path;

use anyhow::{Context as _, Result};
use recovery::plan::Plan;
use recovery::prove::Report;
use serde::Deserialize;
use serde_json::{Value, json};

use super::options;
use crate::cli::recover::{Options, RecoverCommand as Command};
use crate::client::views;
use crate::client::wait::Job;
use crate::client::{Call, Client};
use crate::commands::interrupt;
use crate::confirm;
use crate::exit::Fault;

/// A recovery, as the API tells it.
#[derive(Clone, Deserialize)]
struct Recovery {
    id: String,
    connection: Option<String>,
    job: Job,
    proven: Option<bool>,
}

/// A dry run, as the API tells it.
#[derive(Deserialize)]
struct DryRun {
    job: Job,
    plan: Option<Value>,
}

impl Recovery {
    fn is_over(&self) -> bool {
        matches!(self.job.state.as_str(), "done" | "cancelled" | "failed")
    }
}

pub(in crate::commands) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Plan(options) => plan(client, &options).await,
        Command::Start(options) => start(client, &options).await,
        Command::Pause { connection } => stop(client, &connection, "pause", "rest").await,
        Command::Resume { connection, retry_failed } => {
            let open = open(client, &connection).await?;
            let body = json!({ "retryFailed": retry_failed });
            let answer = client.post(["recoveries", &open.id, "resumption"], &body).await?;
            finish(client, &connection, &views::read(&answer)?).await
        }
        Command::Cancel { connection, remove: false, .. } => {
            stop(client, &connection, "cancellation", "end, and to keep what it made").await
        }
        Command::Cancel { connection, remove: true, yes } => {
            let question = format!("Remove from the standby what the recovery over \"{connection}\" made?");
            confirm::agreed(&question, yes)?;
            stop(client, &connection, "removal", "end, and to remove what it made").await
        }
        Command::Report { connection, output } => report(client, &connection, output.as_deref()).await,
    }
}

/// What a recovery would do, made by a worker of the server.
async fn plan(client: &Client, options: &Options) -> Result<()> {
    let body = choice(options)?;
    let connection = client.connection(&options.connection).await?;
    let begun: DryRun = views::read(&client.post(["connections", &connection.id, "plan"], &body).await?)?;
    let look = format!("`lifeboat job show {}`", begun.job.id);
    client.wait_for(&begun.job.id, &interrupt(), &look).await?.outcome()?;
    // The queue does not show what is in a plan: the newest is read at its own place.
    let newest: DryRun = views::read(&client.get(["connections", &connection.id, "plan"]).await?)?;
    if newest.job.id != begun.job.id {
        return Err(
            Fault::refused("somebody else asks what a recovery over this connection would do: try again").into()
        );
    }
    let plan = newest.plan.context("the server has no plan, though it made one")?;
    let plan: Plan = serde_json::from_value(plan).context("the plan is of another version")?;
    client.output.result(&plan, || plan.to_string())
}

/// What a recovery may be told when it starts, as the API wants it.
fn choice(options: &Options) -> Result<Value> {
    if options.point.is_some() || !options.projects.is_empty() {
        let message = "on a server the recovery point and the projects are asked for with the request that people vouch for, \
                       and cannot be chosen any more: `lifeboat verification request` takes --point and --project";
        return Err(Fault::usage(message).into());
    }
    Ok(json!({
        "withoutAttachments": options.without_attachments, "people": options::people(options)?,
        "fallbackPerson": options.fallback_user,
    }))
}

async fn start(client: &Client, options: &Options) -> Result<()> {
    let (name, body) = (&options.connection, choice(options)?);
    let connection = client.connection(name).await?;
    if let Some(open) = recoveries(client, &connection.id).await?.into_iter().find(|recovery| !recovery.is_over()) {
        client.output.note("a recovery was begun already");
        return finish(client, name, &open).await;
    }
    let begun = client.post(["connections", &connection.id, "recovery"], &body).await?;
    finish(client, name, &views::read(&begun)?).await
}

/// The recoveries over a connection, the latest first.
async fn recoveries(client: &Client, connection: &str) -> Result<Vec<Recovery>> {
    let all = client.pages(|| Call::get(["recoveries"]), usize::MAX).await?;
    let all: Vec<Recovery> = all.iter().map(views::read).collect::<Result<_>>()?;
    Ok(all.into_iter().filter(|recovery| recovery.connection.as_deref() == Some(connection)).collect())
}

async fn open(client: &Client, name: &str) -> Result<Recovery> {
    let connection = client.connection(name).await?;
    let open = recoveries(client, &connection.id).await?.into_iter().find(|recovery| !recovery.is_over());
    Ok(open.ok_or_else(|| Fault::refused(format!("no recovery over \"{name}\" is under way")))?)
}

async fn stop(client: &Client, name: &str, what: &str, told: &str) -> Result<()> {
    let open = open(client, name).await?;
    client.act(["recoveries", &open.id, what]).await?;
    let value = json!({ "connection": name, "asked": told });
    client.output.result(&value, || format!("The recovery was asked to {told}.\n"))
}

/// Waits for the end of a recovery, and says what came of it.
async fn finish(client: &Client, name: &str, recovery: &Recovery) -> Result<()> {
    let look = format!("`lifeboat job show {}`", recovery.job.id);
    let job = client.wait_for(&recovery.job.id, &interrupt(), &look).await?;
    if job.state == "paused" {
        let why = job.error.map(|error| format!(": {}", error.text)).unwrap_or_default();
        let message = format!("the recovery rests{why}; `lifeboat recover resume \"{name}\"` goes on where it was");
        return Err(Fault::refused(message).into());
    }
    job.outcome()?;
    // The queue does not show what is in a report: it is read at its own place.
    tell(client, client.get(["recoveries", &recovery.id, "report"]).await?)
}

async fn report(client: &Client, name: &str, output: Option<&Path>) -> Result<()> {
    let connection = client.connection(name).await?;
    let proven = recoveries(client, &connection.id).await?.into_iter().find(|recovery| recovery.proven.is_some());
    let none = || {
        Fault::refused(format!(
            "there is no report over \"{name}\" yet: a recovery makes one when it has proven what arrived"
        ))
    };
    let proven = proven.ok_or_else(none)?;
    let value = client.get(["recoveries", &proven.id, "report"]).await?;
    if let Some(path) = output {
        crate::files::write_private(path, serde_json::to_string_pretty(&value)?.as_bytes())?;
    }
    tell(client, value)
}

fn tell(client: &Client, report: Value) -> Result<()> {
    let report: Report = serde_json::from_value(report).context("the report is of another version")?;
    client.output.result(&report, || report.to_string())?;
    super::finished(&report)
}
