//! After all issues exist: what hangs on each is written, then what could not be said at its creation.
//!
//! Issues are read from the vault in one pass, each with all that hangs on it. Many are worked on side by side, but each by
//! one task: Jira limits the writes to one issue.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use site::Object;
use site::kind::{IssueContext, Writer};

use super::meta::{CreateMeta, parse};
use super::run::Run;
use super::transitions::Transitions;
use super::{FINISHED, edit, hanging, issue_map};
use crate::bundles::{Bundle, bundles};
use crate::journal::{Row, State};
use crate::objects::ISSUE;
use crate::progress::Meter;
use crate::{Error, Result};

/// How many issues are looked up at once.
const CHUNK: usize = 100;

/// What the work on all issues shares.
pub(super) struct Finish<'r> {
    pub run: &'r Run<'r>,
    pub writer: Writer,
    pub meta: CreateMeta,
    pub transitions: Transitions,
}

/// One issue to finish.
pub(super) struct Work {
    pub bundle: Bundle,
    pub issue: IssueContext,
    /// The issue on the standby, as it was before the work on it.
    pub present: Value,
    /// Its attachments on the source.
    pub attachments: Vec<Object>,
    /// Its row under [`FINISHED`].
    pub row: Row,
}

/// Finishes every issue that this recovery created and that is not finished yet.
pub(super) async fn restore(run: &Run<'_>) -> Result<()> {
    let jira = &run.recovery.standby;
    let finish = Finish {
        run,
        writer: run.writer(),
        meta: CreateMeta::new(jira.clone()),
        transitions: Transitions::new(jira.clone()),
    };
    let total = run.recovery.view.counts().get(ISSUE).copied();
    let meter = run.meter("contents of issues", total);
    let stopped = Mutex::new(None);
    let mut chunks = bundles(&run.recovery.view, &run.recovery.kinds).try_chunks(CHUNK);
    let (finish, meter, stopped_at) = (&finish, &meter, &stopped);
    let works = async_stream(&mut chunks, finish, meter);
    works
        .try_for_each_concurrent(run.recovery.settings.issues_at_once.max(1), |work| async move {
            // One that has to stop lets the others come to a clean end; none begins after it.
            let halted = stopped_at.lock().unwrap_or_else(PoisonError::into_inner).is_some();
            if !halted && let Err(error) = finish.one(work).await {
                stopped_at.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            }
            meter.advance(1);
            Ok(())
        })
        .await?;
    stopped.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// The works of all chunks, one by one: a slow issue must not keep the next chunk waiting.
fn async_stream<'a, S>(
    chunks: &'a mut S,
    finish: &'a Finish<'_>,
    meter: &'a Meter<'_>,
) -> impl futures::Stream<Item = Result<Work>> + 'a
where
    S: futures::Stream<Item = Result<Vec<Bundle>, stream::TryChunksError<Bundle, Error>>> + Unpin + 'a,
{
    chunks
        .map_err(|error| error.1)
        .and_then(move |chunk| async move {
            finish.run.check()?;
            let count = chunk.len();
            let works = finish.works(chunk).await?;
            meter.advance((count - works.len()) as u64);
            Ok(stream::iter(works.into_iter().map(Ok)))
        })
        .try_flatten()
        .boxed_local()
}

impl Finish<'_> {
    /// What of a chunk is to be done, with the issues as they are on the standby.
    async fn works(&self, chunk: Vec<Bundle>) -> Result<Vec<Work>> {
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
            if let Some(issue) = issue_map::context(issue).filter(|_| run.is_open(&row)) {
                let attachments = bundle.hanging.get("attachment").cloned().unwrap_or_default();
                works.push(Work { bundle, issue, present: Value::Null, attachments, row });
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
        for work in works {
            work.present = present.remove(&work.issue.target_id).unwrap_or_default();
        }
        Ok(())
    }

    /// Finishes one issue. Errors are those that stop everything; what concerns this issue alone is in its rows.
    async fn one(&self, mut work: Work) -> Result<()> {
        self.run.check()?;
        work.row.attempt += 1;
        let mut troubles = Vec::new();
        if work.present.is_null() {
            troubles.push("the issue is no longer on the standby".to_owned());
        } else {
            troubles.extend(edit::before(self, &mut work).await?);
            for kind in &self.run.recovery.kinds.hanging {
                let objects = work.bundle.hanging.remove(kind.name()).unwrap_or_default();
                if !objects.is_empty() {
                    troubles.extend(hanging::write(self, *kind, &work.issue, objects).await?);
                }
            }
            troubles.extend(edit::after(self, &work).await?);
        }
        work.row.target = Some(work.issue.target_id.clone());
        work.row.state = if troubles.is_empty() { State::Confirmed } else { State::Failed };
        work.row.reason = (!troubles.is_empty()).then(|| troubles.join("; "));
        Ok(self.run.record(&[work.row]).await?)
    }
}
