//! Making and opening a vault: reading the log, refusing what was rolled back, cut or changed.

use std::sync::Arc;

use ambient::Ambient;
use bytes::Bytes;
use futures::TryStreamExt as _;
use zeroize::Zeroizing;

use super::Options;
use super::description::{self, Description};
use super::inner::{Inner, Parts};
use crate::error::{Error, Result};
use crate::hash::{HashKey, sha256};
use crate::hex;
use crate::keys::KeyService;
use crate::keys::epoch::{self, EpochKeys};
use crate::keys::ring::KeyRing;
use crate::log::checkpoint;
use crate::log::entry::{self, CommitKind, FORMAT, Object, Stored};
use crate::log::state::LogState;
use crate::names::ulid;
use crate::point::{Head, Identity};
use crate::storage::{Created, Storage};

pub(super) async fn create(
    storage: Storage,
    keys: Arc<dyn KeyService>,
    ambient: Ambient,
    identity: Identity,
    options: Options,
) -> Result<Inner> {
    storage.prepare()?;
    // Leftovers of an attempt that was interrupted are taken up: until the first commit there is no vault.
    if storage.get(&entry::name(1)).await?.is_some() {
        return Err(Error::AlreadyExists { place: storage.place().to_owned() });
    }
    let description = match storage.get(description::NAME).await? {
        Some(bytes) => {
            let found = read_description(&bytes)?;
            if found.identity != identity || found.key_id != keys.key_id() {
                return Err(Error::AlreadyExists { place: storage.place().to_owned() });
            }
            found
        }
        None => describe(&storage, &*keys, &ambient, identity).await?,
    };
    let described = object_of(&storage, description::NAME).await?;
    store_note(&storage).await?;
    let note = object_of(&storage, description::NOTE_NAME).await?;
    let hash_key = open_hash_key(&description, &*keys).await?;
    let ring = Arc::new(KeyRing::new(description.vault.clone(), storage.clone(), keys));
    let inner =
        Inner::new(Parts { storage, ambient, description, options, hash_key, keys: ring, log: LogState::empty() })
            .await?;
    inner.begin_epoch("create", vec![described, note]).await?;
    Ok(inner)
}

async fn describe(
    storage: &Storage,
    keys: &dyn KeyService,
    ambient: &Ambient,
    identity: Identity,
) -> Result<Description> {
    let vault = ulid(ambient);
    let hash_key = Zeroizing::new(ambient.entropy.bytes::<32>());
    let hash_key_context = format!("lifeboat/{vault}/hash");
    let description = Description {
        format: FORMAT,
        identity,
        key_id: keys.key_id().to_owned(),
        wrapped_hash_key: keys.seal(&*hash_key, &hash_key_context).await?,
        hash_key_context,
        created: ambient.now(),
        vault,
    };
    let text = serde_json::to_string_pretty(&description)
        .map_err(|error| Error::Encode { what: description::NAME.to_owned(), reason: error.to_string() })?;
    let bytes = Bytes::from(text + "\n");
    storage.create(description::NAME, bytes.clone()).await?;
    // A store without conditional put lets the second create through.
    if storage.create(description::NAME, bytes).await? == Created::New {
        return Err(Error::NoConditionalPut { place: storage.place().to_owned() });
    }
    Ok(description)
}

async fn store_note(storage: &Storage) -> Result<()> {
    storage.create(description::NOTE_NAME, Bytes::from_static(description::NOTE.as_bytes())).await?;
    Ok(())
}

async fn object_of(storage: &Storage, name: &str) -> Result<Object> {
    let bytes = storage.get(name).await?.ok_or_else(|| Error::Missing { object: name.to_owned() })?;
    Ok(object(name, &bytes, 0, None))
}

/// What the log says of an object.
pub(crate) fn object(name: &str, bytes: &[u8], epoch: u64, rows: Option<u64>) -> Object {
    Object { name: name.to_owned(), size: bytes.len() as u64, sha256: hex::encode(&sha256(bytes)), epoch, rows }
}

fn read_description(bytes: &[u8]) -> Result<Description> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::Damaged { object: description::NAME.to_owned(), reason: error.to_string() })?;
    entry::parse(description::NAME, text)
}

async fn open_hash_key(description: &Description, keys: &dyn KeyService) -> Result<HashKey> {
    if description.key_id != keys.key_id() {
        return Err(Error::WrongKey { given: keys.key_id().to_owned(), expected: description.key_id.clone() });
    }
    let key = keys.open(&description.wrapped_hash_key, &description.hash_key_context).await?;
    <[u8; 32]>::try_from(key.expose()).map(HashKey::new).map_err(|_| Error::Damaged {
        object: description::NAME.to_owned(),
        reason: "its hash key has the wrong length".to_owned(),
    })
}

/// A key that does not open `vault.json` is the wrong one only if that is as the first commit says it was written.
async fn blame_description(storage: &Storage, bytes: &[u8], error: Error) -> Error {
    let first = storage.get(&entry::name(1)).await.ok().flatten();
    match first.and_then(|first| entry::read(1, &first).ok()) {
        Some(first) => blame(description::NAME, bytes, &first.entry.add, error),
        None => error,
    }
}

/// Whether keys that did not open are to blame, or an object that is not what the log says of it.
fn blame(name: &str, bytes: &[u8], written: &[Object], error: Error) -> Error {
    let digest = hex::encode(&sha256(bytes));
    if written.iter().any(|object| object.name == name && object.sha256 != digest) {
        return Error::Damaged { object: name.to_owned(), reason: "it is not what the log says".to_owned() };
    }
    error
}

pub(super) async fn open(
    storage: Storage,
    keys: Arc<dyn KeyService>,
    ambient: Ambient,
    known_head: Option<Head>,
    options: Options,
) -> Result<Inner> {
    let place = storage.place().to_owned();
    let newest = newest_commit(&storage).await?;
    let Some(bytes) = storage.get(description::NAME).await? else {
        return Err(if newest > 0 {
            Error::Missing { object: description::NAME.to_owned() }
        } else {
            match known_head {
                Some(known) => {
                    Error::RolledBack { place, known: known.number, found: "there is no vault at all".to_owned() }
                }
                None => Error::NoVault { place },
            }
        });
    };
    let description = read_description(&bytes)?;
    let hash_key = match open_hash_key(&description, &*keys).await {
        Ok(hash_key) => hash_key,
        Err(error) => return Err(blame_description(&storage, &bytes, error).await),
    };
    let ring = Arc::new(KeyRing::new(description.vault.clone(), storage.clone(), keys));
    if let Some(known) = &known_head {
        check_known_head(&storage, known, newest).await?;
    }
    if newest == 0 {
        return Err(Error::NoVault { place });
    }
    let reader = LogReader { storage: &storage, keys: &ring };
    let mut log = reader.newest_checkpoint(newest).await?;
    for number in log.head.number + 1..=newest {
        log.apply(&reader.commit(number).await?)?;
    }
    let described = log.objects.get(description::NAME);
    if described.is_none_or(|object| object.sha256 != hex::encode(&sha256(&bytes))) {
        return Err(Error::Damaged {
            object: description::NAME.to_owned(),
            reason: "it is not what the log says".to_owned(),
        });
    }
    let inner = Inner::new(Parts { storage, ambient, description, options, hash_key, keys: ring, log }).await?;
    inner.adopt_checkpoint().await?;
    Ok(inner)
}

/// The number of the newest commit; zero if there is none. The commits before it must all be there.
async fn newest_commit(storage: &Storage) -> Result<u64> {
    let mut names = storage.list("log");
    let (mut count, mut newest) = (0, 0);
    while let Some(listed) = names.try_next().await? {
        if let Some(number) = entry::number(&listed.name) {
            count += 1;
            newest = newest.max(number);
        }
    }
    if count == newest {
        return Ok(newest);
    }
    let hole = first_hole(storage, newest).await?;
    Err(Error::Missing { object: entry::name(hole) })
}

async fn first_hole(storage: &Storage, newest: u64) -> Result<u64> {
    for number in 1..newest {
        if storage.get(&entry::name(number)).await?.is_none() {
            return Ok(number);
        }
    }
    Ok(newest)
}

/// Refuses a vault that does not contain the commit that was seen before.
async fn check_known_head(storage: &Storage, known: &Head, newest: u64) -> Result<()> {
    let rolled_back =
        |found: String| Error::RolledBack { place: storage.place().to_owned(), known: known.number, found };
    if newest < known.number {
        return Err(rolled_back(format!("the newest is {newest}")));
    }
    let object = entry::name(known.number);
    let bytes = storage.get(&object).await?.ok_or(Error::Missing { object })?;
    let stored = entry::read(known.number, &bytes)?;
    if stored.head.mac != known.mac {
        return Err(rolled_back("there is another commit of that number".to_owned()));
    }
    Ok(())
}

/// Reads commits and checks their MACs.
pub(crate) struct LogReader<'a> {
    pub(crate) storage: &'a Storage,
    pub(crate) keys: &'a KeyRing,
}

impl LogReader<'_> {
    /// A commit that must be there.
    pub(crate) async fn commit(&self, number: u64) -> Result<Stored> {
        let object = entry::name(number);
        let bytes = self.storage.get(&object).await?.ok_or(Error::Missing { object })?;
        self.check(number, &bytes).await
    }

    /// Reads a commit's bytes and checks its MAC.
    pub(super) async fn check(&self, number: u64, bytes: &[u8]) -> Result<Stored> {
        let stored = entry::read(number, bytes)?;
        let damaged = |reason: &str| Error::Damaged { object: entry::name(number), reason: reason.to_owned() };
        if stored.entry.vault != self.keys.vault() {
            return Err(damaged("it belongs to another vault"));
        }
        let keys = match self.keys.epoch(stored.entry.epoch).await {
            Ok(keys) => keys,
            Err(error) => return Err(self.blame_epoch(stored.entry.epoch, &stored.entry.add, error).await),
        };
        if stored.entry.kind == CommitKind::Epoch {
            self.check_epoch(&stored, &keys).await?;
        }
        let opened = crate::log::envelope::open(bytes).ok_or_else(|| damaged("its checksum does not match"))?;
        if keys.has_mac(opened.entry.as_bytes(), &opened.mac) {
            Ok(stored)
        } else {
            Err(damaged("its MAC does not match"))
        }
    }

    async fn blame_epoch(&self, epoch: u64, written: &[Object], error: Error) -> Error {
        let name = epoch::name(epoch);
        match self.storage.get(&name).await {
            Ok(Some(bytes)) => blame(&name, &bytes, written, error),
            _ => error,
        }
    }

    /// The keys of an epoch must be those that its first commit names.
    async fn check_epoch(&self, stored: &Stored, keys: &EpochKeys) -> Result<()> {
        let name = epoch::name(keys.number);
        let bytes = self.storage.get(&name).await?.ok_or_else(|| Error::Missing { object: name.clone() })?;
        let digest = hex::encode(&sha256(&bytes));
        if stored.entry.add.iter().any(|object| object.name == name && object.sha256 == digest) {
            return Ok(());
        }
        Err(Error::Damaged { object: name, reason: "it is not what the log says".to_owned() })
    }

    /// The state of the newest usable checkpoint; the empty state if there is none.
    async fn newest_checkpoint(&self, newest: u64) -> Result<LogState> {
        let mut number = newest - newest % checkpoint::INTERVAL;
        while number > 0 {
            if let Some(state) = self.checkpoint(number).await? {
                return Ok(state);
            }
            number -= checkpoint::INTERVAL;
        }
        Ok(LogState::empty())
    }

    /// A checkpoint, if it is there, sound, and of this log. One that is not is no loss: the log has it all.
    pub(super) async fn checkpoint(&self, number: u64) -> Result<Option<LogState>> {
        let name = checkpoint::name(number);
        let Some(bytes) = self.storage.get(&name).await? else { return Ok(None) };
        let read = match checkpoint::read(self.keys.vault(), &name, &bytes) {
            Ok(read) => read,
            Err(error @ Error::NewerFormat { .. }) => return Err(error),
            Err(_) => return Ok(None),
        };
        let object = entry::name(number);
        let log = self.storage.get(&object).await?.ok_or(Error::Missing { object })?;
        let keys = match self.keys.epoch(read.state.epoch).await {
            Ok(keys) => keys,
            Err(error) => {
                let written: Vec<_> = read.state.folder("keys/").cloned().collect();
                return Err(self.blame_epoch(read.state.epoch, &written, error).await);
            }
        };
        let sound = read.has_mac(&keys) && read.state.head_sha256 == hex::encode(&sha256(&log));
        Ok(sound.then_some(read.state))
    }
}
