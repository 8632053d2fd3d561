//! Tests of the transition function: the whole table, what users meet, and what must always hold.

mod always;
mod matrix;
mod sample;
mod stories;
