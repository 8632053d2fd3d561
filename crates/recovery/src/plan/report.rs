//! The plan as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::estimate::Estimate;
use crate::{Losses, Recovery};

/// How many of a group are named. Texts show the first few.
const EXAMPLES: usize = 10_000;

/// What would be done with the objects of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindPlan {
    /// To be made.
    pub create: u64,
    /// On the standby already.
    pub matched: u64,
    /// Left out by the operator's choice.
    pub skipped: u64,
    /// Cannot be made.
    pub cannot: u64,
}

/// Objects that cannot be made, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cannot {
    /// Their kind.
    pub kind: String,
    /// Why, and what the operator can do by hand.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// What they are called.
    pub examples: Vec<String>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectPlan {
    /// Its key.
    pub key: String,
    /// Whether it is on the standby already.
    pub present: bool,
    /// How many issues the recovery point has.
    pub issues: u64,
    /// How many of them an earlier recovery has restored.
    pub matched: u64,
    /// How many placeholders are needed to keep keys.
    pub placeholders: u64,
    /// How many issues get another key because theirs is taken on the standby.
    pub keys_taken: u64,
}

/// Somebody who has no account on the standby, and whom nobody decided about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingUser {
    /// The account id on the source.
    pub account: String,
    /// What they are called there.
    pub name: String,
}

/// A permission that the account lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingPermission {
    /// Jira's key for it.
    pub key: String,
    /// What it is needed for.
    pub why: String,
}

/// What a recovery would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The recovery.
    pub recovery: String,
    /// The recovery point's number.
    pub point: u64,
    /// The source's address.
    pub source: String,
    /// The standby's address.
    pub standby: String,
    /// By kind, issues and what hangs on them included.
    pub kinds: BTreeMap<String, KindPlan>,
    /// What cannot be made.
    pub cannot: Vec<Cannot>,
    /// Project by project.
    pub projects: Vec<ProjectPlan>,
    /// Users who have no account on the standby; named in full, because somebody must decide about them.
    pub users_missing: Vec<MissingUser>,
    /// What will be lost. Only what every object suffers, unless the plan is exact.
    pub losses: Losses,
    /// How many writes hang on the issue with the most of them.
    pub most_writes_on_one_issue: u64,
    /// How long it will take.
    pub estimate: Estimate,
    /// What the account may not do and would have to.
    pub permissions: Vec<MissingPermission>,
}

impl Plan {
    pub(super) fn new(recovery: &Recovery) -> Self {
        Self {
            recovery: recovery.id.to_string(),
            point: recovery.view.point(),
            source: recovery.source_address.clone(),
            standby: recovery.standby_address.clone(),
            kinds: BTreeMap::new(),
            cannot: Vec::new(),
            projects: Vec::new(),
            users_missing: Vec::new(),
            losses: Losses::default(),
            most_writes_on_one_issue: 0,
            estimate: Estimate::default(),
            permissions: Vec::new(),
        }
    }

    /// The counts of a kind.
    pub(super) fn kind(&mut self, kind: &str) -> &mut KindPlan {
        self.kinds.entry(kind.to_owned()).or_default()
    }

    /// Notes an object that cannot be made.
    pub(super) fn cannot(&mut self, kind: &str, reason: &str, called: &str) {
        self.kind(kind).cannot += 1;
        let known = self.cannot.iter_mut().find(|group| group.kind == kind && group.reason == reason);
        match known {
            Some(group) => {
                group.count += 1;
                if group.examples.len() < EXAMPLES {
                    group.examples.push(called.to_owned());
                }
            }
            None => self.cannot.push(Cannot {
                kind: kind.to_owned(),
                reason: reason.to_owned(),
                count: 1,
                examples: vec![called.to_owned()],
            }),
        }
    }
}
