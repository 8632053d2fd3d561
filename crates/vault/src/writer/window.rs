//! What the index says of the keys around those that were asked for last: a capture asks in order, mostly, and need not
//! ask for each key alone.

use std::collections::{BTreeMap, HashMap};

use crate::error::Result;
use crate::hash::RecordHash;
use crate::index::Index;

/// Keys in a window, at most.
const LARGEST: usize = 1024;

/// Windows into the index, one for each kind.
#[derive(Debug, Default)]
pub(super) struct Windows(BTreeMap<String, Window>);

/// All live records of a kind with keys from `from` up to `to`.
#[derive(Debug)]
struct Window {
    from: String,
    /// `None`: to the last.
    to: Option<String>,
    hashes: HashMap<String, RecordHash>,
    /// How many keys to read at once: grows while that pays.
    size: usize,
    hits: usize,
}

impl Window {
    fn covers(&self, key: &str) -> bool {
        key >= self.from.as_str() && self.to.as_deref().is_none_or(|to| key <= to)
    }

    fn next_size(&self) -> usize {
        if 2 * self.hits >= self.size { (self.size * 2).min(LARGEST) } else { (self.size / 2).max(1) }
    }
}

impl Windows {
    /// The hash of a live record in the newest commit.
    pub(super) async fn get(&mut self, index: &Index, kind: &str, key: &str) -> Result<Option<RecordHash>> {
        if let Some(window) = self.0.get_mut(kind)
            && window.covers(key)
        {
            window.hits += 1;
            return Ok(window.hashes.get(key).copied());
        }
        let size = self.0.get(kind).map_or(1, Window::next_size);
        let page = index.live_from(kind, key, size).await?;
        let to = (page.len() == size).then(|| page.last().map(|last| last.key.clone())).flatten();
        let hashes: HashMap<_, _> = page.into_iter().map(|located| (located.key, located.hash)).collect();
        let found = hashes.get(key).copied();
        self.0.insert(kind.to_owned(), Window { from: key.to_owned(), to, hashes, size, hits: 1 });
        Ok(found)
    }

    /// Forgets everything: there is a newer commit.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
