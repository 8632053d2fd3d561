//! Histories, remote links and properties of issues.

use serde_json::json;

use crate::seed::generate::chance::Chance;
use crate::seed::generate::histories::{Historian, Past};
use crate::seed::generate::links::remote_body;
use crate::state::{AccountId, IdKind, Issue, RemoteLink, SiteState, StatusCategory};

pub(super) fn add(state: &mut SiteState) {
    let path = path(state);
    let mut historian = Historian::default();
    let ids: Vec<u64> = state.issues.keys().copied().collect();
    for id in ids {
        // Out of the state while it changes: what it gets depends on others, never on itself.
        let Some(mut issue) = state.issues.remove(&id) else { continue };
        let mut chance = Chance::new(id);
        if issue.histories.is_empty() && chance.percent(34) {
            add_histories(state, &mut chance, &mut historian, (&mut issue, &path));
        }
        if issue.remote_links.is_empty() && chance.percent(6) {
            add_remote_link(state, &mut chance, &mut issue);
        }
        if issue.properties.is_empty() && chance.percent(5) {
            let value =
                json!({ "branch": format!("fix/{id}"), "checks": chance.below(9), "green": chance.percent(80) });
            issue.properties.insert("build.status".into(), value.into());
        }
        add_comment_property(state, &mut chance, &issue);
        state.issues.insert(id, issue);
    }
}

/// The statuses an issue passes before it is where it is: those to do first, then those in progress.
fn path(state: &SiteState) -> Vec<u64> {
    let with = |wanted| state.statuses.values().filter(move |status| status.category == wanted).map(|status| status.id);
    with(StatusCategory::ToDo).take(1).chain(with(StatusCategory::InProgress)).collect()
}

fn add_histories(
    state: &mut SiteState,
    chance: &mut Chance,
    historian: &mut Historian,
    (issue, path): (&mut Issue, &[u64]),
) {
    let authors: Vec<AccountId> =
        [&issue.creator, &issue.reporter, &issue.assignee].into_iter().flatten().cloned().collect();
    let past = Past { issue, statuses: path, authors: &authors, estimates: 0 };
    let histories = historian.write(state, chance, &past);
    issue.histories = histories;
}

fn add_remote_link(state: &mut SiteState, chance: &mut Chance, issue: &mut Issue) {
    let id = state.ids.take(IdKind::RemoteLink);
    let is_global = chance.percent(60);
    let link = RemoteLink {
        id,
        issue: issue.id,
        global_id: is_global.then(|| format!("appId=wiki&pageId={id}").into()),
        body: remote_body(&format!("Notes about {}", state.key_of(issue)), id, is_global).into(),
    };
    issue.remote_links.push(id);
    state.remote_links.insert(id, link);
}

/// The first comment of a few issues.
fn add_comment_property(state: &mut SiteState, chance: &mut Chance, issue: &Issue) {
    let first = issue.comments.first().filter(|_| chance.percent(3));
    if let Some(comment) =
        first.and_then(|id| state.comments.get_mut(id)).filter(|comment| comment.properties.is_empty())
    {
        comment.properties.insert("mail.thread".into(), json!({ "id": issue.id, "answered": true }).into());
    }
}
