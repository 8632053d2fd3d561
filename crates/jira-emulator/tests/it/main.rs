//! The emulator from outside: over HTTP only, as a client sees it. One module for each resource, and the contract test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod activity;
mod attachments;
mod boards;
mod contract;
mod faults;
mod fields;
mod filters;
mod issue_bulk;
mod issues;
mod people;
mod projects;
mod scripted;
mod search;
mod support;
mod words;
mod workflows;
