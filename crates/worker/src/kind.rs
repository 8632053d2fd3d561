//! What can be done: one implementation for each kind of job.

use async_trait::async_trait;
use control::id::{JobId, PersonId};
use recovery::progress::Progress;
use serde_json::Value;
use store::job::Ending;
use store::{Job, LeaseToken, NewJob, Repository, Schedule};
use tokio_util::sync::CancellationToken;

use crate::{Error, Result, Surroundings};

/// A job that is being worked on.
pub struct Work<'a> {
    /// What it works with.
    pub around: &'a Surroundings,
    /// The job, as it was taken.
    pub job: &'a Job,
    /// The lease under which it is worked on.
    pub token: LeaseToken,
    /// Who wants it done now; nobody if a worker came upon it.
    pub by: Option<PersonId>,
    /// Is told how far it is.
    pub progress: &'a dyn Progress,
    /// Cancelled when the work is to stop at the next safe point, with `recovery::Error::Stopped`.
    pub cancel: &'a CancellationToken,
}

impl Work<'_> {
    /// Remembers from where the next worker goes on.
    pub async fn checkpoint(&self, checkpoint: &Value) -> Result<()> {
        let mut repository = self.around.store.write().await?;
        repository.jobs().checkpoint(self.job.tenant, self.job.id, self.token, checkpoint).await?;
        Ok(repository.save().await?)
    }
}

/// What came of work that came to its end.
#[derive(Debug)]
pub struct Finished {
    /// What came of it.
    pub result: Value,
    /// Why that is not a success, if it is none.
    pub shortfall: Option<Error>,
}

/// A kind of job. Its work may be killed at any moment and done again from the last checkpoint, by another process.
#[async_trait]
pub trait Kind: Send + Sync {
    /// What it is called in the queue.
    fn name(&self) -> &'static str;

    /// Does the work, or goes on with it.
    async fn run(&self, work: &Work<'_>) -> Result<Finished>;

    /// Takes away again what the work made.
    async fn remove(&self, _work: &Work<'_>) -> Result<Finished> {
        Ok(Finished { result: Value::Null, shortfall: None })
    }

    /// Whether it rests when it cannot go on, so that a person decides. Otherwise it fails, and the next one begins anew.
    fn rests(&self) -> bool {
        false
    }

    /// What follows from the end of the lease, in its transaction: after it, nothing is left to be done. An error that is
    /// returned inside is told to whoever did the job; it undoes nothing.
    async fn ended(
        &self,
        _around: &Surroundings,
        _repository: &mut dyn Repository,
        _job: &Job,
        _ending: &Ending,
        _result: Option<&Value>,
    ) -> Result<Option<Error>> {
        Ok(None)
    }

    /// The job of a schedule; none if this kind is not done again and again.
    fn scheduled(&self, _schedule: &Schedule, _id: JobId, _around: &Surroundings) -> Option<NewJob> {
        None
    }
}
