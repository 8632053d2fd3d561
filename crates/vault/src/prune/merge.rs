//! Writing what lives of several segments into fewer.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::{Plan, Records};
use crate::error::Result;
use crate::index::Located;
use crate::log::entry::Object;
use crate::segment::write::SegmentWriter;
use crate::vault::Inner;
use crate::view::Rows;
use crate::writer::store_segment;

/// A merged segment is closed above this size.
const LARGE: usize = 96 << 20;
/// Rows that are read at once.
const ROWS: usize = 128;

/// What a merge made.
#[derive(Default)]
pub(super) struct Merged {
    /// New segments and their indexes.
    pub(super) add: Vec<Object>,
    /// Large attachments that versions still refer to.
    pub(super) blobs: BTreeSet<String>,
}

/// Writes the living versions of the segments to merge into new ones. A dry run only finds out about the attachments.
pub(super) async fn merge(inner: &Arc<Inner>, plan: &Plan, dry_run: bool) -> Result<Merged> {
    let mut blobs = BTreeSet::new();
    let mut output = Output::new(inner.clone());
    let mut records = Records::new(inner);
    while let Some(versions) = records.next().await? {
        let staying = plan.staying(&versions);
        for (version, _) in versions.into_iter().zip(staying).filter(|(_, stays)| *stays) {
            blobs.extend(version.blob.clone());
            if !dry_run && plan.is_merged(&version) {
                output.push(&version.kind, version.located).await?;
            }
        }
    }
    Ok(Merged { add: output.finish().await?, blobs })
}

/// Takes places of rows in order and writes the rows.
struct Output {
    inner: Arc<Inner>,
    kind: String,
    waiting: Vec<Located>,
    segment: Option<(SegmentWriter, u64)>,
    add: Vec<Object>,
}

impl Output {
    fn new(inner: Arc<Inner>) -> Self {
        Self { inner, kind: String::new(), waiting: Vec::new(), segment: None, add: Vec::new() }
    }

    async fn push(&mut self, kind: &str, located: Located) -> Result<()> {
        if self.waiting.len() >= ROWS || self.kind != kind {
            self.copy().await?;
            kind.clone_into(&mut self.kind);
        }
        self.waiting.push(located);
        Ok(())
    }

    async fn finish(mut self) -> Result<Vec<Object>> {
        self.copy().await?;
        self.close().await?;
        Ok(self.add)
    }

    async fn copy(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        for row in Rows::new(self.inner.clone()).read(&self.kind, &waiting).await? {
            if self.segment.is_none() {
                let keys = self.inner.own_keys().await?;
                self.segment = Some((SegmentWriter::new(&self.inner.ambient, &keys)?, keys.number));
            }
            let Some((segment, _)) = &mut self.segment else { continue };
            segment.push(&row)?;
            if segment.is_full(LARGE) {
                self.close().await?;
            }
        }
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        if let Some((segment, epoch)) = self.segment.take() {
            self.add.extend(store_segment(&self.inner, epoch, segment.finish()?).await?);
        }
        Ok(())
    }
}
