//! Pruning: removes recovery points that the retention does not keep, and what only they needed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ambient::Ambient;
use async_trait::async_trait;
use control::id::{JobId, PersonId, SiteId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{NewJob, Schedule, Subject};
use vault::{KeepPolicy, PruneReport};

use super::{once, writes_vault};
use crate::{Error, Finished, Kind, Result, Surroundings, Work};

/// What it is called in the queue.
pub const NAME: &str = "prune";

/// How long objects that nothing needs are kept, so that no run that began before misses them.
const GRACE: Duration = Duration::from_hours(36);

/// Which recovery points stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keep {
    /// All of the last hours.
    pub hourly: u32,
    /// The last of each of the last days.
    pub daily: u32,
    /// The last of each of the last weeks.
    pub weekly: u32,
    /// The last of each of the last months.
    pub monthly: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self { hourly: 24, daily: 14, weekly: 8, monthly: 12 }
    }
}

/// More hours, days, weeks or months than anybody keeps.
const MOST: u32 = 10_000;

impl Keep {
    /// Whether it is a retention that somebody can mean.
    ///
    /// # Errors
    /// The name of the number that is not, and what is wrong with it.
    pub fn check(&self) -> std::result::Result<(), (&'static str, String)> {
        let Self { hourly, daily, weekly, monthly } = *self;
        let named = [("hourly", hourly), ("daily", daily), ("weekly", weekly), ("monthly", monthly)];
        if let Some((name, _)) = named.iter().find(|(_, count)| *count > MOST) {
            return Err((name, format!("at most {MOST}")));
        }
        if named.iter().all(|(_, count)| *count == 0) {
            return Err(("daily", "all four are 0: only the newest recovery point would stay".to_owned()));
        }
        Ok(())
    }

    /// As the vault wants it.
    pub fn policy(&self) -> KeepPolicy {
        KeepPolicy {
            hourly: self.hourly as usize,
            daily: self.daily as usize,
            weekly: self.weekly as usize,
            monthly: self.monthly as usize,
            minimum_age: Duration::ZERO,
            grace: GRACE,
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hourly, daily, weekly, monthly } = self;
        write!(formatter, "{hourly}-{daily}-{weekly}-{monthly}")
    }
}

impl FromStr for Keep {
    type Err = String;

    /// As it is shown: `24-14-8-12`.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let counts: Option<Vec<u32>> = text.split('-').map(|count| count.parse().ok()).collect();
        match counts.as_deref() {
            Some(&[hourly, daily, weekly, monthly]) => {
                let keep = Self { hourly, daily, weekly, monthly };
                keep.check().map(|()| keep).map_err(|(name, wrong)| format!("{name}: {wrong}"))
            }
            _ => Err("four numbers, of hours, days, weeks and months, like 24-14-8-12".to_owned()),
        }
    }
}

/// What a pruning did, or would do.
pub fn describe(report: &PruneReport, dry_run: bool) -> Value {
    json!({
        "dryRun": dry_run, "kept": report.kept, "retired": report.retired, "merged": report.merged,
        "removed": report.removed, "deleted": report.deleted, "freed": report.freed, "heldBy": report.held_by,
    })
}

/// A pruning to be enqueued.
pub fn job(tenant: TenantId, site: SiteId, keep: Keep, by: Option<PersonId>, ambient: &Ambient) -> NewJob {
    NewJob {
        id: store::new_id(ambient),
        tenant,
        kind: NAME.to_owned(),
        subject: Subject::Site(site),
        payload: json!(keep),
        writes: Some(writes_vault(site)),
        // One with another retention is another pruning.
        dedup: Some(format!("{}/{keep}", once(NAME, site))),
        priority: -10,
        run_at: ambient.now(),
        max_attempts: 5,
        created_by: by,
        created: ambient.now(),
    }
}

/// The kind.
#[derive(Debug)]
pub struct Prune;

#[async_trait]
impl Kind for Prune {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn run(&self, work: &Work<'_>) -> Result<Finished> {
        let Work { around, job, .. } = work;
        let Subject::Site(site) = job.subject else { return Err(Error::Gone { what: "the site of a pruning" }) };
        let keep: Keep = serde_json::from_value(job.payload.clone())
            .map_err(|error| Error::Unreadable { what: "the retention of a pruning", reason: error.to_string() })?;
        let site = around.site(job.tenant, site).await?;
        let vault = around.vault(&site).await?;
        let report = vault.prune(&keep.policy(), false).await?;
        around.remember_head(&site, &vault).await?;
        Ok(Finished { result: describe(&report, false), shortfall: None })
    }

    fn scheduled(&self, schedule: &Schedule, id: JobId, around: &Surroundings) -> Option<NewJob> {
        let keep = serde_json::from_value(schedule.payload.clone()).unwrap_or_default();
        Some(NewJob { id, ..job(schedule.tenant, schedule.site, keep, None, &around.ambient) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_read_as_it_is_shown() {
        let keep: Keep = "24-14-8-12".parse().unwrap();
        assert_eq!((keep, keep.to_string().as_str()), (Keep::default(), "24-14-8-12"));
        assert_eq!("0-0-0-1".parse::<Keep>().unwrap().monthly, 1);
    }

    #[test]
    fn a_retention_that_nobody_can_mean_is_refused() {
        for wrong in ["", "24", "24-14-8", "1-2-3-4-5", "a-b-c-d", "-1-0-0-0", "0-0-0-0", "10001-0-0-0"] {
            assert!(wrong.parse::<Keep>().is_err(), "{wrong}");
        }
    }
}
