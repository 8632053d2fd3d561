//! Verification of a vault: every byte against the log, every record against its hash.

use ambient::Ambient;
use async_trait::async_trait;
use control::id::{JobId, PersonId, SiteId, TenantId};
use serde_json::{Value, json};
use store::{NewJob, Schedule, Subject};
use vault::{Depth, VerifyReport};

use super::once;
use crate::{Error, Finished, Kind, Result, Surroundings, Work};

/// What it is called in the queue.
pub const NAME: &str = "verify";

/// What a verification found.
pub fn describe(report: &VerifyReport) -> Value {
    let problems: Vec<Value> =
        report.problems.iter().map(|problem| json!({ "object": problem.object, "what": problem.what })).collect();
    json!({
        "objects": report.objects, "bytes": report.bytes, "records": report.records,
        "problems": problems, "unnamed": report.unnamed,
    })
}

/// A verification to be enqueued.
pub fn job(tenant: TenantId, site: SiteId, by: Option<PersonId>, ambient: &Ambient) -> NewJob {
    NewJob {
        id: store::new_id(ambient),
        tenant,
        kind: NAME.to_owned(),
        subject: Subject::Site(site),
        payload: json!({}),
        writes: None,
        dedup: Some(once(NAME, site)),
        priority: -10,
        run_at: ambient.now(),
        max_attempts: 5,
        created_by: by,
        created: ambient.now(),
    }
}

/// The kind.
#[derive(Debug)]
pub struct Verify;

#[async_trait]
impl Kind for Verify {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn run(&self, work: &Work<'_>) -> Result<Finished> {
        let Work { around, job, .. } = work;
        let Subject::Site(site) = job.subject else { return Err(Error::Gone { what: "the site of a vault" }) };
        let site = around.site(job.tenant, site).await?;
        let report = around.vault(&site).await?.verify(Depth::Full).await?;
        let problems = report.problems.len();
        let shortfall = (problems > 0).then(|| Error::Damaged { site: site.name.clone(), problems });
        Ok(Finished { result: describe(&report), shortfall })
    }

    fn scheduled(&self, schedule: &Schedule, id: JobId, around: &Surroundings) -> Option<NewJob> {
        Some(NewJob { id, ..job(schedule.tenant, schedule.site, None, &around.ambient) })
    }
}
