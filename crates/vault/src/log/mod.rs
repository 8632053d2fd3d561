//! The log: one small JSON object for each commit, chained by hashes and signed by MACs.
//!
//! [`entry`] is one commit as it is stored, [`state`] what follows from all of them, [`checkpoint`] that state stored
//! every 256 commits so that opening need not read the whole log.

pub(crate) mod checkpoint;
pub(crate) mod entry;
pub(crate) mod envelope;
pub(crate) mod state;
