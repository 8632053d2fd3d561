//! What workers take for everybody.
//!
//! Workers do not know beforehand whose turn they need. They look for it without one, take it, and look again: under the
//! turn, what they see of that tenant stays as it is, and with it how many of its jobs run.

use control::id::TenantId;
use jiff::Timestamp;
use store::Result;
use store::job::Claim;
use uuid::Uuid;

use crate::job::JobRow;
use crate::schedule::ScheduleRow;
use crate::session::Session;

/// How often a claim looks for another tenant when others were faster. It is no error to find nothing: workers come again.
const ROUNDS: u32 = 64;

impl Session<'_> {
    /// Takes the job that is to be done next.
    pub(crate) async fn claim_due(&mut self, kinds: &[&str], claim: &Claim<'_>) -> Result<Option<JobRow>> {
        for _ in 0..ROUNDS {
            let Some(tenant) = self.next_tenant(kinds, claim).await? else { return Ok(None) };
            let job = sqlx::query_file_as!(
                JobRow,
                "../store/sql/job/claim.postgres.sql",
                claim.holder,
                claim.until.as_microsecond(),
                claim.now.as_microsecond(),
                kinds as &[&str],
                i64::from(claim.limits.writers),
                i64::from(claim.limits.tenant),
                Uuid::from(tenant),
            );
            let job = self.one_or_give_back(tenant, "taking a job", job).await?;
            if job.is_some() {
                return Ok(job);
            }
        }
        Ok(None)
    }

    /// Whose job is to be done next.
    async fn next_tenant(&mut self, kinds: &[&str], claim: &Claim<'_>) -> Result<Option<TenantId>> {
        let next = sqlx::query_file!(
            "../store/sql/job/next_tenant.postgres.sql",
            claim.now.as_microsecond(),
            kinds as &[&str],
            i64::from(claim.limits.writers),
            i64::from(claim.limits.tenant),
        );
        Ok(self.one_of_any("looking for a job", next).await?.map(|row| row.tenant.into()))
    }

    /// Puts the jobs whose leases have run out back into the queue, or to rest.
    pub(crate) async fn recall_lost(&mut self, now: Timestamp, most: u32, told: &str) -> Result<Vec<JobRow>> {
        let action = "taking jobs back";
        let now = now.as_microsecond();
        let lost =
            self.all_of_any(action, sqlx::query_file!("../store/sql/job/lost_tenants.postgres.sql", now)).await?;
        let tenants = self.turns_of(lost.into_iter().map(|row| row.tenant)).await?;
        if tenants.is_empty() {
            return Ok(vec![]);
        }
        let most = i64::from(most);
        let rows = sqlx::query_file_as!(JobRow, "../store/sql/job/recall.postgres.sql", now, most, told, &tenants);
        self.all_of_any(action, rows).await
    }

    /// Schedules that are due.
    pub(crate) async fn due_schedules(&mut self, now: Timestamp, limit: u32) -> Result<Vec<ScheduleRow>> {
        let action = "reading the schedules";
        let now = now.as_microsecond();
        let due = sqlx::query_file!("../store/sql/schedule/due_tenants.postgres.sql", now);
        let due = self.all_of_any(action, due).await?;
        let tenants = self.turns_of(due.into_iter().map(|row| row.tenant)).await?;
        if tenants.is_empty() {
            return Ok(vec![]);
        }
        let rows = sqlx::query_file_as!(ScheduleRow, "../store/sql/schedule/due.sql", now, i64::from(limit));
        let mut rows = self.all_of_any(action, rows).await?;
        // One that became due of another tenant meanwhile comes the next time.
        rows.retain(|row| tenants.contains(&row.tenant));
        Ok(rows)
    }

    /// Takes the turns of several tenants, always in the same order: nobody who does so waits for another one in a circle.
    async fn turns_of(&mut self, tenants: impl Iterator<Item = Uuid>) -> Result<Vec<Uuid>> {
        let mut tenants: Vec<Uuid> = tenants.collect();
        tenants.sort_unstable();
        for &tenant in &tenants {
            self.take_turn(tenant.into()).await?;
        }
        Ok(tenants)
    }
}
