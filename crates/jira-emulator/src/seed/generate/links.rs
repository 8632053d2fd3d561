//! Links between issues, and to things elsewhere.

use serde_json::{Value, json};

use super::issue::Maker;
use super::traps::Trap;
use super::words;
use crate::state::{IdKind, Issue, Link, LinkEnd, RemoteLink};

impl Maker<'_> {
    /// Links to issues that are there already, so that both ends can be told.
    pub(super) fn add_links(&mut self, issue: &mut Issue) {
        if self.has(Trap::DanglingLinks) {
            let gone = |id: u64, key: &str| LinkEnd::Absent { id, key: key.into() };
            self.link(issue, gone(9_000_001, "GONE-7"), true);
            self.link(issue, gone(9_000_002, "GONE-8"), false);
        }
        if self.place == 0 {
            return;
        }
        let count = if self.chance.percent(25) { 1 + self.chance.below(3) } else { 0 };
        for _ in 0..count {
            let other = self.plan[self.chance.below(self.place)].id;
            let is_source = self.chance.percent(50);
            self.link(issue, LinkEnd::Issue(other), is_source);
        }
        if self.has(Trap::DoubleLink) {
            let other = self.plan[self.place - 1].id;
            self.link(issue, LinkEnd::Issue(other), true);
            self.link(issue, LinkEnd::Issue(other), true);
            self.link(issue, LinkEnd::Issue(other), false);
        }
    }

    fn link(&mut self, issue: &mut Issue, other: LinkEnd, is_source: bool) {
        let Some(link_type) = self.chance.one(&self.cast.link_types) else { return };
        let id = self.state.ids.take(IdKind::Link);
        issue.links.push(id);
        if let LinkEnd::Issue(other) = other
            && let Some(other) = self.state.issues.get_mut(&other)
        {
            other.links.push(id);
        }
        let here = LinkEnd::Issue(issue.id);
        let (source, destination) = if is_source { (here, other) } else { (other, here) };
        self.state.links.insert(id, Link { id, link_type, source, destination });
    }

    pub(super) fn add_remote_links(&mut self, issue: &mut Issue) {
        if self.has(Trap::RemoteLinks) {
            self.remote_link(issue, true);
            self.remote_link(issue, false);
        } else if self.chance.percent(4) {
            let is_global = self.chance.percent(60);
            self.remote_link(issue, is_global);
        }
    }

    fn remote_link(&mut self, issue: &mut Issue, is_global: bool) {
        let id = self.state.ids.take(IdKind::RemoteLink);
        let title = words::phrase(&mut self.chance);
        let link = RemoteLink {
            id,
            issue: issue.id,
            global_id: is_global.then(|| format!("appId=port-wiki&pageId={id}").into()),
            body: remote_body(&title, id, is_global).into(),
        };
        issue.remote_links.push(id);
        self.state.remote_links.insert(id, link);
    }
}

/// The body of a remote link: with an application, or a bare web address.
pub(in crate::seed) fn remote_body(title: &str, id: u64, has_application: bool) -> Value {
    let url = format!("https://wiki.example/pages/{id}?from=jira");
    if has_application {
        json!({
            "application": { "type": "com.example.wiki", "name": "Port Wiki" },
            "relationship": "mentioned in",
            "object": {
                "url": url,
                "title": title,
                "summary": "A page about it",
                "icon": { "url16x16": "https://wiki.example/icon.png", "title": "Page" },
                "status": { "resolved": false, "icon": {} },
            },
        })
    } else {
        json!({ "object": { "url": url, "title": title, "icon": {}, "status": { "icon": {} } }, "application": {} })
    }
}
