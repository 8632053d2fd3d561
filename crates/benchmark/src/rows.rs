//! What is measured: one module for each row of the table, or for rows that need the same run.

mod increment;
mod memory;
mod peer;
mod queue;
mod requests;
mod routes;
mod scale;
mod size;
mod timeline;

use std::time::Duration;

use ambient::Ambient;
use anyhow::{Context as _, Result};
use clap::ValueEnum;
use jira::Jira;
use jira_emulator::{Limits, Seed};
use serde::Serialize;
use tempfile::TempDir;
use testkit::Sites;
use vault::Vault;

use crate::table::Row;
use crate::{emulator, pipeline};

/// How large the sites are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Size {
    /// For a look.
    Quick,
    /// Minutes.
    Usual,
    /// What the documentation shows.
    Full,
}

type Measure = fn(Size) -> Result<Vec<Row>>;

/// All rows, by name.
pub(crate) const ALL: [(&str, Measure); 10] = [
    ("requests", requests::measure),
    ("increment", increment::measure),
    ("scale", scale::measure),
    ("cpu", memory::cpu),
    ("memory", memory::measure),
    ("size", size::measure),
    ("queue", queue::measure),
    ("routes", routes::measure),
    ("peer", peer::measure),
    ("timeline", timeline::measure),
];

/// How long every answer takes.
const LATENCY: Duration = Duration::from_millis(50);

/// Two sites in this process, with Jira's limits and latency, and a vault of the source.
struct Scene {
    sites: Sites,
    source: Jira,
    standby: Jira,
    vault: Vault,
    ambient: Ambient,
    _folder: TempDir,
}

impl Scene {
    async fn open(seed: Seed, ambient: &Ambient) -> Result<Self> {
        let sites = Sites::in_process(seed, Limits::default(), ambient.clone());
        emulator::give_access(sites.source(), sites.standby());
        for site in [sites.source(), sites.standby()] {
            site.latency(LATENCY);
        }
        let folder = tempfile::tempdir()?;
        let site = sites.source().cloud_id().to_string();
        let vault = pipeline::vault(folder.path(), &site, &address(&sites.source().url()), ambient).await?;
        let (source, standby) = (sites.source_client(), sites.standby_client());
        Ok(Self { sites, source, standby, vault, ambient: ambient.clone(), _folder: folder })
    }
}

fn address(url: &impl ToString) -> String {
    url.to_string().trim_end_matches('/').to_owned()
}

/// How many issues a row is to have, where `LIFEBOAT_BENCH_ISSUES` says so: sizes between those of [`Size`].
fn asked_issues() -> Result<Option<u32>> {
    let asked = std::env::var("LIFEBOAT_BENCH_ISSUES").ok();
    asked.map(|asked| asked.parse().context("LIFEBOAT_BENCH_ISSUES is no number of issues")).transpose()
}

/// Seconds as people say them.
fn spoken(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20))
}
