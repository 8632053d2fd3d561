//! Losses: what a kind cannot restore, by name. The plan shows them before the run, the report after it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::registry;

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

/// `docs/losses.md`: what each kind cannot restore, for people.
pub fn markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    for kind in registry::kinds().filter(|kind| !kind.losses().is_empty()) {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n## {}\n\n", capitalised(kind.title()));
        text.push_str("| name | what is lost | what is done instead | suffered by |\n| --- | --- | --- | --- |\n");
        for Loss { id, what, instead, always } in kind.losses() {
            let whom = if *always { "all" } else { "those named" };
            let _ = writeln!(text, "| `{id}` | {what} | {instead} | {whom} |");
        }
    }
    text
}

const INTRODUCTION: &str = "\
<!-- Generated from the code: run `UPDATE_DOCS=1 cargo test -p site losses` to renew it. -->

# What a recovery cannot restore

Jira's API does not let everything be written that it lets be read. What cannot be written back is in the recovery point
all the same; this page says what is done instead. A loss that *all* suffer applies to each object of its kind; the others
are named one by one in the plan, before anything is written, and in the report.
";

fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    #[test]
    fn the_page_in_docs_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/losses.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, markdown()).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == markdown(), "docs/losses.md is not current: UPDATE_DOCS=1 cargo test -p site losses");
    }

    /// Losses of rich text are shared by the kinds that have some.
    #[test]
    fn losses_are_named_after_their_kind_and_mean_one_thing() {
        let mut seen = BTreeMap::new();
        for kind in registry::kinds() {
            let name = kind.name();
            for loss in kind.losses() {
                let own = loss.id.starts_with(&format!("{name}.")) || loss.id.starts_with("text.");
                assert!(own, "{} is no loss of {name}", loss.id);
                assert_eq!(seen.entry(loss.id).or_insert(loss), &loss, "{} means two things", loss.id);
                assert!(!loss.what.contains('|') && !loss.instead.contains('|'), "{} would break the table", loss.id);
            }
            let own: BTreeSet<&str> = kind.losses().iter().map(|loss| loss.id).collect();
            assert_eq!(own.len(), kind.losses().len(), "a loss of {name} is there twice");
        }
    }
}
