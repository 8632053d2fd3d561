//! What all handles of one vault share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use ambient::{Ambient, elsewhere};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use super::{Description, Options};
use crate::error::{Error, Result};
use crate::hash::HashKey;
use crate::index::Index;
use crate::keys::epoch::EpochKeys;
use crate::keys::ring::KeyRing;
use crate::log::entry::{self, CommitKind, Object, Stored};
use crate::log::state::{LogState, Sealed};
use crate::point::{Progress, RecoveryPoint};
use crate::segment::cache::SegmentCache;
use crate::storage::Storage;

/// What all handles of one vault share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) storage: Storage,
    pub(crate) ambient: Ambient,
    pub(crate) description: Description,
    pub(crate) options: Options,
    pub(crate) hash_key: HashKey,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) segments: SegmentCache,
    state: RwLock<State>,
    /// The epoch that this process may commit in. Another one in the log means that it was taken over.
    pub(super) epoch: AtomicU64,
    /// Held by a writer, a pruning, a takeover: one at a time.
    pub(crate) turn: Arc<Mutex<()>>,
    /// Held while a commit is being made, so that this process does not compete with itself.
    pub(super) committing: Mutex<()>,
    /// A checkpoint that the next commit names.
    pub(super) checkpoint: std::sync::Mutex<Option<Object>>,
    index: Index,
    index_stale: AtomicBool,
    filling: Mutex<()>,
}

/// The log's state, and what of it only the key opens.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) log: LogState,
    pub(crate) points: BTreeMap<u64, RecoveryPoint>,
    pub(crate) progress: Option<Progress>,
}

/// What a capture hands over with a commit, encrypted in the log.
#[derive(Serialize, Deserialize)]
pub(super) struct CaptureState {
    pub(super) state: Value,
    pub(super) note: String,
}

/// The parts of [`Inner`] that opening a vault has made.
pub(super) struct Parts {
    pub(super) storage: Storage,
    pub(super) ambient: Ambient,
    pub(super) description: Description,
    pub(super) options: Options,
    pub(super) hash_key: HashKey,
    pub(super) keys: Arc<KeyRing>,
    pub(super) log: LogState,
}

impl Inner {
    pub(super) async fn new(parts: Parts) -> Result<Self> {
        let Parts { storage, ambient, description, options, hash_key, keys, log } = parts;
        let index = elsewhere(Index::open(options.index.as_deref(), &description.vault)).await?;
        let inner = Self {
            segments: SegmentCache::new(storage.clone(), keys.clone()),
            epoch: AtomicU64::new(log.epoch),
            state: RwLock::new(State { log: LogState::empty(), points: BTreeMap::new(), progress: None }),
            turn: Arc::default(),
            committing: Mutex::default(),
            checkpoint: std::sync::Mutex::default(),
            index_stale: AtomicBool::new(true),
            filling: Mutex::default(),
            storage,
            ambient,
            description,
            options,
            hash_key,
            keys,
            index,
        };
        inner.set_log(log).await?;
        Ok(inner)
    }

    /// A look at the state. Not to be kept across an await.
    pub(crate) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in one commit that continues the state; its MAC has been checked, or it is our own.
    /// What it costs does not grow with the number of points.
    pub(super) async fn apply(&self, stored: &Stored) -> Result<()> {
        let (number, sealed) = (stored.entry.number, stored.entry.sealed_state());
        let opened = match &sealed {
            Some(sealed) => Some(self.unseal(sealed).await?),
            None => None,
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let State { log, points, progress } = &mut *state;
        // It refuses before it changes anything.
        log.apply(stored)?;
        for retired in &stored.entry.retired {
            points.remove(retired);
        }
        match (stored.entry.kind, opened, log.points.get(&number)) {
            (CommitKind::Capture, Some(CaptureState { state, note }), Some(point)) => {
                points.insert(number, point.opened(number, state, note));
                *progress = None;
            }
            (CommitKind::Progress, Some(CaptureState { state, .. }), _) => {
                *progress = Some(Progress { run: stored.entry.run.clone(), state });
            }
            _ => {}
        }
        drop(state);
        self.index_stale.store(true, Ordering::Release);
        Ok(())
    }

    pub(super) async fn set_log(&self, log: LogState) -> Result<()> {
        let known: BTreeMap<u64, RecoveryPoint> = self.state().points.clone();
        let mut points = BTreeMap::new();
        for (number, point) in &log.points {
            let opened = if let Some(known) = known.get(number) {
                known.clone()
            } else {
                let CaptureState { state, note } = self.unseal(&point.state).await?;
                point.opened(*number, state, note)
            };
            points.insert(*number, opened);
        }
        let progress = match &log.progress {
            Some(sealed) => Some(Progress { run: sealed.run.clone(), state: self.unseal(sealed).await?.state }),
            None => None,
        };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State { log, points, progress };
        self.index_stale.store(true, Ordering::Release);
        Ok(())
    }

    pub(super) fn seal(&self, keys: &EpochKeys, number: u64, state: &CaptureState) -> Result<String> {
        let plain = serde_json::to_vec(state)
            .map_err(|error| Error::Encode { what: "a capture's state".to_owned(), reason: error.to_string() })?;
        Ok(BASE64.encode(keys.seal(&self.ambient, &plain, &self.seal_context(number))))
    }

    async fn unseal(&self, sealed: &Sealed) -> Result<CaptureState> {
        let keys = self.keys.epoch(sealed.epoch).await?;
        let plain = BASE64
            .decode(&sealed.text)
            .ok()
            .and_then(|bytes| keys.unseal(&bytes, &self.seal_context(sealed.number)))
            .and_then(|plain| serde_json::from_slice(plain.expose()).ok());
        plain.ok_or_else(|| Error::Damaged {
            object: entry::name(sealed.number),
            reason: "its sealed part does not open".to_owned(),
        })
    }

    fn seal_context(&self, number: u64) -> String {
        format!("lifeboat/{}/log/{number}", self.description.vault)
    }

    /// The local index, in step with the state.
    pub(crate) async fn index(&self) -> Result<&Index> {
        if self.index_stale.load(Ordering::Acquire) {
            let _filling = self.filling.lock().await;
            if self.index_stale.swap(false, Ordering::AcqRel) {
                let (objects, head): (BTreeMap<String, Object>, u64) = {
                    let log = &self.state().log;
                    let parts = log.folder("segments/").chain(log.folder("index/"));
                    (parts.map(|object| (object.name.clone(), object.clone())).collect(), log.head.number)
                };
                let done = self.index.reconcile(&self.storage, &self.keys, &objects, head).await;
                if done.is_err() {
                    self.index_stale.store(true, Ordering::Release);
                }
                done?;
            }
        }
        Ok(&self.index)
    }

    /// The keys of the epoch that this process may commit in.
    pub(crate) async fn own_keys(&self) -> Result<Arc<EpochKeys>> {
        self.keys.epoch(self.epoch.load(Ordering::Acquire)).await
    }
}
