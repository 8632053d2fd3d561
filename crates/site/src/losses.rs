//! Losses: what a kind cannot restore, by name. The plan shows them before the run, the report after it.

use serde::{Deserialize, Serialize};

/// Something that cannot be restored. Declared by its kind; `docs/losses.md` is generated from these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// Its name: `comment.author`.
    pub id: &'static str,
    /// What is lost, for people.
    pub what: &'static str,
    /// What is done instead.
    pub instead: &'static str,
    /// Whether every object of the kind suffers it; otherwise each [`Occurrence`] is named.
    pub always: bool,
}

/// A loss that one object suffers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Occurrence {
    /// Which loss.
    pub loss: String,
    /// Kind of the object.
    pub kind: String,
    /// Key of the object in the vault.
    pub key: String,
    /// Where it shows in the normal form, as a JSON pointer prefix; a difference there is explained by this loss.
    pub path: String,
    /// What exactly: the user's name, the length of the text.
    pub detail: String,
}
