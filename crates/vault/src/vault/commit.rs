//! Making commits: put-if-absent of the next log entry, and what it means when the name is taken.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::inner::{CaptureState, Inner};
use super::open::{LogReader, object};
use crate::error::{Error, Result};
use crate::keys::epoch::{self, EpochKeys};
use crate::log::checkpoint;
use crate::log::entry::{self, CommitKind, Entry, FORMAT, HoldEntry, Object, Stored};
use crate::log::envelope;
use crate::point::Counts;
use crate::storage::Created;

/// How often a commit whose outcome is unclear is tried.
const ATTEMPTS: u32 = 4;

/// How often a claim makes way for the coordinator's commits.
const CLAIM_ATTEMPTS: u32 = 20;

/// What a commit is to say; number, chain and MAC are added when it is made.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) kind: CommitKind,
    pub(crate) run: String,
    pub(crate) add: Vec<Object>,
    pub(crate) remove: Vec<String>,
    pub(crate) deleted: Vec<String>,
    pub(crate) retired: Vec<u64>,
    pub(crate) counts: Option<BTreeMap<String, Counts>>,
    pub(crate) hold: Option<HoldEntry>,
    pub(crate) release: Option<String>,
    pub(crate) state: Option<(Value, String)>,
}

impl Draft {
    pub(crate) fn new(kind: CommitKind, run: &str) -> Self {
        Self {
            kind,
            run: run.to_owned(),
            add: Vec::new(),
            remove: Vec::new(),
            deleted: Vec::new(),
            retired: Vec::new(),
            counts: None,
            hold: None,
            release: None,
            state: None,
        }
    }

    fn is_claim(&self) -> bool {
        matches!(self.kind, CommitKind::Hold | CommitKind::Release)
    }
}

/// What became of one try.
enum Tried {
    Done(Box<Stored>),
    /// Another process claimed or released a point in between: the next number is free.
    Again,
}

impl Inner {
    /// Makes a commit; its number. When this fails, nothing became visible, and it may be tried again.
    pub(crate) async fn commit(&self, draft: &Draft) -> Result<u64> {
        let _committing = self.committing.lock().await;
        self.commit_locked(draft, None).await
    }

    /// Commits a recovery's claim or its end, beside whatever the coordinator commits at the same time.
    pub(crate) async fn commit_claim(&self, draft: &Draft) -> Result<()> {
        for _ in 0..CLAIM_ATTEMPTS {
            match self.commit(draft).await {
                Err(Error::Conflict { .. } | Error::Fenced { .. }) => self.refresh().await?,
                done => return done.map(|_| ()),
            }
        }
        self.commit(draft).await.map(|_| ())
    }

    async fn commit_locked(&self, draft: &Draft, new_epoch: Option<&EpochKeys>) -> Result<u64> {
        let checkpoint = self.checkpoint_to_name();
        loop {
            let current = self.state().log.epoch;
            // Claims may be made by whoever recovers, not by the coordinator alone.
            let epoch = if draft.is_claim() { current } else { self.epoch.load(Ordering::Acquire) };
            if current != epoch {
                return Err(Error::Fenced { epoch: current });
            }
            let keys = match new_epoch {
                None => self.keys.epoch(epoch).await?,
                Some(_) => self.keys.epoch(epoch + 1).await?,
            };
            let (number, text) = self.entry(draft, &keys, checkpoint.as_ref())?;
            if let Tried::Done(stored) = self.store_entry(number, Bytes::from(text), epoch).await? {
                if new_epoch.is_some() {
                    self.epoch.store(keys.number, Ordering::Release);
                }
                self.apply(&stored).await?;
                self.clear_checkpoint();
                self.write_checkpoint().await;
                return Ok(number);
            }
        }
    }

    /// The text of the log entry that would continue the log now.
    fn entry(&self, draft: &Draft, keys: &EpochKeys, checkpoint: Option<&Object>) -> Result<(u64, String)> {
        let (number, previous) = {
            let state = self.state();
            (state.log.head.number + 1, state.log.head_sha256.clone())
        };
        let sealed = match &draft.state {
            Some((state, note)) => {
                let state = CaptureState { state: state.clone(), note: note.clone() };
                Some(self.seal(keys, number, &state)?)
            }
            None => None,
        };
        let entry = Entry {
            format: FORMAT,
            vault: self.description.vault.clone(),
            number,
            kind: draft.kind,
            epoch: keys.number,
            run: draft.run.clone(),
            time: self.ambient.now(),
            previous,
            add: draft.add.iter().chain(checkpoint).cloned().collect(),
            remove: draft.remove.clone(),
            deleted: draft.deleted.clone(),
            retired: draft.retired.clone(),
            counts: draft.counts.clone(),
            hold: draft.hold.clone(),
            release: draft.release.clone(),
            sealed,
        };
        let text = serde_json::to_string(&entry)
            .map_err(|error| Error::Encode { what: "a commit".to_owned(), reason: error.to_string() })?;
        Ok((number, envelope::seal(&text, |entry| keys.mac(entry))))
    }

    /// Puts a log entry. When the answer is lost or the name is taken, what is there decides.
    async fn store_entry(&self, number: u64, bytes: Bytes, epoch: u64) -> Result<Tried> {
        let name = entry::name(number);
        for attempt in 1.. {
            let put = self.storage.create(&name, bytes.clone()).await;
            if matches!(put, Ok(Created::New)) {
                break;
            }
            match (self.storage.get(&name).await, put) {
                (Ok(Some(found)), _) if found == bytes => break,
                (Ok(Some(found)), _) => return self.overtaken(number, &found, epoch).await,
                (Ok(None), Err(error @ (Error::Full { .. } | Error::ReadOnly { .. }))) => return Err(error),
                (Ok(None) | Err(_), Err(error)) if attempt >= ATTEMPTS => return Err(error),
                (Err(error), Ok(_)) if attempt >= ATTEMPTS => return Err(error),
                _ => self.ambient.clock.sleep(Duration::from_millis(200) * 2u32.pow(attempt)).await,
            }
        }
        entry::read(number, &bytes).map(|stored| Tried::Done(Box::new(stored)))
    }

    /// Another commit has the number that this process wanted.
    async fn overtaken(&self, number: u64, found: &[u8], epoch: u64) -> Result<Tried> {
        let reader = LogReader { storage: &self.storage, keys: &self.keys };
        let stored = reader.check(number, found).await?;
        if stored.entry.epoch > epoch {
            return Err(Error::Fenced { epoch: stored.entry.epoch });
        }
        if matches!(stored.entry.kind, CommitKind::Hold | CommitKind::Release) {
            self.apply(&stored).await?;
            return Ok(Tried::Again);
        }
        Err(Error::Conflict { other: stored.entry.run, number })
    }

    /// Takes the vault over by a new epoch.
    pub(super) async fn take_over(&self, run: &str) -> Result<()> {
        let _turn = self.turn.clone().try_lock_owned().map_err(|_| Error::Busy)?;
        self.storage.prepare()?;
        self.refresh().await?;
        self.epoch.store(self.state().log.epoch, Ordering::Release);
        self.begin_epoch(run, Vec::new()).await
    }

    /// Makes the keys of the next epoch and the commit that begins it.
    pub(super) async fn begin_epoch(&self, run: &str, mut add: Vec<Object>) -> Result<()> {
        let _committing = self.committing.lock().await;
        let number = self.state().log.epoch + 1;
        let name = epoch::name(number);
        let made = EpochKeys::make(self.keys.service(), &self.ambient, &self.description.vault, number).await?;
        let text = serde_json::to_string_pretty(&made.file)
            .map_err(|error| Error::Encode { what: name.clone(), reason: error.to_string() })?;
        let stored = self.storage.create(&name, Bytes::from(text + "\n")).await;
        // Whether it is ours or a leftover of an interrupted takeover, what is there counts.
        let bytes = match (self.storage.get(&name).await?, stored) {
            (Some(bytes), _) => bytes,
            (None, Err(error)) => return Err(error),
            (None, Ok(_)) => return Err(Error::Missing { object: name }),
        };
        let keys = EpochKeys::open(self.keys.service(), &self.description.vault, number, &bytes).await?;
        let keys = self.keys.add(keys);
        add.push(object(&name, &bytes, number, None));
        let draft = Draft { add, ..Draft::new(CommitKind::Epoch, run) };
        self.commit_locked(&draft, Some(&keys)).await.map(|_| ())
    }

    /// Reads commits that others made.
    pub(super) async fn refresh(&self) -> Result<()> {
        let _committing = self.committing.lock().await;
        let reader = LogReader { storage: &self.storage, keys: &self.keys };
        let mut log = self.state().log.clone();
        let before = log.head.number;
        while let Some(bytes) = self.storage.get(&entry::name(log.head.number + 1)).await? {
            let stored = reader.check(log.head.number + 1, &bytes).await?;
            log.apply(&stored)?;
        }
        if log.head.number > before {
            self.set_log(log).await?;
        }
        Ok(())
    }

    /// Reads what others committed.
    pub(crate) async fn refresh_to_read(&self) -> Result<()> {
        self.refresh().await
    }

    /// Before writing: reads what others committed, and stops if one of them took the vault over.
    pub(crate) async fn refresh_to_write(&self) -> Result<()> {
        self.refresh().await?;
        let (own, newest) = (self.epoch.load(Ordering::Acquire), self.state().log.epoch);
        if own == newest { Ok(()) } else { Err(Error::Fenced { epoch: newest }) }
    }

    fn checkpoint_to_name(&self) -> Option<Object> {
        self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn clear_checkpoint(&self) {
        *self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Every 256 commits, stores the log's state; the next commit names it. Failing is no loss: it only saves time.
    async fn write_checkpoint(&self) {
        let log = self.state().log.clone();
        let number = log.head.number;
        if !number.is_multiple_of(checkpoint::INTERVAL) {
            return;
        }
        let Ok(keys) = self.keys.epoch(log.epoch).await else { return };
        let Ok(bytes) = checkpoint::write(&self.description.vault, &keys, &log) else { return };
        let name = checkpoint::name(number);
        let made = object(&name, &bytes, log.epoch, None);
        if matches!(self.storage.create(&name, bytes.into()).await, Ok(Created::New)) {
            *self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
    }

    /// A checkpoint that was stored just before its writer died is named by the next commit, if it is sound.
    pub(super) async fn adopt_checkpoint(&self) -> Result<()> {
        let (number, known) = {
            let state = self.state();
            let number = state.log.head.number - state.log.head.number % checkpoint::INTERVAL;
            (number, state.log.objects.contains_key(&checkpoint::name(number)))
        };
        if number == 0 || known {
            return Ok(());
        }
        let reader = LogReader { storage: &self.storage, keys: &self.keys };
        if let Some(state) = reader.checkpoint(number).await? {
            let name = checkpoint::name(number);
            if let Some(bytes) = self.storage.get(&name).await? {
                *self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some(object(&name, &bytes, state.epoch, None));
            }
        }
        Ok(())
    }
}
