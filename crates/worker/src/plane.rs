//! The connection that a recovery is done over: every change of it is one event through `control`'s transition function,
//! saved together with its audit event; then whatever follows of itself.

use control::connection::{Event, Refused, State};
use control::id::{ConnectionId, SiteId, TenantId};
use control::policy::Policy;
use control::safeguards::{Kept, SafeguardEvent, Safeguards};
use store::{Repository, transition};

use crate::{Error, Result, Surroundings};

impl Surroundings {
    /// A connection's state now, after everything that is due.
    pub async fn connection(&self, tenant: TenantId, id: ConnectionId) -> Result<State> {
        let mut repository = self.store.write().await?;
        let state = self.settled(repository.as_mut(), tenant, id).await?;
        repository.save().await?;
        Ok(state)
    }

    /// [`Self::connection`] in a transaction that goes on.
    pub async fn settled(&self, repository: &mut dyn Repository, tenant: TenantId, id: ConnectionId) -> Result<State> {
        self.settle(repository, tenant, id, None).await?;
        let state = repository.connections().state(tenant, id).await?;
        state.ok_or(Error::Gone { what: "the connection" })
    }

    /// Lets `event` happen to a connection (or make it), and then whatever follows of itself. A refusal is audited and
    /// changes nothing: whoever began the transaction saves it in both cases.
    pub async fn happen(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        id: ConnectionId,
        event: &Event,
    ) -> Result<std::result::Result<State, Refused>> {
        let (default, now) = (&self.settings.policy, self.ambient.now());
        self.settle(repository, tenant, id, Some(event)).await?;
        let decided = transition::apply(repository, tenant, id, event, default, now).await?;
        match &decided {
            Ok(transition) => self.tell(repository, tenant, event, &transition.state, &transition.effects).await?,
            Err(refused) => {
                // A token that is used twice is told of though nothing changed.
                let state = repository.connections().state(tenant, id).await?.unwrap_or_default();
                self.tell(repository, tenant, event, &state, &refused.effects).await?;
            }
        }
        self.settle_connection(repository, tenant, id).await?;
        let state = repository.connections().state(tenant, id).await?;
        match decided {
            Ok(_) => Ok(Ok(state.ok_or(Error::Gone { what: "the connection" })?)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Lets `event` happen to what guards a source, after everything that is due there. A refusal is audited and changes
    /// nothing: whoever began the transaction saves it in both cases.
    pub async fn guard(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        source: SiteId,
        event: &SafeguardEvent,
    ) -> Result<std::result::Result<Safeguards, Kept>> {
        let (default, now) = (&self.settings.policy, self.ambient.now());
        transition::settle_safeguards(repository, tenant, source, default, now).await?;
        // A request whose time is over is in nothing's way.
        transition::settle_connections(repository, tenant, source, default, now).await?;
        Ok(transition::apply_safeguard(repository, tenant, source, event, default, now).await?)
    }

    /// What it takes to unlock a recovery of a source: its own policy, or that of the settings.
    pub async fn policy(&self, repository: &mut dyn Repository, tenant: TenantId, source: SiteId) -> Result<Policy> {
        let own = repository.safeguards().policy(tenant, source).await?;
        Ok(own.unwrap_or_else(|| self.settings.policy.clone()))
    }

    /// Lets happen what is due of itself: first to what guards the source, because nothing of it changes once a request is
    /// open, then to the connection.
    async fn settle(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        id: ConnectionId,
        event: Option<&Event>,
    ) -> Result<()> {
        let (default, now) = (&self.settings.policy, self.ambient.now());
        let connection = repository.connections().state(tenant, id).await?.and_then(|state| state.connection);
        let source = match (connection, event) {
            (Some(connection), _) => Some(connection.source),
            (None, Some(Event::Create(new))) => Some(new.source),
            (None, _) => None,
        };
        if let Some(source) = source {
            transition::settle_safeguards(repository, tenant, source, default, now).await?;
        }
        self.settle_connection(repository, tenant, id).await
    }

    /// Lets happen to a connection what is due of itself, and tells people of it.
    async fn settle_connection(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<()> {
        let settled = transition::settle(repository, tenant, id, &self.settings.policy, self.ambient.now()).await?;
        for (event, transition) in settled {
            self.tell(repository, tenant, &event, &transition.state, &transition.effects).await?;
        }
        Ok(())
    }
}
