//! Issues of a recovery point, each with what hangs on it, in one pass over the vault.
//!
//! Keys of what hangs on an issue are `{issue}/{own}`, and `/` sorts before every digit. So the records of each kind come in
//! the order of their issues, and all kinds can be read side by side like the columns of a table.

use std::collections::BTreeMap;

use futures::stream::{self, BoxStream, Peekable, StreamExt, TryStreamExt};
use site::{KindName, Object};
use vault::{Record, View};

use crate::objects::{ISSUE, object, prefix, split};
use crate::{Error, Kinds, Result};

/// An issue with what hangs on it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bundle {
    pub issue: Object,
    /// By kind; in key order. Kinds without objects are left out.
    pub hanging: BTreeMap<KindName, Vec<Object>>,
    /// How many bytes of JSON all that is.
    pub bytes: usize,
}

type Records = BoxStream<'static, vault::Result<Record>>;

struct Merge {
    issues: Records,
    hanging: Vec<(KindName, Peekable<Records>)>,
}

/// All issues of a point, in the order of their keys as text.
pub(crate) fn bundles(view: &View, kinds: &Kinds) -> BoxStream<'static, Result<Bundle>> {
    let hanging = kinds.hanging_names().map(|kind| (kind, view.scan(kind, "").peekable())).collect();
    let merge = Merge { issues: view.scan(ISSUE, ""), hanging };
    stream::try_unfold(merge, |mut merge| async move {
        let Some(record) = merge.issues.try_next().await? else { return Ok(None) };
        let issue = object(ISSUE, &record)?;
        let (mut hanging, mut bytes) = (BTreeMap::new(), record.body.len());
        for (kind, records) in &mut merge.hanging {
            let objects = of_issue(kind, records, &issue.key, &mut bytes).await?;
            if !objects.is_empty() {
                hanging.insert(*kind, objects);
            }
        }
        Ok::<_, Error>(Some((Bundle { issue, hanging, bytes }, merge)))
    })
    .boxed()
}

/// Bundles so many at a time, or fewer when they have so many bytes together: one issue may be as large as a thousand others.
pub(crate) fn batches(
    bundles: BoxStream<'_, Result<Bundle>>,
    issues: usize,
    bytes: usize,
) -> BoxStream<'_, Result<Vec<Bundle>>> {
    stream::try_unfold(bundles.fuse(), move |mut bundles| async move {
        let (mut batch, mut held) = (Vec::new(), 0);
        while batch.len() < issues && held < bytes {
            let Some(bundle) = bundles.try_next().await? else { break };
            held += bundle.bytes;
            batch.push(bundle);
        }
        Ok((!batch.is_empty()).then_some((batch, bundles)))
    })
    .boxed()
}

/// One issue of a point, with what hangs on it.
pub(crate) async fn bundle(view: &View, kinds: &Kinds, issue: &str) -> Result<Option<Bundle>> {
    let Some(record) = view.get(ISSUE, issue).await? else { return Ok(None) };
    let (mut hanging, mut bytes) = (BTreeMap::new(), record.body.len());
    for kind in kinds.hanging_names() {
        let mut records = view.scan(kind, &prefix(issue));
        let mut objects = Vec::new();
        while let Some(record) = records.try_next().await? {
            bytes += record.body.len();
            objects.push(object(kind, &record)?);
        }
        if !objects.is_empty() {
            hanging.insert(kind, objects);
        }
    }
    Ok(Some(Bundle { issue: object(ISSUE, &record)?, hanging, bytes }))
}

/// Takes the next issue's objects from a kind's records, passing over those of issues that are not there.
async fn of_issue(
    kind: KindName,
    records: &mut Peekable<Records>,
    issue: &str,
    bytes: &mut usize,
) -> Result<Vec<Object>> {
    let mut objects = Vec::new();
    let not_after =
        |record: &vault::Result<Record>| record.as_ref().map_or(true, |record| split(&record.key).0 <= issue);
    while let Some(record) = std::pin::Pin::new(&mut *records).next_if(not_after).await {
        let record = record?;
        if split(&record.key).0 == issue {
            *bytes += record.body.len();
            objects.push(object(kind, &record)?);
        }
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_batch_ends_with_its_count_or_its_bytes_and_a_large_issue_is_alone() {
        let bundle = |bytes| {
            let issue = Object { kind: ISSUE, key: "1".to_owned(), body: serde_json::Value::Null };
            Ok(Bundle { issue, hanging: BTreeMap::new(), bytes })
        };
        let bundles = stream::iter([1, 1, 1, 1, 99, 500, 1].map(bundle)).boxed();
        let sizes = batches(bundles, 3, 100).map_ok(|batch| batch.len());
        assert_eq!(sizes.try_collect::<Vec<_>>().await.unwrap(), [3, 2, 1, 1]);
    }
}
