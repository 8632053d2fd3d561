//! One event of what guards a source: its policy and its recovery contacts.

use control::audit::Happening;
use control::id::{PersonId, SiteId, TenantId};
use control::policy::Policy;
use control::safeguards::{Change, Circumstances, Kept, SafeguardEvent, Safeguards};
use jiff::Timestamp;

use super::settle;
use crate::{Repository, Result, Role};

/// Decides `event`, saves what guards the source from now on, and writes the one audit event that belongs to it. A refusal is
/// audited too, with its cause: save the transaction in both cases. Then tell everybody concerned of every change.
pub async fn apply_safeguard(
    repository: &mut dyn Repository,
    tenant: TenantId,
    source: SiteId,
    event: &SafeguardEvent,
    default: &Policy,
    now: Timestamp,
) -> Result<std::result::Result<Safeguards, Kept>> {
    let before = repository.safeguards().get(tenant, source, default).await?;
    let around = Surroundings::of(repository, tenant, source).await?;
    let decided = before.after(event, around.at(now));
    let (actor, action, subject) = (event.actor(), event.action(), format!("site/{source}"));
    let happening = match &decided {
        Ok(next) => {
            save(repository, tenant, source, &before, next).await?;
            describe(Happening::done(now, actor, action, subject), event, next)
        }
        Err(kept) => describe(Happening::refused(now, actor, action, subject, kept), event, &before),
    };
    repository.audit().append(tenant, happening).await?;
    Ok(decided)
}

/// Applies the change that waits, if its time has come and nothing else is in its way; what guards the source then. A request
/// whose own time is over is not in its way: if a change waits, the source's connections are settled first.
pub async fn settle_safeguards(
    repository: &mut dyn Repository,
    tenant: TenantId,
    source: SiteId,
    default: &Policy,
    now: Timestamp,
) -> Result<Safeguards> {
    let before = repository.safeguards().get(tenant, source, default).await?;
    if before.pending.is_none() {
        return Ok(before);
    }
    settle_connections(repository, tenant, source, default, now).await?;
    let around = Surroundings::of(repository, tenant, source).await?;
    let Some(event) = before.due(around.at(now)) else { return Ok(before) };
    Ok(apply_safeguard(repository, tenant, source, &event, default, now).await?.unwrap_or(before))
}

/// Applies all that follows of itself over any connection of a source.
pub async fn settle_connections(
    repository: &mut dyn Repository,
    tenant: TenantId,
    source: SiteId,
    default: &Policy,
    now: Timestamp,
) -> Result<()> {
    let connections = repository.connections().list(tenant).await?;
    for connection in connections.iter().filter(|connection| connection.source == source) {
        settle(repository, tenant, connection.id, default, now).await?;
    }
    Ok(())
}

/// A source whose policy stays as it is does not get one of its own by another change.
async fn save(
    repository: &mut dyn Repository,
    tenant: TenantId,
    source: SiteId,
    before: &Safeguards,
    next: &Safeguards,
) -> Result<()> {
    let mut safeguards = repository.safeguards();
    if next.policy == before.policy {
        safeguards.save_but_policy(tenant, source, next).await
    } else {
        safeguards.save(tenant, source, next).await
    }
}

/// What else matters for a decision, as it is stored.
struct Surroundings {
    request_open: bool,
    banned: Vec<PersonId>,
    supporters: usize,
}

impl Surroundings {
    async fn of(repository: &mut dyn Repository, tenant: TenantId, source: SiteId) -> Result<Self> {
        let people = repository.people().list(tenant).await?;
        let supporters = people.iter().filter(|person| person.role.acts_as(Role::Support)).count();
        let mut around = Self { request_open: false, banned: vec![], supporters };
        let connections = repository.connections().list(tenant).await?;
        for connection in connections.into_iter().filter(|connection| connection.source == source) {
            let state = repository.connections().state(tenant, connection.id).await?.unwrap_or_default();
            around.request_open |= state.request.is_some_and(|request| request.status.is_open());
            around.banned.extend(connection.banned);
        }
        Ok(around)
    }

    fn at(&self, now: Timestamp) -> Circumstances<'_> {
        Circumstances { request_open: self.request_open, banned: &self.banned, supporters: self.supporters, now }
    }
}

fn describe(happening: Happening, event: &SafeguardEvent, after: &Safeguards) -> Happening {
    let happening = happening.with("policy", &after.policy.name).with("waits", after.pending.is_some());
    let asked = match event {
        SafeguardEvent::AddContact { person, .. } | SafeguardEvent::StrikeOff { person, .. } => {
            return happening.with("person", person);
        }
        SafeguardEvent::Ask { change, .. } => Some(change),
        _ => after.pending.as_ref().map(|pending| &pending.change),
    };
    match asked {
        Some(Change::Policy(policy)) => happening.with("asked-policy", &policy.name),
        Some(Change::Remove(person)) => happening.with("person", person),
        None => happening,
    }
}
