//! The control plane's domain: connections, recovery requests, verification, tokens, audit events.
//!
//! Pure: no I/O, no clock, no randomness. Time and random bytes are arguments, and what must happen outside is returned as
//! a value. Keeping it is the business of `store`.
//!
//! Start at [`connection`]: a connection and its recovery request are one state machine, moved by one function. [`policy`]
//! says how much it takes to unlock a recovery, and [`safeguards`] how that and the recovery contacts may change. [`token`] is
//! the secret that links two sites, [`source_url`] what is typed with it, [`confirmation`] the codes that are mailed, and
//! [`notification`] what else people are told, each time with a [`stop_link`]. [`authority`] says which role may do what,
//! [`session`] and [`api_key`] who is there, and [`audit`] keeps the log of all of it.

pub mod api_key;
pub mod audit;
pub mod authority;
mod base62;
pub mod confirmation;
pub mod connection;
pub mod digest;
pub mod id;
pub mod name;
pub mod notification;
pub mod policy;
pub mod safeguards;
pub mod session;
pub mod source_url;
pub mod stop_link;
pub mod token;

#[cfg(test)]
mod testing;
