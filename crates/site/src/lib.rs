//! What a Jira site consists of: one file for each **kind** of object.
//!
//! A kind says what it depends on, how it is read, its normal form, how it is recognised and written on another site, and
//! what of it cannot be restored. The pipeline (crate `recovery`) knows no kind by name, with one exception: issues, whose
//! keys must be kept, have an engine of their own there. This crate knows nothing of vaults, journals or recovery points.
//!
//! Start at [`kind`] (the traits), then [`registry`] (all kinds in their order), then any file under [`kinds`].
//! [`names`] and [`translation`] carry what one kind must know of the others: what an id is called, and what it is on the
//! other site. [`adf`] reads and rewrites rich text.

pub mod adf;
mod by_kind;
pub mod jql;
pub mod kind;
pub mod kinds;
pub mod losses;
pub mod marks;
pub mod members;
pub mod names;
pub mod registry;
pub mod scaffold;
pub mod sink;
pub mod sprint_members;
pub mod translation;

pub use kind::{Hangs, IssueKind, Kind, KindName, Made, Object, Removal, SiteKind};
pub use losses::{Loss, Occurrence};
pub use names::Names;
pub use translation::{Translated, Translation};
