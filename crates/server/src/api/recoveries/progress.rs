//! How far a recovery is with each kind, and how fast it was.

use std::collections::BTreeMap;

use axum::extract::State;
use control::id::RecoveryId;
use jiff::Timestamp;
use recovery::Kinds;
use serde::Serialize;
use store::JournalState;
use store::job::Sample;
use utoipa::ToSchema;
use worker::kinds::recovery::totals;

use super::find;
use crate::Components;
use crate::api::jobs;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::path::Named;
use crate::http::problem::Answer;

/// How far a recovery is with the objects of one kind.
#[derive(Default, Serialize, ToSchema)]
struct KindProgress {
    kind: String,
    /// How many there are to recover, where that is known.
    total: Option<u64>,
    /// Made on the standby.
    made: u64,
    /// There before, or left out for a reason that the report tells.
    skipped: u64,
    /// Refused by Jira.
    failed: u64,
    /// Begun, or looked for after an unclear answer.
    open: u64,
}

/// How fast a recovery was at a moment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SpeedView {
    at: Timestamp,
    /// Requests a second.
    per_second: f64,
    /// How much it is of what Jira allows to the busiest endpoint: 1 is all.
    share: f64,
}

impl From<&Sample> for SpeedView {
    fn from(sample: &Sample) -> Self {
        Self { at: sample.at, per_second: sample.per_second, share: sample.share }
    }
}

/// How far a recovery is, kind by kind, and how fast it was from its beginning until now.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryProgress {
    /// In the order in which they are recovered.
    kinds: Vec<KindProgress>,
    /// The oldest first, 60 at most.
    speed: Vec<SpeedView>,
}

/// How far a recovery is with each kind, and how fast it was.
#[utoipa::path(get, path = "/recoveries/{recovery}/progress", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = RecoveryProgress)))]
pub(super) async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<RecoveryId>,
) -> Answer<Json<RecoveryProgress>> {
    let mut repository = components.around.store.read().await?;
    let run = find(repository.as_mut(), &caller, id).await?;
    let job = jobs::find(repository.as_mut(), &caller, run.job).await?;
    drop(repository);
    let mut known: BTreeMap<String, KindProgress> = BTreeMap::new();
    for (kind, total) in totals(&job) {
        known.entry(kind).or_default().total = Some(total);
    }
    for count in components.around.store.journal(caller.tenant).counts(id).await? {
        let progress = known.entry(count.kind).or_default();
        *match count.state {
            JournalState::Confirmed => &mut progress.made,
            JournalState::Skipped => &mut progress.skipped,
            JournalState::Failed => &mut progress.failed,
            JournalState::Planned | JournalState::Intent | JournalState::Ambiguous => &mut progress.open,
        } += count.count;
    }
    let speed = job.progress.and_then(|progress| progress.traffic);
    let speed = speed.iter().flat_map(|traffic| &traffic.samples).map(SpeedView::from).collect();
    Ok(Json(RecoveryProgress { kinds: in_order(known), speed }))
}

/// The kinds of a site in the order in which they are recovered. What else the journal keeps is not told.
fn in_order(mut known: BTreeMap<String, KindProgress>) -> Vec<KindProgress> {
    let kinds = Kinds::registry();
    let names = kinds.before_issues.iter().map(|kind| kind.name());
    let names = names.chain(std::iter::once("issue")).chain(kinds.hanging_names());
    let names: Vec<&str> = names.chain(kinds.after_issues.iter().map(|kind| kind.name())).collect();
    let taken = names.into_iter().filter_map(|name| Some((name, known.remove(name)?)));
    taken.map(|(name, progress)| KindProgress { kind: name.to_owned(), ..progress }).collect()
}
