//! `lifeboat schedule …`: what is done again and again.

mod asked;

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use store::Schedule;
use store::schedule::Cadence;
use worker::kinds;

use crate::app::App;
use crate::cli::schedule::{ScheduleCommand, Task};
use crate::exit::Fault;

pub(super) use asked::ask;

pub(crate) async fn run(app: &App, command: ScheduleCommand) -> Result<()> {
    match command {
        ScheduleCommand::Add { site, cron, zone, jitter, kind, full, keep } => {
            let cadence = Cadence::parse(&cron, &zone, jitter).map_err(|error| Fault::usage(error.to_string()))?;
            if full && kind != Task::Capture {
                return Err(Fault::usage("--full is for captures").into());
            }
            if keep.is_some() && kind != Task::Prune {
                return Err(Fault::usage("--keep is for prunings").into());
            }
            let (kind, payload) = match kind {
                Task::Capture => (kinds::capture::NAME, json!({ "full": full })),
                Task::Prune => (kinds::prune::NAME, json!(keep.unwrap_or_default())),
                Task::Verify => (kinds::verify::NAME, json!({})),
            };
            add(app, &site, cadence, kind, payload).await
        }
        ScheduleCommand::List => list(app).await,
        ScheduleCommand::Remove { id } => remove(app, &find(app, &id).await?).await,
        ScheduleCommand::Pause { id } => set(app, &find(app, &id).await?, false).await,
        ScheduleCommand::Resume { id } => set(app, &find(app, &id).await?, true).await,
    }
}

async fn add(app: &App, site: &str, cadence: Cadence, kind: &str, payload: Value) -> Result<()> {
    let site = app.site(site).await?;
    let schedule = Schedule {
        id: store::new_id(&app.ambient),
        tenant: app.tenant,
        site: site.id,
        kind: kind.to_owned(),
        payload,
        next: next(app, &cadence)?,
        cadence,
        enabled: true,
        created: app.ambient.now(),
    };
    let mut repository = app.store.write().await?;
    repository.schedules().add(&schedule).await?;
    repository.save().await?;
    app.output.result(&describe(&schedule, &site.name), || {
        format!(
            "{kind} of {}: next at {}, when `lifeboat worker` runs.\nSchedule {}\n",
            site.name, schedule.next, schedule.id
        )
    })
}

fn next(app: &App, cadence: &Cadence) -> Result<jiff::Timestamp> {
    let next = cadence.next(app.ambient.now(), app.ambient.entropy.fraction());
    next.with_context(|| format!("`{}` does not come any more", cadence.expression()))
}

async fn list(app: &App) -> Result<()> {
    let mut repository = app.store.read().await?;
    let schedules = repository.schedules().list(app.tenant).await?;
    let sites = repository.sites().list(app.tenant).await?;
    drop(repository);
    let name = |schedule: &Schedule| {
        let site = sites.iter().find(|site| site.id == schedule.site);
        site.map_or("(gone)", |site| site.name.as_str()).to_owned()
    };
    let values: Vec<Value> = schedules.iter().map(|schedule| describe(schedule, &name(schedule))).collect();
    app.output.result(&values, || {
        let mut text = String::new();
        for schedule in &schedules {
            let next = if schedule.enabled { format!("next {}", schedule.next) } else { "out of force".to_owned() };
            let (cron, zone) = (schedule.cadence.expression(), schedule.cadence.zone());
            let _ = writeln!(text, "{}  {:8} {:16} {cron} {zone}, {next}", schedule.id, schedule.kind, name(schedule));
        }
        if text.is_empty() { "no schedules\n".to_owned() } else { text }
    })
}

async fn remove(app: &App, schedule: &Schedule) -> Result<()> {
    let mut repository = app.store.write().await?;
    repository.schedules().remove(app.tenant, schedule.id).await?;
    repository.save().await?;
    let value = json!({ "schedule": schedule.id.to_string(), "removed": true });
    app.output.result(&value, || format!("Schedule {} is removed.\n", schedule.id))
}

async fn set(app: &App, schedule: &Schedule, enabled: bool) -> Result<()> {
    // What was missed while it was out of force is not caught up on.
    let next = next(app, &schedule.cadence)?;
    let mut repository = app.store.write().await?;
    repository.schedules().set(app.tenant, schedule.id, enabled, next).await?;
    repository.save().await?;
    let value = json!({ "schedule": schedule.id.to_string(), "enabled": enabled, "next": next.to_string() });
    app.output.result(&value, || {
        if enabled {
            format!("Schedule {} is in force again: next at {next}.\n", schedule.id)
        } else {
            format!("Schedule {} is out of force.\n", schedule.id)
        }
    })
}

/// The schedule of an id, or of the beginning of one.
async fn find(app: &App, id: &str) -> Result<Schedule> {
    let mut repository = app.store.read().await?;
    let all = repository.schedules().list(app.tenant).await?;
    let mut fitting = all.into_iter().filter(|schedule| schedule.id.to_string().starts_with(&id.to_lowercase()));
    match (fitting.next(), fitting.next()) {
        (Some(schedule), None) => Ok(schedule),
        (None, _) => {
            Err(Fault::usage(format!("there is no schedule {id}: `lifeboat schedule list` shows them")).into())
        }
        (Some(_), Some(_)) => Err(Fault::usage(format!("several schedules begin with {id}: type more of it")).into()),
    }
}

fn describe(schedule: &Schedule, site: &str) -> Value {
    json!({
        "id": schedule.id.to_string(), "kind": schedule.kind, "site": site, "cron": schedule.cadence.expression(),
        "zone": schedule.cadence.zone(), "jitterSeconds": schedule.cadence.jitter(), "enabled": schedule.enabled,
        "next": schedule.next.to_string(), "payload": schedule.payload,
        "keep": (schedule.kind == kinds::prune::NAME).then_some(&schedule.payload),
    })
}
