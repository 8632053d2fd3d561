//! What every adapter needs that speaks SQL: the conversions between columns and values, what a number of changed rows means,
//! and the group commit of the journal. Nothing here knows a database.

pub mod changed;
pub mod group_commit;
pub mod value;
