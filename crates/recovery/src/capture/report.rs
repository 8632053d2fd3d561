//! What came of a capture.

use std::fmt;

use jira::printable;
use serde::{Deserialize, Serialize};
use vault::RecoveryPoint;

use super::state::Unread;

/// How much was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Everything.
    Full,
    /// What changed.
    Increment,
}

/// What came of a capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptureReport {
    /// How much was read.
    pub mode: Mode,
    /// The recovery point.
    pub point: RecoveryPoint,
    /// How many issues were read.
    pub issues: u64,
    /// What the site has and would not give. Tried again in the next capture.
    pub unread: Vec<Unread>,
    /// How long it took.
    pub seconds: f64,
    /// How many requests it took.
    pub requests: u64,
}

impl fmt::Display for CaptureReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            Mode::Full => "full capture",
            Mode::Increment => "increment",
        };
        writeln!(
            formatter,
            "Recovery point {} ({mode}): {} issues read with {} requests in {:.1} s",
            self.point.number, self.issues, self.requests, self.seconds
        )?;
        for (kind, counts) in &self.point.counts {
            writeln!(
                formatter,
                "  {kind:<20} {:>9}   +{} ~{} -{}",
                counts.live, counts.added, counts.changed, counts.deleted
            )?;
        }
        if !self.unread.is_empty() {
            writeln!(formatter, "{} objects could not be read; the next capture tries again:", self.unread.len())?;
            for unread in &self.unread {
                writeln!(formatter, "  {} {}: {}", unread.kind, printable(&unread.key), printable(&unread.reason))?;
            }
        }
        Ok(())
    }
}
