//! What came later than what names it: an option that Jira refused for a while, and took when it was tried again; an issue of
//! which it was unclear for a while whether it is there.
//!
//! Whatever was written before it existed had to leave it out. So an attempt to make what was passed over once is journalled
//! under [`LATE`] together with the attempt itself, and the row stays open until everything that names it was written again:
//! configuration by `revise`, issues by the edits of `finish`. What names it is found by translating twice, with it and as if
//! it were not there.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::TryStreamExt;
use site::Translation;
use site::kind::Writer;
use site::kinds::issue::{Prepared, prepare};

use super::index::id_of;
use super::run::{PAGE, Run};
use super::{hanging, issue_map};
use crate::bundles::Bundle;
use crate::journal::{Row, State, rows_of_kind};
use crate::objects::ISSUE;
use crate::{Recovery, Result};

/// The kind under which the journal keeps what came late. Sources are `{kind}/{source}` of the object.
const LATE: &str = "late";

/// What came late and is still to be told, by kind and source.
#[derive(Default)]
pub(super) struct Late(Mutex<BTreeSet<(String, String)>>);

/// Whether an object was passed over before: what names it may have been written without it.
pub(super) fn was_passed_over(row: &Row) -> bool {
    row.target.is_none() && matches!(row.state, State::Failed | State::Skipped)
}

impl Late {
    /// What earlier runs left to be told.
    pub(super) async fn read(recovery: &Recovery) -> Result<Self> {
        let mut open = BTreeSet::new();
        let mut rows = rows_of_kind(recovery.journal.clone(), recovery.id, LATE);
        while let Some(row) = rows.try_next().await? {
            if row.state == State::Planned
                && let Some((kind, source)) = row.source.split_once('/')
            {
                open.insert((kind.to_owned(), source.to_owned()));
            }
        }
        Ok(Self(Mutex::new(open)))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Notes that an object is made late. The row is to be recorded together with the attempt.
    pub(super) fn note(&self, run: &Run<'_>, kind: &str, source: &str) -> Row {
        self.lock().insert((kind.to_owned(), source.to_owned()));
        run.row(LATE, &format!("{kind}/{source}"))
    }

    /// The ids on the source of the issues that came late.
    fn issues(&self) -> HashSet<String> {
        self.lock().iter().filter(|(kind, _)| kind == ISSUE).map(|(_, source)| source.clone()).collect()
    }

    /// A translation as it was before these objects came.
    pub(super) fn before(&self, run: &Run<'_>, translation: &Translation) -> Translation {
        let mut before = translation.clone();
        for (kind, source) in &*self.lock() {
            if let Some(kind) = run.recovery.kinds.named(kind) {
                before.unbind(kind.name(), source);
            }
        }
        before
    }

    /// Everything that names them is written again. Issues of which it is still unclear whether they are there stay to be
    /// told.
    pub(super) async fn told(&self, run: &Run<'_>) -> Result<()> {
        let issues: Vec<String> = self.issues().into_iter().collect();
        let issues: Vec<&str> = issues.iter().map(String::as_str).collect();
        let issues = run.rows(ISSUE, &issues).await?;
        let is_there = |(kind, source): &(String, String)| {
            kind != ISSUE || issues.get(source).is_none_or(|row| !matches!(row.state, State::Intent | State::Ambiguous))
        };
        let rows: Vec<Row> = std::mem::take(&mut *self.lock())
            .into_iter()
            .filter(is_there)
            .map(|(kind, source)| Row { state: State::Confirmed, ..run.row(LATE, &format!("{kind}/{source}")) })
            .collect();
        for rows in rows.chunks(PAGE as usize) {
            run.record(rows).await?;
        }
        Ok(())
    }
}

/// Finds the finished issues that name what came late.
pub(super) struct Latecomers {
    /// As it was before.
    pub before: Arc<Translation>,
    issues: HashSet<String>,
}

impl Latecomers {
    /// `None` when nothing came late.
    pub(super) async fn of(run: &Run<'_>) -> Result<Option<Self>> {
        if run.late.is_empty() {
            return Ok(None);
        }
        let issues = run.late.issues();
        let mut before = run.late.before(run, &run.translation);
        let sources: Vec<&str> = issues.iter().map(String::as_str).collect();
        for row in run.rows(ISSUE, &sources).await?.into_values() {
            before.redirects.remove(&row.expected.unwrap_or_default());
        }
        Ok(Some(Self { before: Arc::new(before), issues }))
    }

    /// Whether an issue, or something that hangs on it, names one of them.
    pub(super) async fn concern(&self, run: &Run<'_>, writer: &Writer, bundle: &Bundle, row: &Row) -> Result<bool> {
        let now = prepare(&bundle.issue, &run.translation);
        if differ(&now, &prepare(&bundle.issue, &self.before)) || self.has_parent(run, &now) {
            return Ok(true);
        }
        let Some(issue) = issue_map::context(row) else { return Ok(false) };
        for kind in &run.recovery.kinds.hanging {
            let objects = bundle.hanging.get(kind.name()).cloned().unwrap_or_default();
            if !objects.is_empty() && hanging::lacks(run, writer, *kind, &issue, objects).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has_parent(&self, run: &Run<'_>, prepared: &Prepared) -> bool {
        let Some(parent) = &prepared.parent else { return false };
        let by_key = || id_of(&run.projects, &parent.source_key);
        let id = if parent.source_id.is_empty() { by_key() } else { Some(parent.source_id.clone()) };
        id.is_some_and(|id| self.issues.contains(&id))
    }
}

fn differ(one: &Prepared, other: &Prepared) -> bool {
    (&one.issue_type, &one.status, &one.fields, &one.late)
        != (&other.issue_type, &other.status, &other.fields, &other.late)
}
