//! Workers on a real database.
//!
//! [`bench`] has workers whose job is made of steps, each of which must happen once; [`steps`] lets every step go wrong in
//! every way; [`housekeeping`] forgets; [`chaos`] kills workers at random for ten minutes of virtual time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod bench;
mod chaos;
mod housekeeping;
mod schedules;
mod steps;
mod still;
mod stops;
