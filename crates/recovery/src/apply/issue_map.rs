//! Where issues went, by the journal: the map of a million issues does not fit everywhere, so it is asked piece by piece.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use site::kind::{IssueContext, IssueMap};
use uuid::Uuid;

use crate::journal::{Journal, Row, State};
use crate::objects::ISSUE;

/// How many issues a generation of the cache holds; there are two.
const GENERATION: usize = 50_000;

/// Reads the journal's rows of issues, and remembers those used lately.
pub(crate) struct JournalIssues {
    journal: Arc<dyn Journal>,
    recovery: Uuid,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    young: HashMap<String, IssueContext>,
    old: HashMap<String, IssueContext>,
}

impl Cache {
    fn get(&mut self, source: &str) -> Option<IssueContext> {
        if let Some(found) = self.young.get(source) {
            return Some(found.clone());
        }
        let found = self.old.get(source).cloned()?;
        self.put(found.clone());
        Some(found)
    }

    fn put(&mut self, issue: IssueContext) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(issue.source_id.clone(), issue);
    }
}

impl JournalIssues {
    pub(crate) fn new(journal: Arc<dyn Journal>, recovery: Uuid) -> Self {
        Self { journal, recovery, cache: Mutex::default() }
    }

    async fn row(&self, source_id: &str) -> jira::Result<Option<Row>> {
        let rows = self.journal.find(self.recovery, ISSUE, &[source_id]).await;
        let unreachable = |error: crate::journal::Error| jira::Error::Unreachable {
            site: "the journal".to_owned(),
            reason: error.to_string(),
        };
        Ok(rows.map_err(unreachable)?.pop())
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The issue on both sides, if the row says that it is on the standby.
pub(crate) fn context(row: &Row) -> Option<IssueContext> {
    Some(IssueContext {
        source_id: row.source.clone(),
        source_key: row.expected.clone()?,
        target_id: row.target.clone()?,
        target_key: row.target_key.clone()?,
    })
}

#[async_trait]
impl IssueMap for JournalIssues {
    async fn by_source_id(&self, source_id: &str) -> jira::Result<Option<IssueContext>> {
        if let Some(found) = self.cache().get(source_id) {
            return Ok(Some(found));
        }
        let found = self.row(source_id).await?.as_ref().and_then(context);
        if let Some(found) = &found {
            self.cache().put(found.clone());
        }
        Ok(found)
    }

    async fn is_refused(&self, source_id: &str) -> jira::Result<bool> {
        Ok(self.row(source_id).await?.is_some_and(|row| row.state == State::Failed))
    }
}
