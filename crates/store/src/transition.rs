//! One event of a connection, from state to state: decided, stored and audited in one transaction.

use control::audit::Happening;
use control::connection::{Event, Refused, State, Transition, decide, due};
use control::id::{ConnectionId, TenantId};
use control::policy::Policy;
use jiff::Timestamp;

use crate::{Repository, Result};

/// Decides `event`, stores the next state, and writes the one audit event that belongs to it. A refusal is audited too, with
/// its cause: save the transaction in both cases. Then do what the effects say.
///
/// The connection `id` of an [`Event::Create`] is the new one's.
pub async fn apply(
    repository: &mut dyn Repository,
    tenant: TenantId,
    id: ConnectionId,
    event: &Event,
    policy: &Policy,
    now: Timestamp,
) -> Result<std::result::Result<Transition, Refused>> {
    let state = state_before(repository, tenant, id, event).await?;
    let decided = decide(&state, event, policy, now);
    let (actor, action, subject) = (event.actor(), event.action(), format!("connection/{id}"));
    let happening = match &decided {
        Ok(transition) => {
            repository.connections().save(&transition.state).await?;
            describe(Happening::done(now, actor, action, subject), &transition.state)
        }
        Err(refused) => describe(Happening::refused(now, actor, action, subject, refused.cause), &state),
    };
    repository.audit().append(tenant, happening.with("policy", &policy.name)).await?;
    Ok(decided)
}

/// Applies all that follows of itself at `now`: cool-down, unlock, time-outs. In the same transaction as what it follows.
pub async fn settle(
    repository: &mut dyn Repository,
    tenant: TenantId,
    id: ConnectionId,
    policy: &Policy,
    now: Timestamp,
) -> Result<Vec<Transition>> {
    let mut settled = vec![];
    loop {
        let state = repository.connections().state(tenant, id).await?.unwrap_or_default();
        let Some(event) = due(&state, policy, now) else { return Ok(settled) };
        match apply(repository, tenant, id, &event, policy, now).await? {
            Ok(transition) => settled.push(transition),
            Err(_) => return Ok(settled),
        }
    }
}

async fn state_before(
    repository: &mut dyn Repository,
    tenant: TenantId,
    id: ConnectionId,
    event: &Event,
) -> Result<State> {
    if let Some(state) = repository.connections().state(tenant, id).await? {
        return Ok(state);
    }
    match event {
        Event::Create(new) => {
            let contacts = repository.people().contacts(tenant, new.source).await?;
            Ok(State { contacts, ..State::default() })
        }
        _ => Ok(State::default()),
    }
}

fn describe(happening: Happening, state: &State) -> Happening {
    let happening = match &state.connection {
        Some(connection) => {
            happening.with("connection", word(connection.status)).with("generation", connection.generation)
        }
        None => happening,
    };
    match &state.request {
        Some(request) => happening.with("request", word(request.status)).with("request-id", request.id),
        None => happening,
    }
}

/// The stored word of a status.
fn word(status: impl std::fmt::Debug) -> String {
    format!("{status:?}").to_lowercase()
}
