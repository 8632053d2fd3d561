//! What is done again and again, by asking the API.

use std::fmt::Write as _;

use anyhow::Result;
use clap::ValueEnum as _;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::schedule::{ScheduleCommand as Command, Task};
use crate::client::views::{self, SiteRef};
use crate::client::{Call, Client};
use crate::exit::Fault;

/// A schedule, as the API tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    id: String,
    site: SiteRef,
    kind: String,
    cron: String,
    zone: String,
    jitter_seconds: u32,
    enabled: bool,
    next: Timestamp,
    keep: Option<Value>,
}

pub(in crate::commands) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Add { site, cron, zone, jitter, kind, full, keep } => {
            if full && kind != Task::Capture {
                return Err(Fault::usage("--full is for captures").into());
            }
            if keep.is_some() && kind != Task::Prune {
                return Err(Fault::usage("--keep is for prunings").into());
            }
            let known = client.site(&site).await?;
            let kind = kind.to_possible_value().map(|kind| kind.get_name().to_owned());
            let body = json!({
                "site": known.id, "kind": kind, "cron": cron, "zone": zone, "jitterSeconds": jitter, "full": full,
                "keep": keep,
            });
            let schedule: Schedule = views::read(&client.post(["schedules"], &body).await?)?;
            client.output.result(&describe(&schedule), || {
                let Schedule { id, kind, next, .. } = &schedule;
                format!("{kind} of {site}: next at {next}.\nSchedule {id}\n")
            })
        }
        Command::List => list(client).await,
        Command::Remove { id } => {
            let id = find(client, &id).await?;
            client.send(Call::delete(["schedules", &id])).await?;
            let value = json!({ "schedule": id, "removed": true });
            client.output.result(&value, || format!("Schedule {id} is removed.\n"))
        }
        Command::Pause { id } => set(client, &find(client, &id).await?, false).await,
        Command::Resume { id } => set(client, &find(client, &id).await?, true).await,
    }
}

async fn schedules(client: &Client) -> Result<Vec<Schedule>> {
    views::read(&client.get(["schedules"]).await?)
}

async fn list(client: &Client) -> Result<()> {
    let schedules = schedules(client).await?;
    let values: Vec<Value> = schedules.iter().map(describe).collect();
    client.output.result(&values, || {
        let mut text = String::new();
        for Schedule { id, site, kind, cron, zone, enabled, next, .. } in &schedules {
            let next = if *enabled { format!("next {next}") } else { "out of force".to_owned() };
            let _ = writeln!(text, "{id}  {kind:8} {:16} {cron} {zone}, {next}", site.name);
        }
        if text.is_empty() { "no schedules\n".to_owned() } else { text }
    })
}

async fn set(client: &Client, id: &str, enabled: bool) -> Result<()> {
    let call = Call::patch(["schedules", id]).body(&json!({ "enabled": enabled }))?;
    let schedule: Schedule = views::read(&client.send(call).await?.body)?;
    let value = json!({ "schedule": id, "enabled": enabled, "next": schedule.next.to_string() });
    client.output.result(&value, || {
        if enabled {
            format!("Schedule {id} is in force again: next at {}.\n", schedule.next)
        } else {
            format!("Schedule {id} is out of force.\n")
        }
    })
}

/// The id of a schedule, from all of it or its beginning.
async fn find(client: &Client, id: &str) -> Result<String> {
    let all = schedules(client).await?;
    let mut fitting = all.into_iter().map(|schedule| schedule.id).filter(|known| known.starts_with(&id.to_lowercase()));
    match (fitting.next(), fitting.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => {
            Err(Fault::usage(format!("there is no schedule {id}: `lifeboat schedule list` shows them")).into())
        }
        (Some(_), Some(_)) => Err(Fault::usage(format!("several schedules begin with {id}: type more of it")).into()),
    }
}

fn describe(schedule: &Schedule) -> Value {
    let Schedule { id, site, kind, cron, zone, jitter_seconds, enabled, next, keep } = schedule;
    json!({
        "id": id, "kind": kind, "site": site.name, "cron": cron, "zone": zone, "jitterSeconds": jitter_seconds,
        "enabled": enabled, "next": next.to_string(), "keep": keep,
    })
}
