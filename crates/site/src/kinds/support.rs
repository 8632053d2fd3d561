//! What the kinds of configuration have in common.

mod actors;
mod batches;
mod parts;
mod people;
mod reading;
mod removing;
mod values;

pub(super) use actors::Actors;
pub(super) use batches::{in_batch, one_by_one};
pub(super) use parts::in_parts;
pub(super) use people::{create_or, without};
pub(super) use reading::{key, project_ids, put_array, put_each, put_pages, put_with, refused};
pub(super) use removing::delete;
pub(super) use values::{
    account_of, called, flag, lose, made, people, scope, scoped_identity, target_number, text, texts,
};

#[cfg(test)]
pub(super) mod testing;
