//! Building a request: the next issues in the order of their numbers, and placeholders between them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::json;
use site::Object;
use site::kinds::issue::{Prepared, prepare};

use super::lane::{Lane, Reduction, Waiting};
use super::shapes::Shape;
use crate::Result;
use crate::apply::index::parent_of;
use crate::apply::item::Item;
use crate::apply::screen::Screen;
use crate::journal::State;
use crate::objects::{self, ISSUE};

/// An element, and the issue that waits for it; placeholders wait for nothing.
pub(super) struct Element {
    pub item: Item,
    pub waiting: Option<Waiting>,
}

impl Lane<'_> {
    /// The elements of the next request. Empty when nothing of what was looked at can come.
    pub(super) async fn build(&mut self) -> Result<Vec<Element>> {
        let mut batch: Vec<Element> = Vec::new();
        let in_order = !self.ahead.is_empty();
        let limit = self.limit();
        let fills_holes = in_order && self.fills_holes(limit).await?;
        let mut objects = self.load(limit, in_order, fills_holes).await?;
        let mut inside: HashSet<String> = HashSet::new();
        while batch.len() < limit {
            let number = self.next.saturating_add(batch.len() as u32);
            let queue = if in_order { &mut self.ahead } else { &mut self.postponed };
            let Some(&waiting) = queue.front() else { break };
            if fills_holes && number < waiting.0 {
                let Some(placeholder) = self.placeholder(number).await? else { break };
                batch.push(placeholder);
                if self.shapes.are_risky() {
                    break;
                }
                continue;
            }
            let Some(object) = objects.remove(&waiting.1) else { break };
            let prepared = prepare(&object, &self.shared.run.translation);
            // A sub-task needs its parent at creation: when that is in this very request, the sub-task waits for the next.
            let parent = prepared.parent.as_ref().filter(|_| prepared.subtask);
            if parent.is_some_and(|parent| inside.contains(&parent.source_id)) {
                break;
            }
            let queue = if in_order { &mut self.ahead } else { &mut self.postponed };
            queue.pop_front();
            if let Some(reason) = cannot(&prepared) {
                self.skip(waiting, reason).await?;
                continue;
            }
            inside.insert(object.key.clone());
            let (mut item, screen) = self.issue(&object, waiting.0, prepared).await?;
            self.shared.proven.strip(&mut item);
            let risky = self.is_risky(&item, &screen).await?;
            batch.push(Element { item, waiting: Some(waiting) });
            // A refusal moves the numbers of all that come after it in the request. So nothing comes after what may be
            // refused.
            if risky {
                break;
            }
        }
        Ok(batch)
    }

    /// The issues that may come into the next request.
    async fn load(&self, limit: usize, in_order: bool, fills_holes: bool) -> Result<HashMap<u64, Object>> {
        let queue = if in_order { &self.ahead } else { &self.postponed };
        let last = self.next.saturating_add(limit as u32);
        let near = queue.iter().take(limit).filter(|(number, _)| !fills_holes || *number < last);
        let keys: Vec<String> = near.map(|(_, id)| id.to_string()).collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let records = self.shared.run.recovery.view.get_many(ISSUE, &keys).await?;
        let objects = records.iter().map(|record| {
            let object = objects::object(ISSUE, record)?;
            Ok((object.key.parse().unwrap_or_default(), object))
        });
        objects.collect()
    }

    /// Whether holes are filled. Not when Jira refuses placeholders: then keys cannot be kept.
    async fn fills_holes(&mut self, limit: usize) -> Result<bool> {
        let numbers = self.ahead.iter().take(limit).map(|(number, _)| *number);
        let has_holes = numbers.zip(self.next..).any(|(number, expected)| number != expected);
        if has_holes {
            self.shapes.best(&self.shared.meta, &self.target).await?;
        }
        Ok(self.shapes.end().is_none())
    }

    async fn placeholder(&mut self, number: u32) -> Result<Option<Element>> {
        let source = self.free_name(number);
        let shape = self.shapes.best(&self.shared.meta, &self.target).await?;
        Ok(shape.map(|Shape { issue_type, fields, .. }| Element {
            item: Item::placeholder(source, number, &self.target, issue_type, fields.clone()),
            waiting: None,
        }))
    }

    /// What a placeholder is called: by its number, unless the one of that name came to fill another number.
    fn free_name(&self, number: u32) -> String {
        let first = format!("{}/{number}", self.source);
        let others = (2..).map(|time: u32| format!("{first}.{time}"));
        std::iter::once(first.clone())
            .chain(others)
            .find(|name| !self.misplaced.contains(name))
            .expect("there are more names than placeholders")
    }

    /// An issue as an element, and the create screen that it passes.
    async fn issue(&self, object: &Object, number: u32, prepared: Prepared) -> Result<(Item, Arc<Screen>)> {
        let (shared, project) = (self.shared, &prepared.project);
        let parent = match &prepared.parent {
            Some(parent) => parent_of(parent, &shared.run.projects, &*shared.run.issues).await?,
            None => None,
        };
        let orphan = prepared.subtask && parent.is_none();
        // Comes as a type that stands by itself; `moves` makes it a sub-task once its parent is there.
        let issue_type = if orphan { shared.meta.standard_type(project).await? } else { prepared.issue_type.clone() };
        let screen = shared.meta.screen(project, &issue_type).await?;
        let (mut fields, _) = screen.sayable(&prepared.fields);
        if let Some(parent) = parent
            && (prepared.subtask || screen.has("parent"))
        {
            fields.insert("parent".to_owned(), json!({ "id": parent.target_id }));
        }
        let transition = match &prepared.status {
            Some(status) => shared.transitions.known(project, &issue_type, status).await,
            None => None,
        };
        let item = Item::issue(object, number, &prepared, &issue_type, fields, transition);
        let item = match self.reduced.get(&object.key) {
            None => item,
            Some(Reduction::Without(names)) => item.without(names),
            Some(Reduction::Bare) => item.bare(),
        };
        Ok((item, screen))
    }

    /// Whether Jira may refuse an element.
    async fn is_risky(&self, item: &Item, screen: &Screen) -> Result<bool> {
        let shared = self.shared;
        let assignable = shared.meta.assignable(&self.target).await?;
        let listed = &shared.run.listed;
        Ok(shared
            .proven
            .is_risky(item, |field, value| screen.allows(field, value) || listed.allows(field, value, &assignable)))
    }

    /// Records that an issue cannot come. Its number becomes a hole.
    async fn skip(&self, (number, id): Waiting, reason: String) -> Result<()> {
        let run = self.shared.run;
        let mut row = run.row(ISSUE, &id.to_string());
        row.expected = Some(format!("{}-{number}", self.key));
        row.state = State::Skipped;
        row.reason = Some(reason);
        self.shared.meter.advance(1);
        Ok(run.record(&[row]).await?)
    }
}

/// Why an issue cannot come at all: without its project or type there is nothing to create.
fn cannot(prepared: &Prepared) -> Option<String> {
    (prepared.project.is_empty() || prepared.issue_type.is_empty()).then(|| {
        let told = prepared.losses.iter().find(|loss| matches!(loss.loss.as_str(), "issue.type" | "issue.project"));
        told.map_or_else(
            || "its issue type is not on the standby".to_owned(),
            |loss| format!("{}: {}", loss.loss, loss.detail),
        )
    })
}
