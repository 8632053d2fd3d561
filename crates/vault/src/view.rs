//! The site as it was at a recovery point.
//!
//! The index says, in key order, which row of which segment holds each record; row groups are read once as long as they
//! stay in the cache, whose size bounds the memory however many segments there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};

use crate::blob;
use crate::error::{Error, Result};
use crate::index::{KnownSegment, Located};
use crate::record::{Content, Record};
use crate::segment::footer::Footer;
use crate::segment::group::Group;
use crate::segment::write::Row;
use crate::vault::Inner;

/// Row groups that are fetched at the same time.
const FETCHES: usize = 4;
/// Records of a scan that are in memory at once: each may carry an attachment of up to 128 kB.
const READ_AHEAD: usize = 128;

/// The records of one recovery point. Cheap to clone.
#[derive(Clone, Debug)]
pub struct View {
    inner: Arc<Inner>,
    point: u64,
}

impl View {
    pub(crate) fn new(inner: Arc<Inner>, point: u64) -> Self {
        Self { inner, point }
    }

    /// The recovery point's number.
    pub fn point(&self) -> u64 {
        self.point
    }

    /// One record.
    pub async fn get(&self, kind: &str, key: &str) -> Result<Option<Record>> {
        match self.inner.index().await?.newest(kind, key, self.point).await? {
            Some(located) if !located.deleted => read_one(&self.inner, kind, &located).await,
            _ => Ok(None),
        }
    }

    /// The records of these keys that exist, in key order. Each row group is read once.
    pub async fn get_many(&self, kind: &str, keys: &[String]) -> Result<Vec<Record>> {
        let index = self.inner.index().await?;
        let mut found = Vec::new();
        for key in keys.iter().collect::<BTreeSet<_>>() {
            found.extend(index.newest(kind, key, self.point).await?.filter(|located| !located.deleted));
        }
        let rows = Rows::new(self.inner.clone());
        let rows = rows.read(kind, &found).await?;
        Ok(rows.into_iter().filter_map(record).collect())
    }

    /// All records of a kind whose keys begin with `prefix`, in key order. Memory stays bounded.
    pub fn scan(&self, kind: &str, prefix: &str) -> BoxStream<'static, Result<Record>> {
        let (inner, kind) = (self.inner.clone(), kind.to_owned());
        let pages = self.pages(&kind, prefix);
        let chunks = pages.map_ok(|page| {
            let chunks: Vec<_> = page.chunks(READ_AHEAD).map(<[Located]>::to_vec).map(Ok).collect();
            stream::iter(chunks)
        });
        let read = flatten(chunks).and_then(move |chunk: Vec<Located>| {
            let (rows, kind) = (Rows::new(inner.clone()), kind.clone());
            async move {
                let rows = rows.read(&kind, &chunk).await?;
                Ok(stream::iter(rows.into_iter().filter_map(record).map(Ok)))
            }
        });
        flatten(read)
    }

    /// Keys and keyed hashes of all records of a kind, in key order, from the index alone.
    pub fn keys(&self, kind: &str) -> BoxStream<'static, Result<(String, [u8; 16])>> {
        let pages = self.pages(kind, "");
        flatten(pages.map_ok(|page| stream::iter(page.into_iter().map(|located| Ok((located.key, located.hash))))))
    }

    /// The number of records of each kind.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let state = self.inner.state();
        let counts = state.points.get(&self.point).map(|point| &point.counts);
        counts.into_iter().flatten().map(|(kind, counts)| (kind.clone(), counts.live)).collect()
    }

    /// The bytes of an attachment. Its stored object is fetched into a local temporary file and held against the log
    /// before the first byte comes; an error, and nothing else, if it is not what was stored.
    pub fn content(&self, content: &Content) -> BoxStream<'static, Result<Bytes>> {
        blob::read(self.inner.clone(), content)
    }

    fn pages(&self, kind: &str, prefix: &str) -> BoxStream<'static, Result<Vec<Located>>> {
        let (inner, point) = (self.inner.clone(), self.point);
        let (kind, prefix) = (kind.to_owned(), prefix.to_owned());
        stream::try_unfold(Some(None::<String>), move |after| {
            let (inner, kind, prefix) = (inner.clone(), kind.clone(), prefix.clone());
            async move {
                let Some(after) = after else { return Ok(None) };
                let page = inner.index().await?.live_page(&kind, &prefix, after.as_deref(), point).await?;
                let next = page.last().map(|last| Some(last.key.clone()));
                Ok(Some((page, next)))
            }
        })
        .boxed()
    }
}

/// Joins pages to one stream that ends at the first error.
pub(crate) fn flatten<T, S>(pages: impl Stream<Item = Result<S>> + Send + 'static) -> BoxStream<'static, Result<T>>
where
    T: Send + 'static,
    S: Stream<Item = Result<T>> + Send + 'static,
{
    pages.try_flatten().boxed()
}

/// Reads the row of one version; `None` if it is a deletion.
pub(crate) async fn read_one(inner: &Arc<Inner>, kind: &str, located: &Located) -> Result<Option<Record>> {
    let rows = Rows::new(inner.clone()).read(kind, std::slice::from_ref(located)).await?;
    Ok(rows.into_iter().next().and_then(record))
}

fn record(row: Row) -> Option<Record> {
    Some(Record {
        kind: row.kind,
        key: row.key,
        version: row.version,
        updated: row.updated,
        body: row.body?,
        content: row.content,
    })
}

/// Reads rows by their places.
pub(crate) struct Rows {
    inner: Arc<Inner>,
}

impl Rows {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// The rows of `located`, in that order. Each row group is fetched once, several at the same time, and let go when its
    /// rows are out: rows that lie far apart would otherwise hold a group each.
    pub(crate) async fn read(&self, kind: &str, located: &[Located]) -> Result<Vec<Row>> {
        let places = self.places(located).await?;
        let mut wanted: BTreeMap<(i64, usize), Vec<usize>> = BTreeMap::new();
        for (at, place) in places.iter().enumerate() {
            wanted.entry((place.segment.id, place.group)).or_default().push(at);
        }
        let places = &places;
        let fetches = wanted.into_iter().map(|((_, group), wanted)| async move {
            let place = &places[wanted[0]];
            let read = self.inner.segments.group(&place.segment.object, &place.footer, group).await?;
            let rows = wanted.into_iter().map(|at| Ok((at, self.row(kind, &read, &located[at], &places[at])?)));
            rows.collect::<Result<Vec<_>>>()
        });
        let mut fetches = stream::iter(fetches.collect::<Vec<_>>()).buffer_unordered(FETCHES);
        let mut rows = Vec::with_capacity(located.len());
        while let Some(read) = fetches.try_next().await? {
            rows.extend(read);
        }
        rows.sort_unstable_by_key(|(at, _)| *at);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// The row at a place, if it is what the index says.
    fn row(&self, kind: &str, group: &Group, located: &Located, place: &Place) -> Result<Row> {
        let row = group.row(place.row, &self.inner.hash_key)?;
        if row.kind == kind && row.key == located.key && row.version == located.version && row.hash == located.hash {
            return Ok(row);
        }
        Err(Error::Damaged {
            object: place.segment.object.name.clone(),
            reason: format!("row {} is not what its index says", located.row),
        })
    }

    async fn places(&self, located: &[Located]) -> Result<Vec<Place>> {
        let mut segments: BTreeMap<i64, (Arc<KnownSegment>, Arc<Footer>)> = BTreeMap::new();
        let mut places = Vec::with_capacity(located.len());
        for located in located {
            let (segment, footer) = if let Some(known) = segments.get(&located.segment) {
                known.clone()
            } else {
                let segment = Arc::new(self.inner.index().await?.segment(located.segment).await?);
                let footer = self.inner.segments.footer(&segment.object).await?;
                segments.insert(located.segment, (segment.clone(), footer.clone()));
                (segment, footer)
            };
            let group = footer.group_of(located.row)?;
            let row = (located.row - footer.start(group)) as usize;
            places.push(Place { segment, footer, group, row });
        }
        Ok(places)
    }
}

/// Where a row is: the row group and its place there.
struct Place {
    segment: Arc<KnownSegment>,
    footer: Arc<Footer>,
    group: usize,
    row: usize,
}
