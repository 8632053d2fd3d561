//! What a run did.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How long a phase took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhaseTime {
    /// The phase.
    pub name: String,
    /// Its length.
    pub seconds: f64,
}

/// What a run did. Counts are of the whole recovery; times and requests of this run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplyReport {
    /// Phases, in order.
    pub phases: Vec<PhaseTime>,
    /// Requests sent, by endpoint.
    pub requests: BTreeMap<String, u64>,
    /// How many of them Jira answered with 429.
    pub throttled: u64,
    /// Rows of the journal, by kind and state.
    pub rows: BTreeMap<String, BTreeMap<String, u64>>,
}
