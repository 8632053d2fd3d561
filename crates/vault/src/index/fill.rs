//! Keeping the index in step with the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambient::elsewhere;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::Index;
use crate::error::{Error, Result};
use crate::keys::ring::KeyRing;
use crate::log::entry::Object;
use crate::segment::footer::Footer;
use crate::segment::group::IndexGroup;
use crate::segment::of_index;
use crate::storage::Storage;

/// Rows in one INSERT: eight parameters each, of at most 32,766.
const ROWS: usize = 2_000;

impl Index {
    /// Adds the segments of `objects` that are not yet known, and forgets those that a commit up to `head` removed.
    /// Segments that another process added because of later commits stay. Reads each new segment's index object.
    pub(crate) async fn reconcile(
        &self,
        storage: &Storage,
        keys: &Arc<KeyRing>,
        objects: &BTreeMap<String, Object>,
        head: u64,
    ) -> Result<()> {
        let known: Vec<(i64, String, i64)> =
            elsewhere(sqlx::query_as("SELECT id, name, seen FROM segment").fetch_all(&self.pool))
                .await
                .map_err(|error| self.failed(&error))?;
        for (id, name, seen) in &known {
            if *seen as u64 <= head && !objects.contains_key(name) {
                elsewhere(self.forget(*id)).await?;
            }
        }
        let known: BTreeSet<&str> = known.iter().map(|(_, name, _)| name.as_str()).collect();
        for (name, index) in objects.iter().filter(|(name, _)| name.starts_with("index/")) {
            let segment = of_index(name);
            if known.contains(segment.as_str()) {
                continue;
            }
            let object = objects.get(&segment).ok_or_else(|| Error::Damaged {
                object: name.clone(),
                reason: "the log has no segment that it belongs to".to_owned(),
            })?;
            elsewhere(self.add(storage, keys, (object, index), head)).await?;
        }
        Ok(())
    }

    /// Adds one segment: all of it or nothing.
    async fn add(
        &self,
        storage: &Storage,
        keys: &Arc<KeyRing>,
        (segment, index): (&Object, &Object),
        head: u64,
    ) -> Result<()> {
        let footer = Footer::read_whole(storage, keys.epoch(index.epoch).await?, index).await?;
        if Some(footer.rows()) != index.rows || index.rows != segment.rows {
            let reason = format!("it has {} rows, the log says {:?}", footer.rows(), index.rows);
            return Err(Error::Damaged { object: index.name.clone(), reason });
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.failed(&error))?;
        let added = sqlx::query_scalar::<_, i64>(
            "INSERT INTO segment (name, size, sha256, epoch, rows, seen) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name) DO NOTHING RETURNING id",
        )
        .bind(&segment.name)
        .bind(segment.size as i64)
        .bind(&segment.sha256)
        .bind(segment.epoch as i64)
        .bind(footer.rows() as i64)
        .bind(head as i64)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(|error| self.failed(&error))?;
        // Another process may have added it in between.
        let Some(id) = added else { return Ok(()) };
        for number in 0..footer.groups() {
            let batch = footer.batch(storage, number).await?;
            let group = IndexGroup::new(&index.name, &batch)?;
            self.insert(&mut transaction, id, footer.start(number), &group).await?;
        }
        transaction.commit().await.map_err(|error| self.failed(&error))
    }

    /// Adds rows of an index, the first of which is the segment's row `start`.
    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        segment: i64,
        start: u64,
        group: &IndexGroup,
    ) -> Result<()> {
        let rows: Vec<usize> = (0..group.rows()).collect();
        for rows in rows.chunks(ROWS) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "INSERT INTO version (kind, key, version, segment, row, deleted, hash, blob) ",
            );
            query.push_values(rows, |mut values, at| {
                values
                    .push_bind(group.kind.value(*at))
                    .push_bind(group.key.value(*at))
                    .push_bind(group.version.value(*at))
                    .push_bind(segment)
                    .push_bind((start + *at as u64) as i64)
                    .push_bind(group.deleted.value(*at))
                    .push_bind(group.hash.value(*at))
                    .push_bind(group.blob(*at));
            });
            query.build().execute(&mut *connection).await.map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }

    async fn forget(&self, segment: i64) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.failed(&error))?;
        for statement in ["DELETE FROM version WHERE segment = $1", "DELETE FROM segment WHERE id = $1"] {
            sqlx::query(statement)
                .bind(segment)
                .execute(&mut *transaction)
                .await
                .map_err(|error| self.failed(&error))?;
        }
        transaction.commit().await.map_err(|error| self.failed(&error))
    }
}
