//! What lives for hours and is over is forgotten, so that the database does not grow with every sign-in.

use std::time::Duration;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::{Result, Surroundings};

/// How often it is looked after.
const EVERY: Duration = Duration::from_hours(1);

/// Sessions are over long before ([`control::session::ABSOLUTE`]); so long they can still be told apart in the lists.
const SESSIONS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// So long a request that is sent again has the same answer.
const ANSWERS: SignedDuration = SignedDuration::from_hours(24);

/// How much was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Sessions.
    pub sessions: u64,
    /// Answers that were kept for requests that are sent again.
    pub answers: u64,
    /// What passkeys were asked and did not answer.
    pub ceremonies: u64,
    /// Browsers that were sent somewhere else and did not come back.
    pub errands: u64,
}

impl Surroundings {
    /// Forgets what is over, every hour until it is cancelled.
    pub async fn keep_house(&self, cancel: &CancellationToken) {
        while !cancel.is_cancelled() {
            match self.forget_what_is_over().await {
                Ok(forgotten) => tracing::debug!(?forgotten, "what is over was forgotten"),
                Err(error) => tracing::warn!(%error, "what is over was not forgotten; it is tried again in an hour"),
            }
            tokio::select! {
                () = self.ambient.clock.sleep(EVERY) => {}
                () = cancel.cancelled() => {}
            }
        }
    }

    /// Forgets what is over, of all tenants.
    pub async fn forget_what_is_over(&self) -> Result<Forgotten> {
        let now = self.ambient.now();
        // Each in a transaction of its own: it takes nobody's turn, and nobody waits for it.
        let mut repository = self.store.write().await?;
        let sessions = repository.sessions().forget_before(now - SESSIONS).await?;
        repository.save().await?;
        let mut repository = self.store.write().await?;
        let answers = repository.idempotency().forget_before(now - ANSWERS).await?;
        repository.save().await?;
        let mut repository = self.store.write().await?;
        let ceremonies = repository.passkeys().forget_before(now).await?;
        repository.save().await?;
        let mut repository = self.store.write().await?;
        let errands = repository.errands().forget_before(now).await?;
        repository.save().await?;
        Ok(Forgotten { sessions, answers, ceremonies, errands })
    }
}
