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
    let issues = super::asked_issues()?.unwrap_or(match size {
        Size::Quick | Size::Usual => 1_000,
        Size::Full => 100_000,
    });
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
                format!("{}, the limits' own bound: {}", spoken(bound.seconds), bound.by),
                ratio,
                "≤ 1.2",
                ratio <= 1.2,
                json!({ "phases": applied.phases, "requests": applied.requests, "other endpoints": bound.others,
                    "most writes on one issue": plan.most_writes_on_one_issue }),
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
                format!("{}, the limits' own bound: {}", spoken(capture.seconds), capture.by),
                capture_ratio,
                "≤ 1.2",
                capture_ratio <= 1.2,
                json!({ "requests": pipeline::requests(&scene.source.statistics()), "other endpoints": capture.others,
                    "throttled": scene.source.statistics().throttled() }),
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

/// How long requests must take by the limits alone.
///
/// Jira limits each endpoint by itself, so requests to different ones may go side by side, and none of them can be done sooner
/// than the endpoint that has the most requests for its rate: that one is the bound. What must wait for something else
/// (comments for their issues, issues for their projects) is left out, so the bound is lower than what any program can reach.
struct Bound {
    seconds: f64,
    rate: f64,
    by: String,
    /// What the endpoints need that come next, in words.
    others: Vec<String>,
}

impl Bound {
    fn of(requests: &BTreeMap<String, u64>) -> Self {
        let limits = jira_emulator::Limits::default();
        let rate = |call: &str| {
            let method = call.split(' ').next().unwrap_or_default();
            let own = limits.endpoint_rates.iter().find(|(endpoint, _)| shape_of(endpoint) == shape_of(call));
            own.map(|(_, rate)| *rate).or_else(|| limits.default_rates.get(method).copied()).unwrap_or(50)
        };
        let mut all: Vec<(f64, f64, String)> = requests
            .iter()
            .map(|(call, count)| {
                let rate = f64::from(rate(call));
                (*count as f64 / rate, rate, format!("{count} × {call} at {rate} a second"))
            })
            .collect();
        all.sort_by(|one, two| two.0.total_cmp(&one.0));
        let others = all.iter().skip(1).take(4).map(|(seconds, _, by)| format!("{seconds:.1} s: {by}")).collect();
        let (seconds, rate, by) = all.into_iter().next().unwrap_or((0.0, 1.0, String::new()));
        Self { seconds, rate, by, others }
    }
}

/// A call with all arguments called the same.
fn shape_of(call: &str) -> String {
    let parts = call.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_the_endpoint_with_the_most_requests_for_its_rate() {
        let requests = [
            ("POST /rest/api/3/issue/{issue}/comment", 500),
            ("PUT /rest/api/3/issue/{issue}", 300),
            ("GET /rest/api/3/attachment/content/{attachment}", 1500),
        ];
        let bound = Bound::of(&requests.map(|(call, count)| (call.to_owned(), count)).into());
        assert_eq!((bound.seconds, bound.rate), (6.0, 50.0));
        assert_eq!(bound.by, "300 × PUT /rest/api/3/issue/{issue} at 50 a second");
        assert_eq!(bound.others.len(), 2);
        assert!(Bound::of(&BTreeMap::new()).seconds.abs() < f64::EPSILON);
    }
}
