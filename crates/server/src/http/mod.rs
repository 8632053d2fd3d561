//! What all routes share: who asks ([`admission`]), how they are answered ([`problem`], [`page`], [`etag`]), and what is read
//! of a request ([`body`], [`path`], [`once`]).

pub(crate) mod admission;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod etag;
pub(crate) mod layers;
pub(crate) mod limit;
pub(crate) mod measure;
pub(crate) mod once;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod problem;
