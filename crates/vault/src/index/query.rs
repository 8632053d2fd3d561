//! What is asked of the index. Everything that may be long is asked in pages.
//!
//! Limits are written as sums: SQLite compiles a statement anew each time another value is bound to a parameter that stands
//! alone as its limit, which took longer than the statement itself.

use std::collections::BTreeMap;

use ambient::elsewhere;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Index, KnownSegment, Located};
use crate::error::Result;
use crate::hash::RecordHash;
use crate::log::entry::Object;

/// Rows in a page.
pub(crate) const PAGE: i64 = 1024;

/// A version of a record of any kind.
#[derive(Clone, Debug)]
pub(crate) struct AnyLocated {
    pub(crate) kind: String,
    pub(crate) located: Located,
    /// A large attachment that it refers to.
    pub(crate) blob: Option<String>,
}

/// A record that has a version between two points: its hashes at both, unless it was not there.
#[derive(Clone, Debug)]
pub(crate) struct Touched {
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) after: Option<Vec<u8>>,
}

impl Index {
    /// The newest version of a record, up to and including a commit.
    pub(crate) async fn newest(&self, kind: &str, key: &str, point: u64) -> Result<Option<Located>> {
        let row = elsewhere(
            sqlx::query(
                "SELECT key, version, deleted, hash, segment, row FROM version
             WHERE kind = $1 AND key = $2 AND version <= $3 ORDER BY version DESC LIMIT 1",
            )
            .bind(kind)
            .bind(key)
            .bind(point as i64)
            .fetch_optional(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        Ok(row.as_ref().map(located))
    }

    /// All versions of a record, oldest first.
    pub(crate) async fn versions(&self, kind: &str, key: &str) -> Result<Vec<Located>> {
        let rows = elsewhere(
            sqlx::query(
                "SELECT key, version, deleted, hash, segment, row FROM version
             WHERE kind = $1 AND key = $2 ORDER BY version",
            )
            .bind(kind)
            .bind(key)
            .fetch_all(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        let mut versions: Vec<Located> = rows.iter().map(located).collect();
        versions.dedup_by_key(|located| located.version);
        Ok(versions)
    }

    /// The next page of records of a kind that are live at a point and whose keys begin with `prefix`, in key order,
    /// after the key `after`.
    pub(crate) async fn live_page(
        &self,
        kind: &str,
        prefix: &str,
        after: Option<&str>,
        point: u64,
    ) -> Result<Vec<Located>> {
        let rows = elsewhere(
            sqlx::query(
                "SELECT key, version, deleted, hash, segment, row FROM version v
             WHERE kind = $1 AND key >= $2 AND key > $3 AND key < $4 AND version <= $5 AND deleted = 0
               AND NOT EXISTS (SELECT 1 FROM version n
                               WHERE n.kind = v.kind AND n.key = v.key AND n.version > v.version AND n.version <= $5)
             ORDER BY key LIMIT $6 + 0",
            )
            .bind(kind)
            .bind(prefix)
            // Keys are never empty: nothing sorts before this.
            .bind(after.unwrap_or(""))
            .bind(after_prefix(prefix))
            .bind(point as i64)
            .bind(PAGE)
            .fetch_all(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        let mut page: Vec<Located> = rows.iter().map(located).collect();
        page.dedup_by(|a, b| a.key == b.key);
        Ok(page)
    }

    /// Up to `limit` live records of a kind in the newest commit, in key order, from the key `from`.
    pub(crate) async fn live_from(&self, kind: &str, from: &str, limit: usize) -> Result<Vec<Located>> {
        let rows = elsewhere(
            sqlx::query(
                "SELECT key, version, deleted, hash, segment, row FROM version v
             WHERE kind = $1 AND key >= $2 AND deleted = 0
               AND NOT EXISTS (SELECT 1 FROM version n
                               WHERE n.kind = v.kind AND n.key = v.key AND n.version > v.version)
             ORDER BY key LIMIT $3 + 0",
            )
            .bind(kind)
            .bind(from)
            .bind(limit as i64)
            .fetch_all(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        Ok(rows.iter().map(located).collect())
    }

    /// The next page of all versions of all records, by kind, key, version and segment, after the one given.
    pub(crate) async fn version_page(&self, after: Option<&AnyLocated>) -> Result<Vec<AnyLocated>> {
        let (kind, key, version) =
            after.map_or(("", "", 0), |last| (last.kind.as_str(), last.located.key.as_str(), last.located.version));
        let segment = after.map_or(0, |last| last.located.segment);
        let rows = elsewhere(
            sqlx::query(
                "SELECT kind, key, version, deleted, hash, segment, row, blob FROM version
             WHERE (kind, key, version, segment) > ($1, $2, $3, $4) ORDER BY kind, key, version, segment LIMIT $5 + 0",
            )
            .bind(kind)
            .bind(key)
            .bind(version as i64)
            .bind(segment)
            .bind(PAGE)
            .fetch_all(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        Ok(rows
            .iter()
            .map(|row| AnyLocated { kind: row.get("kind"), located: located(row), blob: row.get("blob") })
            .collect())
    }

    /// The next page of records with a version in `(low, high]`, with their hashes at the points `before` and `after`.
    pub(crate) async fn touched_page(
        &self,
        (low, high): (u64, u64),
        (before, after): (u64, u64),
        from: Option<(&str, &str)>,
    ) -> Result<Vec<Touched>> {
        let (kind, key) = from.unwrap_or(("", ""));
        let rows = elsewhere(
            sqlx::query(
                "SELECT t.kind, t.key,
                (SELECT CASE WHEN deleted THEN NULL ELSE hash END FROM version v
                 WHERE v.kind = t.kind AND v.key = t.key AND v.version <= $5 ORDER BY version DESC LIMIT 1) AS before,
                (SELECT CASE WHEN deleted THEN NULL ELSE hash END FROM version v
                 WHERE v.kind = t.kind AND v.key = t.key AND v.version <= $6 ORDER BY version DESC LIMIT 1) AS after
             FROM (SELECT DISTINCT kind, key FROM version
                   WHERE version > $1 AND version <= $2 AND (kind, key) > ($3, $4)
                   ORDER BY kind, key LIMIT $7 + 0) t
             ORDER BY t.kind, t.key",
            )
            .bind(low as i64)
            .bind(high as i64)
            .bind(kind)
            .bind(key)
            .bind(before as i64)
            .bind(after as i64)
            .bind(PAGE)
            .fetch_all(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        let touched = |row: &SqliteRow| Touched {
            kind: row.get("kind"),
            key: row.get("key"),
            before: row.get("before"),
            after: row.get("after"),
        };
        Ok(rows.iter().map(touched).collect())
    }

    /// The segments that the index knows, by its own numbers.
    pub(crate) async fn segments(&self) -> Result<BTreeMap<i64, KnownSegment>> {
        let rows =
            elsewhere(sqlx::query("SELECT id, name, size, sha256, epoch, rows FROM segment").fetch_all(&self.pool))
                .await
                .map_err(|error| self.failed(&error))?;
        Ok(rows.iter().map(|row| (row.get("id"), known(row))).collect())
    }

    /// One segment by the index's own number.
    pub(crate) async fn segment(&self, id: i64) -> Result<KnownSegment> {
        let row = elsewhere(
            sqlx::query("SELECT id, name, size, sha256, epoch, rows FROM segment WHERE id = $1")
                .bind(id)
                .fetch_one(&self.pool),
        )
        .await
        .map_err(|error| self.failed(&error))?;
        Ok(known(&row))
    }
}

/// A text that sorts after every key that begins with `prefix`, and before or at every other key after those.
fn after_prefix(prefix: &str) -> String {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        // Not every number is a character: the surrogates lie between.
        let next = if last == '\u{D7FF}' { Some('\u{E000}') } else { char::from_u32(last as u32 + 1) };
        if let Some(next) = next {
            rest.push(next);
            return rest;
        }
    }
    "\u{10FFFF}".repeat(16)
}

fn located(row: &SqliteRow) -> Located {
    Located {
        key: row.get("key"),
        version: row.get::<i64, _>("version") as u64,
        deleted: row.get("deleted"),
        hash: RecordHash::try_from(row.get::<&[u8], _>("hash")).unwrap_or_default(),
        segment: row.get("segment"),
        row: row.get::<i64, _>("row") as u64,
    }
}

fn known(row: &SqliteRow) -> KnownSegment {
    let rows: i64 = row.get("rows");
    KnownSegment {
        id: row.get("id"),
        object: Object {
            name: row.get("name"),
            size: row.get::<i64, _>("size") as u64,
            sha256: row.get("sha256"),
            epoch: row.get::<i64, _>("epoch") as u64,
            rows: Some(rows as u64),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::after_prefix;

    #[test]
    fn the_bound_of_a_prefix_is_just_after_it() {
        assert_eq!(after_prefix("100/"), "1000");
        assert_eq!(after_prefix("a\u{D7FF}"), "a\u{E000}");
        assert_eq!(after_prefix("a\u{10FFFF}"), "b");
        assert!(after_prefix("").as_str() > "issue");
    }
}
