//! Prove: reads the standby back and compares it with the recovery point, object by object.
//!
//! Everything is read anew: what the journal says is only used to know which object of the standby stands for which of the
//! source. Configuration is compared whole, issues in batches with all that hangs on them, each object by its normal form. A
//! difference counts as explained only if a loss of that very object names the place. At last the recovered projects are
//! searched for what should not be there.
//!
//! Start at [`run`].

mod configuration;
mod issues;
mod leftovers;
mod pairing;
mod report;
mod tally;
mod text;
mod verdict;

use std::sync::Arc;

use site::Translation;
use site::sprint_members::SprintMembers;
use tokio_util::sync::CancellationToken;

use crate::apply::{self, ApplyReport, PLACEHOLDER, ProjectIssues};
use crate::journal::{State, rows_in_state};
use crate::progress::Progress;
use crate::{Recovery, Result, Side};

pub use report::{Different, Extra, KindReport, Problem, Report};
use tally::Tally;

/// Compares the standby with the recovery point. `applied` is what the last run of the recovery told; it becomes part of
/// the report.
pub async fn run(
    recovery: &Recovery,
    applied: Option<ApplyReport>,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Report> {
    let mut proof = Proof::begin(recovery, progress, cancel).await?;
    let mut tally = Tally::default();
    configuration::prove(&proof, &mut tally).await?;
    // Issues need only the names, and thousands of users take as much memory as thousands of issues.
    proof.source.objects.clear();
    proof.standby.objects.clear();
    issues::prove(&proof, &mut tally).await?;
    leftovers::find(&proof, &mut tally).await?;
    count_open(recovery, &mut tally).await?;
    Ok(tally.into_report(recovery, applied))
}

/// A proof that is under way.
struct Proof<'a> {
    recovery: &'a Recovery,
    told: &'a dyn Progress,
    cancel: &'a CancellationToken,
    source: Side,
    standby: Side,
    translation: Arc<Translation>,
    projects: Vec<ProjectIssues>,
}

impl<'a> Proof<'a> {
    async fn begin(recovery: &'a Recovery, told: &'a dyn Progress, cancel: &'a CancellationToken) -> Result<Self> {
        let source = Side::of_point(&recovery.view, &recovery.kinds, &recovery.source_address).await?;
        let mut standby = Side::of_site(&recovery.standby, &recovery.kinds, &recovery.standby_address).await?;
        let redirects = apply::redirects(recovery).await?;
        standby.names.redirects = redirects.iter().map(|(source, target)| (target.clone(), source.clone())).collect();
        standby.names.users = apply::reversed(&recovery.settings.people.map).collect();
        let mut translation = Translation::default();
        translation.source = source.names.clone();
        translation.standby = standby.names.clone();
        translation.redirects = redirects;
        apply::bind_people(&mut translation, recovery);
        configuration::bind(recovery, &mut standby, &mut translation).await?;
        let sprints = SprintMembers::default();
        let projects = apply::by_project(&recovery.view, source.of("project"), &source.names, &sprints).await?;
        Ok(Self { recovery, told, cancel, source, standby, translation: Arc::new(translation), projects })
    }

    fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(crate::Error::Stopped) } else { Ok(()) }
    }
}

/// Counts what is not finished: nothing is proven while something is open.
async fn count_open(recovery: &Recovery, tally: &mut Tally) -> Result<()> {
    use futures::TryStreamExt;
    for state in [State::Planned, State::Intent, State::Ambiguous] {
        let mut rows = rows_in_state(recovery.journal.clone(), recovery.id, state);
        while let Some(row) = rows.try_next().await? {
            tally.problem(&row.kind, &row.source, "it is not finished; run the recovery again");
        }
    }
    let mut failed = rows_in_state(recovery.journal.clone(), recovery.id, State::Failed);
    while let Some(row) = failed.try_next().await? {
        let reason = row.reason.as_deref().unwrap_or("no reason was recorded");
        if row.kind == PLACEHOLDER {
            // What it was for is lost, and that is in the list of keys.
            tally.unfilled(row.expected.as_deref().unwrap_or(&row.source), reason);
        } else {
            tally.failed(&row.kind, &row.source, reason);
        }
    }
    Ok(())
}
