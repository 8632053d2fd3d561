//! The pipeline: capture, compare, plan, apply, prove, and the journal.
