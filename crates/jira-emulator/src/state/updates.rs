//! When issues changed: the order a search by `updated` needs, and what a lagging search index does not know yet.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::RangeFrom;

use jiff::{SignedDuration, Timestamp};

/// Changes older than this are known to every search index.
const LONGEST_LAG: SignedDuration = SignedDuration::from_hours(1);

/// An index over `updated` of all issues, and a journal of the latest changes.
#[derive(Debug, Default)]
pub struct Updates {
    by_time: BTreeSet<(Timestamp, u64)>,
    journal: VecDeque<Change>,
}

/// `before` is the earlier `updated`; none for an issue that was made.
#[derive(Debug, Clone, Copy)]
struct Change {
    at: Timestamp,
    issue: u64,
    before: Option<Timestamp>,
}

impl Updates {
    /// Notes that an issue came into being or changed at `at`.
    pub fn note(&mut self, issue: u64, before: Option<Timestamp>, at: Timestamp) {
        if let Some(before) = before {
            self.by_time.remove(&(before, issue));
        }
        self.by_time.insert((at, issue));
        self.journal.push_back(Change { at, issue, before });
        while self.journal.front().is_some_and(|oldest| oldest.at + LONGEST_LAG < at) {
            self.journal.pop_front();
        }
    }

    /// Notes an issue that has been there for long.
    pub fn insert(&mut self, issue: u64, updated: Timestamp) {
        self.by_time.insert((updated, issue));
    }

    /// Forgets an issue.
    pub fn remove(&mut self, issue: u64, updated: Timestamp) {
        self.by_time.remove(&(updated, issue));
    }

    /// Ids of the issues that were updated at `since` or later, the longest unchanged first.
    pub fn since(&self, since: Timestamp) -> impl Iterator<Item = u64> + '_ {
        let range: RangeFrom<(Timestamp, u64)> = (since, 0)..;
        self.by_time.range(range).map(|(_, issue)| *issue)
    }

    /// What an index that ends at `horizon` shows instead of `updated` for the issues that changed since: the time they had
    /// then, or none where they did not exist.
    pub fn behind(&self, horizon: Timestamp) -> HashMap<u64, Option<Timestamp>> {
        let unseen = self.journal.iter().rev().take_while(|change| change.at > horizon);
        unseen.map(|change| (change.issue, change.before)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn issues_are_found_by_their_latest_update() {
        let mut updates = Updates::default();
        updates.insert(1, second(10));
        updates.note(2, None, second(20));
        updates.note(1, Some(second(10)), second(30));
        assert_eq!(updates.since(second(20)).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(updates.since(second(21)).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn lagging_index_shows_the_state_at_its_horizon() {
        let mut updates = Updates::default();
        updates.insert(1, second(10));
        updates.note(1, Some(second(10)), second(20));
        updates.note(1, Some(second(20)), second(30));
        updates.note(2, None, second(31));
        let behind = updates.behind(second(15));
        assert_eq!(behind[&1], Some(second(10)));
        assert_eq!(behind[&2], None);
        assert_eq!(updates.behind(second(25))[&1], Some(second(20)));
        assert!(updates.behind(second(31)).is_empty());
    }
}
