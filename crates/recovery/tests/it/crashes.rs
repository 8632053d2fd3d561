//! A process that dies at any moment, and is started again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use recovery::journal::{Entry, Error, Journal, MemoryJournal, Result, Row, State};
use uuid::Uuid;

use crate::bench::{Bench, apply, journal, prove};

/// A journal whose process dies after so many records: the rows are kept, the process hears nothing any more.
pub(crate) struct Dying {
    inner: Arc<MemoryJournal>,
    left: AtomicU64,
    /// The kind whose first confirmation is not written any more.
    unheard: Option<&'static str>,
}

impl Dying {
    /// Dies with the record of this number.
    pub(crate) fn after(inner: Arc<MemoryJournal>, records: u64) -> Self {
        Self { inner, left: AtomicU64::new(records), unheard: None }
    }

    /// Dies when something of this kind was made, before that is written.
    pub(crate) fn before_confirming(inner: Arc<MemoryJournal>, kind: &'static str) -> Self {
        Self { inner, left: AtomicU64::new(u64::MAX), unheard: Some(kind) }
    }
}

#[async_trait]
impl Journal for Dying {
    async fn record(&self, rows: &[Row]) -> Result<()> {
        if rows.iter().any(|row| Some(&*row.kind) == self.unheard && row.state == State::Confirmed) {
            self.left.store(0, Ordering::SeqCst);
        }
        let alive = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match alive {
            // The last one is written, and its writer dies before it knows.
            Ok(1) => {
                self.inner.record(rows).await?;
                Err(Error::LeaseLost)
            }
            Ok(_) => self.inner.record(rows).await,
            Err(_) => Err(Error::LeaseLost),
        }
    }

    async fn find(&self, recovery: Uuid, kind: &str, sources: &[&str]) -> Result<Vec<Row>> {
        self.inner.find(recovery, kind, sources).await
    }

    async fn in_state(&self, recovery: Uuid, state: State, after: u64, limit: u32) -> Result<Vec<Entry>> {
        self.inner.in_state(recovery, state, after, limit).await
    }

    async fn of_kind(&self, recovery: Uuid, kind: &str, after: &str, limit: u32) -> Result<Vec<Row>> {
        self.inner.of_kind(recovery, kind, after, limit).await
    }

    async fn counts(&self, recovery: Uuid) -> Result<BTreeMap<(String, State), u64>> {
        self.inner.counts(recovery).await
    }
}

#[tokio::test]
async fn a_recovery_that_dies_again_and_again_ends_in_the_same_proof() {
    let bench = Bench::generated(10, 6).await;
    bench.capture().await;
    let rows = journal();
    let mut runs = 0;
    loop {
        runs += 1;
        assert!(runs < 500, "each run gets further");
        let dying = Dying::after(rows.clone(), 30 + runs % 11);
        if apply(&bench.recovery(Arc::new(dying))).await.is_ok() {
            break;
        }
    }
    assert!(runs > 3, "it died often: {runs}");
    let report = prove(&bench.recovery(rows)).await;
    assert!(report.holds, "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
}
