//! Recovery points, by asking the API.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cli::points::PointsCommand;
use crate::client::views::{self, SiteRef};
use crate::client::{Call, Client};
use crate::exit::Fault;

/// As many as a server names in one answer.
const MOST_NAMED: usize = 1_000;

/// A recovery point, as the API tells it.
#[derive(Deserialize)]
struct Point {
    number: u64,
    taken: Timestamp,
    note: String,
    objects: u64,
    added: u64,
    changed: u64,
    deleted: u64,
    pinned: bool,
    #[serde(default)]
    kinds: BTreeMap<String, Counts>,
}

/// Counts of a kind.
#[derive(Deserialize, Serialize)]
struct Counts {
    live: u64,
    added: u64,
    changed: u64,
    deleted: u64,
}

/// What is otherwise.
#[derive(Deserialize)]
struct Changes {
    total: u64,
    kinds: BTreeMap<String, BTreeMap<String, u64>>,
    objects: Vec<Changed>,
}

#[derive(Deserialize, Serialize)]
struct Changed {
    kind: String,
    key: String,
    change: String,
}

pub(in crate::commands) async fn ask(client: &Client, command: PointsCommand) -> Result<()> {
    match command {
        PointsCommand::List { site } => list(client, &client.site(&site).await?).await,
        PointsCommand::Show { site, point } => {
            let known = client.site(&site).await?;
            let number = match point {
                Some(number) => number,
                None => newest(client, &known).await?,
            };
            let point = get(client, &known, number).await?;
            client.output.result(&summary(&point), || whole(&point, &site))
        }
        PointsCommand::Diff { site, from, to, limit } => {
            diff(client, &client.site(&site).await?, (from, to), limit.min(MOST_NAMED)).await
        }
        PointsCommand::Pin { site, point } => pin(client, &client.site(&site).await?, point, true).await,
        PointsCommand::Unpin { site, point } => pin(client, &client.site(&site).await?, point, false).await,
    }
}

async fn points(client: &Client, site: &SiteRef, most: usize) -> Result<Vec<Point>> {
    let mut points = vec![];
    let mut after: Option<u64> = None;
    while points.len() < most {
        let call = Call::get(["sites", &site.id, "points"]).query("limit", most.min(200));
        let call = match after {
            Some(after) => call.query("after", after),
            None => call,
        };
        let page = client.send(call).await?.body;
        let found: Vec<Point> = views::read(&page["items"])?;
        after = found.last().map(|point| point.number).filter(|_| page["next"].is_string());
        points.extend(found);
        if after.is_none() {
            break;
        }
    }
    Ok(points)
}

async fn newest(client: &Client, site: &SiteRef) -> Result<u64> {
    let newest = points(client, site, 1).await?;
    let none = || Fault::usage(format!("`{0}` has no recovery point yet: `lifeboat backup run {0}`", site.name));
    Ok(newest.first().map(|point| point.number).ok_or_else(none)?)
}

async fn get(client: &Client, site: &SiteRef, number: u64) -> Result<Point> {
    views::read(&client.get(["sites", &site.id, "points", &number.to_string()]).await?)
}

/// The points in the order in which they were taken. What each holds of a kind is asked for one by one, for `--json` alone.
async fn list(client: &Client, site: &SiteRef) -> Result<()> {
    let mut points = points(client, site, usize::MAX).await?;
    points.reverse();
    let mut values: Vec<Value> = vec![];
    if client.output.is_json() {
        for point in &points {
            values.push(summary(&get(client, site, point.number).await?));
        }
    }
    client.output.result(&values, || {
        let mut text = format!(
            "{:>8}  {:20} {:>9} {:>9} {:>9} {:>9}\n",
            "point", "taken", "objects", "added", "changed", "deleted"
        );
        for Point { number, taken, note, objects, added, changed, deleted, pinned, .. } in &points {
            let taken = taken.strftime("%Y-%m-%d %H:%M:%S").to_string();
            let pinned = super::mark(*pinned);
            let _ = writeln!(
                text,
                "{number:>8}  {taken:20} {objects:>9} {added:>9} {changed:>9} {deleted:>9}  {note}{pinned}"
            );
        }
        text
    })
}

fn summary(point: &Point) -> Value {
    json!({ "point": point.number, "taken": point.taken.to_string(), "note": point.note, "pinned": point.pinned,
        "counts": point.kinds })
}

fn whole(point: &Point, site: &str) -> String {
    let Point { number, taken, note, .. } = point;
    let mut text = format!("recovery point {number} of {site}, taken {taken}: {note}{}\n", super::mark(point.pinned));
    let _ = writeln!(text, "{:20} {:>9} {:>9} {:>9} {:>9}", "kind", "objects", "added", "changed", "deleted");
    for (kind, Counts { live, added, changed, deleted }) in &point.kinds {
        let _ = writeln!(text, "{kind:20} {live:>9} {added:>9} {changed:>9} {deleted:>9}");
    }
    text
}

async fn pin(client: &Client, site: &SiteRef, number: u64, pinned: bool) -> Result<()> {
    let text = number.to_string();
    let path = ["sites", &site.id, "points", &text, "pin"];
    client.send(if pinned { Call::put(path) } else { Call::delete(path) }).await?;
    client.output.result(&json!({ "point": number, "pinned": pinned }), || {
        let what = if pinned { "stays until it is let go" } else { "is kept as long as the retention says" };
        format!("Recovery point {number} of {} {what}.\n", site.name)
    })
}

async fn diff(client: &Client, site: &SiteRef, (from, to): (u64, u64), limit: usize) -> Result<()> {
    let number = to.to_string();
    let call = Call::get(["sites", &site.id, "points", &number, "changes"]).query("from", from).query("limit", limit);
    let changes: Changes = views::read(&client.send(call).await?.body)?;
    let counts: Vec<(&String, &String, &u64)> = changes
        .kinds
        .iter()
        .flat_map(|(kind, counts)| counts.iter().map(move |(change, count)| (kind, change, count)))
        .collect();
    let value = json!({
        "from": from, "to": to, "total": changes.total,
        "counts": counts.iter().map(|(kind, change, count)| json!({ "kind": kind, "change": change, "count": count }))
            .collect::<Vec<_>>(),
        "objects": changes.objects,
    });
    client.output.result(&value, || {
        let mut text = String::new();
        for (kind, change, count) in &counts {
            let _ = writeln!(text, "{kind:20} {change:8} {count}");
        }
        for Changed { kind, key, change } in &changes.objects {
            let _ = writeln!(text, "  {change:8} {kind} {key}");
        }
        match changes.total - changes.objects.len() as u64 {
            _ if changes.total == 0 => "nothing changed\n".to_owned(),
            0 => text,
            more => text + &format!("  … and {more} more (--limit)\n"),
        }
    })
}
