//! What tests of kinds share: two sides that learn objects.

use serde_json::Value;

use crate::kind::{Object, SiteKind};
use crate::names::Names;
use crate::translation::{Translated, Translation};

/// An object of a kind.
pub(in crate::kinds) fn object(kind: &dyn SiteKind, key: &str, body: Value) -> Object {
    Object { kind: kind.name(), key: key.to_owned(), body }
}

/// Names of the source's site, empty.
pub(in crate::kinds) fn names() -> Names {
    let mut names = Names::default();
    names.addresses = vec!["https://source.example".to_owned()];
    names
}

/// A translation between two empty sites.
pub(in crate::kinds) fn translation() -> Translation {
    let mut translation = Translation::default();
    translation.source = names();
    translation.standby.addresses = vec!["https://standby.example".to_owned()];
    translation
}

/// Checks that the standby's object has the same normal form as the source's, apart from what losses explain.
pub(in crate::kinds) fn arrives(kind: &dyn SiteKind, translation: &Translation, source: &Object, standby: &Object) {
    let mut there = kind.normal(standby, &translation.standby);
    let mut here = kind.normal(source, &translation.source);
    let Translated { losses, .. } = kind.translate(source, translation);
    for loss in &losses {
        for side in [&mut here, &mut there] {
            if let Some(value) = side.pointer_mut(&loss.path) {
                *value = Value::String(format!("({})", loss.loss));
            }
        }
    }
    assert_eq!(here, there);
}
