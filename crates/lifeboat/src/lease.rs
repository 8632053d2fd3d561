//! Leases of long runs: one process works on a run, and keeps saying so while it does.

mod process;

use std::time::Duration;

use ambient::Ambient;
use anyhow::Result;
use control::id::{CaptureId, RecoveryId, TenantId};
use jiff::Timestamp;
use serde_json::Value;
use store::{Lease as Held, LeaseToken, Stop, Store, StoreError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::exit::Fault;

/// How long a lease lasts unless renewed: a process that died on another host is taken over after this, one that died on
/// this host at once.
pub(crate) const LENGTH: Duration = Duration::from_secs(20);
const RENEW_EVERY: Duration = Duration::from_secs(2);

/// Which process this is: host and number for people to read, and what tells it from every other one.
pub(crate) fn holder() -> String {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let named = format!("{} {}", host.trim(), std::process::id()).trim().to_owned();
    match process::this() {
        Some(identity) => format!("{named} {identity}"),
        None => named,
    }
}

/// The moment from which a lease may be taken: now, unless its holder is known to be dead. The claim that follows must be
/// in the same transaction as the reading of `held`; it makes the dead one's token worthless, as every claim does.
pub(crate) fn free_from(held: Option<&Held>, now: Timestamp) -> Timestamp {
    match held {
        Some(lease) if process::is_dead(&lease.holder) => now.max(lease.until),
        _ => now,
    }
}

/// Tries to take a lease until one that a killed process left behind must have ended.
pub(crate) async fn wait_for<T>(app: &App, what: &str, attempt: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let began = app.ambient.clock.elapsed();
    let mut told = false;
    loop {
        if let Some(taken) = attempt().await? {
            return Ok(taken);
        }
        if app.ambient.clock.elapsed().saturating_sub(began) > LENGTH + RENEW_EVERY {
            return Err(Fault::refused(format!("another process works on {what}: wait until it has ended")).into());
        }
        if !std::mem::replace(&mut told, true) {
            app.output
                .note(&format!("another process has {what}; if it died, its lease ends within {} s", LENGTH.as_secs()));
        }
        app.ambient.clock.sleep(Duration::from_secs(1)).await;
    }
}

/// What ended a run from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Another process holds the run now.
    Lost,
    /// Somebody asked for it.
    Asked(Stop),
}

/// Renews a lease in the background; cancels the work when the lease is lost or somebody asks to stop.
pub(crate) struct Keeper {
    cancel: CancellationToken,
    done: CancellationToken,
    task: JoinHandle<Option<Ended>>,
}

#[derive(Clone, Copy)]
enum Run {
    Capture(CaptureId),
    Recovery(RecoveryId),
    Removal(RecoveryId),
}

impl Keeper {
    /// Keeps the lease of a capture. `cancel` stops the work too.
    pub(crate) fn capture(app: &App, id: CaptureId, token: LeaseToken, cancel: CancellationToken) -> Self {
        Self::start(app, Run::Capture(id), token, cancel)
    }

    /// Keeps the lease of a recovery. `cancel` stops the work too.
    pub(crate) fn recovery(app: &App, id: RecoveryId, token: LeaseToken, cancel: CancellationToken) -> Self {
        Self::start(app, Run::Recovery(id), token, cancel)
    }

    /// Keeps the lease of a recovery whose work is being removed: that this was asked for does not stop it.
    pub(crate) fn removal(app: &App, id: RecoveryId, token: LeaseToken, cancel: CancellationToken) -> Self {
        Self::start(app, Run::Removal(id), token, cancel)
    }

    fn start(app: &App, run: Run, token: LeaseToken, cancel: CancellationToken) -> Self {
        let cancel = cancel.child_token();
        let done = CancellationToken::new();
        let task = tokio::spawn(keep(Lease {
            store: app.store.clone(),
            ambient: app.ambient.clone(),
            tenant: app.tenant,
            run,
            token,
            cancel: cancel.clone(),
            done: done.clone(),
        }));
        Self { cancel, done, task }
    }

    /// Cancelled when the work must stop.
    pub(crate) fn cancelled(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Ends the renewing; why the work was stopped from outside, if it was.
    pub(crate) async fn end(self) -> Option<Ended> {
        self.done.cancel();
        self.task.await.unwrap_or(None)
    }

    /// Ends the renewing; whether the lease was lost.
    pub(crate) async fn stop(self) -> bool {
        self.end().await == Some(Ended::Lost)
    }
}

struct Lease {
    store: std::sync::Arc<dyn Store>,
    ambient: Ambient,
    tenant: TenantId,
    run: Run,
    token: LeaseToken,
    cancel: CancellationToken,
    done: CancellationToken,
}

async fn keep(lease: Lease) -> Option<Ended> {
    loop {
        tokio::select! {
            () = lease.done.cancelled() => return None,
            () = lease.ambient.clock.sleep(RENEW_EVERY) => {}
        }
        let ended = match lease.renew().await {
            Ok(None) => continue,
            Ok(Some(stop)) => Ended::Asked(stop),
            Err(StoreError::LeaseLost { .. }) => Ended::Lost,
            Err(error) => {
                // The lease lasts ten renewals: one that fails is tried again.
                tracing::warn!(%error, "a lease could not be renewed");
                continue;
            }
        };
        lease.cancel.cancel();
        return Some(ended);
    }
}

impl Lease {
    async fn renew(&self) -> store::Result<Option<Stop>> {
        let until: Timestamp = self.ambient.now() + LENGTH;
        let mut repository = self.store.write().await?;
        let stop = match self.run {
            Run::Capture(id) => {
                repository.captures().renew(self.tenant, id, self.token, until, &Value::Null).await?;
                None
            }
            Run::Recovery(id) => repository.recoveries().renew(self.tenant, id, self.token, until).await?,
            Run::Removal(id) => {
                let asked = repository.recoveries().renew(self.tenant, id, self.token, until).await?;
                asked.filter(|stop| *stop != Stop::CancelRemove)
            }
        };
        repository.save().await?;
        Ok(stop)
    }
}
