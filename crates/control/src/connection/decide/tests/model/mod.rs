//! The transition function, model-checked: every state that a group of people can bring about, in any order of events and
//! waits, with the very [`decide`](crate::connection::decide()) that production runs.
//!
//! [`plane`] is the model: who may do what, and time. [`history`] keeps its own account of what really happened and says when
//! a promise was broken: it never looks at the evidence that the function kept. On top of both: [`invariants`] for everybody
//! at once, [`coalitions`] (how few can unlock), [`availability`] (no one can block or destroy), and [`defects`]: the function
//! with one guard taken away, each of which must be noticed.

mod availability;
mod coalitions;
mod defects;
mod history;
mod invariants;
mod plane;
