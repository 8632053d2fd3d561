//! Others who already work on the standby while it is being filled. What they wrote must stay, and the proof must name it; or,
//! if the recovery writes over it, the proof must say that.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jira_emulator::SiteHandle;
use jira_emulator::state::{Issue, SiteState};
use recovery::prove::Report;
use serde_json::json;

use crate::faults::Plan;

/// What others write on an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Summary,
    Description,
    Label,
}

impl What {
    /// Where the proof's normal form has it.
    fn path(self) -> &'static str {
        match self {
            Self::Summary => "/fields/summary",
            Self::Description => "/fields/description",
            Self::Label => "/fields/labels",
        }
    }
}

/// One edit.
#[derive(Clone, Debug)]
struct Edit {
    key: String,
    what: What,
    /// The words, which nobody else writes.
    words: String,
}

/// What others did so far.
#[derive(Debug, Default)]
pub struct Others(Mutex<Vec<Edit>>);

impl Others {
    fn lock(&self) -> MutexGuard<'_, Vec<Edit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody edits an issue that came back already; what they did, or `None` where there is none yet.
    pub fn edit(&self, standby: &SiteHandle, is_original: impl Fn(&Issue) -> bool, plan: &Plan) -> Option<String> {
        let keys: Vec<String> = standby.inspect(|state| {
            state.issues.values().filter(|issue| is_original(issue)).map(|issue| state.key_of(issue)).collect()
        });
        if keys.is_empty() {
            return None;
        }
        let key = keys[plan.below(keys.len() as u64) as usize].clone();
        let what = [What::Summary, What::Description, What::Label][plan.below(3) as usize];
        let mut edits = self.lock();
        let words = format!("others-{}", edits.len() + 1);
        let now = standby.clock().now();
        standby.alter(|state| {
            let Some(id) = state.issue_id(&key) else { return };
            state.touch(id, now);
            if let Some(issue) = state.issues.get_mut(&id) {
                write(issue, what, &words);
            }
        });
        // Whoever writes into the same field again replaces what was there.
        edits.retain(|edit| what == What::Label || (&edit.key, edit.what) != (&key, what));
        let told = format!("{what:?} of {key}: {words}");
        edits.push(Edit { key, what, words });
        Some(told)
    }

    /// Takes what others did out of the findings of the comparison, and adds what became of it otherwise than it may.
    pub fn judge(&self, findings: &mut Vec<String>, sites: (&SiteHandle, &SiteHandle), report: &Report) {
        let (source, standby) = sites;
        for edit in &*self.lock() {
            let Edit { key, what, words } = edit;
            let stands = standby.inspect(|state| state.issue(key).is_some_and(|issue| has(issue, *what, words)));
            let named = named(report, edit, id_of(source, report, key).as_deref());
            match (stands, named) {
                (true, true) => findings.retain(|finding| !tells(finding, edit)),
                (true, false) => findings.push(format!("the proof does not name what others wrote: {edit:?}")),
                (false, true) => {}
                (false, false) => findings.push(format!("what others wrote is gone, and nothing says so: {edit:?}")),
            }
        }
    }

    /// Whether the proof holds but for what others did.
    pub fn explain(&self, source: &SiteHandle, report: &Report) -> bool {
        let edits = self.lock();
        let id = |key: &str| id_of(source, report, key);
        let by_others = |key: &str, path: &str| {
            let mut edits = edits.iter();
            edits.any(|edit| id(&edit.key).as_deref() == Some(key) && path.starts_with(edit.what.path()))
        };
        let explained = report.differences.iter().all(|different| {
            different.kind == "issue"
                && different.differences.iter().all(|difference| by_others(&different.key, &difference.path))
        });
        // What others wrote while a field was still to be written is left as it is, and the report says that.
        let left = report.problems.iter().all(|problem| {
            let edited = edits
                .iter()
                .any(|edit| edit.what == What::Description && id(&edit.key).as_deref() == Some(problem.key.as_str()));
            edited && problem.reason.contains("field description was written by others on the standby")
        });
        let all_told = report.problems_count == report.problems.len() as u64;
        let missing: u64 = report.kinds.values().map(|counts| counts.missing).sum();
        explained && left && all_told && report.extras_count == 0 && missing == 0
    }
}

/// The id on the source of the issue that has this key on the standby.
fn id_of(source: &SiteHandle, report: &Report, key: &str) -> Option<String> {
    let original =
        report.redirects.iter().find(|(_, standby)| standby == key).map_or(key, |(source, _)| source.as_str());
    source.inspect(|state: &SiteState| state.issue(original).map(|issue| issue.id.to_string()))
}

/// Whether the proof names it.
fn named(report: &Report, edit: &Edit, id: Option<&str>) -> bool {
    let of_issue = |key: &str| id == Some(key);
    let differs = report.differences.iter().any(|different| {
        of_issue(&different.key)
            && different.differences.iter().any(|difference| difference.path.starts_with(edit.what.path()))
    });
    differs || report.problems.iter().any(|problem| of_issue(&problem.key))
}

/// Whether a finding of the comparison is about it.
fn tells(finding: &str, edit: &Edit) -> bool {
    let Edit { key, what, words } = edit;
    match what {
        What::Summary => finding.starts_with(&format!("lost: {key} summary ")) || finding.contains(words.as_str()),
        What::Label => finding.contains(&format!("{key} label {words:?}")),
        // The comparison does not look at descriptions.
        What::Description => false,
    }
}

fn write(issue: &mut Issue, what: What, words: &str) {
    match what {
        What::Summary => issue.summary = words.into(),
        What::Label => issue.labels.push(words.into()),
        What::Description => {
            let text = json!({ "type": "text", "text": words });
            let paragraph = json!({ "type": "paragraph", "content": [text] });
            issue.description = Some(json!({ "type": "doc", "version": 1, "content": [paragraph] }).into());
        }
    }
}

fn has(issue: &Issue, what: What, words: &str) -> bool {
    match what {
        What::Summary => &*issue.summary == words,
        What::Label => issue.labels.iter().any(|label| &**label == words),
        What::Description => issue.description.as_ref().is_some_and(|text| text.text().contains(words)),
    }
}
