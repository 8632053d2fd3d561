//! Tests of the kinds against a site.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod reading;
