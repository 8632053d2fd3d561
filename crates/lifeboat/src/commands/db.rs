//! `lifeboat db …`: copies of the control plane's database.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use vault::RecoveryPoint;

use crate::app::App;
use crate::cli::db::DbCommand;
use crate::{files, plane};

pub(crate) async fn run(app: &App, command: DbCommand) -> Result<()> {
    match command {
        DbCommand::Backup => backup(app).await,
        DbCommand::List => list(app).await,
        DbCommand::Restore { point } => restore(app, point).await,
    }
}

async fn backup(app: &App) -> Result<()> {
    app.pepper()?;
    let around = app.around()?;
    let point = around.copy_control_plane(app.tenant, &plane::sealed_pepper(&app.home)?).await?;
    let place = around.copies_storage()?.place().to_owned();
    let mut value = summary(&point);
    value["place"] = json!(place);
    app.output.result(&value, || {
        let (rows, written) = rows(&point);
        format!("copy {} of {rows} rows, {written} of them new or changed, is in {place}\n", point.number)
    })
}

async fn list(app: &App) -> Result<()> {
    let points = app.around()?.copies().await?.map(|vault| vault.points()).unwrap_or_default();
    let values: Vec<Value> = points.iter().map(summary).collect();
    app.output.result(&values, || {
        let mut text = format!("{:>8}  {:20} {:>9} {:>9}\n", "copy", "made", "rows", "written");
        for point in &points {
            let (rows, written) = rows(point);
            let made = point.taken.strftime("%Y-%m-%d %H:%M:%S").to_string();
            let _ = writeln!(text, "{:>8}  {made:20} {rows:>9} {written:>9}", point.number);
        }
        text
    })
}

async fn restore(app: &App, point: Option<u64>) -> Result<()> {
    let restored = app.around()?.restore_control_plane(point).await?;
    // The one that this home folder made for itself when it was opened has sealed nothing yet.
    let sealed = restored.sealed_pepper.as_bytes();
    files::write_private(&plane::pepper_path(&app.home), sealed)
        .context("the database is restored; run this again in an empty home folder")?;
    let value = json!({
        "copy": restored.point,
        "made": restored.copied,
        "rows": restored.rows,
        "closed_requests": restored.closed_requests,
        "ended_jobs": restored.ended_jobs,
    });
    app.output.result(&value, || {
        format!(
            "copy {} of {} is back: {} rows\n\
             {} open requests were closed and {} unfinished jobs ended.\n\
             What was decided after {} is not in it: revoke and suspend again what was revoked or suspended since.\n",
            restored.point,
            restored.copied,
            restored.rows,
            restored.closed_requests,
            restored.ended_jobs,
            restored.copied
        )
    })
}

fn summary(point: &RecoveryPoint) -> Value {
    let (rows, written) = rows(point);
    json!({ "copy": point.number, "made": point.taken, "rows": rows, "written": written })
}

/// How many rows a copy has, and how many were new or changed.
fn rows(point: &RecoveryPoint) -> (u64, u64) {
    let sum = |pick: fn(&vault::Counts) -> u64| point.counts.values().map(pick).sum::<u64>();
    (sum(|counts| counts.live), sum(|counts| counts.added + counts.changed))
}
