//! In which order issues are finished: those with the most writes first.
//!
//! Jira takes about three writes a second on one issue, so an issue with hundreds of comments takes minutes, however few
//! there are of its kind. The busiest therefore begin at once, in a queue of their own, and all others come by in one pass
//! over the vault beside them: the whole then takes as long as the longer of the two, and not as long as both.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use site::KindName;

use super::finish::{Finish, Work};
use super::run::Run;
use crate::bundles::{Bundle, batches, bundle, bundles};
use crate::objects::{ISSUE, split};
use crate::progress::Meter;
use crate::room::Room;
use crate::{Error, Result};

/// How many issues are looked up at once, and about how many bytes of JSON, which take ten times as much in memory.
const CHUNK: usize = 100;
const CHUNK_BYTES: usize = 256 << 10;
/// From how many objects of one kind on an issue on it may be one of the busiest.
const MANY: u32 = 20;
/// Jira holds an issue back after this many writes (`rate-limits.md` §3): only those that have more need to begin first.
const BUSY: u32 = 100;
/// How many of the busiest are named; the others are found in passing.
const NAMED: usize = 512;
/// How many of the busiest are worked on at once. Each writes three times a second: together they use up any endpoint.
const BUSY_AT_ONCE: usize = 32;
/// How many bytes of JSON the issues of a queue may have that are worked on at once: a single one may have megabytes, and the
/// busiest take minutes. What is larger than all of it is worked on alone.
const ROOM: usize = 4 << 20;
/// Kinds of which all objects on an issue are one write at most.
const LIGHT: [KindName; 2] = ["changelog", "votes"];

/// Finishes every issue that this recovery created and that is not finished yet.
pub(super) async fn finish(run: &Run<'_>) -> Result<()> {
    let finish = Finish::new(run).await?;
    let total = run.recovery.view.counts().get(ISSUE).copied();
    let queue = Queue { finish: &finish, meter: run.meter("contents of issues", total), stopped: Mutex::default() };
    let busiest = busiest(run).await?;
    let named: HashSet<&str> = busiest.iter().map(String::as_str).collect();
    let first = queue.perform(queue.named(&busiest), BUSY_AT_ONCE);
    let others = queue.perform(queue.others(&named), run.recovery.settings.issues_at_once.max(1));
    futures::join!(first, others);
    queue.stopped.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// The issues with the most writes, by their ids on the source, most first; from the index alone.
async fn busiest(run: &Run<'_>) -> Result<Vec<String>> {
    let mut writes: HashMap<String, u32> = HashMap::new();
    for kind in run.recovery.kinds.hanging_names().filter(|kind| !LIGHT.contains(kind)) {
        run.check()?;
        let mut keys = run.recovery.view.keys(kind);
        let mut present = (String::new(), 0);
        while let Some((key, _)) = keys.try_next().await? {
            let issue = split(&key).0;
            if present.0 == issue {
                present.1 += 1;
            } else {
                note(&mut writes, std::mem::replace(&mut present, (issue.to_owned(), 1)));
            }
        }
        note(&mut writes, present);
    }
    Ok(most(writes))
}

fn note(writes: &mut HashMap<String, u32>, (issue, count): (String, u32)) {
    if count >= MANY {
        *writes.entry(issue).or_default() += count;
    }
}

fn most(writes: HashMap<String, u32>) -> Vec<String> {
    let mut busy: Vec<(u32, String)> =
        writes.into_iter().map(|(issue, count)| (count, issue)).filter(|(count, _)| *count > BUSY).collect();
    busy.sort_unstable_by(|one, two| two.cmp(one));
    busy.truncate(NAMED);
    busy.into_iter().map(|(_, issue)| issue).collect()
}

/// What the two queues share.
struct Queue<'q, 'r> {
    finish: &'q Finish<'r>,
    meter: Meter<'q>,
    /// Why no further issue is begun.
    stopped: Mutex<Option<Error>>,
}

impl Queue<'_, '_> {
    fn stopped(&self) -> MutexGuard<'_, Option<Error>> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on issues as they come. One that has to stop lets the others come to a clean end; none begins after it.
    async fn perform(&self, works: BoxStream<'_, Result<Work>>, at_once: usize) {
        let room = Room::new(ROOM);
        works
            // The next issue is not read before this one has its room.
            .and_then(move |work| {
                let permit = room.clone().take(work.bundle.bytes);
                async move { Ok((work, permit.await)) }
            })
            .boxed()
            .take_while(|_| std::future::ready(self.stopped().is_none()))
            .for_each_concurrent(at_once, |work| async {
                let done = match work {
                    Ok(_) if self.stopped().is_some() => return,
                    Ok((work, _room)) => self.finish.one(work).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = done {
                    self.stopped().get_or_insert(error);
                }
                self.meter.advance(1);
            })
            .await;
    }

    /// These issues, one by one.
    fn named<'a>(&'a self, issues: &'a [String]) -> BoxStream<'a, Result<Work>> {
        let recovery = self.finish.run.recovery;
        let found = stream::iter(issues).then(|issue| bundle(&recovery.view, &recovery.kinds, issue));
        self.works(found.try_filter_map(|found| std::future::ready(Ok(found))).boxed(), 1)
    }

    /// All issues but these, in one pass over the vault.
    fn others<'a>(&'a self, named: &'a HashSet<&'a str>) -> BoxStream<'a, Result<Work>> {
        let recovery = self.finish.run.recovery;
        let all = bundles(&recovery.view, &recovery.kinds);
        let others = all.try_filter(|bundle| std::future::ready(!named.contains(bundle.issue.key.as_str())));
        self.works(others.boxed(), CHUNK)
    }

    /// What is to be done on issues, looked up so many at a time but handed out one by one: a slow issue must not keep the
    /// next ones waiting.
    fn works<'a>(&'a self, bundles: BoxStream<'a, Result<Bundle>>, at_once: usize) -> BoxStream<'a, Result<Work>> {
        let works = batches(bundles, at_once, CHUNK_BYTES).and_then(move |chunk| async move {
            self.finish.run.check()?;
            let count = chunk.len();
            let works = self.finish.works(chunk).await?;
            self.meter.advance((count - works.len()) as u64);
            Ok(stream::iter(works.into_iter().map(Ok)))
        });
        works.try_flatten().boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_come_first_and_issues_that_are_never_held_back_are_not_among_them() {
        let mut writes = HashMap::new();
        for (issue, count) in [("1", 90), ("2", 300), ("3", 19), ("1", 30), ("4", 100), ("3", 19), ("5", 101)] {
            note(&mut writes, (issue.to_owned(), count));
        }
        assert_eq!(most(writes), ["2", "1", "5"]);
    }
}
