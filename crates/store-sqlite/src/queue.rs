//! What workers take for everybody. Nobody else writes meanwhile, so what is due is found and taken as it is.

use jiff::Timestamp;
use store::Result;
use store::adapter::value::json;
use store::job::Claim;
use uuid::Uuid;

use crate::job::JobRow;
use crate::schedule::ScheduleRow;
use crate::session::Session;

impl Session<'_> {
    /// Takes the job that is to be done next.
    pub(crate) async fn claim_due(&mut self, kinds: &[&str], claim: &Claim<'_>) -> Result<Option<JobRow>> {
        let row = sqlx::query_file_as!(
            JobRow,
            "../store/sql/job/claim.sqlite.sql",
            claim.holder,
            claim.until.as_microsecond(),
            claim.now.as_microsecond(),
            json("kinds", kinds)?,
            claim.limits.writers,
            claim.limits.tenant,
        );
        self.one_of_any("taking a job", row).await
    }

    /// Puts the jobs whose leases have run out back into the queue, or to rest.
    pub(crate) async fn recall_lost(&mut self, now: Timestamp, most: u32, told: &str) -> Result<Vec<JobRow>> {
        let now = now.as_microsecond();
        let rows = sqlx::query_file_as!(JobRow, "../store/sql/job/recall.sqlite.sql", now, most, told);
        self.all_of_any("taking jobs back", rows).await
    }

    /// Schedules that are due.
    pub(crate) async fn due_schedules(&mut self, now: Timestamp, limit: u32) -> Result<Vec<ScheduleRow>> {
        let now = now.as_microsecond();
        let rows = sqlx::query_file_as!(ScheduleRow, "../store/sql/schedule/due.sql", now, i64::from(limit));
        self.all_of_any("reading the schedules", rows).await
    }
}
