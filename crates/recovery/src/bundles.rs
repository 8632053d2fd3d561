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
        let mut hanging = BTreeMap::new();
        for (kind, records) in &mut merge.hanging {
            let objects = of_issue(kind, records, &issue.key).await?;
            if !objects.is_empty() {
                hanging.insert(*kind, objects);
            }
        }
        Ok::<_, Error>(Some((Bundle { issue, hanging }, merge)))
    })
    .boxed()
}

/// One issue of a point, with what hangs on it.
pub(crate) async fn bundle(view: &View, kinds: &Kinds, issue: &str) -> Result<Option<Bundle>> {
    let Some(record) = view.get(ISSUE, issue).await? else { return Ok(None) };
    let mut hanging = BTreeMap::new();
    for kind in kinds.hanging_names() {
        let records = view.scan(kind, &prefix(issue)).map_err(Error::from);
        let objects: Vec<Object> = records.and_then(async |record| object(kind, &record)).try_collect().await?;
        if !objects.is_empty() {
            hanging.insert(kind, objects);
        }
    }
    Ok(Some(Bundle { issue: object(ISSUE, &record)?, hanging }))
}

/// Takes the next issue's objects from a kind's records, passing over those of issues that are not there.
async fn of_issue(kind: KindName, records: &mut Peekable<Records>, issue: &str) -> Result<Vec<Object>> {
    let mut objects = Vec::new();
    let not_after =
        |record: &vault::Result<Record>| record.as_ref().map_or(true, |record| split(&record.key).0 <= issue);
    while let Some(record) = std::pin::Pin::new(&mut *records).next_if(not_after).await {
        let record = record?;
        if split(&record.key).0 == issue {
            objects.push(object(kind, &record)?);
        }
    }
    Ok(objects)
}
