//! What the fuzz targets share. Each target throws made-up bytes at one thing that reads foreign ones; `cargo xtask fuzz` runs
//! them all.
//!
//! [`answers`]: a site that answers with the input. [`objects`]: what such answers hold. [`stored`]: a vault of which
//! something was changed.

pub mod answers;
pub mod objects;
pub mod stored;
