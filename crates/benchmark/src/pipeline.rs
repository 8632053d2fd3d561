//! The steps of the pipeline, as the program runs them, on any client.

use std::path::Path;
use std::sync::Arc;

use ambient::Ambient;
use anyhow::Result;
use jira::{Jira, Statistics};
use recovery::apply::{self, ApplyReport};
use recovery::capture::{self, CaptureReport, CaptureSettings, Source};
use recovery::journal::Journal;
use recovery::plan::{self, Depth, Plan};
use recovery::progress::Silent;
use recovery::prove::{self, Report};
use recovery::{Kinds, Recovery, Settings};
use serde_json::{Value, json};
use site::marks::Marks;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vault::{Identity, LocalKeyFile, Options, Storage, Vault};

use crate::process::Taken;

/// A new vault in a folder, or the one that is there.
pub(crate) async fn vault(folder: &Path, site: &str, address: &str, ambient: &Ambient) -> Result<Vault> {
    let key_file = folder.join("key.json");
    let storage = Storage::directory(&folder.join("vault"))?;
    let options = Options { index: Some(folder.join("index.sqlite")), ..Options::default() };
    if key_file.exists() {
        let keys = Arc::new(LocalKeyFile::load(&key_file, ambient)?);
        return Ok(Vault::open(storage, keys, ambient.clone(), None, options).await?);
    }
    std::fs::create_dir_all(folder)?;
    let keys = Arc::new(LocalKeyFile::create(&key_file, ambient)?);
    let identity = Identity { tenant: "bench".to_owned(), site: site.to_owned(), site_url: address.to_owned() };
    Ok(Vault::create(storage, keys, ambient.clone(), identity, options).await?)
}

/// Captures a site.
pub(crate) async fn capture(
    settings: &CaptureSettings,
    jira: &Jira,
    vault: &Vault,
    ambient: &Ambient,
) -> Result<CaptureReport> {
    let source =
        Source { jira: jira.clone(), vault: vault.clone(), kinds: Kinds::registry(), ambient: ambient.clone() };
    Ok(capture::run(settings, &source, &Silent, &CancellationToken::new()).await?)
}

/// A recovery of the newest point onto a site.
pub(crate) fn recovery(
    vault: &Vault,
    jira: &Jira,
    address: &str,
    journal: Arc<dyn Journal>,
    (id, lease): (Uuid, u64),
    ambient: &Ambient,
) -> Result<Recovery> {
    let point = vault.points().last().map_or(0, |point| point.number);
    Ok(Recovery {
        id,
        lease,
        marks: Marks::new(id.to_string(), [7; 32]),
        earlier: Vec::new(),
        view: vault.at(point)?,
        source: vault.identity().site.clone(),
        source_address: vault.identity().site_url.clone(),
        standby: jira.clone(),
        standby_address: address.to_owned(),
        journal,
        kinds: Kinds::registry(),
        ambient: ambient.clone(),
        settings: Settings::default(),
    })
}

/// What came of a recovery.
pub(crate) struct Recovered {
    pub plan: Plan,
    pub applied: ApplyReport,
    pub proof: Report,
    /// What the proof alone asked of the standby.
    pub proof_requests: u64,
    pub apply_seconds: f64,
    /// The most memory that was resident after the plan and after what was written.
    pub peaks: [u64; 2],
}

/// Plans, applies and proves.
pub(crate) async fn recover(recovery: &Recovery) -> Result<Recovered> {
    let never = CancellationToken::new();
    let plan = plan::make(recovery, Depth::Exact, &Silent, &never).await?;
    let planned = Taken::so_far().peak_bytes;
    let clock = &recovery.ambient.clock;
    let begun = clock.elapsed();
    let applied = apply::run(recovery, &Silent, &never).await?;
    let apply_seconds = clock.elapsed().saturating_sub(begun).as_secs_f64();
    let peaks = [planned, Taken::so_far().peak_bytes];
    let before = recovery.standby.statistics().requests();
    let proof = prove::run(recovery, None, &Silent, &never).await?;
    let proof_requests = recovery.standby.statistics().requests() - before;
    Ok(Recovered { plan, applied, proof, proof_requests, apply_seconds, peaks })
}

/// A client's requests by endpoint.
pub(crate) fn requests(statistics: &Statistics) -> Value {
    json!(
        statistics
            .endpoints
            .iter()
            .map(|(name, counts)| (name.clone(), counts.requests))
            .collect::<std::collections::BTreeMap<_, _>>()
    )
}
