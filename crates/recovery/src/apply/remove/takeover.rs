//! Whether an issue is still this recovery's alone: by its mark, by what hangs on it, by its sub-tasks, which go with it.
//!
//! Edits of its fields do not count: a recovery and the rules of the standby make such edits too. What counts is what would
//! be lost for those who made it: comments, worklogs, files and sub-tasks.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;
use site::kind::IssueContext;
use site::marks::{OperationId, PROPERTY, original};

use crate::Result;
use crate::apply::meta::parse;
use crate::apply::run::{PAGE, Run};
use crate::journal::{Row, State};

/// What is to become of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may be deleted.
    Ours,
    /// It is not on the standby any more.
    Gone,
    /// It stays, for this reason.
    Kept(String),
}

/// The kinds that people add to issues, with the fields that show them.
const ADDED: [&str; 3] = ["comment", "worklog", "attachment"];

/// Judges the issues of these rows, in order.
pub(super) async fn judge(run: &Run<'_>, rows: &[Row]) -> Result<Vec<Verdict>> {
    let ids: Vec<&str> = rows.iter().filter_map(|row| row.target.as_deref()).collect();
    let mut seen = look(run, &ids).await?;
    let below: Vec<String> = seen.values().flat_map(|issue| &issue.subtasks).cloned().collect();
    let below: Vec<&str> = below.iter().map(String::as_str).filter(|id| !seen.contains_key(*id)).collect();
    let below = look(run, &below).await?;
    seen.extend(below);
    let mut verdicts = Vec::with_capacity(rows.len());
    for row in rows {
        let issue = row.target.as_ref().and_then(|id| seen.get(id));
        verdicts.push(match issue {
            None => Verdict::Gone,
            Some(issue) if issue.mark != Some(OperationId(row.operation)) => {
                Verdict::Kept("it does not carry the mark of this recovery any more".to_owned())
            }
            Some(issue) => one(run, issue, &seen).await?.map_or(Verdict::Ours, Verdict::Kept),
        });
    }
    Ok(verdicts)
}

/// Why a marked issue is kept, if it is.
async fn one(run: &Run<'_>, issue: &Seen, seen: &HashMap<String, Seen>) -> Result<Option<String>> {
    if let Some(what) = issue.added_by_others(run).await? {
        return Ok(Some(format!("others have added to it: {what}")));
    }
    for below in issue.subtasks.iter().filter_map(|id| seen.get(id)) {
        if below.mark.is_none() {
            return Ok(Some("it has a sub-task that this recovery did not make".to_owned()));
        }
        if below.added_by_others(run).await?.is_some() {
            return Ok(Some("it has a sub-task that is kept".to_owned()));
        }
    }
    Ok(None)
}

/// An issue as it is on the standby.
struct Seen {
    id: String,
    key: String,
    /// The operation of this recovery that made it.
    mark: Option<OperationId>,
    /// Its id on the source.
    source: Option<String>,
    subtasks: Vec<String>,
    added: HashMap<&'static str, Added>,
}

/// What is on an issue of one kind.
#[derive(Default, Deserialize)]
struct Added {
    #[serde(default)]
    total: Option<u64>,
    #[serde(default, alias = "comments", alias = "worklogs")]
    values: Vec<Id>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Body {
    id: String,
    key: String,
    #[serde(default)]
    fields: HashMap<String, Value>,
    #[serde(default)]
    properties: HashMap<String, Value>,
}

async fn look(run: &Run<'_>, ids: &[&str]) -> Result<HashMap<String, Seen>> {
    let mut seen = HashMap::new();
    if ids.is_empty() {
        return Ok(seen);
    }
    let fields = ["summary", "subtasks", "comment", "worklog", "attachment"];
    let fetched = run.recovery.standby.bulk_fetch_fields(ids, &fields, &[PROPERTY]).await?;
    for raw in fetched.issues {
        let issue = Seen::of(run, parse("issues", raw.get())?);
        seen.insert(issue.id.clone(), issue);
    }
    Ok(seen)
}

impl Seen {
    fn of(run: &Run<'_>, mut body: Body) -> Self {
        let mark = body.properties.remove(PROPERTY).unwrap_or_default();
        let subtasks: Vec<Id> = field(&mut body, "subtasks");
        let mut added = HashMap::new();
        for kind in ADDED {
            let found = match body.fields.remove(kind) {
                Some(Value::Array(files)) => {
                    Added { total: None, values: serde_json::from_value(Value::Array(files)).unwrap_or_default() }
                }
                Some(list) => serde_json::from_value(list).unwrap_or_default(),
                None => Added::default(),
            };
            added.insert(kind, found);
        }
        Self {
            mark: run.recovery.marks.recognise(&mark),
            source: original(&mark).and_then(|original| original.id),
            subtasks: subtasks.into_iter().map(|subtask| subtask.id).collect(),
            added,
            id: body.id,
            key: body.key,
        }
    }

    /// What others have added, in a few words.
    async fn added_by_others(&self, run: &Run<'_>) -> Result<Option<String>> {
        for kind in ADDED {
            let count = self.foreign(run, kind).await?;
            if count > 0 {
                return Ok(Some(format!("{count} {kind}{}", if count == 1 { "" } else { "s" })));
            }
        }
        Ok(None)
    }

    /// How many of a kind this recovery did not make.
    async fn foreign(&self, run: &Run<'_>, kind: &'static str) -> Result<usize> {
        let Some(added) = self.added.get(kind) else { return Ok(0) };
        if added.values.is_empty() && added.total.unwrap_or_default() == 0 {
            return Ok(0);
        }
        let mut rows = self.rows(run, kind).await?;
        if kind == "attachment" {
            // Some kinds are kept as a file: a history, a text that had to be cut.
            for other in run.recovery.kinds.hanging_names().filter(|other| !ADDED.contains(other)) {
                rows.extend(self.rows(run, other).await?);
            }
        }
        let known: HashSet<&str> = rows.iter().filter_map(|row| row.target.as_deref()).collect();
        let unknown = added.values.iter().filter(|value| !known.contains(value.id.as_str())).count();
        let whole = added.total.is_none_or(|total| added.values.len() as u64 >= total);
        if unknown == 0 && whole {
            return Ok(0);
        }
        if kind == "attachment" {
            // Files carry no mark: as many as were being sent when the recovery ended may be ours.
            let sent = rows.iter().filter(|row| matches!(row.state, State::Intent | State::Ambiguous)).count();
            return Ok(unknown.saturating_sub(sent));
        }
        self.unmarked(run, kind, &known).await
    }

    /// How many of a kind neither the journal knows nor a mark names as this recovery's.
    async fn unmarked(&self, run: &Run<'_>, name: &str, known: &HashSet<&str>) -> Result<usize> {
        let Some(kind) = run.recovery.kinds.hanging.iter().find(|kind| kind.name() == name) else { return Ok(0) };
        let context = IssueContext {
            source_id: self.source.clone().unwrap_or_default(),
            source_key: self.key.clone(),
            target_id: self.id.clone(),
            target_key: self.key.clone(),
        };
        let existing = kind.existing(&context, &run.writer()).await?;
        Ok(existing.iter().filter(|found| found.operation.is_none() && !known.contains(found.id.as_str())).count())
    }

    /// The rows of what the recovery put on this issue of a kind: under the issue's own key, or what begins with it.
    async fn rows(&self, run: &Run<'_>, kind: &str) -> Result<Vec<Row>> {
        let Some(source) = &self.source else { return Ok(Vec::new()) };
        let (journal, recovery) = (&run.recovery.journal, run.recovery.id);
        let mut found = journal.find(recovery, kind, &[source]).await?;
        let mut after = source.clone();
        loop {
            let page = journal.of_kind(recovery, kind, &after, PAGE).await?;
            let full = page.len() == PAGE as usize;
            // Both characters come before all digits: what belongs to the issue stands together.
            let belongs = |row: &Row| row.source.strip_prefix(source).is_some_and(|rest| rest.starts_with(['#', '/']));
            let here: Vec<Row> = page.into_iter().take_while(belongs).collect();
            let Some(last) = here.last().map(|row| row.source.clone()) else { return Ok(found) };
            let more = full && here.len() == PAGE as usize;
            found.extend(here);
            if !more {
                return Ok(found);
            }
            after = last;
        }
    }
}

fn field<T: Default + for<'de> Deserialize<'de>>(body: &mut Body, name: &str) -> T {
    body.fields.remove(name).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}
