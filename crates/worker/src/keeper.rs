//! Keeps a lease while its job is worked on, and hears of whoever wants the work to stop.

use std::sync::Arc;

use ambient::Ambient;
use jiff::Timestamp;
use store::job::Renewal;
use store::{Job, LeaseToken, Stop, Store, StoreError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::recorder::Latest;
use crate::surroundings::{LeaseSettings, Surroundings};

/// What ended work from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// The lease is lost: another process has the job, or somebody took it away.
    Lost,
    /// Somebody asked for it.
    Asked(Stop),
}

/// Renews a lease in the background, until it is dropped. Cancels the work when somebody asks to stop, or the lease is lost.
pub(crate) struct Keeper {
    cancel: CancellationToken,
    lost: CancellationToken,
    done: CancellationToken,
    task: JoinHandle<Option<Outside>>,
}

impl Keeper {
    /// Begins to renew the lease `token` of a job. `cancel` cancels the work too. A request that is `heeded` already is no
    /// reason to stop.
    pub(crate) fn start(
        around: &Surroundings,
        job: &Job,
        token: LeaseToken,
        latest: Latest,
        heeded: Option<Stop>,
        cancel: &CancellationToken,
    ) -> Self {
        let (cancel, lost, done) = (cancel.child_token(), CancellationToken::new(), CancellationToken::new());
        let lease = Lease {
            store: around.store.clone(),
            ambient: around.ambient.clone(),
            settings: around.settings.lease,
            job: (job.tenant, job.id),
            token,
            latest,
            heeded,
        };
        let task = tokio::spawn(keep(lease, cancel.clone(), lost.clone(), done.clone()));
        Self { cancel, lost, done, task }
    }

    /// Cancelled when the work must come to a safe point.
    pub(crate) fn cancelled(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Cancelled when the lease is lost: then nothing that is written counts any more, and nothing may be read.
    pub(crate) fn lost(&self) -> &CancellationToken {
        &self.lost
    }

    /// Ends the renewing; why the work was stopped from outside, if it was.
    pub(crate) async fn end(mut self) -> Option<Outside> {
        self.done.cancel();
        (&mut self.task).await.unwrap_or(None)
    }
}

impl Drop for Keeper {
    /// Whoever is dropped in the middle of the work renews no longer: another process is to go on.
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Lease {
    store: Arc<dyn Store>,
    ambient: Ambient,
    settings: LeaseSettings,
    job: (control::id::TenantId, control::id::JobId),
    token: LeaseToken,
    latest: Latest,
    heeded: Option<Stop>,
}

async fn keep(
    lease: Lease,
    cancel: CancellationToken,
    lost: CancellationToken,
    done: CancellationToken,
) -> Option<Outside> {
    let claimed = lease.ambient.clock.elapsed();
    let mut renewed = claimed;
    let mut heard = None;
    loop {
        tokio::select! {
            () = done.cancelled() => return heard,
            () = lease.ambient.clock.sleep(lease.settings.renewal) => {}
        }
        let begun = lease.ambient.clock.elapsed();
        match lease.renew(begun.saturating_sub(claimed) > lease.settings.long).await {
            Ok(asked) => {
                renewed = begun;
                // The work needs a while to come to a safe point, in which the lease is kept.
                heard = asked.filter(|stop| Some(*stop) != lease.heeded).map(Outside::Asked).or(heard);
            }
            Err(StoreError::LeaseLost { .. }) => heard = Some(Outside::Lost),
            Err(error) => {
                // The lease lasts ten renewals: one that fails is tried again, until somebody else may have the job.
                tracing::warn!(%error, "a lease could not be renewed");
                if begun.saturating_sub(renewed) > lease.settings.length {
                    heard = Some(Outside::Lost);
                }
            }
        }
        match heard {
            Some(Outside::Lost) => {
                lost.cancel();
                cancel.cancel();
                return heard;
            }
            Some(Outside::Asked(_)) => cancel.cancel(),
            None => {}
        }
    }
}

impl Lease {
    async fn renew(&self, lives: bool) -> store::Result<Option<Stop>> {
        let until: Timestamp = self.ambient.now() + self.settings.length;
        let progress = self.latest.get();
        let (tenant, id) = self.job;
        let mut repository = self.store.write().await?;
        let renewal = Renewal { until, progress: progress.as_ref(), lives };
        let stop = repository.jobs().renew(tenant, id, self.token, &renewal).await?;
        repository.save().await?;
        Ok(stop)
    }
}
