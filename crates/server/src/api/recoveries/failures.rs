//! What Jira refused: by cause, and one by one in pages.

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use control::id::RecoveryId;
use recovery::cause::{cause_of, is_echo};
use serde::{Deserialize, Serialize};
use store::journal::Entry;
use store::{Journal, JournalState};
use utoipa::{IntoParams, ToSchema};

use super::find;
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Problem};

/// So many rows are read from the journal at once.
const READ: u32 = 1_000;
/// So many causes are shown. Words of Jira that a source made up cannot fill the answer.
const CAUSES: usize = 200;
/// So many are told apart while they are counted: a bound of memory, far above what any Jira says.
const TOLD_APART: usize = 10_000;

/// An object that Jira refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FailureView {
    /// Its kind.
    kind: String,
    /// Its key on the source.
    source: String,
    attempts: u32,
    /// Jira's words, or what was missing.
    reason: Option<String>,
}

fn describe(entry: Entry) -> FailureView {
    let row = entry.row;
    FailureView { kind: row.kind, source: row.source, attempts: row.attempt, reason: row.reason }
}

/// What Jira refused for one cause.
#[derive(Serialize, ToSchema)]
pub(super) struct CauseView {
    /// What all reasons have in common: `#` stands for keys and ids, `…` for names. A resumption takes it, to try those again.
    cause: String,
    /// One of the reasons in full.
    example: Option<String>,
    /// How many objects.
    count: u64,
    /// Of which kinds, in alphabetical order.
    kinds: BTreeSet<String>,
}

/// All failures of a recovery.
#[derive(Serialize, ToSchema)]
pub(super) struct CausesView {
    /// How many objects failed.
    total: u64,
    /// By cause, the most frequent first: 200 at most.
    causes: Vec<CauseView>,
    /// How many failed for causes that are not among these.
    others: u64,
}

/// Which failures.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of this cause only.
    #[param(max_length = 2000)]
    cause: Option<String>,
}

async fn journal_of(components: &Components, caller: &Caller, id: RecoveryId) -> Result<Box<dyn Journal>, Problem> {
    let mut repository = components.around.store.read().await?;
    find(repository.as_mut(), caller, id).await?;
    Ok(components.around.store.journal(caller.tenant))
}

/// The cause of a failure, if it is one of its own.
fn own_cause(entry: &Entry) -> Option<String> {
    let reason = entry.row.reason.as_deref().unwrap_or_default();
    (!is_echo(&entry.row.kind, reason)).then(|| cause_of(reason))
}

/// What Jira refused, in pages.
#[utoipa::path(get, path = "/recoveries/{recovery}/failures", tag = "Recoveries",
    params(("recovery" = Uuid, Path), Filter, PageQuery), responses((status = OK, body = Page<FailureView>)))]
pub(super) async fn list(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<RecoveryId>,
    Asked(filter): Asked<Filter>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<FailureView>>> {
    let (mut after, fetch) = (query.after::<u64>()?.unwrap_or_default(), query.fetch()? as usize);
    let journal = journal_of(&components, &caller, id).await?;
    let fits =
        |entry: &Entry| own_cause(entry).is_some_and(|own| filter.cause.as_ref().is_none_or(|cause| *cause == own));
    let mut found = vec![];
    while found.len() < fetch {
        let rows = journal.in_state(id, JournalState::Failed, after, READ).await?;
        let Some(last) = rows.last() else { break };
        after = last.place;
        let room = fetch - found.len();
        found.extend(rows.into_iter().filter(fits).take(room));
    }
    Ok(Json(query.page(found, |row| row.place.to_string(), describe)?))
}

/// What Jira refused, by cause.
#[utoipa::path(get, path = "/recoveries/{recovery}/causes", tag = "Recoveries", params(("recovery" = Uuid, Path)),
    responses((status = OK, body = CausesView)))]
pub(super) async fn causes(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<RecoveryId>,
) -> Answer<Json<CausesView>> {
    let journal = journal_of(&components, &caller, id).await?;
    let mut tally = Tally::default();
    let mut after = 0;
    loop {
        let rows = journal.in_state(id, JournalState::Failed, after, READ).await?;
        let Some(last) = rows.last() else { break };
        after = last.place;
        for row in rows {
            tally.add(row);
        }
    }
    Ok(Json(tally.view()))
}

#[derive(Default)]
struct Tally {
    total: u64,
    others: u64,
    causes: HashMap<String, CauseView>,
}

impl Tally {
    fn add(&mut self, entry: Entry) {
        let Some(cause) = own_cause(&entry) else { return };
        self.total += 1;
        if self.causes.len() >= TOLD_APART && !self.causes.contains_key(&cause) {
            self.others += 1;
            return;
        }
        let row = entry.row;
        let known = self.causes.entry(cause).or_insert_with_key(|cause| CauseView {
            cause: cause.clone(),
            example: row.reason,
            count: 0,
            kinds: BTreeSet::new(),
        });
        known.count += 1;
        known.kinds.insert(row.kind);
    }

    fn view(self) -> CausesView {
        let mut causes: Vec<CauseView> = self.causes.into_values().collect();
        causes.sort_by(|one, other| (other.count, &one.cause).cmp(&(one.count, &other.cause)));
        let rare: u64 = causes.drain(CAUSES.min(causes.len())..).map(|cause| cause.count).sum();
        CausesView { total: self.total, causes, others: self.others + rare }
    }
}

#[cfg(test)]
mod tests {
    use store::{JournalRow, JournalState};

    use super::*;

    fn failed(number: usize, reason: String) -> Entry {
        let row = JournalRow {
            recovery: uuid::Uuid::nil().into(),
            operation: (number as u128).to_be_bytes(),
            kind: "comment".to_owned(),
            source: number.to_string(),
            state: JournalState::Failed,
            attempt: 1,
            expected: None,
            target: None,
            target_key: None,
            reason: Some(reason),
            lease: 0,
        };
        Entry { place: number as u64, row }
    }

    #[test]
    fn the_most_frequent_cause_is_shown_however_late_it_comes() {
        let mut tally = Tally::default();
        let letters = |number: usize| format!("{}{}", "x".repeat(number / 20 + 1), "y".repeat(number % 20));
        for number in 0..CAUSES + 50 {
            tally.add(failed(number, letters(number)));
        }
        for number in 0..1_000 {
            tally.add(failed(number, format!("issue FULL-{number} is locked")));
        }
        let view = tally.view();
        assert_eq!((view.total, view.causes.len(), view.others), (CAUSES as u64 + 1_050, CAUSES, 51));
        assert_eq!((view.causes[0].cause.as_str(), view.causes[0].count), ("issue # is locked", 1_000));
    }
}
