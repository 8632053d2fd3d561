//! What guards the recovery of a source: its verification policy and its recovery contacts. What takes something away waits
//! for contacts, or for three days in which nobody objects.

mod policy;

use axum::extract::State;
use control::connection::Contact;
use control::id::{PersonId, SiteId};
use control::policy::Policy;
use control::safeguards::{Change as SafeguardChange, SafeguardEvent, Safeguards};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Repository, transition};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::sites::find;
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Change, Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::{Names, PersonRef};

pub(super) use policy::{PolicyView, ProofWord};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(policies))
        .routes(routes!(contacts, name_contact))
        .routes(routes!(strike_off))
        .routes(routes!(get))
        .routes(routes!(ask_policy))
        .routes(routes!(ask_removal))
        .routes(routes!(confirm))
        .routes(routes!(object))
}

/// A recovery contact.
#[derive(Serialize, ToSchema)]
struct ContactView {
    person: PersonRef,
    registered: Timestamp,
    /// From when on their word counts: a week after they were named.
    counts: Timestamp,
}

/// What guards a source.
#[derive(Serialize, ToSchema)]
struct SafeguardsView {
    policy: PolicyView,
    contacts: Vec<ContactView>,
    /// A change that waits for contacts, or for time.
    pending: Option<PendingChangeView>,
}

/// A change that waits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PendingChangeView {
    /// The policy that it shall be.
    policy: Option<PolicyView>,
    /// The contact who shall be none any more.
    removal: Option<PersonRef>,
    asked_by: PersonRef,
    asked: Timestamp,
    confirmed_by: Vec<PersonRef>,
    /// When it takes effect if nobody objects and no request is open.
    applies: Timestamp,
}

fn contact(contact: &Contact, names: &Names) -> ContactView {
    let counts = contact.registered + control::connection::SEASONING;
    ContactView { person: names.person(contact.person), registered: contact.registered, counts }
}

fn describe(safeguards: &Safeguards, names: &Names) -> SafeguardsView {
    let pending = safeguards.pending.as_ref().map(|pending| {
        let (policy, removal) = match &pending.change {
            SafeguardChange::Policy(policy) => (Some(policy.into()), None),
            SafeguardChange::Remove(person) => (None, Some(names.person(*person))),
        };
        PendingChangeView {
            policy,
            removal,
            asked_by: names.person(pending.asked_by),
            asked: pending.asked,
            confirmed_by: pending.confirmed_by.iter().map(|&person| names.person(person)).collect(),
            applies: pending.asked + control::connection::GRACE,
        }
    });
    SafeguardsView {
        policy: (&safeguards.policy).into(),
        contacts: safeguards.contacts.iter().map(|known| contact(known, names)).collect(),
        pending,
    }
}

/// The policies that come with Lifeboat.
#[utoipa::path(get, path = "/policies", tag = "Safeguards", responses((status = OK, body = Vec<PolicyView>)))]
async fn policies() -> Json<Vec<PolicyView>> {
    let presets = [Policy::standard(), Policy::strict(), Policy::solo()];
    Json(presets.iter().map(PolicyView::from).collect())
}

/// The safeguards of a source now, after what follows of itself.
async fn current(
    components: &Components,
    repository: &mut dyn Repository,
    caller: &Caller,
    site: SiteId,
) -> Result<Safeguards, Problem> {
    find(repository, caller, site).await?;
    let (default, now) = (&components.around.settings.policy, components.around.ambient.now());
    Ok(transition::settle_safeguards(repository, caller.tenant, site, default, now).await?)
}

/// The recovery contacts of a source, the longest registered first.
#[utoipa::path(get, path = "/sites/{site}/contacts", tag = "Safeguards", params(("site" = Uuid, Path)),
    responses((status = OK, body = Vec<ContactView>)))]
async fn contacts(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
) -> Answer<Json<Vec<ContactView>>> {
    let mut repository = components.around.store.read().await?;
    find(repository.as_mut(), &caller, id).await?;
    let contacts = repository.people().contacts(caller.tenant, id).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    Ok(Json(contacts.iter().map(|known| contact(known, &names)).collect()))
}

/// Policy, contacts and a change that waits.
#[utoipa::path(get, path = "/sites/{site}/safeguards", tag = "Safeguards", params(("site" = Uuid, Path)),
    responses((status = OK, body = SafeguardsView)))]
async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
) -> Answer<Json<SafeguardsView>> {
    let mut repository = components.around.store.write().await?;
    let safeguards = current(&components, repository.as_mut(), &caller, id).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    repository.save().await?;
    Ok(Json(describe(&safeguards, &names)))
}

/// Lets something happen to the safeguards of a source.
async fn happen(components: &Components, mut change: Change, site: SiteId, event: SafeguardEvent) -> Answer {
    let caller = change.caller().clone();
    find(change.repository(), &caller, site).await?;
    match components.around.guard(change.repository(), caller.tenant, site, &event).await? {
        Ok(safeguards) => {
            let names = Names::of(change.repository(), caller.tenant).await?;
            change.save(Reply::ok(&describe(&safeguards, &names))?).await
        }
        Err(kept) => change.refuse(kept).await,
    }
}

/// Somebody of the members.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Who {
    person: Uuid,
}

/// Names a recovery contact. Their word counts a week later.
#[utoipa::path(post, path = "/sites/{site}/contacts", tag = "Safeguards", params(("site" = Uuid, Path)), request_body = Who,
    responses((status = OK, body = SafeguardsView)))]
async fn name_contact(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<SiteId>,
    Json(who): Json<Who>,
) -> Answer {
    let mut change = once.begin().await?;
    let person = PersonId::from(who.person);
    let tenant = change.caller().tenant;
    let member = change.repository().people().get(tenant, person).await?;
    let member = member.filter(|member| member.removed.is_none());
    let member = member.ok_or_else(|| Problem::field("person", "nobody here has this id"))?;
    if matches!(member.role, store::Role::Support | store::Role::SupportLead) {
        return Err(Problem::field("person", "a supporter cannot be a recovery contact: four eyes need two people"));
    }
    let by = change.caller().person.id;
    happen(&components, change, id, SafeguardEvent::AddContact { by, person }).await
}

/// Strikes off a contact whose word does not count yet.
#[utoipa::path(delete, path = "/sites/{site}/contacts/{person}", tag = "Safeguards",
    params(("site" = Uuid, Path), ("person" = Uuid, Path)), responses((status = OK, body = SafeguardsView)))]
async fn strike_off(
    State(components): State<Components>,
    once: Once,
    Named((id, person)): Named<(SiteId, PersonId)>,
) -> Answer {
    let change = once.begin().await?;
    let by = change.caller().person.id;
    let from_source = administers(change.caller());
    happen(&components, change, id, SafeguardEvent::StrikeOff { by, from_source, person }).await
}

/// Asks for another policy. What makes a recovery harder applies at once.
#[utoipa::path(post, path = "/sites/{site}/safeguards/policy", tag = "Safeguards", params(("site" = Uuid, Path)),
    request_body = PolicyView, responses((status = OK, body = SafeguardsView)))]
async fn ask_policy(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<SiteId>,
    Json(policy): Json<PolicyView>,
) -> Answer {
    ask(&components, once, id, SafeguardChange::Policy(policy.usable()?)).await
}

/// Asks for the removal of a recovery contact.
#[utoipa::path(post, path = "/sites/{site}/safeguards/removal", tag = "Safeguards", params(("site" = Uuid, Path)),
    request_body = Who, responses((status = OK, body = SafeguardsView)))]
async fn ask_removal(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<SiteId>,
    Json(who): Json<Who>,
) -> Answer {
    ask(&components, once, id, SafeguardChange::Remove(who.person.into())).await
}

async fn ask(components: &Components, once: Once, site: SiteId, wanted: SafeguardChange) -> Answer {
    let change = once.begin().await?;
    let caller = change.caller();
    let signed_in_again = caller.signed_in_again(change.now());
    let event = SafeguardEvent::Ask { by: caller.person.id, change: wanted, signed_in_again };
    happen(components, change, site, event).await
}

/// Agrees with the change that waits.
#[utoipa::path(post, path = "/sites/{site}/safeguards/confirmation", tag = "Safeguards", params(("site" = Uuid, Path)),
    responses((status = OK, body = SafeguardsView)))]
async fn confirm(State(components): State<Components>, once: Once, Named(id): Named<SiteId>) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let safeguards = current(&components, change.repository(), &caller, id).await?;
    caller.may(control::authority::Action::SafeguardConfirm, &safeguards.policy, now)?;
    happen(&components, change, id, SafeguardEvent::Confirm { by: caller.person.id }).await
}

/// Objects to the change that waits: nothing changes then.
#[utoipa::path(post, path = "/sites/{site}/safeguards/objection", tag = "Safeguards", params(("site" = Uuid, Path)),
    responses((status = OK, body = SafeguardsView)))]
async fn object(State(components): State<Components>, once: Once, Named(id): Named<SiteId>) -> Answer {
    let change = once.begin().await?;
    let by = change.caller().person.id;
    let from_source = administers(change.caller());
    happen(&components, change, id, SafeguardEvent::Object { by, from_source }).await
}

/// Whether somebody speaks as an administrator of the tenant's sites.
pub(super) fn administers(caller: &Caller) -> bool {
    caller.person.role.acts_as(store::Role::Administrator)
}
