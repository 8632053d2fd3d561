//! Comments and worklogs.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::documents::Style;
use super::issue::Maker;
use super::traps::Trap;
use crate::state::{Comment, IdKind, Issue, RawJson, Visibility, Worklog, WorklogTombstone};

impl Maker<'_> {
    pub(super) fn add_comments(&mut self, issue: &mut Issue) {
        let count = self.comment_count();
        for (index, created) in self.moments(issue, count).into_iter().enumerate() {
            let comment = self.comment(issue, index, created);
            issue.comments.push(comment.id);
            self.state.comments.insert(comment.id, comment);
        }
    }

    /// Most issues have few comments.
    fn comment_count(&mut self) -> usize {
        if self.has(Trap::HundredComments) {
            return 120;
        }
        if self.has(Trap::ManyComments) {
            return 27;
        }
        let sure = usize::from(self.has(Trap::LongComment) || self.has(Trap::EveryNode));
        let sure = sure + 3 * usize::from(self.has(Trap::Restricted) || self.has(Trap::ActivityProperties));
        sure + match self.chance.below(100) {
            0..40 => 0,
            40..85 => 1 + self.chance.below(2),
            85..98 => 3 + self.chance.below(4),
            _ => 7 + self.chance.below(12),
        }
    }

    fn comment(&mut self, issue: &Issue, index: usize, created: Timestamp) -> Comment {
        let author = self.person().map(|person| person.account);
        let body = match index {
            0 if self.has(Trap::LongComment) => self.write(issue, Style::Long),
            0 if self.has(Trap::EveryNode) => self.write(issue, Style::Specimen),
            _ => self.write(issue, Style::Usual { rich_percent: 8 }),
        };
        let was_changed = self.chance.percent(10);
        let changer = self.person().map(|person| person.account).filter(|_| was_changed && index % 2 == 1);
        Comment {
            id: self.state.ids.take(IdKind::Comment),
            issue: issue.id,
            update_author: changer.or_else(|| author.clone()),
            author,
            body,
            created,
            updated: if was_changed { (created + SignedDuration::from_mins(7)).min(issue.updated) } else { created },
            visibility: self.visibility(index),
            public: true,
            properties: self.activity_properties(index),
        }
    }

    /// The first two comments or worklogs of a restricted issue are for a role and for a group.
    fn visibility(&mut self, index: usize) -> Option<Visibility> {
        match index {
            0 if self.has(Trap::Restricted) => {
                let role = self.state.roles.values().find(|role| &*role.name == "Developers")?;
                let identifier = Some(role.id.to_string().into());
                Some(Visibility { kind: "role".into(), value: role.name.clone(), identifier })
            }
            1 if self.has(Trap::Restricted) => {
                let (name, id) = self.chance.one(&self.cast.people.groups)?;
                Some(Visibility { kind: "group".into(), value: name, identifier: Some(id) })
            }
            _ => None,
        }
    }

    fn activity_properties(&mut self, index: usize) -> BTreeMap<String, RawJson> {
        if index == 0 && self.has(Trap::ActivityProperties) {
            let from = json!({ "source": "radio", "channel": 16, "words": ["mayday", "över"] });
            BTreeMap::from([("port.radio".to_owned(), from.into())])
        } else {
            BTreeMap::new()
        }
    }

    pub(super) fn add_worklogs(&mut self, issue: &mut Issue) {
        let count = self.worklog_count();
        for (index, created) in self.moments(issue, count).into_iter().enumerate() {
            let worklog = self.worklog(issue, index, created);
            issue.worklogs.push(worklog.id);
            issue.time.spent = Some(issue.time.spent.unwrap_or(0) + worklog.seconds);
            self.state.worklogs.insert(worklog.id, worklog);
        }
        if count > 0 && self.chance.percent(5) {
            let id = self.state.ids.take(IdKind::Worklog);
            self.state.worklog_tombstones.push(WorklogTombstone { id, deleted: issue.updated });
        }
    }

    fn worklog_count(&mut self) -> usize {
        if self.has(Trap::ManyWorklogs) {
            return 25;
        }
        if self.has(Trap::Restricted) || self.has(Trap::ActivityProperties) {
            return 3;
        }
        if self.chance.percent(15) { 1 + self.chance.below(4) } else { 0 }
    }

    fn worklog(&mut self, issue: &Issue, index: usize, created: Timestamp) -> Worklog {
        let author = self.person().map(|person| person.account);
        let comment = self.chance.percent(60).then(|| self.write(issue, Style::Usual { rich_percent: 3 }));
        let before = i64::try_from(self.chance.between(0, 600)).unwrap_or(0);
        Worklog {
            id: self.state.ids.take(IdKind::Worklog),
            issue: issue.id,
            update_author: author.clone(),
            author,
            comment,
            started: created - SignedDuration::from_mins(before),
            seconds: self.chance.between(1, 32) * 900,
            created,
            updated: created,
            visibility: self.visibility(index),
            properties: self.activity_properties(index),
        }
    }
}
