//! One issue after the other, with everything on it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::cast::{Cast, Stage};
use super::chance::Chance;
use super::documents::{Scene, Style};
use super::histories::Historian;
use super::people::Person;
use super::plan::Planned;
use super::traps::Trap;
use super::{END, words};
use crate::state::{Issue, RawJson, SiteState, StatusCategory, TimeTracking};

/// Makes the issues of a plan.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    pub(super) state: &'a mut SiteState,
    pub(super) chance: Chance,
    pub(super) cast: &'a Cast,
    pub(super) plan: &'a [Planned],
    pub(super) historian: Historian,
    /// Place of the issue at hand in the plan.
    pub(super) place: usize,
    /// Where in the row of traps the first issue is.
    pub(super) first_trap: usize,
}

impl Maker<'_> {
    /// Makes all issues.
    pub(super) fn make_all(&mut self) {
        for place in 0..self.plan.len() {
            self.place = place;
            let mut issue = self.frame();
            self.describe(&mut issue);
            self.add_files(&mut issue);
            self.write_texts(&mut issue);
            self.add_comments(&mut issue);
            self.add_worklogs(&mut issue);
            self.fill_fields(&mut issue);
            self.add_crowd(&mut issue);
            self.add_properties(&mut issue);
            self.add_remote_links(&mut issue);
            self.add_links(&mut issue);
            self.add_histories(&mut issue);
            self.state.insert_issue(issue);
        }
    }

    /// Whether the issue at hand has a trap.
    pub(super) fn has(&self, trap: Trap) -> bool {
        trap.strikes(self.first_trap + self.place)
    }

    pub(super) fn stage(&self) -> &Stage {
        &self.cast.projects[self.plan[self.place].project]
    }

    /// Somebody, who may have left since.
    pub(super) fn person(&mut self) -> Option<Person> {
        self.chance.one(&self.cast.people.everyone)
    }

    /// A moment in the life of an issue.
    pub(super) fn moment(&mut self, issue: &Issue) -> Timestamp {
        let life = issue.updated.duration_since(issue.created).as_millis();
        let after = self.chance.between(0, u64::try_from(life).unwrap_or(0));
        issue.created + SignedDuration::from_millis(i64::try_from(after).unwrap_or(0))
    }

    /// So many moments in order.
    pub(super) fn moments(&mut self, issue: &Issue, count: usize) -> Vec<Timestamp> {
        let mut moments: Vec<Timestamp> = (0..count).map(|_| self.moment(issue)).collect();
        moments.sort_unstable();
        moments
    }

    /// Key of some issue of the site.
    pub(super) fn other_key(&mut self) -> String {
        let other = &self.plan[self.chance.below(self.plan.len())];
        format!("{}-{}", self.cast.projects[other.project].key, other.number)
    }

    /// A text for an issue, which can show the issue's files.
    pub(super) fn write(&mut self, issue: &Issue, style: Style) -> RawJson {
        let other = self.other_key();
        let files = issue.attachments.iter().filter_map(|id| self.state.attachments.get(id));
        let files: Vec<_> = files.map(|file| (file.media_id, file.filename.clone())).collect();
        let (url, people) = (&*self.cast.url, &*self.cast.people.everyone);
        Scene { chance: &mut self.chance, url, people, other, files: &files }.document(style)
    }

    /// What an issue must have.
    fn frame(&mut self) -> Issue {
        let planned = &self.plan[self.place];
        let life = SignedDuration::from_mins(i64::try_from(self.chance.between(1, 90 * 24 * 60)).unwrap_or(1));
        let statuses = self.stage().statuses.get(&planned.issue_type).cloned().unwrap_or_default();
        Issue {
            id: planned.id,
            project: self.stage().id,
            number: planned.number,
            issue_type: planned.issue_type,
            status: self.chance.one(&statuses).unwrap_or_default(),
            parent: planned.parent,
            summary: words::summary(&mut self.chance).into(),
            created: planned.created,
            updated: (planned.created + life).min(END),
            ..Issue::default()
        }
    }

    /// What an issue may have.
    fn describe(&mut self, issue: &mut Issue) {
        let author = self.person();
        issue.creator = author.map(|person| person.account);
        if self.has(Trap::Bare) {
            return;
        }
        issue.reporter =
            if self.chance.percent(85) { issue.creator.clone() } else { self.person().map(|person| person.account) };
        if self.chance.percent(70) {
            issue.assignee = self.chance.one(&self.cast.people.active).map(|person| person.account);
        }
        issue.priority = self.chance.one(&self.cast.priorities);
        let category = self.state.statuses.get(&issue.status).map(|status| status.category);
        if category == Some(StatusCategory::Done) {
            issue.resolution = self.chance.one(&self.cast.resolutions);
            issue.resolved = Some(issue.updated);
        }
        issue.status_category_changed = Some(self.moment(issue));
        if self.chance.percent(20) {
            issue.due = Some(day(issue.created + SignedDuration::from_hours(24 * 30)));
        }
        if self.chance.percent(35) {
            issue.labels = (0..=self.chance.below(3)).map(|_| words::label(&mut self.chance).into()).collect();
            issue.labels.sort_unstable();
            issue.labels.dedup();
        }
        self.place_in_project(issue);
        if self.chance.percent(25) {
            let hours = self.chance.between(1, 80);
            issue.time = TimeTracking { original: Some(hours * 3600), remaining: Some(hours * 1800), spent: None };
        }
    }

    fn place_in_project(&mut self, issue: &mut Issue) {
        let cast = self.cast;
        let stage = &cast.projects[self.plan[self.place].project];
        if self.chance.percent(45) {
            issue.components = self.chance.some(&stage.components, 2);
        }
        if self.chance.percent(30) {
            issue.fix_versions = self.chance.some(&stage.versions, 2);
        }
        if self.chance.percent(20) {
            issue.affects_versions = self.chance.some(&stage.versions, 2);
        }
    }

    fn write_texts(&mut self, issue: &mut Issue) {
        if self.has(Trap::Bare) {
            return;
        }
        issue.description = if self.has(Trap::EveryNode) {
            Some(self.write(issue, Style::Specimen))
        } else if self.has(Trap::LongDescription) {
            Some(self.write(issue, Style::Long))
        } else {
            self.chance.percent(92).then(|| self.write(issue, Style::Usual { rich_percent: 20 }))
        };
        if self.chance.percent(6) {
            issue.environment = Some(self.write(issue, Style::Plain));
        }
    }

    fn add_crowd(&mut self, issue: &mut Issue) {
        let cast = self.cast;
        let accounts = |people: Vec<Person>| people.into_iter().map(|person| person.account).collect();
        if self.has(Trap::Popular) {
            issue.voters = accounts(cast.people.everyone.iter().take(20).cloned().collect());
            issue.watchers = accounts(cast.people.active.iter().take(15).cloned().collect());
            return;
        }
        if self.chance.percent(15) {
            issue.voters = accounts(self.chance.some(&cast.people.everyone, 3));
        }
        if self.chance.percent(60) {
            issue.watchers = accounts(self.chance.some(&cast.people.active, 3));
        }
    }

    fn add_properties(&mut self, issue: &mut Issue) {
        if self.has(Trap::Properties) {
            let values = [
                (
                    "com.example.port:checklist",
                    json!([{ "done": true, "text": "Größe prüfen" }, { "done": false, "text": "錨" }]),
                ),
                ("deploy.count", json!(42)),
                ("note with blanks", json!("a \"quoted\" text")),
                ("seen", json!(true)),
                ("tide", json!({ "high": 4.75, "low": null, "nested": { "deep": [1, [2, [3]]] } })),
            ];
            issue.properties = values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
        } else if self.chance.percent(5) {
            let berth = self.chance.between(1, 30);
            issue.properties.insert("port.berth".into(), json!({ "number": berth }).into());
        }
    }
}

/// The day of a moment in UTC.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
