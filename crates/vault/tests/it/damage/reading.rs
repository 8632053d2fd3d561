//! Reading everything of a vault in every way, against what is known to be in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use vault::{Content, Record, Vault};

/// A record at a point: its body, and the bytes of its attachment.
struct Stored {
    version: u64,
    body: Bytes,
    content: Option<Bytes>,
}

/// All that a sound vault says: by point, kind and key.
pub(super) struct Truth(BTreeMap<(u64, String), BTreeMap<String, Stored>>);

impl Truth {
    /// Reads a sound vault.
    pub(super) async fn of(vault: &Vault) -> Self {
        let mut truth = BTreeMap::new();
        for point in vault.points() {
            let view = vault.at(point.number).unwrap();
            for kind in point.counts.keys() {
                let mut records = BTreeMap::new();
                for record in view.scan(kind, "").try_collect::<Vec<_>>().await.unwrap() {
                    let content = match &record.content {
                        None => None,
                        Some(content) => {
                            let chunks: Vec<Bytes> = view.content(content).try_collect().await.unwrap();
                            Some(Bytes::from(chunks.concat()))
                        }
                    };
                    let stored = Stored { version: record.version, body: record.body, content };
                    records.insert(record.key, stored);
                }
                truth.insert((point.number, kind.clone()), records);
            }
        }
        assert!(truth.values().flatten().next().is_some());
        Self(truth)
    }
}

/// What reading damaged vaults gave. Everything that was handed out has been held against the truth.
#[derive(Default)]
pub(super) struct Read {
    /// Vaults that could not be opened.
    pub(super) refused: usize,
    /// Vaults of which something could not be read.
    pub(super) partial: usize,
    /// Vaults that could be read all the same: what is damaged is not needed for that.
    pub(super) whole: usize,
    pub(super) records: usize,
    pub(super) bytes: usize,
}

impl Read {
    /// Reads all records and attachments of all points: by scan, one by one, and by their histories.
    pub(super) async fn all(&mut self, vault: &Vault, truth: &Truth) {
        let mut failures = 0;
        for ((point, kind), records) in &truth.0 {
            let Ok(view) = vault.at(*point) else { panic!("point {point} vanished without an error") };
            let mut scan = view.scan(kind, "");
            let (mut scanned, mut ended) = (0, true);
            while let Some(next) = scan.next().await {
                if let Ok(record) = next {
                    self.hold(&record, records);
                    scanned += 1;
                    failures += self.content(vault, &record, &records[&record.key]).await;
                } else {
                    failures += 1;
                    ended = false;
                }
            }
            assert!(!ended || scanned == records.len(), "a scan of {kind} ended early without an error");
            for (key, stored) in records {
                match view.get(kind, key).await {
                    Ok(Some(record)) => self.hold(&record, records),
                    Ok(None) => panic!("{kind} {key} vanished without an error"),
                    Err(_) => failures += 1,
                }
                match vault.version(kind, key, stored.version).await {
                    Ok(Some(record)) => self.hold(&record, records),
                    Ok(None) => panic!("a version of {kind} {key} vanished without an error"),
                    Err(_) => failures += 1,
                }
            }
        }
        if failures == 0 {
            self.whole += 1;
        } else {
            self.partial += 1;
        }
    }

    fn hold(&mut self, record: &Record, truth: &BTreeMap<String, Stored>) {
        let stored = &truth[&record.key];
        assert!(
            record.body == stored.body && record.version == stored.version,
            "{} is not what was stored",
            record.key
        );
        if let Some(Content::Inline(bytes)) = &record.content {
            assert_eq!(Some(bytes), stored.content.as_ref());
        }
        self.records += 1;
    }

    /// Streams an attachment; one if that failed.
    async fn content(&mut self, vault: &Vault, record: &Record, stored: &Stored) -> usize {
        let (Some(content), Some(expected)) = (&record.content, &stored.content) else { return 0 };
        let mut chunks = vault.content(content);
        let mut read = Vec::new();
        while let Some(chunk) = chunks.next().await {
            if let Ok(chunk) = chunk {
                read.extend_from_slice(&chunk);
            } else {
                assert!(read.is_empty(), "bytes of a damaged attachment came before the error");
                return 1;
            }
        }
        assert!(&read == expected, "an attachment ended without an error and is not what was stored");
        self.bytes += read.len();
        0
    }
}
