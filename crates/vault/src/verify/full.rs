//! What the bytes mean: the log's MACs, every record, every index, every attachment's content.

use std::collections::BTreeSet;

use super::VerifyReport;
use crate::blob;
use crate::error::{Error, Result};
use crate::log::entry::{self, Object};
use crate::segment::footer::Footer;
use crate::segment::group::{Group, IndexGroup};
use crate::segment::{index_name, write::Row};
use crate::vault::{Inner, LogReader};

pub(super) async fn verify(inner: &Inner, report: &mut VerifyReport) -> Result<()> {
    let known: BTreeSet<String> = report.problems.iter().map(|problem| problem.object.clone()).collect();
    let log = inner.state().log.clone();
    let reader = LogReader { storage: &inner.storage, keys: &inner.keys };
    for number in 1..=log.head.number {
        let name = entry::name(number);
        if !known.contains(&name) {
            let checked = reader.commit(number).await;
            report.note(&name, checked)?;
        }
    }
    for object in log.folder("segments/").filter(|object| !known.contains(&object.name)) {
        let index = log.objects.get(&index_name(&object.name));
        let index = index.filter(|index| !known.contains(&index.name));
        let checked = segment(inner, object, index).await;
        report.records += report.note(&object.name, checked)?.unwrap_or(0);
    }
    for object in log.folder("blobs/").filter(|object| !known.contains(&object.name)) {
        let checked = blob::examine(inner, object).await;
        if let Some(id) = report.note(&object.name, checked)?
            && blob::name(&id) != object.name
        {
            report.problem(&object.name, "holds another content than its name says");
        }
    }
    Ok(())
}

/// Checks all rows of a segment, and its index against them; the number of rows.
async fn segment(inner: &Inner, object: &Object, index: Option<&Object>) -> Result<u64> {
    let damaged = |name: &str, reason: String| Error::Damaged { object: name.to_owned(), reason };
    let footer = Footer::read(&inner.storage, inner.keys.epoch(object.epoch).await?, object).await?;
    if Some(footer.rows()) != object.rows {
        let reason = format!("has {} rows, the log says {:?}", footer.rows(), object.rows.unwrap_or(0));
        return Err(damaged(&object.name, reason));
    }
    let mut index = match index {
        Some(index) => Some(IndexRows::open(inner, index).await?),
        None => None,
    };
    let mut before: Option<(String, String, u64)> = None;
    let mut rows = 0;
    for group in 0..footer.groups() {
        let group = Group::new(&object.name, footer.batch(&inner.storage, group).await?)?;
        for at in 0..group.rows() {
            let row = group.row(at, &inner.hash_key)?;
            if let Some(index) = &mut index {
                index.expect(inner, &row, rows).await?;
            }
            let place = (row.kind, row.key, row.version);
            if before.is_some_and(|before| before >= place) {
                return Err(damaged(&object.name, format!("{} {} is out of order", place.0, place.1)));
            }
            before = Some(place);
            rows += 1;
        }
    }
    Ok(rows)
}

/// Reads an index's rows in order.
struct IndexRows {
    name: String,
    footer: Footer,
    group: usize,
    rows: IndexGroup,
    at: usize,
}

impl IndexRows {
    async fn open(inner: &Inner, object: &Object) -> Result<Self> {
        let footer = Footer::read(&inner.storage, inner.keys.epoch(object.epoch).await?, object).await?;
        let rows = IndexGroup::new(&object.name, &footer.batch(&inner.storage, 0).await?)?;
        Ok(Self { name: object.name.clone(), footer, group: 0, rows, at: 0 })
    }

    /// The next row must be the index of `row`.
    async fn expect(&mut self, inner: &Inner, row: &Row, number: u64) -> Result<()> {
        if self.at == self.rows.rows() && self.group + 1 < self.footer.groups() {
            self.group += 1;
            self.rows = IndexGroup::new(&self.name, &self.footer.batch(&inner.storage, self.group).await?)?;
            self.at = 0;
        }
        if self.at < self.rows.rows() && self.rows.is_of(self.at, row) {
            self.at += 1;
            return Ok(());
        }
        let reason = format!("row {number} is not that of {} {}", row.kind, row.key);
        Err(Error::Damaged { object: self.name.clone(), reason })
    }
}
