//! After all issues exist: what hangs on each is written, then what could not be said at its creation.
//!
//! Many issues are worked on side by side (`schedule`), but each by one task: Jira limits the writes to one issue.

use std::collections::HashMap;

use jira::{Call, Safety};
use serde_json::Value;
use site::Object;
use site::kind::{IssueContext, Writer};
use site::scaffold::Scaffold;
use site::translation::Person;
use tokio::sync::OnceCell;

use super::ambiguity::ATTEMPTS;
use super::late::Latecomers;
use super::meta::{CreateMeta, parse};
use super::run::Run;
use super::transitions::Transitions;
use super::{FINISHED, edit, hanging, issue_map};
use crate::Result;
use crate::bundles::Bundle;
use crate::journal::{Row, State};
use crate::objects::ISSUE;

/// What the work on all issues shares.
pub(super) struct Finish<'r> {
    pub run: &'r Run<'r>,
    pub writer: Writer,
    pub meta: CreateMeta,
    pub transitions: Transitions,
    /// Whether the scaffold was given the statuses that came later than it.
    widened: OnceCell<()>,
    /// The account that recovers.
    me: OnceCell<String>,
    /// What came later than issues that name it.
    pub late: Option<Latecomers>,
}

/// One issue to finish.
pub(super) struct Work {
    pub bundle: Bundle,
    pub issue: IssueContext,
    /// The issue on the standby, as it was before the work on it.
    pub present: Value,
    /// Why it is not known how it is there.
    pub unseen: String,
    /// Its attachments on the source.
    pub attachments: Vec<Object>,
    /// Its row under [`FINISHED`].
    pub row: Row,
}

impl<'r> Finish<'r> {
    pub(super) async fn new(run: &'r Run<'r>) -> Result<Self> {
        let jira = &run.recovery.standby;
        Ok(Self {
            run,
            writer: run.writer(),
            meta: CreateMeta::new(jira.clone()),
            transitions: Transitions::new(jira.clone()),
            widened: OnceCell::new(),
            me: OnceCell::new(),
            late: Latecomers::of(run).await?,
        })
    }
}

impl Finish<'_> {
    /// Gives the scaffold the statuses that came later than it, once a run.
    pub(super) async fn widen_scaffold(&self) -> Result<()> {
        let widen = async || {
            for _ in 1..ATTEMPTS {
                match Scaffold::widen(&self.writer.jira).await {
                    Err(error) if error.outcome() == jira::Outcome::Ambiguous => self.run.settling.wait().await,
                    done => return done,
                }
            }
            Scaffold::widen(&self.writer.jira).await
        };
        self.widened.get_or_try_init(widen).await?;
        Ok(())
    }

    /// What of a chunk is to be done, with the issues as they are on the standby.
    pub(super) async fn works(&self, chunk: Vec<Bundle>) -> Result<Vec<Work>> {
        let run = self.run;
        let sources: Vec<String> = chunk.iter().map(|bundle| bundle.issue.key.clone()).collect();
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let mut finished = run.rows(FINISHED, &sources).await?;
        let issues = run.rows(ISSUE, &sources).await?;
        let mut works = Vec::new();
        for bundle in chunk {
            let key = &bundle.issue.key;
            let Some(issue) = issues.get(key).filter(|row| row.state == State::Confirmed) else { continue };
            let row = finished.remove(key).unwrap_or_else(|| run.row(FINISHED, key));
            // What hangs on it decides for itself whether its turn comes again.
            let reopened = row.state == State::Failed && run.recovery.settings.retry_failed;
            let open = run.is_open(&row)
                || reopened
                || match &self.late {
                    Some(late) => late.concern(run, &self.writer, &bundle, issue).await?,
                    None => false,
                };
            if let Some(issue) = issue_map::context(issue).filter(|_| open) {
                let attachments = bundle.hanging.get("attachment").cloned().unwrap_or_default();
                let unseen = "the issue is no longer on the standby".to_owned();
                works.push(Work { bundle, issue, present: Value::Null, unseen, attachments, row });
            }
        }
        self.look(&mut works).await?;
        Ok(works)
    }

    /// Reads the issues as they are on the standby.
    async fn look(&self, works: &mut [Work]) -> Result<()> {
        let ids: Vec<&str> = works.iter().map(|work| work.issue.target_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let fetched = self.run.recovery.standby.bulk_fetch(&ids, &[]).await?;
        let mut present = HashMap::new();
        for raw in fetched.issues {
            let issue: Value = parse("issues", raw.get())?;
            if let Some(id) = issue.get("id").and_then(Value::as_str) {
                present.insert(id.to_owned(), issue);
            }
        }
        let mut unreadable: HashMap<String, jira::Error> = fetched.unreadable.into_iter().collect();
        for work in works {
            if let Some(error) = unreadable.remove(&work.issue.target_id) {
                work.unseen = error.to_string();
            }
            work.present = present.remove(&work.issue.target_id).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes the restoring account from the watchers, where it is among them and was not on the source: somebody else may set
    /// the preference that keeps it away (`autowatch`) while issues are created, for one a worker that lost its lease.
    async fn unwatch(&self, work: &Work, watchers: &[Object]) -> Result<Option<String>> {
        if work.present.pointer("/fields/watches/isWatching") != Some(&Value::Bool(true)) {
            return Ok(None);
        }
        let jira = &self.writer.jira;
        let me = self.me.get_or_try_init(|| async { Ok::<_, crate::Error>(jira.myself().await?.account_id) }).await?;
        let mut watchers = watchers.iter().flat_map(|object| object.body["watchers"].as_array().into_iter().flatten());
        let is_me = |account: &str| self.run.translation.user(account) == Person::Account(me);
        if watchers.any(|watcher| watcher["accountId"].as_str().is_some_and(is_me)) {
            return Ok(None);
        }
        let call = Call::delete("/rest/api/3/issue/{issue}/watchers").arg("issue", &work.issue.target_id);
        let call = call.query("accountId", me).writes_issue(&work.issue.target_id).safety(Safety::Repeatable);
        match jira.done(call).await {
            Ok(()) => Ok(None),
            Err(error) if edit::stops(&error) => Err(error.into()),
            Err(error) => match self.run.shut_out(&error).await? {
                Some(shut_out) => Err(shut_out),
                None => Ok(Some(format!("the account that recovers watches it: {error}"))),
            },
        }
    }

    /// Finishes one issue. Errors are those that stop everything; what concerns this issue alone is in its rows.
    pub(super) async fn one(&self, mut work: Work) -> Result<()> {
        self.run.check()?;
        work.row.attempt += 1;
        let mut troubles = Vec::new();
        if work.present.is_null() {
            troubles.push(std::mem::take(&mut work.unseen));
        } else {
            let watchers = work.bundle.hanging.get("watchers").cloned().unwrap_or_default();
            troubles.extend(edit::before(self, &mut work).await?);
            for kind in &self.run.recovery.kinds.hanging {
                let objects = work.bundle.hanging.remove(kind.name()).unwrap_or_default();
                if !objects.is_empty() {
                    troubles.extend(hanging::write(self, *kind, &work.issue, objects).await?);
                }
            }
            troubles.extend(edit::after(self, &work).await?);
            troubles.extend(self.unwatch(&work, &watchers).await?);
        }
        work.row.target = Some(work.issue.target_id.clone());
        work.row.state = if troubles.is_empty() { State::Confirmed } else { State::Failed };
        work.row.reason = (!troubles.is_empty()).then(|| troubles.join("; "));
        Ok(self.run.record(&[work.row]).await?)
    }
}
