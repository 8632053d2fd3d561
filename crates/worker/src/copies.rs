//! Copies of the control plane: all rows of its database, as recovery points of a vault of their own beside those of the
//! sites. Whoever has the storage and the key file has everything, even when the machine and its database are gone.
//!
//! A copy is a full read, but only rows that changed are written. Start at [`Surroundings::copy_control_plane`].

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use control::audit::{Actor, Happening};
use control::id::TenantId;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde_json::json;
use store::StoreError;
use store::backup::{Cell, KEPT, Row};
use tokio_util::sync::CancellationToken;
use vault::{NewRecord, RecoveryPoint, Storage, Vault, View};

use crate::{Error, Result, Surroundings};

/// The folder of the copies beside those of the sites, which are named by cloudIds.
pub const FOLDER: &str = "control-plane";

/// The kind of the records that are no rows.
const SECRET: &str = "secret";
const PEPPER: &str = "pepper";

/// Rows of these tables are never deleted: what is not seen of them need not be looked for.
const GROWING: [&str; 2] = ["audit_events", "journal"];

/// After a copy that failed.
const AGAIN: Duration = Duration::from_mins(10);

/// What a copy brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Which copy.
    pub point: u64,
    /// When it was made.
    pub copied: Timestamp,
    /// How many rows.
    pub rows: u64,
    /// Requests that were open: nothing that was open then is open now.
    pub closed_requests: u64,
    /// Jobs that had not ended: they do not go on.
    pub ended_jobs: u64,
    /// What tokens and codes were kept under, sealed.
    pub sealed_pepper: String,
}

impl Surroundings {
    /// The storage of the copies.
    pub fn copies_storage(&self) -> Result<Storage> {
        self.storage_of(FOLDER)
    }

    /// The vault of the copies, if there ever was one.
    pub async fn copies(&self) -> Result<Option<Vault>> {
        let options = self.index_options(FOLDER);
        let vault = Vault::open(self.copies_storage()?, self.keys.clone(), self.ambient.clone(), None, options).await;
        match vault {
            Ok(vault) => Ok(Some(vault)),
            Err(vault::Error::NoVault { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a copy: a recovery point of the control plane. `sealed_pepper` is what tokens and codes are kept under.
    pub async fn copy_control_plane(&self, tenant: TenantId, sealed_pepper: &str) -> Result<RecoveryPoint> {
        let vault = match self.copies().await? {
            Some(vault) => vault,
            None => self.begin_copies(tenant).await?,
        };
        let made = self.ambient.now();
        let mut writer = vault.writer(&format!("copy-{}", made.as_microsecond())).await?;
        let body = json!({ "sealed": sealed_pepper }).to_string().into();
        writer.put(record(SECRET, PEPPER.to_owned(), body)).await?;
        let mut seen: BTreeMap<&str, HashSet<String>> = BTreeMap::new();
        let mut rows = self.store.rows().await?;
        while let Some(row) = rows.try_next().await? {
            let key = row.key()?;
            writer.put(record(row.table.name, key.clone(), row.to_json().into())).await?;
            if !GROWING.contains(&row.table.name) {
                seen.entry(row.table.name).or_default().insert(key);
            }
        }
        for table in KEPT.iter().filter(|table| !GROWING.contains(&table.name)) {
            let seen = seen.remove(table.name).unwrap_or_default();
            for key in writer.keys(table.name).await? {
                if !seen.contains(&key) {
                    writer.delete(table.name, &key).await?;
                }
            }
        }
        Ok(writer.commit("copy of the control plane", json!({ "made": made })).await?)
    }

    async fn begin_copies(&self, tenant: TenantId) -> Result<Vault> {
        let (tenant, site) = (tenant.to_string(), FOLDER.to_owned());
        let identity = vault::Identity { tenant, site, site_url: String::new() };
        let (storage, options) = (self.copies_storage()?, self.index_options(FOLDER));
        Ok(Vault::create(storage, self.keys.clone(), self.ambient.clone(), identity, options).await?)
    }

    /// Brings a copy back into an empty database: the one with this number, or the newest.
    ///
    /// What was decided after the copy is lost, so nothing goes on by itself: open requests are closed, and jobs that had not
    /// ended have failed. A recovery in the middle would otherwise send again what its journal does not know of.
    pub async fn restore_control_plane(&self, point: Option<u64>) -> Result<Restored> {
        let none = || Error::NoCopy {
            place: self.copies_storage().map_or_else(|_| String::new(), |at| at.place().to_owned()),
        };
        let vault = self.copies().await?.ok_or_else(none)?;
        let mut points = vault.points();
        let point = match point {
            Some(number) => {
                points.into_iter().find(|point| point.number == number).ok_or(vault::Error::NoSuchPoint(number))?
            }
            None => points.pop().ok_or_else(none)?,
        };
        let view = vault.at(point.number)?;
        let sealed_pepper = pepper(&view).await?;
        let mut rest = Rest { now: self.ambient.now(), closed_requests: 0, ended_jobs: 0 };
        let rows = {
            let rest = &mut rest;
            let records = stream::iter(KEPT).flat_map(|table| view.scan(table.name, ""));
            let rows = records.map(move |record| {
                let record = record.map_err(unreadable)?;
                let mut row = Row::read(&record.kind, &record.body)?;
                rest.bring_to(&mut row);
                Ok(row)
            });
            self.store.fill(rows.boxed()).await?
        };
        let Rest { closed_requests, ended_jobs, .. } = rest;
        let restored =
            Restored { point: point.number, copied: point.taken, rows, closed_requests, ended_jobs, sealed_pepper };
        self.note_restored(&restored).await?;
        Ok(restored)
    }

    async fn note_restored(&self, restored: &Restored) -> Result<()> {
        let mut repository = self.store.write().await?;
        let tenant = repository.only_tenant(store::new_id(&self.ambient)).await?;
        let happening = Happening::done(self.ambient.now(), Actor::Lifeboat, "control-plane.restore", "control-plane")
            .with("copy", restored.point)
            .with("copied", restored.copied)
            .with("closed-requests", restored.closed_requests)
            .with("ended-jobs", restored.ended_jobs);
        repository.audit().append(tenant, happening).await?;
        Ok(repository.save().await?)
    }

    /// Makes a copy whenever the newest one is older than `every`, until it is cancelled. Several machines may do so: each
    /// looks first, and of two at once one finds that the other was faster.
    pub async fn keep_copying(
        &self,
        tenant: TenantId,
        sealed_pepper: &str,
        every: Duration,
        cancel: &CancellationToken,
    ) {
        while !cancel.is_cancelled() {
            let wait = match self.copy_when_due(tenant, sealed_pepper, every).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "the control plane was not copied; it is tried again in 10 minutes");
                    AGAIN
                }
            };
            tokio::select! {
                () = self.ambient.clock.sleep(wait) => {}
                () = cancel.cancelled() => {}
            }
        }
    }

    /// How long to wait for the next copy.
    async fn copy_when_due(&self, tenant: TenantId, sealed_pepper: &str, every: Duration) -> Result<Duration> {
        let newest = self.copies().await?.and_then(|vault| vault.points().pop());
        if let Some(newest) = newest {
            let age = Duration::try_from(self.ambient.now().duration_since(newest.taken)).unwrap_or_default();
            if let Some(left) = every.checked_sub(age).filter(|left| !left.is_zero()) {
                return Ok(left);
            }
        }
        let point = self.copy_control_plane(tenant, sealed_pepper).await?;
        tracing::info!(point = point.number, "the control plane was copied");
        Ok(every)
    }
}

fn record(kind: &str, key: String, body: Bytes) -> NewRecord<'_> {
    NewRecord { kind, key, updated: None, body, content: None }
}

async fn pepper(view: &View) -> Result<String> {
    let record = view.get(SECRET, PEPPER).await?;
    let value = record.and_then(|record| serde_json::from_slice::<serde_json::Value>(&record.body).ok());
    let sealed = value.and_then(|value| value["sealed"].as_str().map(str::to_owned));
    sealed.ok_or_else(|| Error::Unreadable { what: "the copy", reason: "it has no pepper".to_owned() })
}

fn unreadable(error: vault::Error) -> StoreError {
    StoreError::Driver { action: "reading a copy from its vault".to_owned(), source: Box::new(error) }
}

/// Brings what was going on when the copy was made to its end.
struct Rest {
    now: Timestamp,
    closed_requests: u64,
    ended_jobs: u64,
}

impl Rest {
    fn bring_to(&mut self, row: &mut Row) {
        let state = |column: &str| match row.cells.get(column) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        };
        match row.table.name {
            "requests" if matches!(&*state("status"), "verifying" | "cooling" | "unlocked" | "running" | "paused") => {
                self.closed_requests += 1;
                self.set(row, &[("status", "cancelled")], "closed");
            }
            "jobs" if matches!(&*state("state"), "waiting" | "running" | "paused") => {
                self.ended_jobs += 1;
                for column in ["lease_holder", "lease_until", "stop", "stop_by"] {
                    row.cells.insert(column.to_owned(), Cell::Nothing);
                }
                let error = "the control plane was restored from a copy that was made while this was going on";
                self.set(row, &[("state", "failed"), ("error_class", "hopeless"), ("error", error)], "ended");
            }
            _ => {}
        }
    }

    fn set(&self, row: &mut Row, texts: &[(&str, &str)], moment: &str) {
        for (column, text) in texts {
            row.cells.insert((*column).to_owned(), Cell::Text((*text).to_owned()));
        }
        row.cells.insert(moment.to_owned(), Cell::Number(self.now.as_microsecond()));
    }
}
