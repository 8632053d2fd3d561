//! What a recovery works with, and what its operator chose.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use jira::Jira;
use serde::{Deserialize, Serialize};
use site::Object;
use site::marks::Marks;
use site::names::id_text;
use uuid::Uuid;
use vault::View;

use crate::Kinds;
use crate::cause::cause_of;
use crate::journal::Journal;

/// One recovery: from a point of a source's vault onto a standby.
#[derive(Clone)]
pub struct Recovery {
    /// Its id: the same in every run of the same recovery.
    pub id: Uuid,
    /// Under which lease this process runs it.
    pub lease: u64,
    /// The marks of this recovery.
    pub marks: Marks,
    /// Marks of earlier recoveries of the same source onto this standby, whose issues are taken as they are.
    pub earlier: Vec<Marks>,
    /// The recovery point.
    pub view: View,
    /// Cloud id of the source.
    pub source: String,
    /// Address of the source, `https://host`.
    pub source_address: String,
    /// The standby.
    pub standby: Jira,
    /// Address of the standby, `https://host`.
    pub standby_address: String,
    /// What was sent.
    pub journal: Arc<dyn Journal>,
    /// The kinds to recover.
    pub kinds: Kinds,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// What the operator chose.
    pub settings: Settings,
}

/// What the operator of a recovery chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Who users of the source are on the standby, beyond equal accounts.
    pub people: People,
    /// Keys of the projects to recover; `None` for all.
    pub projects: Option<BTreeSet<String>>,
    /// Keys of the projects that come first, in this order.
    pub first: Vec<String>,
    /// How many projects are filled with issues at once.
    pub lanes: usize,
    /// How many issues are worked on at once when what hangs on them is written.
    pub issues_at_once: usize,
    /// How many issues one request creates at most; Jira takes 50.
    pub bulk: usize,
    /// How long Jira is given to finish a request whose answer was lost, before anybody looks.
    pub ambiguity_wait: Duration,
    /// Whether objects that Jira refused in an earlier run are tried again.
    pub retry_failed: bool,
    /// Only those of these [causes](crate::cause) then; all if none is named. Never stored: each run is told anew.
    #[serde(skip)]
    pub retry_causes: BTreeSet<String>,
    /// What keeps an unclear outcome from making a second thing. Never stored, and nobody's choice: see [`Safeguards`].
    #[doc(hidden)]
    #[serde(skip)]
    pub safeguards: Safeguards,
}

/// What keeps an unclear outcome from making a second thing. All are necessary. Tests switch one off to show that they would
/// see the duplicates; a test that cannot fail proves nothing.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Safeguards {
    /// Marks are looked at.
    pub marker: bool,
    /// Something that may exist is looked for before it is sent again.
    pub look: bool,
    /// Jira is given time before anybody looks.
    pub wait: bool,
}

impl Default for Safeguards {
    fn default() -> Self {
        Self { marker: true, look: true, wait: true }
    }
}

/// Who users of the source are on the standby.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct People {
    /// accountId on the source → accountId on the standby.
    pub map: BTreeMap<String, String>,
    /// The account that stands for everybody who is missing.
    pub fallback: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            people: People::default(),
            projects: None,
            first: Vec::new(),
            lanes: 8,
            issues_at_once: 32,
            bulk: 50,
            ambiguity_wait: Duration::from_mins(2),
            retry_failed: false,
            retry_causes: BTreeSet::new(),
            safeguards: Safeguards::default(),
        }
    }
}

impl Settings {
    /// Whether what Jira refused for this reason is tried again.
    pub fn retries(&self, reason: Option<&str>) -> bool {
        let causes = &self.retry_causes;
        self.retry_failed && (causes.is_empty() || causes.contains(&cause_of(reason.unwrap_or_default())))
    }

    /// Whether the project with this key is recovered.
    pub fn takes_project(&self, key: &str) -> bool {
        self.projects.as_ref().is_none_or(|projects| projects.contains(key))
    }
}

/// Id of the project on the source that an object of configuration belongs to, where it belongs to one.
pub(crate) fn project_of(object: &Object) -> Option<String> {
    match object.kind {
        "project" => Some(object.key.clone()),
        "role-actors" => object.key.split_once('/').map(|(project, _)| project.to_owned()),
        _ => object.body.get("projectId").or_else(|| object.body.pointer("/location/projectId")).and_then(id_text),
    }
}
