//! One lane: a project, its next number, and what waits for it.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::Shared;
use super::shapes::Shapes;
use crate::Result;
use crate::apply::PLACEHOLDER;
use crate::journal::{Row, State};

/// What the journal says of a placeholder whose number was used up without it.
pub(super) const FILLED: &str = "its number was filled by another";

/// An issue that waits: its number and its id, both on the source.
pub(super) type Waiting = (u32, u64);

/// How an element is sent again after Jira refused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reduction {
    /// Without the fields that Jira named; an edit says them later.
    Without(Vec<String>),
    /// With nothing but what an issue cannot be without.
    Bare,
}

/// One project being filled.
pub(super) struct Lane<'s> {
    pub shared: &'s Shared<'s>,
    /// Key of the project, the same on both sites.
    pub key: String,
    /// Id of the project on the source.
    pub source: String,
    /// Id of the project on the standby.
    pub target: String,
    /// The number that the standby gives next, as far as is known.
    pub next: u32,
    /// Issues whose number is still to come, by number.
    pub ahead: VecDeque<Waiting>,
    /// Issues whose number is used up: they come last.
    pub postponed: VecDeque<Waiting>,
    /// How many of the next requests hold one element only: after a surprise the numbers must first prove right again.
    pub singly: usize,
    /// What holes are filled with.
    pub shapes: Shapes,
    /// Placeholders that were sent, or meant to be, and were not made.
    pub unfilled: BTreeSet<String>,
    /// Placeholders that came to fill another number than the one they are called by.
    pub misplaced: HashSet<String>,
    /// How often an element was sent, for those that were sent before.
    pub attempts: HashMap<(&'static str, String), u32>,
    /// Ids on the source of issues that an earlier run went past: what names them may be written without them.
    pub passed_over: HashSet<String>,
    /// How many requests in a row met a limit in their middle.
    pub held_up: u32,
    /// Elements that Jira refused as they were.
    pub reduced: HashMap<String, Reduction>,
}

impl Lane<'_> {
    /// Creates what is open. Stops between requests when asked to.
    pub(super) async fn run(mut self) -> Result<()> {
        loop {
            self.shared.run.check()?;
            self.postpone_taken();
            let before = self.standing();
            let batch = self.build().await?;
            if !batch.is_empty() {
                self.send(batch).await?;
            } else if self.standing() == before {
                return self.close().await;
            }
        }
    }

    /// What changes as long as there is something to do: how many wait, and whether holes are filled.
    fn standing(&self) -> (usize, bool) {
        (self.ahead.len() + self.postponed.len(), self.shapes.end().is_none())
    }

    /// Records of the placeholders that were not made why they are not needed any more, or could not be made.
    async fn close(self) -> Result<()> {
        let run = self.shared.run;
        let unfilled: Vec<&str> = self.unfilled.iter().map(String::as_str).collect();
        let mut rows: Vec<Row> = run.rows(PLACEHOLDER, &unfilled).await?.into_values().collect();
        rows.retain(|row| row.state == State::Planned);
        let (state, reason) = self.shapes.end().map_or((State::Skipped, FILLED), |reason| (State::Failed, reason));
        for row in &mut rows {
            (row.state, row.reason) = (state, Some(reason.to_owned()));
        }
        run.record(&rows).await?;
        if let Some(reason) = self.shapes.end() {
            let told = format!("{}: placeholders are refused, so not all keys can be kept: {reason}", self.key);
            run.told.note(&told);
        }
        Ok(())
    }

    /// Moves issues whose number is used up to the end.
    pub(super) fn postpone_taken(&mut self) {
        while self.ahead.front().is_some_and(|(number, _)| *number < self.next) {
            self.postponed.extend(self.ahead.pop_front());
        }
    }

    /// How many elements the next request may hold.
    pub(super) fn limit(&self) -> usize {
        if self.singly > 0 { 1 } else { self.shared.run.recovery.settings.bulk.clamp(1, 50) }
    }

    /// Puts an issue back to where it waited.
    pub(super) fn put_back(&mut self, waiting: Waiting) {
        let queue = if waiting.0 < self.next { &mut self.postponed } else { &mut self.ahead };
        let position = queue.partition_point(|other| *other < waiting);
        queue.insert(position, waiting);
    }
}
