//! One lane: a project, its next number, and what waits for it.

use std::collections::{HashMap, HashSet, VecDeque};

use super::Shared;
use crate::Result;

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
    /// Whether holes are filled. Not when Jira refuses placeholders: then keys cannot be kept.
    pub fill_holes: bool,
    /// Placeholders that came to fill another number than the one they are called by.
    pub misplaced: HashSet<String>,
    /// How often an element was sent, for those that were sent before.
    pub attempts: HashMap<(&'static str, String), u32>,
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
            let batch = self.build().await?;
            if batch.is_empty() {
                return Ok(());
            }
            self.send(batch).await?;
        }
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
