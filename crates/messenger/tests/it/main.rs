//! A messenger with a real mail server and real receivers of webhooks on this machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod bench;
mod mail;
mod webhooks;
