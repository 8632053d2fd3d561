//! How a capture writes.

mod counting;
mod pending;
mod window;

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedMutexGuard;

use crate::blob::{self, Collected, Spooled};
use crate::error::{Error, Result};
use crate::hex;
use crate::log::entry::{CommitKind, Object};
use crate::names::ulid;
use crate::point::RecoveryPoint;
use crate::record::{Change, Content, NewRecord};
use crate::segment::{self, write};
use crate::storage::Created;
use crate::vault::{Draft, Inner, object};
use counting::Deltas;
use pending::{Buffer, Known, Uncommitted};
use window::Windows;

/// Keys are file-name sized: anything longer is a mistake of the caller's.
const LONGEST_KEY: usize = 1024;

/// Writes the records of one capture. Only one exists at a time.
///
/// Nothing is visible before [`Writer::commit`]; [`Writer::progress`] makes what was written so far durable, so that a
/// capture that is killed goes on instead of starting again. After an error, the same call may be tried again.
#[derive(Debug)]
pub struct Writer {
    inner: Arc<Inner>,
    run: String,
    /// Records that are not in a segment yet.
    buffer: Buffer,
    /// Records in segments that no commit names yet.
    uncommitted: Uncommitted,
    /// Segments, indexes and blobs that no commit names yet.
    add: Vec<Object>,
    deltas: Deltas,
    windows: Windows,
    _turn: OwnedMutexGuard<()>,
}

impl Writer {
    pub(crate) async fn begin(inner: Arc<Inner>, run: &str) -> Result<Self> {
        let turn = inner.turn.clone().try_lock_owned().map_err(|_| Error::Busy)?;
        inner.storage.prepare()?;
        inner.refresh_to_write().await?;
        inner.index().await?;
        Ok(Self {
            inner,
            run: run.to_owned(),
            buffer: Buffer::default(),
            uncommitted: Uncommitted::default(),
            add: Vec::new(),
            deltas: Deltas::default(),
            windows: Windows::default(),
            _turn: turn,
        })
    }

    /// Stores the record if it differs from its newest version (of this run too).
    pub async fn put(&mut self, record: NewRecord<'_>) -> Result<Change> {
        check(&record)?;
        let hash = self.inner.hash_key.record(record.kind, &record.key, Some(&record.body), record.content.as_ref());
        let known = self.known(record.kind, &record.key).await?;
        match known.now {
            Some(now) if now == hash => return Ok(Change::Unchanged),
            _ if self.uncommitted.contains(record.kind, &record.key) => {
                // A segment that is already stored has this version's number for another body.
                self.save(None).await?;
                return Box::pin(self.put(record)).await;
            }
            _ => {}
        }
        let change = if known.now.is_some() { Change::Changed } else { Change::Added };
        self.deltas.replace(record.kind, known.committed, known.now, Some(hash));
        self.buffer.put(record, hash, known.committed);
        self.flush_if_full().await?;
        Ok(change)
    }

    /// Notes that the record is gone. `false` if the vault has no such live record.
    pub async fn delete(&mut self, kind: &str, key: &str) -> Result<bool> {
        let known = self.known(kind, key).await?;
        if known.now.is_none() {
            return Ok(false);
        }
        if self.uncommitted.contains(kind, key) {
            self.save(None).await?;
            return Box::pin(self.delete(kind, key)).await;
        }
        self.deltas.replace(kind, known.committed, known.now, None);
        let hash = self.inner.hash_key.record(kind, key, None, None);
        self.buffer.delete(kind, key, hash, known.committed);
        self.flush_if_full().await?;
        Ok(true)
    }

    /// Deletes all live records of a kind whose keys begin with `prefix`; how many that were.
    pub async fn delete_prefix(&mut self, kind: &str, prefix: &str) -> Result<u64> {
        let mut count = 0;
        for key in self.keys_of(kind, prefix).await? {
            count += u64::from(self.delete(kind, &key).await?);
        }
        Ok(count)
    }

    /// The keys of all live records of a kind, of this run too, in order.
    pub async fn keys(&mut self, kind: &str) -> Result<Vec<String>> {
        self.keys_of(kind, "").await
    }

    /// The keys of the live records of a kind that begin with `prefix`, of this run too, in order.
    pub async fn keys_under(&mut self, kind: &str, prefix: &str) -> Result<Vec<String>> {
        self.keys_of(kind, prefix).await
    }

    /// Stores the bytes of an attachment; the answer goes into a record.
    pub async fn blob(&mut self, bytes: impl Stream<Item = std::io::Result<Bytes>> + Send + Unpin) -> Result<Content> {
        let keys = self.inner.own_keys().await?;
        match blob::collect(bytes, &self.inner.hash_key, &keys).await? {
            Collected::Small(bytes) => Ok(Content::Inline(bytes)),
            Collected::Large(spooled) => self.store_blob(spooled, keys.number).await,
        }
    }

    /// Makes everything so far durable, together with the capture's state.
    pub async fn progress(&mut self, state: Value) -> Result<()> {
        self.save(Some(state)).await
    }

    /// Makes a recovery point of everything so far. The writer may go on writing towards the next one.
    pub async fn commit(&mut self, note: &str, state: Value) -> Result<RecoveryPoint> {
        let number = self.make_commit(CommitKind::Capture, Some((state, note.to_owned()))).await?;
        let point = self.inner.state().points.get(&number).cloned();
        point.ok_or(Error::NoSuchPoint(number))
    }

    async fn save(&mut self, state: Option<Value>) -> Result<()> {
        let state = state.map(|state| (state, String::new()));
        self.make_commit(CommitKind::Progress, state).await.map(|_| ())
    }

    async fn make_commit(&mut self, kind: CommitKind, state: Option<(Value, String)>) -> Result<u64> {
        self.flush().await?;
        let counts = self.deltas.counts(&self.inner.state().log.counts);
        let draft = Draft { add: self.add.clone(), counts: Some(counts), state, ..Draft::new(kind, &self.run) };
        let number = self.inner.commit(&draft).await?;
        self.add.clear();
        self.uncommitted.clear();
        self.deltas.clear();
        self.windows.clear();
        Ok(number)
    }

    /// What is known of a record: its newest version, and the newest that is committed.
    async fn known(&mut self, kind: &str, key: &str) -> Result<Known> {
        if let Some(known) = self.buffer.known(kind, key) {
            return Ok(known);
        }
        if let Some(now) = self.uncommitted.get(kind, key) {
            return Ok(Known { committed: now, now });
        }
        let committed = self.windows.get(self.inner.index().await?, kind, key).await?;
        Ok(Known { committed, now: committed })
    }

    async fn keys_of(&mut self, kind: &str, prefix: &str) -> Result<Vec<String>> {
        let mut keys = std::collections::BTreeSet::new();
        let mut after: Option<String> = None;
        loop {
            let index = self.inner.index().await?;
            let page = index.live_page(kind, prefix, after.as_deref(), u64::MAX >> 1).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            keys.extend(page.into_iter().map(|located| located.key));
        }
        self.uncommitted.overlay(kind, prefix, &mut keys);
        self.buffer.overlay(kind, prefix, &mut keys);
        Ok(keys.into_iter().collect())
    }

    async fn flush_if_full(&mut self) -> Result<()> {
        if self.buffer.weight() >= self.inner.options.segment_bytes {
            self.flush().await?;
        }
        if self.uncommitted.len() >= self.inner.options.uncommitted_records {
            self.save(None).await?;
        }
        Ok(())
    }

    /// Stores the buffered records as a segment.
    async fn flush(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let version = self.inner.state().log.head.number + 1;
        let keys = self.inner.own_keys().await?;
        let mut segment = write::SegmentWriter::new(&self.inner.ambient, &keys)?;
        for row in self.buffer.rows(version) {
            segment.push(&row)?;
        }
        let made = segment.finish()?;
        let objects = store_segment(&self.inner, keys.number, made).await?;
        self.add.extend(objects);
        self.uncommitted.take(&mut self.buffer);
        Ok(())
    }

    async fn store_blob(&mut self, spooled: Spooled, epoch: u64) -> Result<Content> {
        let name = blob::name(&spooled.id);
        let content = Content::Blob { id: spooled.id.clone(), length: spooled.length, sha256: spooled.sha256.clone() };
        let known = self.inner.state().log.objects.contains_key(&name);
        if known || self.add.iter().any(|object| object.name == name) {
            return Ok(content);
        }
        let stored =
            Object { name: name.clone(), size: spooled.size, sha256: spooled.object_sha256, epoch, rows: None };
        let made = if spooled.size <= self.inner.options.single_request_bytes {
            self.inner.storage.create_from(&name, spooled.file, spooled.size).await?
        } else {
            let staging = format!("staging/{}", ulid(&self.inner.ambient));
            self.inner.storage.create_in_parts(&name, &staging, spooled.file).await?
        };
        self.add.push(match made {
            Created::New => stored,
            Created::Taken => self.take_up(stored, &spooled.id).await?,
        });
        Ok(content)
    }

    /// A blob of that name is there although no commit names it: a run that was interrupted had stored it, or a pruning
    /// has removed it and not yet deleted it. If it is what it should be, it is used.
    async fn take_up(&self, expected: Object, id: &str) -> Result<Object> {
        let removed = self.inner.state().log.removed.get(&expected.name).map(|removed| removed.object.clone());
        if let Some(object) = removed {
            return Ok(object);
        }
        let (mut size, mut hasher) = (0, Sha256::new());
        let mut bytes = self.inner.storage.stream(&expected.name).await?;
        while let Some(chunk) = bytes.try_next().await? {
            size += chunk.len() as u64;
            hasher.update(&chunk);
        }
        let found = hex::encode(&hasher.finalize());
        if found == expected.sha256 {
            return Ok(expected);
        }
        // Written by this epoch or an earlier one: only the right identity opens it.
        for epoch in (1..=expected.epoch).rev() {
            let object = Object { size, sha256: found.clone(), epoch, ..expected.clone() };
            match blob::examine(&self.inner, &object).await {
                Ok(found) if found == id => return Ok(object),
                Ok(_) | Err(Error::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Damaged { object: expected.name, reason: "a leftover of that name does not open".to_owned() })
    }
}

/// Stores a segment and its index; what the log is to say of them.
pub(crate) async fn store_segment(inner: &Inner, epoch: u64, made: write::Encoded) -> Result<[Object; 2]> {
    let name = segment::name(&ulid(&inner.ambient));
    let index_name = segment::index_name(&name);
    let segment = object(&name, &made.segment, epoch, Some(made.rows));
    let index = object(&index_name, &made.index, epoch, Some(made.rows));
    inner.storage.create_own(&name, made.segment).await?;
    inner.storage.create_own(&index_name, made.index).await?;
    Ok([segment, index])
}

fn check(record: &NewRecord<'_>) -> Result<()> {
    let bad = |reason: String| Err(Error::BadRecord { kind: record.kind.to_owned(), key: record.key.clone(), reason });
    if record.kind.is_empty() || record.key.is_empty() {
        return bad("it has no kind or no key".to_owned());
    }
    if record.key.len() > LONGEST_KEY {
        return bad(format!("its key is longer than {LONGEST_KEY} bytes"));
    }
    if record.key.contains('\0') || record.kind.contains('\0') {
        return bad("its key contains a zero byte".to_owned());
    }
    match std::str::from_utf8(&record.body) {
        Ok(_) => Ok(()),
        Err(error) => bad(format!("its body is not UTF-8: {error}")),
    }
}
