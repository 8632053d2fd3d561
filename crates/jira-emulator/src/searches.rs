//! Searches under way: what a page token stands for.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

/// Page tokens live this long.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most searches that are remembered.
const MOST: usize = 1000;

/// The searches of a site that have further pages, and how its index lags.
#[derive(Debug, Default)]
pub(crate) struct Searches {
    open: Mutex<VecDeque<Search>>,
    count: AtomicU64,
    flickering: AtomicBool,
}

#[derive(Debug)]
struct Search {
    id: u64,
    began: Timestamp,
    found: Arc<[u64]>,
}

/// A part of what was found, and the token of the next one.
type Page = (Vec<u64>, Option<String>);

impl Searches {
    /// Lets every other search see an index that lags twice as long: what was there is gone, and comes back.
    pub(crate) fn flicker(&self, flickering: bool) {
        self.flickering.store(flickering, Ordering::Relaxed);
    }

    /// The time up to which the index of the next search knows the site.
    pub(crate) fn horizon(&self, now: Timestamp, lag: Duration) -> Timestamp {
        let stale = self.flickering.load(Ordering::Relaxed) && self.count.load(Ordering::Relaxed) % 2 == 1;
        let lag = if stale { lag * 2 } else { lag };
        SignedDuration::try_from(lag).ok().and_then(|lag| now.checked_sub(lag).ok()).unwrap_or(Timestamp::MIN)
    }

    /// Begins a search with its first page.
    pub(crate) fn start(&self, found: Vec<u64>, size: usize, now: Timestamp) -> Page {
        let id = self.count.fetch_add(1, Ordering::Relaxed);
        let page = cut(id, &found, 0, size);
        if page.1.is_some() {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.len() == MOST {
                open.pop_front();
            }
            open.push_back(Search { id, began: now, found: found.into() });
        }
        page
    }

    /// The page a token stands for, any number of times; none for a token that was never given or is too old.
    pub(crate) fn page(&self, token: &str, size: usize, now: Timestamp) -> Option<Page> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (id, start) = text.split_once('.')?;
        let (id, start) = (id.parse::<u64>().ok()?, start.parse().ok()?);
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let search = open.iter().find(|search| search.id == id && search.began + LIFE > now)?;
        Some(cut(id, &search.found, start, size))
    }
}

fn cut(id: u64, found: &[u64], start: usize, size: usize) -> Page {
    let end = (start + size).min(found.len());
    let page = found.get(start..end).unwrap_or_default().to_vec();
    let next = (end < found.len()).then(|| URL_SAFE_NO_PAD.encode(format!("{id}.{end}")));
    (page, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_and_tokens_expire() {
        let searches = Searches::default();
        let now = Timestamp::UNIX_EPOCH;
        let (first, token) = searches.start((0..5).collect(), 2, now);
        let token = token.unwrap();
        assert_eq!(first, [0, 1]);
        let (second, _) = searches.page(&token, 2, now).unwrap();
        assert_eq!(second, [2, 3]);
        assert_eq!(searches.page(&token, 3, now).unwrap(), (vec![2, 3, 4], None));
        assert!(searches.page(&token, 2, now + LIFE).is_none());
        assert!(searches.page("nonsense", 2, now).is_none());
    }

    #[test]
    fn flickering_index_forgets_and_remembers() {
        let searches = Searches::default();
        let now = Timestamp::from_second(100).unwrap();
        let lag = Duration::from_secs(10);
        searches.flicker(true);
        let mut horizons = Vec::new();
        for _ in 0..3 {
            horizons.push(searches.horizon(now, lag).as_second());
            searches.start(Vec::new(), 1, now);
        }
        assert_eq!(horizons, [90, 80, 90]);
    }
}
