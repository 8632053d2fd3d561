//! Requests for 1,000 issues, in capture and in recovery, against the least that the API allows.

use std::sync::Arc;

use anyhow::{Result, ensure};
use jira_emulator::Seed;
use recovery::Kinds;
use recovery::capture::CaptureSettings;
use recovery::journal::MemoryJournal;
use serde_json::json;
use uuid::Uuid;

use super::{Scene, Size, address, spoken};
use crate::clock::with_virtual_time;
use crate::table::{Row, Time};
use crate::{least, pipeline};

pub(super) fn measure(_: Size) -> Result<Vec<Row>> {
    with_virtual_time(async |ambient| {
        let scene = Scene::open(Seed::Generated { issues: 1000, seed: 7 }, &ambient).await?;
        let captured = capture(&scene).await?;
        let recovered = recover(&scene).await?;
        Ok([captured, recovered].into_iter().flatten().collect())
    })
}

async fn capture(scene: &Scene) -> Result<Vec<Row>> {
    let report = pipeline::capture(&CaptureSettings::default(), &scene.source, &scene.vault, &scene.ambient).await?;
    let statistics = scene.source.statistics();
    let issue_calls = ["/issue/", "/search/", "/comment/list", "/worklog", "/changelog/", "/attachment/"];
    let of_issues = |call: &str| issue_calls.iter().any(|part| call.contains(part)) && !call.contains("createmeta");
    let configuration: u64 =
        statistics.endpoints.iter().filter(|(call, _)| !of_issues(call)).map(|(_, counts)| counts.requests).sum();
    let least = scene.sites.source().inspect(|state| least::Capture::of(state, configuration as usize));
    let ratio = report.requests as f64 / least.sum() as f64;
    Ok(vec![Row {
        what: format!("requests of a capture of {} issues", report.issues),
        measured: format!("{} in {}", report.requests, spoken(report.seconds)),
        against: format!("{}, the least that the API allows", least.sum()),
        ratio: Some(ratio),
        target: "≤ 1.2".to_owned(),
        met: Some(ratio <= 1.2),
        time: Time::Virtual,
        figures: json!({ "least": least, "requests": pipeline::requests(&statistics), "throttled": statistics.throttled() }),
    }])
}

async fn recover(scene: &Scene) -> Result<Vec<Row>> {
    let journal = Arc::new(MemoryJournal::default());
    let url = address(&scene.sites.standby().url());
    let recovery =
        pipeline::recovery(&scene.vault, &scene.standby, &url, journal, (Uuid::from_u128(1), 1), &scene.ambient)?;
    let done = pipeline::recover(&recovery).await?;
    ensure!(done.proof.holds, "the proof does not hold: {}", done.proof);
    let kinds: Vec<&str> = Kinds::registry().hanging_names().collect();
    let least = scene.sites.source().inspect(|state| least::Recovery::of(state, &done.applied, &kinds));
    let requests: u64 = done.applied.requests.values().sum();
    let ratio = requests as f64 / least.sum() as f64;
    let estimate = done.plan.estimate.seconds as f64 / done.apply_seconds;
    let recovered = Row {
        what: "requests of their recovery (without the proof)".to_owned(),
        measured: format!("{requests} in {}, and {} of the proof", spoken(done.apply_seconds), done.proof_requests),
        against: format!("{}, the least that the API allows", least.sum()),
        ratio: Some(ratio),
        target: "≤ 1.2".to_owned(),
        met: Some(ratio <= 1.2),
        time: Time::Virtual,
        figures: json!({ "least": least, "requests": done.applied.requests, "throttled": done.applied.throttled,
            "phases": done.applied.phases, "proof_requests": done.proof_requests }),
    };
    let estimated = Row {
        what: "the plan's estimate of that".to_owned(),
        measured: spoken(done.plan.estimate.seconds as f64),
        against: spoken(done.apply_seconds),
        ratio: Some(estimate),
        target: "0.7 to 1.5".to_owned(),
        met: Some((0.7..=1.5).contains(&estimate)),
        time: Time::Virtual,
        figures: json!(done.plan.estimate),
    };
    Ok(vec![recovered, estimated])
}
