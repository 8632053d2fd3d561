//! Putting changes into effect: index, `updated`, changelog, audit log.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::history;
use crate::state::{AccountId, AuditRecord, History, HistoryItem, IdKind, Issue, RawJson, SiteState, StatusCategory};

/// Who changes something, and when.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) account: AccountId,
    pub(crate) now: Timestamp,
}

/// Puts the changed state of an issue in place, with an entry in the changelog if anything changed.
pub(crate) fn apply(state: &mut SiteState, actor: &Actor, mut changed: Issue, metadata: Option<RawJson>) {
    let Some(old) = state.issues.get(&changed.id) else { return };
    if old.resolution.is_some() != changed.resolution.is_some() {
        changed.resolved = changed.resolution.map(|_| actor.now);
    }
    if category(state, old.status) != category(state, changed.status) {
        changed.status_category_changed = Some(actor.now);
    }
    let items = history::between(state, old, &changed);
    let (id, old_parent, new_parent) = (changed.id, old.parent, changed.parent);
    state.issues.insert(id, changed);
    if old_parent != new_parent {
        adopt(state, id, old_parent, new_parent);
    }
    record(state, actor, id, items, metadata);
}

fn category(state: &SiteState, status: u64) -> Option<StatusCategory> {
    state.statuses.get(&status).map(|status| status.category)
}

/// Moves an issue from one parent's children to another's.
pub(crate) fn adopt(state: &mut SiteState, child: u64, from: Option<u64>, to: Option<u64>) {
    if let Some(siblings) = from.and_then(|parent| state.children.get_mut(&parent)) {
        siblings.retain(|sibling| *sibling != child);
    }
    if let Some(parent) = to {
        let siblings = state.children.entry(parent).or_default();
        if let Err(place) = siblings.binary_search(&child) {
            siblings.insert(place, child);
        }
    }
}

/// Adds an entry to an issue's changelog and moves its `updated`. Without items nothing happens unless there is metadata.
pub(crate) fn record(
    state: &mut SiteState,
    actor: &Actor,
    issue: u64,
    items: Vec<HistoryItem>,
    metadata: Option<RawJson>,
) {
    if items.is_empty() && metadata.is_none() {
        return;
    }
    let id = state.ids.take(IdKind::History);
    if let Some(issue) = state.issues.get_mut(&issue) {
        let author = Some(actor.account.clone());
        issue.histories.push(History { id, author, created: actor.now, items, metadata });
    }
    state.touch(issue, actor.now);
}

/// Adds a record about an issue to the audit log.
pub(crate) fn audit_deletion(state: &mut SiteState, actor: &Actor, key: &str) {
    let id = state.ids.take(IdKind::AuditRecord);
    state.audit.push(AuditRecord {
        id,
        created: actor.now,
        author: Some(actor.account.clone()),
        summary: Arc::from("Deleted Jira issue"),
        category: Arc::from("issue"),
        object_item: Some(json!({ "name": key, "typeName": "ISSUE_DELETE" }).into()),
        changed_values: Vec::new(),
        associated_items: Vec::new(),
    });
}
