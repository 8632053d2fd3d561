//! Values of custom fields.

use jiff::SignedDuration;

use super::cast::Choice;
use super::documents::Style;
use super::issue::{Maker, day};
use super::traps::Trap;
use super::words;
use crate::state::{AccountId, FieldValue, Issue};

impl Maker<'_> {
    pub(super) fn fill_fields(&mut self, issue: &mut Issue) {
        let cast = self.cast;
        for choice in &cast.fields {
            let percent = match choice.kind.as_str() {
                "gh-sprint" => 40,
                "jsw-story-points" | "float" => 25,
                "gh-epic-label" => 100,
                "gh-lexo-rank" => 30,
                "flagged" => 3,
                _ => 9,
            };
            if self.is_sure(choice) || self.chance.percent(percent) && !self.has(Trap::Bare) {
                let value = self.value(issue, choice);
                issue.custom.extend(value.map(|value| (choice.number, value)));
            }
        }
    }

    fn is_sure(&self, choice: &Choice) -> bool {
        match choice.kind.as_str() {
            "flagged" => self.has(Trap::Flagged),
            "gh-sprint" => self.has(Trap::SprintAfterSprint),
            _ => self.has(Trap::EveryField),
        }
    }

    fn value(&mut self, issue: &Issue, choice: &Choice) -> Option<FieldValue> {
        let cast = self.cast;
        let stage = &cast.projects[self.plan[self.place].project];
        let account = |person: super::people::Person| -> AccountId { person.account };
        Some(match choice.kind.as_str() {
            "textfield" => FieldValue::Text(words::phrase(&mut self.chance).into()),
            "url" => FieldValue::Text("https://runbooks.example/fog?step=2&lang=sv".into()),
            "gh-epic-label" if cast.kinds.epic.contains(&issue.issue_type) => {
                FieldValue::Text(words::phrase(&mut self.chance).into())
            }
            "gh-lexo-rank" => FieldValue::Text(format!("0|i{:06x}:", self.chance.below(0xff_ffff)).into()),
            "textarea" => FieldValue::Document(self.write(issue, Style::Usual { rich_percent: 30 })),
            "float" | "jsw-story-points" => FieldValue::Number(f64::from(self.chance.below(400) as u32) / 4.0),
            "datepicker" => FieldValue::Date(day(issue.created + SignedDuration::from_hours(24 * 9))),
            "datetime" => FieldValue::DateTime(self.moment(issue)),
            "labels" => FieldValue::Labels(vec![words::label(&mut self.chance).into()]),
            "userpicker" => FieldValue::User(self.person().map(account)?),
            "multiuserpicker" => {
                FieldValue::Users(self.chance.some(&cast.people.everyone, 3).into_iter().map(account).collect())
            }
            "grouppicker" => FieldValue::Groups(vec![self.chance.one(&cast.people.groups)?.1]),
            "multigrouppicker" => {
                let groups = self.chance.some(&cast.people.groups, 2);
                FieldValue::Groups(groups.into_iter().map(|(_, id)| id).collect())
            }
            "project" => FieldValue::Project(cast.projects[self.chance.below(cast.projects.len())].id),
            "version" => FieldValue::Versions(vec![self.chance.one(&stage.versions)?]),
            "multiversion" => FieldValue::Versions(self.chance.some(&stage.versions, 3)),
            "gh-sprint" => return self.sprints(),
            "flagged" => FieldValue::Options(vec![choice.options_in(issue.project).first()?.id]),
            _ => return self.option(issue, choice),
        })
    }

    /// Any option, also one that was disabled since.
    fn option(&mut self, issue: &Issue, choice: &Choice) -> Option<FieldValue> {
        let options = choice.options_in(issue.project);
        let parents: Vec<u64> =
            options.iter().filter(|option| option.parent.is_none()).map(|option| option.id).collect();
        Some(match choice.kind.as_str() {
            "select" | "radiobuttons" => FieldValue::Option(self.chance.one(&parents)?),
            "multiselect" | "multicheckboxes" if !parents.is_empty() => {
                FieldValue::Options(self.chance.some(&parents, 3))
            }
            "cascadingselect" => {
                let parent = self.chance.one(&parents)?;
                let children: Vec<u64> =
                    options.iter().filter(|option| option.parent == Some(parent)).map(|option| option.id).collect();
                FieldValue::Cascade(parent, self.chance.one(&children).filter(|_| self.chance.percent(70)))
            }
            _ => return None,
        })
    }

    /// Closed sprints, and perhaps an open one at last.
    fn sprints(&mut self) -> Option<FieldValue> {
        let sprints = &self.cast.projects[self.plan[self.place].project].sprints;
        let mut ids = if self.has(Trap::SprintAfterSprint) {
            sprints.closed.iter().rev().take(3).rev().copied().collect()
        } else if self.chance.percent(70) {
            self.chance.some(&sprints.closed, 2)
        } else {
            Vec::new()
        };
        if ids.is_empty() || self.chance.percent(15) || self.has(Trap::SprintAfterSprint) {
            ids.extend(self.chance.one(&sprints.open));
        }
        (!ids.is_empty()).then_some(FieldValue::Sprints(ids))
    }
}
