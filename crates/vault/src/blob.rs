//! Attachments of 128 kB and more: age files, named by the keyed hash of their content.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _, Write};
use std::iter;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::io::AllowStdIo;
use futures::stream::{self, BoxStream};
use futures::{AsyncRead, AsyncReadExt as _, Stream, StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::hash::HashKey;
use crate::hex;
use crate::keys::epoch::EpochKeys;
use crate::log::entry::Object;
use crate::record::Content;
use crate::storage::Storage;
use crate::vault::Inner;

/// Contents below this are kept in their records.
pub(crate) const INLINE: usize = 128 * 1000;
/// Bytes of plaintext that are handed on at once.
const CHUNK: usize = 64 * 1024;

/// The name of the object that holds a content.
pub(crate) fn name(id: &str) -> String {
    format!("blobs/{}/{id}.age", &id[..2])
}

/// A content that was read to its end and encrypted to a local file.
pub(crate) struct Spooled {
    pub(crate) id: String,
    pub(crate) length: u64,
    pub(crate) sha256: String,
    pub(crate) file: File,
    pub(crate) size: u64,
    pub(crate) object_sha256: String,
}

/// What a stream of bytes turned out to be.
pub(crate) enum Collected {
    Small(Bytes),
    Large(Spooled),
}

/// Reads a stream: small contents into memory, large ones, encrypted, into a local file that has no name.
pub(crate) async fn collect(
    mut bytes: impl Stream<Item = std::io::Result<Bytes>> + Unpin,
    hash_key: &HashKey,
    keys: &EpochKeys,
) -> Result<Collected> {
    let mut start = BytesMut::new();
    while start.len() < INLINE {
        match bytes.next().await {
            Some(chunk) => start.extend_from_slice(&chunk.map_err(Error::Source)?),
            None => return Ok(Collected::Small(start.freeze())),
        }
    }
    let mut spool = Spool::new(hash_key, keys)?;
    spool.write(&start)?;
    drop(start);
    while let Some(chunk) = bytes.next().await {
        spool.write(&chunk.map_err(Error::Source)?)?;
    }
    spool.finish().map(Collected::Large)
}

struct Spool {
    output: age::stream::StreamWriter<Hashing<BufWriter<File>>>,
    id: blake3::Hasher,
    sha256: Sha256,
    length: u64,
}

impl Spool {
    fn new(hash_key: &HashKey, keys: &EpochKeys) -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| temporary(&error))?;
        let recipient = keys.age.to_public();
        let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
            .map_err(|error| Error::Encode { what: "an attachment".to_owned(), reason: error.to_string() })?;
        let output = Hashing { inner: BufWriter::new(file), sha256: Sha256::new(), length: 0 };
        let output = encryptor.wrap_output(output).map_err(|error| temporary(&error))?;
        Ok(Self { output, id: hash_key.blob(), sha256: Sha256::new(), length: 0 })
    }

    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.id.update(chunk);
        self.sha256.update(chunk);
        self.length += chunk.len() as u64;
        self.output.write_all(chunk).map_err(|error| temporary(&error))
    }

    fn finish(self) -> Result<Spooled> {
        let output = self.output.finish().map_err(|error| temporary(&error))?;
        let file = output.inner.into_inner().map_err(|error| temporary(error.error()))?;
        Ok(Spooled {
            id: self.id.finalize().to_hex().to_string(),
            length: self.length,
            sha256: hex::encode(&self.sha256.finalize()),
            file,
            size: output.length,
            object_sha256: hex::encode(&output.sha256.finalize()),
        })
    }
}

/// Passes bytes on and hashes them.
struct Hashing<W> {
    inner: W,
    sha256: Sha256,
    length: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn temporary(error: &std::io::Error) -> Error {
    crate::storage::temporary(error)
}

/// The bytes of a content. Nothing is handed out before the whole stored object is what the log says: a chunk that
/// decrypts may still belong to another attachment.
pub(crate) fn read(inner: Arc<Inner>, content: &Content) -> BoxStream<'static, Result<Bytes>> {
    let (id, length, sha256) = match content {
        Content::Inline(bytes) => {
            let bytes = bytes.clone();
            return stream::once(async move { Ok(bytes) }).boxed();
        }
        Content::Blob { id, length, sha256 } => (id.clone(), *length, sha256.clone()),
    };
    let opened = async move {
        let object = object_of(&inner, &id)?;
        let sound = fetch(&inner.storage, &object).await?;
        let reader = decrypt(&inner, &object, Box::new(AllowStdIo::new(BufReader::new(sound)))).await?;
        Ok(checked(reader, object.name, length, sha256))
    };
    stream::once(opened).try_flatten().boxed()
}

fn object_of(inner: &Inner, id: &str) -> Result<Object> {
    if hex::decode::<32>(id).is_none() {
        return Err(Error::Missing { object: format!("blobs/{id}") });
    }
    let name = name(id);
    let state = inner.state();
    let removed = || state.log.removed.get(&name).map(|removed| &removed.object);
    state.log.objects.get(&name).or_else(removed).cloned().ok_or(Error::Missing { object: name.clone() })
}

/// Fetches an object, still encrypted, into a local file that has no name, and holds it against the log. One request, and
/// what is decrypted later is what was checked, whatever happens to the store meanwhile.
async fn fetch(storage: &Storage, object: &Object) -> Result<File> {
    let damaged = |reason: &str| Error::Damaged { object: object.name.clone(), reason: reason.to_owned() };
    let mut bytes = storage.stream(&object.name).await?;
    let file = tempfile::tempfile().map_err(|error| temporary(&error))?;
    let mut output = Hashing { inner: BufWriter::new(file), sha256: Sha256::new(), length: 0 };
    while let Some(chunk) = bytes.try_next().await? {
        output.write_all(&chunk).map_err(|error| temporary(&error))?;
        if output.length > object.size {
            return Err(damaged("it is longer than the log says"));
        }
    }
    object.check(output.length, &output.sha256.finalize())?;
    let mut file = output.inner.into_inner().map_err(|error| temporary(error.error()))?;
    file.rewind().map_err(|error| temporary(&error))?;
    Ok(file)
}

type Encrypted = Box<dyn AsyncRead + Send + Unpin>;
type Plain = age::stream::StreamReader<Encrypted>;

async fn decrypt(inner: &Inner, object: &Object, encrypted: Encrypted) -> Result<Plain> {
    let keys = inner.keys.epoch(object.epoch).await?;
    let damaged = |error: age::DecryptError| Error::Damaged { object: object.name.clone(), reason: error.to_string() };
    let decryptor = age::Decryptor::new_async(encrypted).await.map_err(damaged)?;
    decryptor.decrypt_async(iter::once(&keys.age as &dyn age::Identity)).map_err(damaged)
}

fn checked(reader: Plain, object: String, length: u64, sha256: String) -> BoxStream<'static, Result<Bytes>> {
    let state = Some((reader, Sha256::new(), 0u64));
    stream::try_unfold(state, move |state| {
        let (object, sha256) = (object.clone(), sha256.clone());
        async move {
            let Some((mut reader, mut hasher, mut total)) = state else { return Ok(None) };
            let damaged = |reason: String| Error::Damaged { object: object.clone(), reason };
            let mut chunk = vec![0; CHUNK];
            let count = reader.read(&mut chunk).await.map_err(|error| unreadable(&object, error))?;
            if count == 0 {
                if total != length || hex::encode(&hasher.finalize()) != sha256 {
                    return Err(damaged("its content is not what its record says".to_owned()));
                }
                return Ok(None);
            }
            chunk.truncate(count);
            hasher.update(&chunk);
            total += count as u64;
            Ok(Some((Bytes::from(chunk), Some((reader, hasher, total)))))
        }
    })
    .boxed()
}

/// Tells the store's failure from a chunk that does not decrypt.
fn unreadable(object: &str, error: std::io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(error) => Error::Damaged { object: object.to_owned(), reason: error.to_string() },
    }
}

/// Decrypts a blob to its end: what its content is, without keeping it. For verification and for taking up leftovers.
pub(crate) async fn examine(inner: &Inner, object: &Object) -> Result<String> {
    let bytes = inner.storage.stream(&object.name).await?;
    let encrypted = Box::new(bytes.map_err(std::io::Error::other).into_async_read());
    let mut reader = decrypt(inner, object, encrypted).await?;
    let mut hasher = inner.hash_key.blob();
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = reader.read(&mut chunk).await.map_err(|error| unreadable(&object.name, error))?;
        if count == 0 {
            return Ok(hasher.finalize().to_hex().to_string());
        }
        hasher.update(&chunk[..count]);
    }
}
