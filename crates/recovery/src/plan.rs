//! Plan: what a recovery would do, before anything is written.
//!
//! Reads the recovery point and the standby as it is now, writes nothing, and decides as [`crate::apply`] will: what is on
//! the standby already, what will be made, what cannot be, which keys are free, who is missing, what is lost and how often,
//! and how long it will take by Jira's own limits.
//!
//! Start at [`make`].

mod configuration;
mod dry;
mod estimate;
mod projects;
mod report;
mod text;

use site::Translation;
use tokio_util::sync::CancellationToken;

pub use estimate::Estimate;
pub use report::{Cannot, KindPlan, MissingPermission, MissingUser, Plan, ProjectPlan};

use crate::progress::Progress;
use crate::{Error, Recovery, Result, Side, apply};

/// What the account must be allowed to do, and why.
const PERMISSIONS: [(&str, &str); 3] = [
    ("ADMINISTER", "creates projects, fields, statuses and the rest of the configuration"),
    ("BULK_CHANGE", "moves sub-tasks under parents that came later, and deletes placeholders"),
    ("USER_PICKER", "finds the users of the source on the standby"),
];

/// How thorough a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Counts of what the index knows: fast, at any size.
    Counts,
    /// Every object is prepared as if it were written, so that each loss is counted.
    Exact,
}

/// Makes the plan of a recovery.
pub async fn make(
    recovery: &Recovery,
    depth: Depth,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Plan> {
    let asked = recovery.ambient.clock.elapsed();
    let tenant = recovery.standby.tenant().await?;
    let latency = recovery.ambient.clock.elapsed().saturating_sub(asked);
    if tenant == recovery.source {
        return Err(Error::SameSite { site: recovery.standby_address.clone() });
    }
    let source = Side::of_point(&recovery.view, &recovery.kinds, &recovery.source_address).await?;
    let mut standby = Side::of_site(&recovery.standby, &recovery.kinds, &recovery.standby_address).await?;
    let mut plan = Plan::new(recovery);
    plan.permissions = missing_permissions(recovery).await?;

    let mut translation = Translation::default();
    translation.source = source.names.clone();
    apply::bind_people(&mut translation, recovery);
    configuration::decide(recovery, &source, &mut standby, &mut translation, &mut plan);
    translation.standby = standby.names.clone();

    let projects = projects::decide(recovery, &source, &mut plan).await?;
    if depth == Depth::Exact {
        let planning = dry::Dry { recovery, translation, progress, cancel };
        planning.run(&projects, &mut plan).await?;
    }
    plan.estimate = estimate::estimate(&plan, latency);
    Ok(plan)
}

async fn missing_permissions(recovery: &Recovery) -> Result<Vec<MissingPermission>> {
    let keys = PERMISSIONS.map(|(key, _)| key);
    let granted = recovery.standby.my_permissions(&keys).await?;
    let missing = PERMISSIONS.iter().filter(|(key, _)| granted.get(*key) != Some(&true));
    Ok(missing.map(|(key, why)| MissingPermission { key: (*key).to_owned(), why: (*why).to_owned() }).collect())
}
