//! The vault's object store, with faults.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use crate::faults::Fault;
use crate::life::Life;

/// The object store as one process sees it.
#[derive(Clone, Debug)]
pub struct ProcessStore {
    /// What all processes share.
    pub durable: Arc<InMemory>,
    /// The process.
    pub life: Life,
}

const WRITES: &[(Fault, u64)] = &[
    (Fault::StoreBefore, 3),
    (Fault::StoreAfter, 3),
    (Fault::StoreDenied, 3),
    (Fault::StoreFull, 3),
    (Fault::StoreTorn, 3),
    (Fault::Crash, 1),
    (Fault::CrashInFlight, 1),
    (Fault::Superseded, 1),
    (Fault::ClockForward, 1),
    (Fault::ClockBack, 1),
];
const READS: &[(Fault, u64)] = &[(Fault::StoreBefore, 3), (Fault::StoreHalfRead, 3)];

/// What a call that is struck does.
enum Strike {
    /// Nothing, and fails like this.
    Before(Error),
    /// All of it, and fails.
    After,
    /// Half of it, and fails.
    Half,
    /// Half of it, which stays where the store puts what it has not got whole, and fails.
    Torn,
}

fn broken() -> Error {
    Error::Generic { store: "simulated", source: "the connection broke".into() }
}

impl ProcessStore {
    fn strike(&self, path: &str, menu: &[(Fault, u64)], rarely: u64) -> Option<Strike> {
        if self.life.is_dead() {
            // Not a wait that never ends: the database may be waiting for this read.
            return Some(Strike::Before(broken()));
        }
        let fault = self.life.plan().draw(menu, rarely)?;
        self.life.note(fault.name());
        match fault {
            Fault::StoreBefore => Some(Strike::Before(broken())),
            Fault::StoreAfter => Some(Strike::After),
            Fault::StoreHalfRead => Some(Strike::Half),
            Fault::StoreTorn => Some(Strike::Torn),
            Fault::StoreDenied => {
                Some(Strike::Before(Error::PermissionDenied { path: path.to_owned(), source: "not allowed".into() }))
            }
            Fault::StoreFull => {
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                Some(Strike::Before(Error::Generic { store: "simulated", source: Box::new(full) }))
            }
            fault => {
                self.life.befall(fault);
                match fault {
                    Fault::Crash => Some(Strike::Before(broken())),
                    Fault::CrashInFlight => Some(Strike::After),
                    _ => None,
                }
            }
        }
    }

    /// Leaves half a write behind. Objects of the vault are made in one piece (a directory links them to their names, a bucket
    /// shows them when they are whole), so the half lies beside them.
    async fn tear(&self, path: &Path, half: Bytes) -> Error {
        let beside = Path::from(format!("{path}#{}", self.life.plan().below(1_000)));
        self.life.note(format_args!("vault: half of {path} stays at {beside}"));
        self.durable.put(&beside, half.into()).await.err().unwrap_or_else(broken)
    }

    async fn write<T>(
        &self,
        (what, path): (&str, &Path),
        half: Bytes,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let struck = self.strike(path.as_ref(), WRITES, 2);
        match struck {
            Some(Strike::Before(error)) => return Err(error),
            Some(Strike::Torn) => return Err(self.tear(path, half).await),
            _ => {}
        }
        let done = call.await;
        let outcome = if done.is_ok() { "" } else { ": refused" };
        self.life.note(format_args!("vault: {what} {path}{outcome}"));
        if struck.is_some() { Err(broken()) } else { done }
    }
}

impl fmt::Display for ProcessStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("simulated")
    }
}

#[async_trait]
impl ObjectStore for ProcessStore {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let whole: Bytes = payload.clone().into();
        let half = whole.slice(..whole.len() / 2);
        self.write(("put", path), half, self.durable.put_opts(path, payload, options)).await
    }

    async fn put_multipart_opts(&self, path: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.write(("put in parts", path), Bytes::new(), self.durable.put_multipart_opts(path, options)).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        match self.strike(path.as_ref(), READS, 100) {
            None => self.durable.get_opts(path, options).await,
            Some(Strike::Before(error)) => Err(error),
            Some(Strike::After | Strike::Half | Strike::Torn) => {
                let found = self.durable.get_opts(path, options).await?;
                let (meta, range) = (found.meta.clone(), found.range.clone());
                let (attributes, extensions) = (found.attributes.clone(), found.extensions.clone());
                let whole = (range.end - range.start) as usize;
                let payload = GetResultPayload::Stream(half(found.bytes().await?, whole));
                Ok(GetResult { payload, meta, range, attributes, extensions })
            }
        }
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        let delete = move |path: Result<Path>| {
            let store = store.clone();
            async move {
                let path = path?;
                let one = stream::once(std::future::ready(Ok(path.clone()))).boxed();
                let mut deleted = store.durable.delete_stream(one);
                let delete = async { deleted.next().await.unwrap_or(Ok(path.clone())) };
                store.write(("delete", &path), Bytes::new(), delete).await
            }
        };
        paths.then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.strike("", READS, 60) {
            None => self.durable.list(prefix),
            Some(_) => stream::once(std::future::ready(Err(broken()))).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.durable.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.write(("copy", to), Bytes::new(), self.durable.copy_opts(from, to, options)).await
    }
}

/// The first half of some bytes, and then the end of the connection.
fn half(bytes: Bytes, whole: usize) -> BoxStream<'static, Result<Bytes>> {
    stream::iter([Ok(bytes.slice(..whole / 2)), Err(broken())]).boxed()
}
