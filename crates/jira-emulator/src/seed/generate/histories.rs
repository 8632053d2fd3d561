//! Changelogs: changes that can have led an issue to where it is now.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::chance::Chance;
use crate::state::{AccountId, History, HistoryItem, IdKind, Issue, LinkEnd, SiteState};

/// Writes changelogs. It keeps every text once, since most of them repeat.
#[derive(Debug, Default)]
pub(in crate::seed) struct Historian {
    texts: BTreeSet<Arc<str>>,
}

/// A value as an id and as shown.
type Shown = (Option<Arc<str>>, Option<Arc<str>>);

/// What is known about the past of an issue.
#[derive(Debug)]
pub(in crate::seed) struct Past<'a> {
    pub(in crate::seed) issue: &'a Issue,
    /// Statuses in the order issues take them, the first one to begin with.
    pub(in crate::seed) statuses: &'a [u64],
    /// Who can have made changes.
    pub(in crate::seed) authors: &'a [AccountId],
    /// So many changes of the estimate besides.
    pub(in crate::seed) estimates: usize,
}

impl Historian {
    /// Changes from the creation of the issue until it was updated last. The ids are new.
    pub(in crate::seed) fn write(
        &mut self,
        state: &mut SiteState,
        chance: &mut Chance,
        past: &Past<'_>,
    ) -> Vec<History> {
        let issue = past.issue;
        let mut changes = self.estimates(chance, past.estimates);
        changes.extend(self.small_changes(state, chance, issue));
        changes.extend(self.status_changes(state, chance, past));
        let moments = moments(chance, issue, changes.len());
        let histories = changes.into_iter().zip(moments).map(|(items, created)| History {
            id: state.ids.take(IdKind::History),
            author: chance.one(past.authors).map(|author| self.text(&author)),
            created,
            items,
            metadata: chance.percent(2).then(|| {
                json!({ "type": "import", "actor": { "id": "port-bot", "displayName": "Port bot" }, "activityDescription": "Tide table import" }).into()
            }),
        });
        histories.collect()
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        self.texts.insert(text.clone());
        text
    }

    fn shown(&mut self, id: &str, text: &str) -> Shown {
        (Some(self.text(id)), Some(self.text(text)))
    }

    fn item(&mut self, field: &str, id: Option<&str>, old: Shown, new: Shown) -> HistoryItem {
        HistoryItem {
            field: self.text(field),
            field_type: self.text("jira"),
            field_id: id.map(|id| self.text(id)),
            from: old.0,
            from_string: old.1,
            to: new.0,
            to_string: new.1,
        }
    }

    fn status(&mut self, state: &SiteState, id: u64) -> Shown {
        let name = state.statuses.get(&id).map(|status| status.name.clone()).unwrap_or_default();
        (Some(self.text(&id.to_string())), Some(name))
    }

    /// From the first status to the present one; the resolution comes with the last step.
    fn status_changes(&mut self, state: &SiteState, chance: &mut Chance, past: &Past<'_>) -> Vec<Vec<HistoryItem>> {
        let now = past.issue.status;
        let before = past.statuses.iter().copied().take_while(|status| *status != now);
        let mut path: Vec<u64> = before
            .enumerate()
            .filter(|(place, _)| *place == 0 || chance.percent(40))
            .map(|(_, status)| status)
            .collect();
        path.push(now);
        let mut changes: Vec<Vec<HistoryItem>> = Vec::new();
        for step in path.windows(2) {
            let (old, new) = (self.status(state, step[0]), self.status(state, step[1]));
            changes.push(vec![self.item("status", Some("status"), old, new)]);
        }
        let resolution = past.issue.resolution.and_then(|id| state.resolutions.get(&id));
        if let (Some(resolution), Some(last)) = (resolution, changes.last_mut()) {
            let new = (Some(self.text(&resolution.id.to_string())), Some(resolution.name.clone()));
            let item = self.item("resolution", Some("resolution"), (None, None), new);
            last.insert(0, item);
        }
        changes
    }

    /// Changes of single fields and what else the changelog tells.
    fn small_changes(&mut self, state: &SiteState, chance: &mut Chance, issue: &Issue) -> Vec<Vec<HistoryItem>> {
        let mut changes = Vec::new();
        if let Some(user) = issue.assignee.as_ref().and_then(|account| state.users.get(account)) {
            let new = (Some(user.account_id.clone()), Some(user.display_name.clone()));
            changes.push(vec![self.item("assignee", Some("assignee"), (None, None), new)]);
        }
        if let Some(priority) = issue.priority.and_then(|id| state.priorities.get(&id)).filter(|_| chance.percent(20)) {
            let old = state.priority_order.last().and_then(|id| state.priorities.get(id));
            let old = old.map_or((None, None), |old| self.shown(&old.id.to_string(), &old.name));
            let new = self.shown(&priority.id.to_string(), &priority.name);
            if old != new {
                changes.push(vec![self.item("priority", Some("priority"), old, new)]);
            }
        }
        if !issue.labels.is_empty() && chance.percent(40) {
            let all = Some(self.text(&issue.labels.join(" ")));
            let nothing = Some(self.text(""));
            changes.push(vec![self.item("labels", Some("labels"), (None, nothing), (None, all))]);
        }
        changes.extend(self.file_changes(state, issue));
        changes.extend(self.link_changes(state, issue));
        changes.extend(self.parent_change(state, issue));
        changes
    }

    fn file_changes(&mut self, state: &SiteState, issue: &Issue) -> Vec<Vec<HistoryItem>> {
        let files = issue.attachments.iter().filter_map(|id| state.attachments.get(id));
        files
            .map(|file| {
                let new = (Some(file.id.to_string().into()), Some(file.filename.clone()));
                vec![self.item("Attachment", Some("attachment"), (None, None), new)]
            })
            .collect()
    }

    fn link_changes(&mut self, state: &SiteState, issue: &Issue) -> Vec<Vec<HistoryItem>> {
        let links = issue.links.iter().filter_map(|id| state.links.get(id));
        links
            .filter_map(|link| {
                let kind = state.link_types.get(&link.link_type)?;
                let is_source = link.source == LinkEnd::Issue(issue.id);
                let (other, wording) =
                    if is_source { (&link.destination, &kind.outward) } else { (&link.source, &kind.inward) };
                let key = match other {
                    LinkEnd::Issue(id) => state.key_of(state.issues.get(id)?),
                    LinkEnd::Absent { key, .. } => key.to_string(),
                };
                let told = format!("This issue {wording} {key}");
                let new = (Some(key.into()), Some(told.into()));
                Some(vec![self.item("Link", None, (None, None), new)])
            })
            .collect()
    }

    fn parent_change(&mut self, state: &SiteState, issue: &Issue) -> Option<Vec<HistoryItem>> {
        let parent = issue.parent.and_then(|id| state.issues.get(&id))?;
        let new = (Some(parent.id.to_string().into()), Some(state.key_of(parent).into()));
        Some(vec![self.item("IssueParentAssociation", None, (None, None), new)])
    }

    fn estimates(&mut self, chance: &mut Chance, count: usize) -> Vec<Vec<HistoryItem>> {
        let mut before = 3600;
        let mut changes = Vec::with_capacity(count);
        for _ in 0..count {
            let after = chance.between(1, 40) * 900;
            if after != before {
                let (old, new) = (before.to_string(), after.to_string());
                let (old, new) = (self.shown(&old, &old), self.shown(&new, &new));
                changes.push(vec![self.item("timeestimate", Some("timeestimate"), old, new)]);
            }
            before = after;
        }
        changes
    }
}

/// Moments in order; the last one is when the issue was resolved, if it was.
fn moments(chance: &mut Chance, issue: &Issue, count: usize) -> Vec<Timestamp> {
    let end = issue.resolved.unwrap_or(issue.updated).max(issue.created);
    let life = u64::try_from(end.duration_since(issue.created).as_millis()).unwrap_or(0);
    let mut moments: Vec<Timestamp> = (0..count)
        .map(|_| issue.created + SignedDuration::from_millis(i64::try_from(chance.between(0, life)).unwrap_or(0)))
        .collect();
    moments.sort_unstable();
    if let (Some(last), Some(resolved)) = (moments.last_mut(), issue.resolved) {
        *last = resolved.max(issue.created);
    }
    moments
}
