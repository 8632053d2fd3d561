//! The control plane's domain: connections, recovery requests, verification, tokens, audit events.
//!
//! Pure: no I/O, no clock, no randomness. Time and random bytes are arguments, and what must happen outside is returned as
//! a value. Keeping it is the business of `store`.
//!
//! Start at [`connection`]: a connection and its recovery request are one state machine. [`token`] is the secret that links
//! two sites.

pub mod audit;
mod base62;
pub mod connection;
pub mod id;
pub mod name;
pub mod token;
