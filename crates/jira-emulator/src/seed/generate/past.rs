//! Changelogs of generated issues.

use super::histories::Past;
use super::issue::Maker;
use super::traps::Trap;
use crate::state::Issue;

impl Maker<'_> {
    pub(super) fn add_histories(&mut self, issue: &mut Issue) {
        let is_long = self.has(Trap::LongHistory);
        if !is_long && !self.chance.percent(75) {
            return;
        }
        let cast = self.cast;
        let statuses = cast.projects[self.plan[self.place].project].statuses.get(&issue.issue_type);
        let past = Past {
            issue,
            statuses: statuses.map_or(&[], Vec::as_slice),
            authors: &cast.accounts,
            estimates: if is_long { 140 } else { 0 },
        };
        let histories = self.historian.write(self.state, &mut self.chance, &past);
        issue.histories = histories;
    }
}
