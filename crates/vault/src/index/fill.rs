//! Keeping the index in step with the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::RecordBatch;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::Index;
use crate::error::{Error, Result};
use crate::keys::ring::KeyRing;
use crate::log::entry::Object;
use crate::segment::footer::Footer;
use crate::segment::group::IndexGroup;
use crate::segment::of_index;
use crate::storage::Storage;

/// Rows in one INSERT: seven parameters each, of at most 32,766.
const ROWS: usize = 2_000;

impl Index {
    /// Adds the segments of `objects` that are not yet known and forgets those in `gone`. Reads each new segment's index
    /// object.
    pub(crate) async fn reconcile(
        &self,
        storage: &Storage,
        keys: &Arc<KeyRing>,
        objects: &BTreeMap<String, Object>,
        gone: &BTreeSet<String>,
    ) -> Result<()> {
        let known: Vec<(i64, String)> = sqlx::query_as("SELECT id, name FROM segment")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        for (id, _) in known.iter().filter(|(_, name)| gone.contains(name)) {
            self.forget(*id).await?;
        }
        let known: BTreeSet<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
        for (name, index) in objects.iter().filter(|(name, _)| name.starts_with("index/")) {
            let segment = of_index(name);
            if known.contains(segment.as_str()) {
                continue;
            }
            let object = objects.get(&segment).ok_or_else(|| Error::Damaged {
                object: name.clone(),
                reason: "the log has no segment that it belongs to".to_owned(),
            })?;
            self.add(storage, keys, object, index).await?;
        }
        Ok(())
    }

    /// Adds one segment: all of it or nothing.
    async fn add(&self, storage: &Storage, keys: &Arc<KeyRing>, segment: &Object, index: &Object) -> Result<()> {
        let footer = Footer::read(storage, keys.epoch(index.epoch).await?, index).await?;
        if Some(footer.rows()) != index.rows || index.rows != segment.rows {
            let reason = format!("it has {} rows, the log says {:?}", footer.rows(), index.rows);
            return Err(Error::Damaged { object: index.name.clone(), reason });
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.failed(&error))?;
        let added = sqlx::query_scalar::<_, i64>(
            "INSERT INTO segment (name, size, sha256, epoch, rows) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name) DO NOTHING RETURNING id",
        )
        .bind(&segment.name)
        .bind(segment.size as i64)
        .bind(&segment.sha256)
        .bind(segment.epoch as i64)
        .bind(footer.rows() as i64)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(|error| self.failed(&error))?;
        // Another process may have added it in between.
        let Some(id) = added else { return Ok(()) };
        for group in 0..footer.groups() {
            let batch = footer.batch(storage, group).await?;
            self.insert(&mut transaction, id, &index.name, &batch).await?;
        }
        transaction.commit().await.map_err(|error| self.failed(&error))
    }

    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        segment: i64,
        object: &str,
        batch: &RecordBatch,
    ) -> Result<()> {
        let group = IndexGroup::new(object, batch)?;
        let rows: Vec<usize> = (0..group.rows()).collect();
        for rows in rows.chunks(ROWS) {
            // A merge brings versions that another segment had: the newer place wins.
            let mut query = QueryBuilder::<Sqlite>::new(
                "INSERT OR REPLACE INTO version (kind, key, version, segment, row, deleted, hash) ",
            );
            query.push_values(rows, |mut values, at| {
                values
                    .push_bind(group.kind.value(*at))
                    .push_bind(group.key.value(*at))
                    .push_bind(group.version.value(*at))
                    .push_bind(segment)
                    .push_bind(group.row.value(*at))
                    .push_bind(group.deleted.value(*at))
                    .push_bind(group.hash.value(*at));
            });
            query.build().execute(&mut *connection).await.map_err(|error| self.failed(&error))?;
        }
        for blob in (0..group.rows()).filter_map(|at| group.blob(at)) {
            sqlx::query("INSERT OR IGNORE INTO blob (id, segment) VALUES ($1, $2)")
                .bind(blob)
                .bind(segment)
                .execute(&mut *connection)
                .await
                .map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }

    async fn forget(&self, segment: i64) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.failed(&error))?;
        for statement in [
            "DELETE FROM version WHERE segment = $1",
            "DELETE FROM blob WHERE segment = $1",
            "DELETE FROM segment WHERE id = $1",
        ] {
            sqlx::query(statement)
                .bind(segment)
                .execute(&mut *transaction)
                .await
                .map_err(|error| self.failed(&error))?;
        }
        transaction.commit().await.map_err(|error| self.failed(&error))
    }
}
