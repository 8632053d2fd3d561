//! One event of a connection or of what guards a source, from state to state: decided, stored and audited in one transaction.
//!
//! The policy belongs to the source: what is passed as `default` counts for a source that has none of its own.

mod safeguard;

use control::audit::Happening;
use control::connection::{Effect, Event, Refused, State, Transition, decide, due};
use control::id::{ConnectionId, SiteId, TenantId};
use control::policy::Policy;
use jiff::Timestamp;

pub use safeguard::{apply_safeguard, settle_connections, settle_safeguards};

use crate::job::JobFilter;
use crate::{JobState, Repository, Result, Subject};

/// What dry runs of recoveries are called in the queue.
pub const DRY_RUN: &str = "plan";

/// Decides `event`, stores the next state, and writes the one audit event that belongs to it. A refusal is audited too, with
/// its cause: save the transaction in both cases. Then do what the effects say.
///
/// What somebody stops (a veto, a suspension, an end) stops for its worker in the same transaction: from then on it writes
/// nothing, and hears of it when it next renews its lease.
///
/// The connection `id` of an [`Event::Create`] is the new one's.
pub async fn apply(
    repository: &mut dyn Repository,
    tenant: TenantId,
    id: ConnectionId,
    event: &Event,
    default: &Policy,
    now: Timestamp,
) -> Result<std::result::Result<Transition, Refused>> {
    let state = state_before(repository, tenant, id, event).await?;
    let policy = policy_of(repository, tenant, source_of(&state, Some(event)), default).await?;
    let decided = decide(&state, event, &policy, now);
    let (actor, action, subject) = (event.actor(), event.action(), format!("connection/{id}"));
    let happening = match &decided {
        Ok(transition) => {
            repository.connections().save(&transition.state).await?;
            stop_job(repository, tenant, event, transition, now).await?;
            stop_plans(repository, tenant, id, &transition.state, now).await?;
            describe(Happening::done(now, actor, action, subject), &transition.state)
        }
        Err(refused) => describe(Happening::refused(now, actor, action, subject, refused.cause), &state),
    };
    repository.audit().append(tenant, happening.with("policy", &policy.name)).await?;
    Ok(decided)
}

/// Applies all that follows of itself at `now`: cool-down, unlock, time-outs. In the same transaction as what it follows. Gives
/// what happened, for whoever tells people.
pub async fn settle(
    repository: &mut dyn Repository,
    tenant: TenantId,
    id: ConnectionId,
    default: &Policy,
    now: Timestamp,
) -> Result<Vec<(Event, Transition)>> {
    let mut settled = vec![];
    loop {
        let state = repository.connections().state(tenant, id).await?.unwrap_or_default();
        let policy = policy_of(repository, tenant, source_of(&state, None), default).await?;
        let Some(event) = due(&state, &policy, now) else { return Ok(settled) };
        match apply(repository, tenant, id, &event, default, now).await? {
            Ok(transition) => settled.push((event, transition)),
            Err(_) => return Ok(settled),
        }
    }
}

/// The source of a connection that is, or is to be made.
fn source_of(state: &State, event: Option<&Event>) -> Option<SiteId> {
    match (&state.connection, event) {
        (Some(connection), _) => Some(connection.source),
        (None, Some(Event::Create(new))) => Some(new.source),
        (None, _) => None,
    }
}

/// The policy of a source: its own, or the default one.
async fn policy_of(
    repository: &mut dyn Repository,
    tenant: TenantId,
    source: Option<SiteId>,
    default: &Policy,
) -> Result<Policy> {
    let own = match source {
        Some(source) => repository.safeguards().policy(tenant, source).await?,
        None => None,
    };
    Ok(own.unwrap_or_else(|| default.clone()))
}

/// Takes the recovery's job from whoever holds it, if the transition says so. That a job rests is its worker's own word.
async fn stop_job(
    repository: &mut dyn Repository,
    tenant: TenantId,
    event: &Event,
    transition: &Transition,
    now: Timestamp,
) -> Result<()> {
    let state = if transition.effects.contains(&Effect::EndJob) {
        JobState::Cancelled
    } else if transition.effects.contains(&Effect::PauseJob) && !matches!(event, Event::PauseJob { .. }) {
        JobState::Paused
    } else {
        return Ok(());
    };
    let Some(request) = &transition.state.request else { return Ok(()) };
    let Some(run) = repository.recoveries().of_request(tenant, request.id).await? else { return Ok(()) };
    let job = repository.jobs().get(tenant, run.job).await?;
    match job.filter(|job| !job.state.is_final()) {
        Some(job) => repository.jobs().seize(tenant, job.id, state, now).await,
        None => Ok(()),
    }
}

/// Ends the dry runs over a connection that does not open the vault any more: they read it, too.
async fn stop_plans(
    repository: &mut dyn Repository,
    tenant: TenantId,
    id: ConnectionId,
    state: &State,
    now: Timestamp,
) -> Result<()> {
    if state.opens_vault() {
        return Ok(());
    }
    let plans =
        JobFilter { kind: Some(DRY_RUN.to_owned()), subject: Some(Subject::Connection(id)), ..JobFilter::default() };
    // At most one of a connection is not over, and it is among the newest.
    let jobs = repository.jobs().list(tenant, &plans, None, 10).await?;
    for job in jobs {
        if !job.state.is_final() {
            repository.jobs().seize(tenant, job.id, JobState::Cancelled, now).await?;
        }
    }
    Ok(())
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
