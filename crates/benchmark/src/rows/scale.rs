//! A recovery of many issues with five comments and one file each, against what Jira's limits allow.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use jira_emulator::Seed;
use jira_emulator::state::{IdKind, SiteState};
use recovery::capture::CaptureSettings;
use recovery::journal::MemoryJournal;
use recovery::progress::Silent;
use recovery::{apply, plan};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Scene, Size, address, spoken};
use crate::clock::with_virtual_time;
use crate::pipeline;
use crate::table::{Row, Time};

const COMMENTS: usize = 5;

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let issues = match size {
        Size::Quick | Size::Usual => 1_000,
        Size::Full => 100_000,
    };
    with_virtual_time(async |ambient| {
        let scene = Scene::open(Seed::Generated { issues, seed: 7 }, &ambient).await?;
        scene.sites.source().alter(shape);
        let captured = pipeline::capture(&CaptureSettings::default(), &scene.source, &scene.vault, &ambient).await?;
        let capture = Bound::of(
            &scene.source.statistics().endpoints.iter().map(|(call, counts)| (call.clone(), counts.requests)).collect(),
        );
        let url = address(&scene.sites.standby().url());
        let journal = Arc::new(MemoryJournal::default());
        let recovery =
            pipeline::recovery(&scene.vault, &scene.standby, &url, journal, (Uuid::from_u128(1), 1), &ambient)?;
        let never = CancellationToken::new();
        let plan = plan::make(&recovery, plan::Depth::Exact, &Silent, &never).await?;
        let begun = ambient.clock.elapsed();
        let applied = apply::run(&recovery, &Silent, &never).await?;
        let seconds = ambient.clock.elapsed().saturating_sub(begun).as_secs_f64();
        let bound = Bound::of(&applied.requests);
        let busiest = plan.most_writes_on_one_issue as f64 * 0.3;
        let contents =
            applied.phases.iter().find(|phase| phase.name == "contents of issues").map_or(1.0, |phase| phase.seconds);
        let requests: u64 = applied.requests.values().sum();
        let objects = format!("{issues} issues, {} comments, {} files", issues as usize * COMMENTS, issues);
        let row = |what: String, measured: String, against: String, ratio: f64, target: &str, met: bool, figures| Row {
            what,
            measured,
            against,
            ratio: Some(ratio),
            target: target.to_owned(),
            met: Some(met),
            time: Time::Virtual,
            figures,
        };
        let ratio = seconds / bound.seconds.max(busiest);
        let rate = bound.seconds / contents;
        let refused = applied.throttled as f64 / requests as f64;
        let capture_ratio = captured.seconds / capture.seconds;
        let estimate = plan.estimate.seconds as f64 / seconds;
        Ok(vec![
            row(
                format!("time of a recovery of {objects}"),
                spoken(seconds),
                format!("{}: {}", spoken(bound.seconds), bound.by),
                ratio,
                "≤ 1.2",
                ratio <= 1.2,
                json!({ "phases": applied.phases, "requests": applied.requests, "most writes on one issue": plan.most_writes_on_one_issue }),
            ),
            row(
                "rate at the endpoint that decides it".to_owned(),
                format!("{:.1} a second", rate * bound.rate),
                format!("{:.0} a second allowed", bound.rate),
                rate,
                "≥ 0.95",
                rate >= 0.95,
                json!({ "contents of issues": contents }),
            ),
            row(
                "answers 429 in it".to_owned(),
                applied.throttled.to_string(),
                format!("{requests} requests"),
                refused,
                "≤ 0.01",
                refused <= 0.01,
                json!(null),
            ),
            row(
                "the plan's estimate of it".to_owned(),
                spoken(plan.estimate.seconds as f64),
                spoken(seconds),
                estimate,
                "0.7 to 1.5",
                (0.7..=1.5).contains(&estimate),
                json!(plan.estimate),
            ),
            row(
                "time of the capture of the same".to_owned(),
                spoken(captured.seconds),
                format!("{}: {}", spoken(capture.seconds), capture.by),
                capture_ratio,
                "≤ 1.2",
                capture_ratio <= 1.2,
                json!({ "requests": pipeline::requests(&scene.source.statistics()), "throttled": scene.source.statistics().throttled() }),
            ),
        ])
    })
}

/// Gives every issue as many comments and files as are asked for: takes away what is too much, copies what it has.
fn shape(state: &mut SiteState) {
    let Some(pattern) = state.comments.values().find(|comment| comment.visibility.is_none()).cloned() else { return };
    let Some(file) = state.attachments.values().next().cloned() else { return };
    let issues: Vec<u64> = state.issues.keys().copied().collect();
    for id in issues {
        let Some(mut issue) = state.issues.remove(&id) else { continue };
        for gone in issue.comments.split_off(COMMENTS.min(issue.comments.len())) {
            state.comments.remove(&gone);
        }
        while issue.comments.len() < COMMENTS {
            let own = state.ids.take(IdKind::Comment);
            issue.comments.push(own);
            state.comments.insert(own, jira_emulator::state::Comment { id: own, issue: id, ..pattern.clone() });
        }
        for gone in issue.attachments.split_off(1.min(issue.attachments.len())) {
            state.attachments.remove(&gone);
        }
        if issue.attachments.is_empty() {
            let own = state.ids.take(IdKind::Attachment);
            issue.attachments.push(own);
            let media_id = Uuid::from_u128(u128::from(own) << 64 | 7);
            state.media.insert(media_id, own);
            let bytes = jira_emulator::state::AttachmentBytes::Synthetic;
            let size = 100 + own % 900;
            let copy = jira_emulator::state::Attachment { id: own, issue: id, media_id, bytes, size, ..file.clone() };
            state.attachments.insert(own, copy);
        }
        state.issues.insert(id, issue);
    }
}

/// How long requests must take by the limits alone: the endpoint with the most requests for its rate.
struct Bound {
    seconds: f64,
    rate: f64,
    by: String,
}

impl Bound {
    fn of(requests: &BTreeMap<String, u64>) -> Self {
        let limits = jira_emulator::Limits::default();
        let rate = |call: &str| {
            let method = call.split(' ').next().unwrap_or_default();
            let own = limits.endpoint_rates.iter().find(|(endpoint, _)| shape_of(endpoint) == shape_of(call));
            own.map(|(_, rate)| *rate).or_else(|| limits.default_rates.get(method).copied()).unwrap_or(50)
        };
        let all = requests.iter().map(|(call, count)| {
            let rate = f64::from(rate(call));
            Self { seconds: *count as f64 / rate, rate, by: format!("{count} × {call} at {rate} a second") }
        });
        all.max_by(|one, two| one.seconds.total_cmp(&two.seconds)).unwrap_or(Self {
            seconds: 0.0,
            rate: 1.0,
            by: String::new(),
        })
    }
}

/// A call with all arguments called the same.
fn shape_of(call: &str) -> String {
    let parts = call.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
