//! The control plane's domain: connections, recovery requests, verification, tokens, audit events.
//!
//! Pure: no I/O, no clock, no randomness. Time and random bytes are arguments, and what must happen outside is returned as
//! a value. Keeping it is the business of `store`.
//!
//! Start at [`connection`]: a connection and its recovery request are one state machine, moved by one function. [`policy`]
//! says how much it takes to unlock a recovery, [`token`] is the secret that links two sites, [`source_url`] what is typed
//! with it, [`confirmation`] the codes that are mailed, and [`audit`] the log of all of it.

pub mod audit;
mod base62;
pub mod confirmation;
pub mod connection;
pub mod digest;
pub mod id;
pub mod name;
pub mod policy;
pub mod source_url;
pub mod token;
