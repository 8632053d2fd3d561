//! A store that fails when it is told to: before it does what was asked, or after.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::stream::{self, BoxStream, StreamExt as _};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing was done.
    Before,
    /// It was done, and the answer was lost.
    After,
    /// The user may not.
    Denied,
    /// The disk is full.
    Full,
    /// Half of the bytes were written, under the name that a directory gives to a file in the making.
    Torn,
}

/// Passes calls on, counts them, and fails the one it is told to.
#[derive(Clone, Debug)]
pub(crate) struct FaultyStore {
    inner: Arc<dyn ObjectStore>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    calls: AtomicU64,
    writes: AtomicU64,
    plan: Mutex<Plan>,
    log_reads: AtomicU64,
}

#[derive(Debug, Default)]
struct Plan {
    fault: Option<(u64, Fault)>,
    /// Only calls that write are counted.
    among_writes: bool,
    /// Every write fails, until it is told otherwise.
    writes: Option<Fault>,
    hit: bool,
}

impl FaultyStore {
    pub(crate) fn over(inner: Arc<dyn ObjectStore>) -> Self {
        Self { inner, shared: Arc::default() }
    }

    /// The `number`-th call from now on fails, once.
    pub(crate) fn arm(&self, number: u64, fault: Fault) {
        self.shared.calls.store(0, Ordering::SeqCst);
        *self.shared.plan.lock().unwrap() = Plan { fault: Some((number, fault)), ..Plan::default() };
    }

    /// The `number`-th call that writes from now on fails, once.
    pub(crate) fn arm_write(&self, number: u64, fault: Fault) {
        self.shared.writes.store(0, Ordering::SeqCst);
        *self.shared.plan.lock().unwrap() =
            Plan { fault: Some((number, fault)), among_writes: true, ..Plan::default() };
    }

    /// How many calls wrote since the last [`FaultyStore::arm_write`].
    pub(crate) fn writes(&self) -> u64 {
        self.shared.writes.load(Ordering::SeqCst)
    }

    /// All writes fail from now on, or none.
    pub(crate) fn writes_fail(&self, fault: Option<Fault>) {
        *self.shared.plan.lock().unwrap() = Plan { writes: fault, ..Plan::default() };
    }

    /// No call fails any more; whether one did.
    pub(crate) fn disarm(&self) -> bool {
        std::mem::take(&mut *self.shared.plan.lock().unwrap()).hit
    }

    /// How many log entries were read.
    pub(crate) fn log_reads(&self) -> u64 {
        self.shared.log_reads.load(Ordering::SeqCst)
    }

    fn next(&self, writes: bool) -> Option<Fault> {
        let call = self.shared.calls.fetch_add(1, Ordering::SeqCst);
        let write = writes.then(|| self.shared.writes.fetch_add(1, Ordering::SeqCst));
        let mut plan = self.shared.plan.lock().unwrap();
        if writes && plan.writes.is_some() {
            return plan.writes;
        }
        let (number, fault) = plan.fault?;
        if Some(number) != (if plan.among_writes { write } else { Some(call) }) {
            return None;
        }
        plan.hit = true;
        Some(fault)
    }

    /// As [`FaultyStore::call`]; a torn write leaves half of its bytes somewhere.
    async fn call_tearing(
        &self,
        path: &Path,
        (elsewhere, half): (Path, PutPayload),
        call: impl Future<Output = Result<PutResult>>,
    ) -> Result<PutResult> {
        if self.tears_next() {
            self.inner.put_opts(&elsewhere, half, PutOptions::default()).await?;
        }
        self.call(path, true, call).await
    }

    /// Whether the next call is a write that tears.
    fn tears_next(&self) -> bool {
        let plan = self.shared.plan.lock().unwrap();
        plan.fault == Some((self.writes(), Fault::Torn)) && plan.among_writes
    }

    async fn call<T>(&self, path: &Path, writes: bool, call: impl Future<Output = Result<T>>) -> Result<T> {
        match self.next(writes) {
            None => call.await,
            Some(Fault::After) => {
                let _ = call.await;
                Err(broken())
            }
            Some(Fault::Before | Fault::Torn) => Err(broken()),
            Some(Fault::Denied) => {
                Err(Error::PermissionDenied { path: path.to_string(), source: "not allowed".into() })
            }
            Some(Fault::Full) => Err(Error::Generic {
                store: "faulty",
                source: Box::new(std::io::Error::from(std::io::ErrorKind::StorageFull)),
            }),
        }
    }
}

/// EIO: the disk or the connection gave up.
fn broken() -> Error {
    Error::Generic { store: "faulty", source: Box::new(std::io::Error::from_raw_os_error(5)) }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("faulty")
    }
}

#[async_trait::async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let torn = (Path::from(format!("{path}~1")), half(&payload));
        self.call_tearing(path, torn, self.inner.put_opts(path, payload, options)).await
    }

    async fn put_multipart_opts(&self, path: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        let inner = self.call(path, true, self.inner.put_multipart_opts(path, options)).await?;
        Ok(Box::new(FaultyUpload { inner, store: self.clone(), path: path.clone() }))
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        if path.as_ref().starts_with("log/") {
            self.shared.log_reads.fetch_add(1, Ordering::SeqCst);
        }
        self.call(path, false, self.inner.get_opts(path, options)).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        paths
            .then(move |path| {
                let store = store.clone();
                async move {
                    let path = path?;
                    let one = stream::once(std::future::ready(Ok(path.clone()))).boxed();
                    let mut deleted = store.inner.delete_stream(one);
                    let delete = async { deleted.next().await.unwrap_or(Ok(path.clone())) };
                    store.call(&path, true, delete).await
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.next(false) {
            None => self.inner.list(prefix),
            Some(_) => stream::once(std::future::ready(Err(broken()))).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.call(to, true, self.inner.copy_opts(from, to, options)).await
    }
}

/// An upload in parts, each of which may fail.
#[derive(Debug)]
struct FaultyUpload {
    inner: Box<dyn MultipartUpload>,
    store: FaultyStore,
    path: Path,
}

#[async_trait::async_trait]
impl MultipartUpload for FaultyUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let data = if self.store.tears_next() { half(&data) } else { data };
        let (part, store, path) = (self.inner.put_part(data), self.store.clone(), self.path.clone());
        async move { store.call(&path, true, part).await }.boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.store.call(&self.path, true, self.inner.complete()).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.store.call(&self.path, true, self.inner.abort()).await
    }
}

fn half(payload: &PutPayload) -> PutPayload {
    let bytes: Vec<u8> = payload.iter().flat_map(|chunk| chunk.iter().copied()).collect();
    PutPayload::from(bytes[..bytes.len() / 2].to_vec())
}
