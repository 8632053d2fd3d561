//! A dry run: what a recovery over an unlocked connection would do, without a write.
//!
//! It reads the vault, so it ends with whatever locks the connection again ([`store::transition`]), as a recovery does.

use async_trait::async_trait;
use control::id::{ConnectionId, PersonId, TenantId};
use recovery::plan::{Depth, make};
use store::transition::DRY_RUN;
use store::{NewJob, Subject};
use uuid::Uuid;

use super::recovery::setup::{self, Choice};
use super::recovery::to_value;
use crate::{Error, Finished, Kind, Result, Surroundings, Work};

/// What it is called in the queue.
pub const NAME: &str = DRY_RUN;

/// The job of a dry run over a connection. One that is not over is given instead.
pub fn job(
    around: &Surroundings,
    tenant: TenantId,
    connection: ConnectionId,
    choice: &Choice,
    by: PersonId,
) -> Result<NewJob> {
    let now = around.ambient.now();
    Ok(NewJob {
        id: store::new_id(&around.ambient),
        tenant,
        kind: NAME.to_owned(),
        subject: Subject::Connection(connection),
        payload: to_value(choice)?,
        writes: None,
        dedup: Some(format!("{NAME}/{}", Uuid::from(connection).simple())),
        priority: 90,
        run_at: now,
        max_attempts: 3,
        created_by: Some(by),
        created: now,
    })
}

/// The kind.
#[derive(Debug)]
pub struct DryRun;

#[async_trait]
impl Kind for DryRun {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn run(&self, work: &Work<'_>) -> Result<Finished> {
        let Work { around, job, .. } = work;
        let Subject::Connection(connection) = job.subject else {
            return Err(Error::Gone { what: "the connection of a dry run" });
        };
        let choice = serde_json::from_value(job.payload.clone())
            .map_err(|error| Error::Unreadable { what: "what a dry run is of", reason: error.to_string() })?;
        let mut repository = around.store.write().await?;
        let state = around.settled(repository.as_mut(), job.tenant, connection).await?;
        repository.save().await?;
        if !state.opens_vault() {
            return Err(Error::NotActive);
        }
        let (run, _) = setup::prepare(around, job.tenant, &state, &choice, job.created_by).await?;
        let recovery = setup::recovery(around, &run, 0).await?;
        let plan = make(&recovery, Depth::Exact, work.progress, work.cancel).await?;
        Ok(Finished { result: to_value(&plan)?, shortfall: None })
    }
}
