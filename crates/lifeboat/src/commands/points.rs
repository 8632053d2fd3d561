//! `lifeboat points …`: what the recovery points of a site hold, and what changed between them.

mod asked;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use futures::TryStreamExt as _;
use serde_json::{Value, json};
use vault::{DiffEntry, Difference, RecoveryPoint, Vault};

use crate::app::App;
use crate::cli::points::PointsCommand;
use crate::client::Client;

pub(super) use asked::ask;

pub(crate) async fn run(app: &App, command: PointsCommand) -> Result<()> {
    match command {
        PointsCommand::List { site } => list(app, &app.vault(&app.site(&site).await?).await?),
        PointsCommand::Show { site, point } => show(app, &app.vault(&app.site(&site).await?).await?, &site, point),
        PointsCommand::Diff { site, from, to, limit } => {
            diff(app, &app.vault(&app.site(&site).await?).await?, from, to, limit).await
        }
        command @ (PointsCommand::Pin { .. } | PointsCommand::Unpin { .. }) => {
            ask(&Client::here(app).await?, command).await
        }
    }
}

/// The point with this number, or the newest.
pub(crate) fn find(vault: &Vault, site: &str, point: Option<u64>) -> Result<RecoveryPoint> {
    Ok(worker::find_point(vault, site, point)?)
}

fn list(app: &App, vault: &Vault) -> Result<()> {
    let (points, pinned) = (vault.points(), vault.pinned());
    let is_pinned = |point: &RecoveryPoint| pinned.contains(&point.number);
    let values: Vec<Value> = points.iter().map(|point| summary(point, is_pinned(point))).collect();
    app.output.result(&values, || {
        let mut text = format!(
            "{:>8}  {:20} {:>9} {:>9} {:>9} {:>9}\n",
            "point", "taken", "objects", "added", "changed", "deleted"
        );
        for point in &points {
            let sum = |pick: fn(&vault::Counts) -> u64| point.counts.values().map(pick).sum::<u64>();
            let _ = writeln!(
                text,
                "{:>8}  {:20} {:>9} {:>9} {:>9} {:>9}  {}{}",
                point.number,
                point.taken.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                sum(|counts| counts.live),
                sum(|counts| counts.added),
                sum(|counts| counts.changed),
                sum(|counts| counts.deleted),
                point.note,
                mark(is_pinned(point))
            );
        }
        text
    })
}

fn show(app: &App, vault: &Vault, site: &str, point: Option<u64>) -> Result<()> {
    let point = find(vault, site, point)?;
    let is_pinned = vault.pinned().contains(&point.number);
    app.output.result(&summary(&point, is_pinned), || {
        let RecoveryPoint { number, taken, note, .. } = &point;
        let mut text = format!("recovery point {number} of {site}, taken {taken}: {note}{}\n", mark(is_pinned));
        let _ = writeln!(text, "{:20} {:>9} {:>9} {:>9} {:>9}", "kind", "objects", "added", "changed", "deleted");
        for (kind, counts) in &point.counts {
            let vault::Counts { live, added, changed, deleted } = counts;
            let _ = writeln!(text, "{kind:20} {live:>9} {added:>9} {changed:>9} {deleted:>9}");
        }
        text
    })
}

/// A point as JSON, without the pipeline's own state.
fn summary(point: &RecoveryPoint, pinned: bool) -> Value {
    let counts: BTreeMap<&String, Value> = point
        .counts
        .iter()
        .map(|(kind, counts)| {
            let vault::Counts { live, added, changed, deleted } = counts;
            (kind, json!({ "live": live, "added": added, "changed": changed, "deleted": deleted }))
        })
        .collect();
    json!({ "point": point.number, "taken": point.taken.to_string(), "note": point.note, "pinned": pinned,
        "counts": counts })
}

/// What a list says of a point that stays.
fn mark(pinned: bool) -> &'static str {
    if pinned { " (pinned)" } else { "" }
}

async fn diff(app: &App, vault: &Vault, from: u64, to: u64, limit: usize) -> Result<()> {
    let mut totals: BTreeMap<(String, &'static str), u64> = BTreeMap::new();
    let mut shown = Vec::new();
    let mut entries = vault.diff(from, to);
    while let Some(entry) = entries.try_next().await? {
        *totals.entry((entry.kind.clone(), word(entry.change))).or_default() += 1;
        if shown.len() < limit {
            shown.push(entry);
        }
    }
    let total: u64 = totals.values().sum();
    let value = json!({
        "from": from, "to": to, "total": total,
        "counts": totals.iter().map(|((kind, change), count)| json!({ "kind": kind, "change": change, "count": count })).collect::<Vec<_>>(),
        "objects": shown.iter().map(|entry| json!({ "kind": entry.kind, "key": entry.key, "change": word(entry.change) })).collect::<Vec<_>>(),
    });
    app.output.result(&value, || listed(&totals, &shown, total))
}

fn listed(totals: &BTreeMap<(String, &'static str), u64>, shown: &[DiffEntry], total: u64) -> String {
    let mut text = String::new();
    for ((kind, change), count) in totals {
        let _ = writeln!(text, "{kind:20} {change:8} {count}");
    }
    for entry in shown {
        let _ = writeln!(text, "  {:8} {} {}", word(entry.change), entry.kind, entry.key);
    }
    match total {
        0 => "nothing changed\n".to_owned(),
        _ if (shown.len() as u64) < total => text + &format!("  … and {} more (--limit)\n", total - shown.len() as u64),
        _ => text,
    }
}

fn word(change: Difference) -> &'static str {
    match change {
        Difference::Added => "added",
        Difference::Changed => "changed",
        Difference::Deleted => "deleted",
    }
}
