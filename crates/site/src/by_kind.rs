//! Texts by kind and key: what ids are called, where they went.

use std::collections::HashMap;
use std::sync::Arc;

use crate::kind::KindName;

type OfKind = HashMap<Arc<str>, Arc<str>>;

/// Texts by kind and key. A clone shares them; a change copies those of its kind, and only while a clone has them too: side by
/// side, kinds of a large site would otherwise hold it many times.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByKind(HashMap<KindName, Arc<OfKind>>);

impl ByKind {
    pub(crate) fn insert(&mut self, kind: KindName, key: Arc<str>, text: Arc<str>) {
        let of_kind = self.0.entry(kind).or_default();
        if of_kind.get(&key) != Some(&text) {
            Arc::make_mut(of_kind).insert(key, text);
        }
    }

    pub(crate) fn remove(&mut self, kind: KindName, key: &str) {
        if let Some(of_kind) = self.0.get_mut(kind).filter(|of_kind| of_kind.contains_key(key)) {
            Arc::make_mut(of_kind).remove(key);
        }
    }

    pub(crate) fn get(&self, kind: KindName, key: &str) -> Option<&str> {
        self.0.get(kind)?.get(key).map(AsRef::as_ref)
    }

    pub(crate) fn of_kind(&self, kind: KindName) -> impl Iterator<Item = (&str, &str)> {
        self.0.get(kind).into_iter().flat_map(|own| own.iter()).map(|(key, text)| (key.as_ref(), text.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_had_and_shares_what_nobody_changed() {
        let mut one = ByKind::default();
        one.insert("priority", "1".into(), "High".into());
        one.insert("status", "1".into(), "Open".into());
        let other = one.clone();
        one.insert("priority", "1".into(), "Highest".into());
        one.insert("status", "1".into(), "Open".into());
        one.remove("status", "7");
        assert_eq!((one.get("priority", "1"), other.get("priority", "1")), (Some("Highest"), Some("High")));
        assert!(Arc::ptr_eq(&one.0["status"], &other.0["status"]), "nothing of that kind changed");
        one.remove("status", "1");
        assert_eq!((one.get("status", "1"), other.get("status", "1")), (None, Some("Open")));
        assert_eq!(other.of_kind("status").collect::<Vec<_>>(), [("1", "Open")]);
    }
}
