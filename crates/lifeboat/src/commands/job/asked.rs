//! Jobs, by asking the API. `--json` prints them as the API has them, with the name of what each works on.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::Result;
use clap::ValueEnum as _;
use serde_json::{Value, json};

use crate::cli::job::JobCommand as Command;
use crate::client::views;
use crate::client::wait::Job;
use crate::client::{Call, Client};
use crate::exit::Fault;

/// How far back an abbreviated id is looked for.
const SEARCHED: usize = 2_000;

pub(in crate::commands) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::List { state, kind, site, before, limit } => {
            let mut query = vec![];
            if let Some(state) = state.and_then(|state| state.to_possible_value()) {
                query.push(("state", state.get_name().to_owned()));
            }
            query.extend(kind.map(|kind| ("kind", kind)));
            if let Some(site) = site {
                query.push(("site", client.site(&site).await?.id));
            }
            if let Some(before) = before {
                query.push(("after", find(client, &before).await?));
            }
            list(client, query, limit as usize).await
        }
        Command::Show { id } => {
            let id = find(client, &id).await?;
            let answer = client.get(["jobs", &id]).await?;
            show(client, answer).await
        }
        Command::Pause { id } => control(client, &id, "pause").await,
        Command::Resume { id } => control(client, &id, "resumption").await,
        Command::Cancel { id } => control(client, &id, "cancellation").await,
        Command::Retry { id } => control(client, &id, "repetition").await,
    }
}

async fn list(client: &Client, query: Vec<(&'static str, String)>, limit: usize) -> Result<()> {
    let ask = || query.iter().fold(Call::get(["jobs"]), |call, (name, value)| call.query(name, value));
    let mut jobs = client.pages(ask, limit).await?;
    let names = names(client).await?;
    let mut lines = String::new();
    for job in &mut jobs {
        let (known, subject) = named(job, &names)?;
        lines.push_str(&line(&known, &subject));
    }
    client.output.result(&jobs, || if lines.is_empty() { "no jobs\n".to_owned() } else { lines })
}

async fn show(client: &Client, mut job: Value) -> Result<()> {
    let (known, subject) = named(&mut job, &names(client).await?)?;
    client.output.result(&job, || line(&known, &subject))
}

async fn control(client: &Client, id: &str, what: &str) -> Result<()> {
    let id = find(client, id).await?;
    let answer = client.act(["jobs", &id, what]).await?;
    show(client, answer).await
}

/// What people call the sites and connections that jobs work on.
async fn names(client: &Client) -> Result<HashMap<String, String>> {
    let sites: Vec<views::SiteRef> = views::read(&client.get(["sites"]).await?)?;
    let connections = client.connections().await?;
    let sites = sites.into_iter().map(|site| (site.id, site.name));
    Ok(sites.chain(connections.into_iter().map(|connection| (connection.id, connection.name))).collect())
}

/// A job, with the name of what it works on.
fn named(job: &mut Value, names: &HashMap<String, String>) -> Result<(Job, String)> {
    let known: Job = views::read(job)?;
    let subject = known.site.as_ref().or(known.connection.as_ref()).and_then(|id| names.get(id));
    let subject = subject.map_or_else(|| "(gone)".to_owned(), String::clone);
    job["subject"] = json!(subject);
    Ok((known, subject))
}

fn line(job: &Job, subject: &str) -> String {
    let created = job.created.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let mut line = format!("{}  {:9} {:10} {created}  {subject}", job.id, job.state, job.kind);
    // Writing to a string cannot fail.
    match (job.state.as_str(), &job.progress, &job.error) {
        ("running", Some(progress), _) => {
            let _ = write!(line, "  ({}: {}", progress.phase, progress.done);
            if let Some(total) = progress.total {
                let _ = write!(line, "/{total}");
            }
            line.push(')');
        }
        ("waiting" | "paused" | "failed", _, Some(error)) => {
            let _ = write!(line, "  ({})", error.text);
        }
        _ => {}
    }
    line + "\n"
}

/// The id of a job, from all of it or its beginning.
async fn find(client: &Client, id: &str) -> Result<String> {
    let id = id.to_lowercase();
    if id.parse::<uuid::Uuid>().is_ok() {
        return Ok(id);
    }
    let jobs = client.pages(|| Call::get(["jobs"]), SEARCHED).await?;
    let mut fitting = jobs.iter().filter_map(|job| job["id"].as_str()).filter(|known| known.starts_with(&id));
    match (fitting.next(), fitting.next()) {
        (Some(id), None) => Ok(id.to_owned()),
        (None, _) => Err(Fault::usage(format!("there is no job {id}: `lifeboat job list` shows them")).into()),
        (Some(_), Some(_)) => Err(Fault::usage(format!("several jobs begin with {id}: type more of it")).into()),
    }
}
