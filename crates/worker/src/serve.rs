//! A worker: takes jobs and does them.

use std::sync::Arc;

use control::id::{JobId, PersonId, TenantId};
use recovery::progress::{Progress, Silent};
use store::job::{Claim, Ending};
use store::{Job, Repository, schedule};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, info_span};

use crate::run::Hand;
use crate::{CameTo, Error, Interruption, Kinds, Ran, Result, Surroundings, holder};

/// Takes jobs and does them. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    around: Surroundings,
    kinds: Kinds,
    holder: Arc<str>,
}

impl Worker {
    /// A worker that does jobs of these kinds.
    pub fn new(around: Surroundings, kinds: Kinds) -> Self {
        Self { around, kinds, holder: holder::this().into() }
    }

    /// Does whatever is due, up to `slots` jobs at once, until `drain` is cancelled: then it takes nothing more, brings what
    /// it has to a safe point, and gives it back. With `once` it ends when nothing is due any more. Dropped, it ends as if it
    /// were killed.
    pub async fn serve(&self, slots: usize, once: bool, drain: &CancellationToken) -> Result<()> {
        let mut running = JoinSet::new();
        loop {
            while running.len() < slots && !drain.is_cancelled() {
                match self.next().await {
                    Ok(Some(job)) => drop(running.spawn(self.clone().work(job, drain.clone()))),
                    Ok(None) => break,
                    Err(error) if once => return Err(error),
                    Err(error) => {
                        tracing::warn!(%error, "the queue cannot be read");
                        break;
                    }
                }
            }
            if running.is_empty() && (once || drain.is_cancelled()) {
                return Ok(());
            }
            tokio::select! {
                Some(_) = running.join_next() => {}
                () = self.around.ambient.clock.sleep(self.around.settings.lease.poll) => {}
                () = drain.cancelled(), if !drain.is_cancelled() => {}
            }
        }
    }

    async fn work(self, job: Job, drain: CancellationToken) {
        tracing::info!(job = %job.id, kind = job.kind, attempt = job.attempt, "a job begins");
        let ran = self.run(&job, None, &Silent, &drain, Interruption::Releases).await;
        match ran.map(|ran| ran.came_to) {
            Ok(CameTo::Finished(finished)) if finished.shortfall.is_none() => {
                tracing::info!(job = %job.id, kind = job.kind, "a job is done");
            }
            Ok(CameTo::Finished(finished)) => {
                tracing::error!(job = %job.id, kind = job.kind, shortfall = ?finished.shortfall, "a job fell short");
            }
            Ok(CameTo::Failed(error)) | Err(error) => {
                tracing::error!(job = %job.id, kind = job.kind, %error, "a job failed");
            }
            Ok(came_to) => tracing::info!(job = %job.id, kind = job.kind, ?came_to, "a job stopped"),
        }
    }

    /// Takes the next job that is due. Moves schedules on first, and puts back what dead workers left.
    pub async fn next(&self) -> Result<Option<Job>> {
        let mut repository = self.around.store.write().await?;
        let job_of = |scheduled: &store::Schedule, id| {
            let kind = self.kinds.get(&scheduled.kind)?;
            kind.scheduled(scheduled, id, &self.around)
        };
        schedule::turn(repository.as_mut(), &self.around.ambient, &job_of).await?;
        self.put_back(repository.as_mut()).await?;
        let claim = self.claim();
        let job = repository.jobs().claim(&self.kinds.names(), &claim).await?;
        repository.save().await?;
        Ok(job)
    }

    /// Takes one job, due or not, in a transaction that whoever began it saves. None if somebody else works on it, or on
    /// something that it would write to.
    pub async fn take(&self, repository: &mut dyn Repository, tenant: TenantId, id: JobId) -> Result<Option<Job>> {
        self.put_back(repository).await?;
        Ok(repository.jobs().take(tenant, id, &self.claim()).await?)
    }

    /// Does a job that was taken, and gives it back. `by` is who wants it done, if somebody does. When `cancel` is cancelled
    /// it stops at the next safe point.
    pub async fn run(
        &self,
        job: &Job,
        by: Option<PersonId>,
        shown: &dyn Progress,
        cancel: &CancellationToken,
        interruption: Interruption,
    ) -> Result<Ran> {
        let kind = self.kinds.get(&job.kind).ok_or_else(|| Error::UnknownKind { kind: job.kind.clone() })?;
        let hand = Hand { around: &self.around, kind, job, by, shown, cancel, interruption };
        let span = info_span!("job", otel.name = job.kind, job = %job.id, kind = job.kind, attempt = job.attempt);
        // Boxed: what waits in it is too much for the stack of whoever drives several steps.
        Box::pin(hand.run()).instrument(span).await
    }

    fn claim(&self) -> Claim<'_> {
        let now = self.around.ambient.now();
        let until = now + self.around.settings.lease.length;
        Claim { holder: &self.holder, now, until, limits: self.around.settings.limits }
    }

    /// Puts back into the queue what nobody holds any more: leases that ran out, and those of processes of this machine that
    /// are known to be dead.
    async fn put_back(&self, repository: &mut dyn Repository) -> Result<()> {
        let now = self.around.ambient.now();
        let held = repository.jobs().held().await?;
        for job in held {
            let dead = job.lease.as_ref().filter(|lease| lease.until > now && holder::is_dead(&lease.holder));
            if let Some(lease) = dead {
                repository.jobs().expire(job.tenant, job.id, lease.token, now).await?;
            }
        }
        let poison = repository.jobs().recall(now, self.around.settings.lease.most_lost).await?;
        for job in poison {
            tracing::error!(job = %job.id, kind = job.kind, "a job killed its workers, and rests now");
            if let Some(kind) = self.kinds.get(&job.kind) {
                let ending = Ending::Rests(job.error.clone());
                kind.ended(&self.around, repository, &job, &ending, None).await?;
            }
        }
        Ok(())
    }
}
