//! What a vault asks of a storage, tried on memory, a directory and an S3 server.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use object_store::memory::InMemory;
use object_store::{ObjectStore, PutMode, PutOptions, PutPayload};
use secrecy::SecretString;
use serde_json::json;
use vault::{Depth, Error, KeepPolicy, NewRecord, S3Settings, Storage, verify_keyless};

use crate::support::{Bench, capture, issue, map, python, summaries};

/// A vault's whole life at one place.
async fn conforms(mut bench: Bench) {
    bench.options.single_request_bytes = 1_000_000;
    assert!(matches!(bench.try_open(None).await, Err(Error::NoVault { .. })));
    let vault = bench.create().await;
    assert!(matches!(bench.try_create().await, Err(Error::AlreadyExists { .. })));
    let mut writer = vault.writer("run").await.unwrap();
    let first = capture(&mut writer, &[("1", "one"), ("2", "two")]).await.number;
    let mut contents = Vec::new();
    // In one request and in parts; each twice.
    for length in [200_000, 200_000, 1_500_000, 1_500_000] {
        let bytes = Bytes::from(vec![length as u8; length]);
        let content = writer.blob(stream::iter([Ok(bytes)])).await.unwrap();
        let key = format!("1/{}", contents.len());
        contents.push(content.clone());
        writer
            .put(NewRecord { kind: "attachment", key, updated: None, body: "{}".into(), content: Some(content) })
            .await
            .unwrap();
    }
    let second = capture(&mut writer, &[("1", "uno")]).await.number;

    // Another process: the same number is taken, and it is noticed.
    let other = bench.open().await;
    let mut rival = other.writer("rival").await.unwrap();
    capture(&mut writer, &[("1", "eins")]).await;
    rival.put(issue("1", "yi")).await.unwrap();
    assert!(matches!(rival.commit("", json!({})).await, Err(Error::Conflict { .. })));
    drop((writer, rival));

    let vault = bench.open().await;
    assert_eq!(summaries(&vault.at(first).unwrap()).await, map(&[("1", "one"), ("2", "two")]));
    let view = vault.at(second).unwrap();
    assert_eq!(summaries(&view).await, map(&[("1", "uno"), ("2", "two")]));
    for content in &contents {
        let read: Vec<Bytes> = view.content(content).try_collect().await.unwrap();
        assert_eq!(read.concat().len() as u64, content.length());
    }
    let report = vault.verify(Depth::Full).await.unwrap();
    assert_eq!((report.problems, report.unnamed.len()), (vec![], 2), "the rival's segment and index are leftovers");

    let zero = Duration::ZERO;
    let policy = KeepPolicy { hourly: 0, daily: 0, weekly: 0, monthly: 0, minimum_age: zero, grace: zero };
    for _ in 0..2 {
        bench.clock.advance(Duration::from_hours(48));
        vault.prune(&policy, false).await.unwrap();
    }
    let report = verify_keyless(&bench.storage, Some(&vault.head())).await.unwrap();
    assert_eq!((report.problems, report.unnamed), (vec![], vec![]));
    let newest = vault.points().pop().unwrap().number;
    assert_eq!(summaries(&vault.at(newest).unwrap()).await, map(&[("1", "eins"), ("2", "two")]));
}

#[tokio::test]
async fn memory_conforms() {
    conforms(Bench::new()).await;
}

#[tokio::test]
async fn a_directory_conforms() {
    conforms(Bench::directory()).await;
}

/// Ends with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(python: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/s3_server.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), child }
    }

    fn settings(&self, bucket: &str, prefix: &str) -> S3Settings {
        S3Settings {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            access_key: Some("test".to_owned()),
            secret_key: Some(SecretString::from("test")),
            allow_http: true,
        }
    }

    /// Makes a bucket, by the tool that everyone uses.
    async fn make_bucket(&self, python: &str, bucket: &str, lock: bool) {
        let code = "import sys, boto3\n\
                    client = boto3.client('s3', endpoint_url=sys.argv[1], aws_access_key_id='test', \
                    aws_secret_access_key='test', region_name='us-east-1')\n\
                    client.create_bucket(Bucket=sys.argv[2], ObjectLockEnabledForBucket=sys.argv[3] == 'true')\n";
        let status = tokio::process::Command::new(python)
            .args(["-c", code, &format!("http://127.0.0.1:{}", self.port), bucket, &lock.to_string()])
            .status()
            .await
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn an_s3_bucket_conforms() {
    let Some(python) = python("S3") else { return };
    let server = Server::start(&python);
    server.make_bucket(&python, "plain", false).await;
    server.make_bucket(&python, "locked", true).await;
    for (bucket, prefix) in [("plain", "vaults/acme"), ("locked", "")] {
        let storage = Storage::s3(&server.settings(bucket, prefix)).unwrap();
        conforms(Bench::over(storage)).await;
    }
    let missing = Storage::s3(&server.settings("nowhere", "x")).unwrap();
    let refused = Bench::over(missing).try_create().await.unwrap_err();
    insta::assert_snapshot!(
        refused,
        @"there is no s3://nowhere/x: make the bucket first, or correct its name"
    );
}

#[tokio::test]
async fn a_store_that_ignores_conditional_put_is_refused() {
    let bench = Bench::over(Storage::over(Arc::new(Careless(InMemory::new())), "s3://careless"));
    insta::assert_snapshot!(
        bench.try_create().await.unwrap_err(),
        @"s3://careless overwrites objects although asked not to (no conditional put), so two writers could destroy each other's backups: use a store that has it, such as S3, MinIO or R2"
    );
}

/// Overwrites whatever it is asked to create.
#[derive(Debug)]
struct Careless(InMemory);

impl std::fmt::Display for Careless {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("careless")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Careless {
    async fn put_opts(
        &self,
        path: &object_store::path::Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> object_store::Result<object_store::PutResult> {
        self.0.put_opts(path, payload, PutOptions { mode: PutMode::Overwrite, ..options }).await
    }

    async fn put_multipart_opts(
        &self,
        path: &object_store::path::Path,
        options: object_store::PutMultipartOptions,
    ) -> object_store::Result<Box<dyn object_store::MultipartUpload>> {
        self.0.put_multipart_opts(path, options).await
    }

    async fn get_opts(
        &self,
        path: &object_store::path::Path,
        options: object_store::GetOptions,
    ) -> object_store::Result<object_store::GetResult> {
        self.0.get_opts(path, options).await
    }

    fn delete_stream(
        &self,
        paths: futures::stream::BoxStream<'static, object_store::Result<object_store::path::Path>>,
    ) -> futures::stream::BoxStream<'static, object_store::Result<object_store::path::Path>> {
        self.0.delete_stream(paths)
    }

    fn list(
        &self,
        prefix: Option<&object_store::path::Path>,
    ) -> futures::stream::BoxStream<'static, object_store::Result<object_store::ObjectMeta>> {
        self.0.list(prefix)
    }

    async fn list_with_delimiter(
        &self,
        prefix: Option<&object_store::path::Path>,
    ) -> object_store::Result<object_store::ListResult> {
        self.0.list_with_delimiter(prefix).await
    }

    async fn copy_opts(
        &self,
        from: &object_store::path::Path,
        to: &object_store::path::Path,
        options: object_store::CopyOptions,
    ) -> object_store::Result<()> {
        self.0.copy_opts(from, to, options).await
    }
}
