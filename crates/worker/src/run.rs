//! One job, from the moment it was taken until it is given back.

use control::id::PersonId;
use recovery::progress::Progress;
use serde_json::Value;
use store::job::Ending;
use store::{Job, Stop, StoreError};
use tokio_util::sync::CancellationToken;

use crate::keeper::{Keeper, Outside};
use crate::kind::{Finished, Kind, Work};
use crate::recorder::{Latest, Recorder};
use crate::{Error, Result, Surroundings, retry};

/// What an interruption or an error means for a job that a person may want to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// A person is there, and has stopped it or reads why it stopped: it rests until they want it to go on.
    Rests,
    /// Nobody is there: another worker goes on.
    Releases,
}

/// What became of a job.
#[derive(Debug)]
pub struct Ran {
    /// Whether what it had made was being removed.
    pub removing: bool,
    /// What it came to.
    pub came_to: CameTo,
}

/// What a job came to.
#[derive(Debug)]
pub enum CameTo {
    /// Its end.
    Finished(Finished),
    /// A stop that somebody asked for.
    Asked(Stop),
    /// A stop of this process.
    Interrupted,
    /// The end of its lease: somebody else has it, or stopped it.
    Lost,
    /// An error.
    Failed(Error),
}

/// A job in hand.
pub(crate) struct Hand<'a> {
    pub(crate) around: &'a Surroundings,
    pub(crate) kind: &'a dyn Kind,
    pub(crate) job: &'a Job,
    pub(crate) by: Option<PersonId>,
    pub(crate) shown: &'a dyn Progress,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) interruption: Interruption,
}

impl Hand<'_> {
    /// Works until the job is given back, or lost.
    pub(crate) async fn run(&self) -> Result<Ran> {
        let came_to = match self.job.stop {
            Some(request) => CameTo::Asked(request.stop),
            None => self.attempt(None).await,
        };
        match came_to {
            CameTo::Asked(stop @ Stop::CancelRemove) => self.give_back(true, self.attempt(Some(stop)).await).await,
            came_to => self.give_back(false, came_to).await,
        }
    }

    /// Does the work under the lease, or removes what it made if that is `heeded`.
    async fn attempt(&self, heeded: Option<Stop>) -> CameTo {
        let token = self.job.lease.as_ref().map_or(0, |lease| lease.token);
        let latest = Latest::after(self.job.progress.as_ref());
        let keeper = Keeper::start(self.around, self.job, token, latest.clone(), heeded, self.cancel);
        let recorder = Recorder { shown: self.shown, latest };
        let work = Work {
            around: self.around,
            job: self.job,
            token,
            by: self.by,
            progress: &recorder,
            cancel: keeper.cancelled(),
        };
        let doing = if heeded.is_some() { self.kind.remove(&work) } else { self.kind.run(&work) };
        let done = tokio::select! {
            biased;
            // Dropped as it stands: what it would still read is no longer its own, and what it would write is refused.
            () = keeper.lost().cancelled() => None,
            done = doing => Some(done),
        };
        let outside = keeper.end().await;
        match (done, outside) {
            (None, _) | (_, Some(Outside::Lost)) => CameTo::Lost,
            (Some(Ok(finished)), _) => CameTo::Finished(finished),
            (Some(Err(error)), _) if error.is_lost_lease() => CameTo::Lost,
            (Some(Err(error)), Some(Outside::Asked(stop))) if error.is_stop() => CameTo::Asked(stop),
            (Some(Err(error)), None) if error.is_stop() => CameTo::Interrupted,
            (Some(Err(error)), _) => CameTo::Failed(error),
        }
    }

    /// Gives the job back with everything that follows, in one transaction.
    async fn give_back(&self, removing: bool, came_to: CameTo) -> Result<Ran> {
        let Some((ending, result)) = self.ending(removing, &came_to) else { return Ok(Ran { removing, came_to }) };
        match (self.save(&ending, result).await, came_to) {
            (Ok(None), came_to) => Ok(Ran { removing, came_to }),
            (Ok(Some(objection)), _) => Ok(Ran { removing, came_to: CameTo::Failed(objection) }),
            (Err(error), _) if error.is_lost_lease() => Ok(Ran { removing, came_to: CameTo::Lost }),
            // Why the work failed says more than that its end could not be noted. The lease runs out, and somebody goes on.
            (Err(error), CameTo::Failed(why)) => {
                tracing::warn!(%error, job = %self.job.id, "the end of a job could not be noted");
                Ok(Ran { removing, came_to: CameTo::Failed(why) })
            }
            (Err(error), _) => Err(error),
        }
    }

    /// How the lease ends; not by us, if it is lost.
    fn ending<'a>(&self, removing: bool, came_to: &'a CameTo) -> Option<(Ending, Option<&'a Value>)> {
        let rests = self.kind.rests();
        let here = rests && self.interruption == Interruption::Rests;
        let now = self.around.ambient.now();
        Some(match came_to {
            CameTo::Lost => return None,
            CameTo::Finished(Finished { result, shortfall: None }) => {
                (if removing { Ending::Cancelled } else { Ending::Done }, Some(result))
            }
            CameTo::Finished(Finished { result, shortfall: Some(error) }) => {
                let error = retry::told(error);
                (if rests { Ending::Rests(Some(error)) } else { Ending::Failed(error) }, Some(result))
            }
            CameTo::Asked(Stop::Pause) => (Ending::Rests(None), None),
            CameTo::Asked(Stop::CancelKeep | Stop::CancelRemove) => (Ending::Cancelled, None),
            CameTo::Interrupted if here => (Ending::Rests(None), None),
            CameTo::Interrupted => (Ending::Released { at: now }, None),
            CameTo::Failed(error) if here => (Ending::Rests(Some(retry::told(error))), None),
            CameTo::Failed(error) => (retry::after(error, self.job, rests, &self.around.ambient), None),
        })
    }

    async fn save(&self, ending: &Ending, result: Option<&Value>) -> Result<Option<Error>> {
        let (tenant, id) = (self.job.tenant, self.job.id);
        let token = self.job.lease.as_ref().map_or(0, |lease| lease.token);
        let mut repository = self.around.store.write().await?;
        // As it is now: it says who asked for a stop meanwhile.
        let job = repository.jobs().get(tenant, id).await?;
        let job = job.ok_or_else(|| StoreError::Missing { what: format!("job {id}") })?;
        repository.jobs().end(tenant, id, token, ending, result, self.around.ambient.now()).await?;
        let objection = self.kind.ended(self.around, repository.as_mut(), &job, ending, result).await?;
        repository.save().await?;
        Ok(objection)
    }
}
