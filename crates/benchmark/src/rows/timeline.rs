//! Where the time of a capture and a recovery goes: requests second by second, as the emulated sites saw them.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use super::{LATENCY, Size, spoken};
use crate::emulator::{Options, Serving};
use crate::table::{Row, Time};
use crate::worker::{self, Task};

/// How many endpoints of a second are told.
const ENDPOINTS: usize = 3;

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let issues = match size {
        Size::Quick => 60,
        Size::Usual => 200,
        Size::Full => 1_000,
    };
    let folder = tempfile::tempdir()?;
    let mut serving = Serving::start(&Options { issues, latency: LATENCY.as_millis() as u64, ..Options::default() })?;
    let mut rows = Vec::new();
    for (what, task, site) in [("capture", Task::Capture, "source"), ("recovery", Task::Recover, "standby")] {
        let reached = if site == "source" { serving.source.clone() } else { serving.standby.clone() };
        let told = worker::start(task, &reached, folder.path())?;
        let log = serving.ask("log")?;
        let seconds = by_second(&log[site]);
        for (second, line) in &seconds {
            eprintln!("  {what} {second:3} s: {line}");
        }
        rows.push(Row {
            what: format!("{what} of {issues} issues, second by second"),
            measured: format!("{} requests in {}", told.requests, spoken(told.seconds)),
            against: told.details["phases"].to_string(),
            ratio: None,
            target: String::new(),
            met: None,
            time: Time::Real,
            figures: json!({ "told": told, "seconds": seconds }),
        });
    }
    let compared = serving.ask("compare")?;
    eprintln!("  compared: {}", serde_json::to_string_pretty(&compared)?);
    Ok(rows)
}

/// For each second the number of requests, and where most of them went.
fn by_second(log: &Value) -> BTreeMap<u64, String> {
    let mut seconds: BTreeMap<u64, BTreeMap<&str, usize>> = BTreeMap::new();
    for request in log.as_array().into_iter().flatten() {
        if let (Some(at), Some(endpoint)) = (request[0].as_u64(), request[1].as_str()) {
            *seconds.entry(at / 1000).or_default().entry(endpoint).or_default() += 1;
        }
    }
    let told = seconds.into_iter().map(|(second, endpoints)| {
        let all: usize = endpoints.values().sum();
        let mut most: Vec<(usize, &str)> = endpoints.into_iter().map(|(endpoint, count)| (count, endpoint)).collect();
        most.sort_unstable_by(|one, two| two.cmp(one));
        most.truncate(ENDPOINTS);
        let most: Vec<String> = most.into_iter().map(|(count, endpoint)| format!("{count} × {endpoint}")).collect();
        (second, format!("{all:4}: {}", most.join(", ")))
    });
    told.collect()
}
