//! The report of a recovery: what arrived, and what did not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Losses;
use crate::apply::ApplyReport;
use crate::compare::Difference;

/// What came of the objects of one kind. Every object of the recovery point is in exactly one of the first eight counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindReport {
    /// On the standby, made by this recovery, the same or different only where a loss says so.
    pub restored: u64,
    /// On the standby before.
    pub matched: u64,
    /// Left out by the operator's choice.
    pub skipped: u64,
    /// Cannot be made through Jira's API, as a loss or a reason says.
    pub cannot: u64,
    /// Refused by Jira.
    pub failed: u64,
    /// Made, and different where no loss explains it.
    pub different: u64,
    /// Should be on the standby and is not.
    pub missing: u64,
    /// Restored in another form (a history as a file), so that there is nothing to compare.
    pub in_other_form: u64,
    /// Of those restored: how many are different where a loss says so.
    pub with_losses: u64,
}

impl KindReport {
    /// Adds the counts of another part.
    pub(super) fn add(&mut self, other: &Self) {
        self.restored += other.restored;
        self.matched += other.matched;
        self.skipped += other.skipped;
        self.cannot += other.cannot;
        self.failed += other.failed;
        self.different += other.different;
        self.missing += other.missing;
        self.in_other_form += other.in_other_form;
        self.with_losses += other.with_losses;
    }
}

/// An object that differs from the recovery point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Different {
    /// Its kind.
    pub kind: String,
    /// Its key on the source.
    pub key: String,
    /// Its id on the standby.
    pub target: String,
    /// Where, the first few places.
    pub differences: Vec<Difference>,
}

/// An object with something wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its kind.
    pub kind: String,
    /// Its key on the source.
    pub key: String,
    /// What is wrong.
    pub reason: String,
}

/// Something on the standby that the recovery point does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// Its kind.
    pub kind: String,
    /// Its key on the standby.
    pub key: String,
    /// What it is: a duplicate, a placeholder that was left, something made by others.
    pub what: String,
}

/// What came of a recovery, as read back from the standby. Lists are capped (ten thousand), counts are exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Whether everything that Jira can take is there, once, and the same.
    pub holds: bool,
    /// The recovery.
    pub recovery: String,
    /// The recovery point's number.
    pub point: u64,
    /// The source's address.
    pub source: String,
    /// The standby's address.
    pub standby: String,
    /// By kind.
    pub kinds: BTreeMap<String, KindReport>,
    /// How many issues have their own key.
    pub keys_kept: u64,
    /// How many issues have another key.
    pub keys_redirected: u64,
    /// Some of those, from the source's key to the standby's.
    pub redirects: Vec<(String, String)>,
    /// How many objects differ where no loss explains it.
    pub different: u64,
    /// Some of them.
    pub differences: Vec<Different>,
    /// How many objects failed, are missing or unfinished.
    pub problems_count: u64,
    /// Some of them.
    pub problems: Vec<Problem>,
    /// The reasons of failures, with how often each occurred.
    pub causes: BTreeMap<String, u64>,
    /// How many objects are on the standby that should not be.
    pub extras_count: u64,
    /// Some of them.
    pub extras: Vec<Extra>,
    /// Objects that were on the standby before and are not the same: nothing was changed about them.
    pub matched_differently: Vec<Different>,
    /// What cannot be made, by kind and reason.
    pub cannot: BTreeMap<String, u64>,
    /// The configuration and the users among it, each by its name.
    #[serde(default)]
    pub cannot_named: Vec<Problem>,
    /// What was lost, by name.
    pub losses: Losses,
    /// Losses among them that did not happen: what they name is the same on both sites. The list of losses says too much.
    #[serde(default)]
    pub unfounded: Vec<Problem>,
    /// What the last run of the recovery told.
    pub applied: Option<ApplyReport>,
}
