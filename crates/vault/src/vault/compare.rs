//! What changed between two points, and the history of one record.

use futures::stream::{self, BoxStream, StreamExt as _};
use jiff::Timestamp;

use super::Vault;
use crate::error::{Error, Result};
use crate::hex;
use crate::record::Record;
use crate::view;

/// What happened to a record between two points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffEntry {
    /// What it is.
    pub kind: String,
    /// Its id on the site.
    pub key: String,
    /// What happened to it.
    pub change: Difference,
}

/// The way in which a record differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only in the second point.
    Added,
    /// In both, not the same.
    Changed,
    /// Only in the first point.
    Deleted,
}

impl Difference {
    fn of(before: Option<&[u8]>, after: Option<&[u8]>) -> Option<Self> {
        match (before, after) {
            (None, Some(_)) => Some(Self::Added),
            (Some(_), None) => Some(Self::Deleted),
            (Some(before), Some(after)) if before != after => Some(Self::Changed),
            _ => None,
        }
    }
}

/// One version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// The commit's number.
    pub version: u64,
    /// When it was committed.
    pub taken: Timestamp,
    /// Whether this version says that the record is gone.
    pub deleted: bool,
    /// The keyed hash, in hex: equal for equal contents.
    pub hash: String,
}

impl Vault {
    /// What changed from point `a` to point `b` (which may be the older one), by kind and key. From the index alone.
    pub fn diff(&self, a: u64, b: u64) -> BoxStream<'static, Result<DiffEntry>> {
        for point in [a, b] {
            if !self.inner.state().points.contains_key(&point) {
                return stream::once(async move { Err(Error::NoSuchPoint(point)) }).boxed();
            }
        }
        let inner = self.inner.clone();
        let pages = stream::try_unfold(Some(None::<(String, String)>), move |from| {
            let inner = inner.clone();
            async move {
                let Some(from) = from else { return Ok(None) };
                let from = from.as_ref().map(|(kind, key)| (kind.as_str(), key.as_str()));
                let page = inner.index().await?.touched_page((a.min(b), a.max(b)), (a, b), from).await?;
                let next = page.last().map(|last| Some((last.kind.clone(), last.key.clone())));
                let entries: Vec<_> = page
                    .into_iter()
                    .filter_map(|touched| {
                        let change = Difference::of(touched.before.as_deref(), touched.after.as_deref())?;
                        Some(Ok(DiffEntry { kind: touched.kind, key: touched.key, change }))
                    })
                    .collect();
                Ok::<_, Error>(Some((stream::iter(entries), next)))
            }
        });
        view::flatten(pages)
    }

    /// The versions of one record that the vault has, oldest first.
    pub async fn history(&self, kind: &str, key: &str) -> Result<Vec<VersionInfo>> {
        let versions = self.inner.index().await?.versions(kind, key).await?;
        let state = self.inner.state();
        let newest = state.log.head.number;
        let info = versions.into_iter().filter(|version| version.version <= newest).map(|version| VersionInfo {
            version: version.version,
            // Another process's commit may have taken the number that was foreseen: the records came with the next.
            taken: state.log.times.range(version.version..).next().map_or(Timestamp::UNIX_EPOCH, |(_, time)| *time),
            deleted: version.deleted,
            hash: hex::encode(&version.hash),
        });
        Ok(info.collect())
    }

    /// One version of a record; `None` if that version is a deletion.
    pub async fn version(&self, kind: &str, key: &str, version: u64) -> Result<Option<Record>> {
        let newest = self.inner.index().await?.newest(kind, key, version).await?;
        match newest.filter(|found| found.version == version) {
            Some(located) => Ok(view::read_one(&self.inner, kind, &located).await?),
            None => Err(Error::NoSuchVersion { kind: kind.to_owned(), key: key.to_owned(), version }),
        }
    }

    /// The bytes of an attachment of any version.
    pub fn content(&self, content: &crate::Content) -> BoxStream<'static, Result<bytes::Bytes>> {
        crate::blob::read(self.inner.clone(), content)
    }
}
