//! Tests of the transition function: the whole table, what users meet, and what must always hold.

mod activation;
mod always;
mod cross_site;
mod matrix;
mod model;
mod one_voice;
pub(crate) mod sample;
mod stories;
mod upkeep;
