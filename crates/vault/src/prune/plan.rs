//! Which versions live, and which segments are worth merging.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::blob;
use crate::error::Result;
use crate::index::{AnyLocated, KnownSegment};
use crate::log::checkpoint;
use crate::log::state::LogState;
use crate::segment::index_name;
use crate::vault::Inner;

/// Segments below this are merged when there are several.
const SMALL: u64 = 8 << 20;
/// So many small segments are merged together.
const SEVERAL: usize = 8;

/// What a pruning is to do with the segments.
pub(super) struct Plan {
    /// The points that are kept, and the newest commit: whatever a capture in progress has brought stays.
    points: BTreeSet<u64>,
    /// Segments to merge, by the index's numbers.
    pub(super) merge: BTreeMap<i64, KnownSegment>,
}

/// Decides which segments to merge.
pub(super) async fn plan(inner: &Arc<Inner>, log: &LogState, kept: &BTreeSet<u64>) -> Result<Plan> {
    let mut points = kept.clone();
    points.insert(log.head.number);
    let mut plan = Plan { points, merge: BTreeMap::new() };
    let mut dead: BTreeMap<i64, u64> = BTreeMap::new();
    let mut records = Records::new(inner);
    while let Some(versions) = records.next().await? {
        for (version, _) in versions.iter().zip(plan.living(&versions)).filter(|(_, living)| !living) {
            *dead.entry(version.located.segment).or_default() += 1;
        }
    }
    let known = inner.index().await?.segments().await?;
    let known = known.into_iter().filter(|(_, segment)| log.objects.contains_key(&segment.object.name));
    let (mostly_dead, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
        known.partition(|(id, segment)| 2 * dead.get(id).copied().unwrap_or(0) > segment.object.rows.unwrap_or(0));
    let small: BTreeMap<_, _> = rest.into_iter().filter(|(_, segment)| segment.object.size < SMALL).collect();
    plan.merge = mostly_dead;
    if small.len() >= SEVERAL {
        plan.merge.extend(small);
    }
    Ok(plan)
}

impl Plan {
    /// Which versions of one record a kept point shows. A version does from its own number to that of the next.
    fn living(&self, versions: &[AnyLocated]) -> Vec<bool> {
        let ends = versions.iter().skip(1).map(|next| next.located.version).chain([u64::MAX]);
        versions
            .iter()
            .zip(ends)
            .map(|(version, end)| self.points.range(version.located.version..end).next().is_some())
            .collect()
    }

    /// Which versions of one record stay: those in segments that are not merged, and what lives of the others.
    pub(super) fn staying(&self, versions: &[AnyLocated]) -> Vec<bool> {
        let mut staying = Vec::with_capacity(versions.len());
        for (version, living) in versions.iter().zip(self.living(versions)) {
            // A deletion says nothing once there is nothing before it, even if that was dead and merely not yet merged
            // away.
            let means_something = !version.located.deleted || staying.contains(&true);
            staying.push(!self.is_merged(version) || (living && means_something));
        }
        staying
    }

    pub(super) fn is_merged(&self, version: &AnyLocated) -> bool {
        self.merge.contains_key(&version.located.segment)
    }

    /// The objects that the vault no longer needs: merged segments with their indexes, attachments that no version
    /// refers to, and all checkpoints but the newest.
    pub(super) fn removals(&self, log: &LogState, blobs: &BTreeSet<String>) -> Vec<String> {
        let segments = self.merge.values().map(|segment| segment.object.name.clone());
        let segments = segments.flat_map(|name| [index_name(&name), name]);
        let wanted: BTreeSet<String> = blobs.iter().map(|id| blob::name(id)).collect();
        let blobs = log.folder("blobs/").map(|object| &object.name).filter(|name| !wanted.contains(*name)).cloned();
        let mut checkpoints: Vec<String> = log
            .folder("checkpoints/")
            .map(|object| object.name.clone())
            .filter(|name| checkpoint::number(name).is_some())
            .collect();
        checkpoints.pop();
        segments.chain(blobs).chain(checkpoints).collect()
    }
}

/// All versions of one record after the other.
pub(super) struct Records {
    inner: Arc<Inner>,
    page: std::vec::IntoIter<AnyLocated>,
    last: Option<AnyLocated>,
    ahead: Option<AnyLocated>,
}

impl Records {
    pub(super) fn new(inner: &Arc<Inner>) -> Self {
        Self { inner: inner.clone(), page: Vec::new().into_iter(), last: None, ahead: None }
    }

    /// The versions of the next record, oldest first.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<AnyLocated>>> {
        let Some(first) = self.version().await? else { return Ok(None) };
        let mut versions = vec![first];
        while let Some(next) = self.version().await? {
            if (&next.kind, &next.located.key) != (&versions[0].kind, &versions[0].located.key) {
                self.ahead = Some(next);
                break;
            }
            versions.push(next);
        }
        Ok(Some(versions))
    }

    async fn version(&mut self) -> Result<Option<AnyLocated>> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        if self.page.len() == 0 {
            let page = self.inner.index().await?.version_page(self.last.as_ref()).await?;
            // At the end, the last version stays: asking again must not begin anew.
            self.last = page.last().cloned().or(self.last.take());
            self.page = page.into_iter();
        }
        Ok(self.page.next())
    }
}
