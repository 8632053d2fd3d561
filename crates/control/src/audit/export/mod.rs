//! A log for others: JSON lines, which can be checked offline; OCSF for a SIEM; CSV for a spreadsheet.
//!
//! JSON lines are the log itself: one [`AuditEvent`] a line, in one form only, so that a changed byte is a changed log. OCSF and
//! CSV say the same for other readers, and carry each event's number and hash to find it by; they prove nothing themselves.

mod csv;
mod ocsf;

pub use csv::{CSV_HEADER, csv_line};
pub use ocsf::ocsf_line;

use super::checkpoint::Checkpoint;
use super::{AuditEvent, AuditHead, BrokenChain, ChainVerifier};
use crate::id::TenantId;

/// An event's line of an export, with its line end.
///
/// # Errors
/// Never for an event of a log; the type is serde's.
pub fn json_line(event: &AuditEvent) -> serde_json::Result<String> {
    serde_json::to_string(event).map(|line| line + "\n")
}

/// Where and how an export is not the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenExport {
    /// Not a line of an export.
    #[error("line {line} of the export is not an audit event as Lifeboat writes it: it was changed")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// The end of the last line is missing.
    #[error("the export ends in the middle of a line: its end was cut off")]
    Cut,
    /// The events are not those that were logged.
    #[error(transparent)]
    Chain(#[from] BrokenChain),
}

/// Checks a whole export offline. Checkpoints, each read with the right key, must lie on the way: without any, an export that
/// was written anew from some event on, or cut off at a line's end, cannot be told from the log.
pub fn check(tenant: TenantId, export: &str, checkpoints: &[Checkpoint]) -> Result<AuditHead, BrokenExport> {
    let known: Vec<AuditHead> = checkpoints.iter().filter(|it| it.tenant == tenant).map(|it| it.head).collect();
    let mut checker = ExportChecker::new(tenant, known);
    if !export.is_empty() && !export.ends_with('\n') {
        return Err(BrokenExport::Cut);
    }
    for (place, line) in export.split_terminator('\n').enumerate() {
        checker.check_line(place + 1, line)?;
    }
    checker.finish()
}

/// Checks an export line by line, in any amount of memory.
#[derive(Clone, Debug)]
pub struct ExportChecker {
    verifier: ChainVerifier,
    known: Vec<AuditHead>,
}

impl ExportChecker {
    /// Begins before the first line of a tenant's export. The `known` heads, kept elsewhere, must be met on the way.
    pub fn new(tenant: TenantId, known: Vec<AuditHead>) -> Self {
        Self { verifier: ChainVerifier::new(tenant, None), known }
    }

    /// Checks the next line, without its line end; `line` is its number, counted from 1.
    pub fn check_line(&mut self, line: usize, text: &str) -> Result<(), BrokenExport> {
        let event: AuditEvent = serde_json::from_str(text).map_err(|_| BrokenExport::Line { line })?;
        // Other spellings of the same JSON are changes too.
        let is_as_written = json_line(&event).is_ok_and(|written| written.strip_suffix('\n') == Some(text));
        if !is_as_written {
            return Err(BrokenExport::Line { line });
        }
        self.verifier.check(&event)?;
        match self.known.iter().find(|known| known.number == event.number && known.hash != event.hash) {
            Some(known) => Err(BrokenChain::Rewritten { number: known.number }.into()),
            None => Ok(()),
        }
    }

    /// The end of what was checked. Fails if a known head was not reached.
    pub fn finish(self) -> Result<AuditHead, BrokenExport> {
        let head = self.verifier.finish()?;
        match self.known.iter().map(|known| known.number).max() {
            Some(expected) if expected > head.number => {
                Err(BrokenChain::Truncated { expected, found: head.number }.into())
            }
            _ => Ok(head),
        }
    }
}

#[cfg(test)]
mod tests;
