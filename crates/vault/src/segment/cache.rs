//! Footers and row groups that were read lately, within a bound of bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::footer::Footer;
use super::group::Group;
use crate::error::Result;
use crate::keys::ring::KeyRing;
use crate::log::entry::Object;
use crate::storage::Storage;

/// What decrypted row groups may take.
const GROUPS: usize = 32 << 20;
/// What footers may take.
const FOOTERS: usize = 24 << 20;
/// How many row groups are decrypted and decoded at once, whoever reads: each takes several times its size until it is decoded,
/// and a plan reads all kinds of objects side by side. One alone reads faster than Jira takes it.
const AT_ONCE: usize = 1;

/// Reads row groups of segments; keeps the last ones.
#[derive(Debug)]
pub(crate) struct SegmentCache {
    storage: Storage,
    keys: Arc<KeyRing>,
    footers: Mutex<Lru<String, Arc<Footer>>>,
    groups: Mutex<Lru<(String, usize), Arc<Group>>>,
    decoding: Semaphore,
}

impl SegmentCache {
    pub(crate) fn new(storage: Storage, keys: Arc<KeyRing>) -> Self {
        Self {
            storage,
            keys,
            footers: Mutex::new(Lru::new(FOOTERS)),
            groups: Mutex::new(Lru::new(GROUPS)),
            decoding: Semaphore::new(AT_ONCE),
        }
    }

    /// The footer of a segment.
    pub(crate) async fn footer(&self, object: &Object) -> Result<Arc<Footer>> {
        if let Some(footer) = lock(&self.footers).get(&object.name) {
            return Ok(footer);
        }
        let keys = self.keys.epoch(object.epoch).await?;
        let footer = Arc::new(Footer::read(&self.storage, keys, object).await?);
        lock(&self.footers).insert(object.name.clone(), footer.clone(), footer.weight());
        Ok(footer)
    }

    /// A row group of a segment.
    pub(crate) async fn group(&self, object: &Object, footer: &Footer, group: usize) -> Result<Arc<Group>> {
        let key = (object.name.clone(), group);
        if let Some(group) = lock(&self.groups).get(&key) {
            return Ok(group);
        }
        // They are fetched side by side: a bucket may answer slowly, and what is stored is small.
        let bytes = footer.fetch(&self.storage, group).await?;
        // It is closed by nobody, so that there is always a turn.
        let _turn = self.decoding.acquire().await;
        // Whoever waited for the same one finds it here.
        if let Some(group) = lock(&self.groups).get(&key) {
            return Ok(group);
        }
        let batch = footer.decode(group, bytes).await?;
        let group = Arc::new(Group::new(&object.name, batch)?);
        lock(&self.groups).insert(key, group.clone(), group.weight());
        Ok(group)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the values that were used last, up to a total weight.
#[derive(Debug)]
struct Lru<K, V> {
    bound: usize,
    weight: usize,
    clock: u64,
    values: HashMap<K, (V, usize, u64)>,
}

impl<K: Clone + Eq + std::hash::Hash, V: Clone> Lru<K, V> {
    fn new(bound: usize) -> Self {
        Self { bound, weight: 0, clock: 0, values: HashMap::new() }
    }

    fn get(&mut self, key: &K) -> Option<V> {
        self.clock += 1;
        let (value, _, used) = self.values.get_mut(key)?;
        *used = self.clock;
        Some(value.clone())
    }

    fn insert(&mut self, key: K, value: V, weight: usize) {
        self.clock += 1;
        self.weight += weight;
        if let Some((_, old, _)) = self.values.insert(key, (value, weight, self.clock)) {
            self.weight -= old;
        }
        // The newest stays even if it alone is over the bound.
        while self.weight > self.bound && self.values.len() > 1 {
            let oldest = self.values.iter().min_by_key(|(_, (.., used))| *used).map(|(key, _)| key.clone());
            if let Some((_, weight, _)) = oldest.and_then(|key| self.values.remove(&key)) {
                self.weight -= weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_value_goes_first() {
        let mut lru = Lru::new(10);
        lru.insert("a", 1, 4);
        lru.insert("b", 2, 4);
        assert_eq!(lru.get(&"a"), Some(1));
        lru.insert("c", 3, 4);
        assert_eq!((lru.get(&"a"), lru.get(&"b"), lru.get(&"c")), (Some(1), None, Some(3)));
        lru.insert("d", 4, 99);
        assert_eq!((lru.get(&"d"), lru.values.len()), (Some(4), 1));
    }
}
