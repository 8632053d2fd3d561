//! The whole pipeline in a seeded world: capture, changes, increments, the loss of the source, recovery, proof, while
//! everything that can go wrong does. Time is virtual, chance comes from a seed, and the same seed gives the same run, request
//! by request.
//!
//! Start at [`Story`], which a seed tells. [`faults`] lists what goes wrong, [`world`] has what is durable and the processes,
//! [`oracle`] compares the two sites in the end without any code of the product.

pub mod changes;
pub mod dice;
pub mod exchange;
pub mod faults;
pub mod journal;
pub mod life;
pub mod oracle;
pub mod others;
mod property;
pub mod runtime;
pub mod store;
mod story;
pub mod trace;
pub mod work;
pub mod world;

pub use faults::{Fault, Table};
pub use property::Property;
pub use story::{Control, End, Story};
