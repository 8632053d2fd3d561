//! An increment of 100 changes against the full capture.

use anyhow::Result;
use jira::{Call, Jira};
use jira_emulator::Seed;
use recovery::capture::CaptureSettings;
use serde_json::json;

use super::{Scene, Size, spoken};
use crate::clock::with_virtual_time;
use crate::pipeline;
use crate::table::{Row, Time};

const CHANGES: usize = 100;

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let issues = if size == Size::Quick { 2_000 } else { 10_000 };
    with_virtual_time(async |ambient| {
        let scene = Scene::open(Seed::Generated { issues, seed: 7 }, &ambient).await?;
        let step = issues as usize / CHANGES;
        let keys: Vec<String> = scene.sites.source().inspect(|state| {
            state.issues.values().step_by(step).take(CHANGES).map(|issue| state.key_of(issue)).collect()
        });
        let full = captured(&scene, &CaptureSettings::default()).await?;
        // Past what the first increment looks back on.
        ambient.clock.sleep(std::time::Duration::from_mins(30)).await;
        let usual = captured(&scene, &CaptureSettings::default()).await?;
        ambient.clock.sleep(std::time::Duration::from_mins(30)).await;
        change(&scene.sites.source_client(), &keys).await?;
        let changed = captured(&scene, &CaptureSettings::default()).await?;
        let more = changed.requests.saturating_sub(usual.requests);
        let ratio = more as f64 / full.requests as f64;
        Ok(vec![Row {
            what: format!("requests of an increment of {CHANGES} changes on {issues} issues"),
            measured: format!(
                "{} in {}, {} kB: {more} for the changes, {} the constant",
                changed.requests,
                spoken(changed.seconds),
                changed.bytes / 1000,
                usual.requests
            ),
            against: format!(
                "{} in {}, {} kB of the full capture",
                full.requests,
                spoken(full.seconds),
                full.bytes / 1000
            ),
            ratio: Some(ratio),
            target: format!("≤ {} + constant", CHANGES as f64 / f64::from(issues)),
            met: Some(ratio <= 1.05 * CHANGES as f64 / f64::from(issues)),
            time: Time::Virtual,
            figures: json!({ "full": full, "nothing changed": usual, "changed": changed }),
        }])
    })
}

#[derive(serde::Serialize)]
struct Captured {
    requests: u64,
    bytes: u64,
    seconds: f64,
    issues: u64,
}

async fn captured(scene: &Scene, settings: &CaptureSettings) -> Result<Captured> {
    let before = scene.source.statistics().received_bytes;
    let report = pipeline::capture(settings, &scene.source, &scene.vault, &scene.ambient).await?;
    let bytes = scene.source.statistics().received_bytes - before;
    Ok(Captured { requests: report.requests, bytes, seconds: report.seconds, issues: report.issues })
}

/// Half of the issues are edited, a third commented, the others logged work on.
async fn change(jira: &Jira, keys: &[String]) -> Result<()> {
    let text = json!({ "type": "doc", "version": 1,
        "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Changed" }] }] });
    for (number, key) in keys.iter().enumerate() {
        let call = match number % 6 {
            0..3 => Call::put("/rest/api/3/issue/{issue}").json(&json!({ "fields": { "summary": "Changed" } })),
            3..5 => Call::post("/rest/api/3/issue/{issue}/comment").json(&json!({ "body": text })),
            _ => Call::post("/rest/api/3/issue/{issue}/worklog")
                .json(&json!({ "started": "2026-11-02T09:00:00.000+0000", "timeSpentSeconds": 3600 })),
        };
        jira.done(call.arg("issue", key)).await?;
    }
    Ok(())
}
