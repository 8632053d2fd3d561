//! Who is here, and in which role.

use axum::extract::State;
use control::authority::{Action, Role};
use control::id::PersonId;
use control::policy::Policy;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Person, Repository};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::account::invite;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::etag::IfMatch;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::PersonRef;
use crate::{Components, PREFIX};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(get, change, remove)).routes(routes!(invite_again))
}

/// Somebody who acts here.
#[derive(Serialize, ToSchema)]
pub(super) struct Member {
    #[serde(flatten)]
    person: PersonRef,
    role: RoleWord,
    added: Timestamp,
}

/// What somebody is here.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RoleWord {
    Owner,
    Administrator,
    Operator,
    Auditor,
    Contact,
    Support,
    SupportLead,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Owner => Self::Owner,
            RoleWord::Administrator => Self::Administrator,
            RoleWord::Operator => Self::Operator,
            RoleWord::Auditor => Self::Auditor,
            RoleWord::Contact => Self::Contact,
            RoleWord::Support => Self::Support,
            RoleWord::SupportLead => Self::SupportLead,
        }
    }
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Administrator => Self::Administrator,
            Role::Operator => Self::Operator,
            Role::Auditor => Self::Auditor,
            Role::Contact => Self::Contact,
            Role::Support => Self::Support,
            Role::SupportLead => Self::SupportLead,
        }
    }
}

/// A role's name in the API.
pub(super) fn role_word(role: Role) -> String {
    role.title().replace(' ', "-")
}

fn describe(person: &Person) -> Member {
    Member { person: crate::view::person_ref(person), role: person.role.into(), added: person.added }
}

/// Everybody, by e-mail address.
#[utoipa::path(get, path = "/members", tag = "Members", responses((status = OK, body = Vec<Member>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<Member>>> {
    let mut repository = components.around.store.read().await?;
    let people = repository.people().list(caller.tenant).await?;
    Ok(Json(people.iter().map(describe).collect()))
}

/// One of them.
#[utoipa::path(get, path = "/members/{member}", tag = "Members", params(("member" = Uuid, Path)),
    responses((status = OK, body = Member)))]
async fn get(State(components): State<Components>, caller: Caller, Named(id): Named<PersonId>) -> Answer<Json<Member>> {
    let mut repository = components.around.store.read().await?;
    Ok(Json(describe(&member(repository.as_mut(), &caller, id).await?)))
}

async fn member(repository: &mut dyn Repository, caller: &Caller, id: PersonId) -> Result<Person, Problem> {
    let person = repository.people().get(caller.tenant, id).await?;
    person.filter(|person| person.removed.is_none()).ok_or_else(Problem::not_found)
}

/// Somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    #[schema(max_length = 320, format = Email)]
    email: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    role: RoleWord,
}

/// Somebody new, and the link by which they join.
#[derive(Serialize, ToSchema)]
struct Invited {
    #[serde(flatten)]
    member: Member,
    /// Works once, for 7 days. It is shown once: give it to them, and to nobody else.
    link: String,
}

/// Adds somebody. The answer has the link by which they join, once.
#[utoipa::path(post, path = "/members", tag = "Members", request_body = NewMember,
    responses((status = CREATED, body = Invited)))]
async fn add(State(components): State<Components>, once: Once, Json(new): Json<NewMember>) -> Answer {
    let mut change = once.begin().await?;
    may_change(change.caller(), new.role.into(), change.now())?;
    let (tenant, now) = (change.caller().tenant, change.now());
    let person = Person {
        id: store::new_id(&components.around.ambient),
        tenant,
        email: email(&new.email)?,
        name: name(&new.name)?,
        role: new.role.into(),
        added: now,
        removed: None,
    };
    change.repository().people().add(&person).await?;
    let link = invite(&components, change.repository(), (tenant, person.id), now).await?;
    let subject = format!("person/{}", person.id);
    change.audit(action(person.role), subject, &[("change", &"added"), ("role", &person.role.title())]).await?;
    let place = format!("{PREFIX}/members/{}", person.id);
    change.save(Reply::created(place, &Invited { member: describe(&person), link })?.secret()).await
}

/// Makes another link for somebody who lost theirs or forgot their password.
#[utoipa::path(post, path = "/members/{member}/invitation", tag = "Members", params(("member" = Uuid, Path)),
    responses((status = OK, body = Invited)))]
async fn invite_again(State(components): State<Components>, once: Once, Named(id): Named<PersonId>) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let person = member(change.repository(), &caller, id).await?;
    may_change(&caller, person.role, change.now())?;
    let now = change.now();
    let link = invite(&components, change.repository(), (caller.tenant, id), now).await?;
    change.audit(action(person.role), format!("person/{id}"), &[("change", &"invited")]).await?;
    change.save(Reply::ok(&Invited { member: describe(&person), link })?.secret()).await
}

/// What shall be otherwise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    role: Option<RoleWord>,
}

/// Changes somebody's name or role. The last owner stays one.
#[utoipa::path(patch, path = "/members/{member}", tag = "Members", params(("member" = Uuid, Path)),
    request_body = MemberChange, responses((status = OK, body = Member)))]
async fn change(once: Once, Named(id): Named<PersonId>, if_match: IfMatch, Json(wanted): Json<MemberChange>) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let mut person = member(change.repository(), &caller, id).await?;
    may_change(&caller, person.role, change.now())?;
    if_match.admits(&describe(&person))?;
    if let Some(role) = wanted.role.map(Role::from).filter(|role| *role != person.role) {
        may_change(&caller, role, change.now())?;
        keep_an_owner(change.repository(), &person).await?;
        person.role = role;
        // What they signed in for as somebody else ends.
        let now = change.now();
        change.repository().sessions().end_all(caller.tenant, id, now).await?;
    }
    if let Some(wanted) = &wanted.name {
        person.name = name(wanted)?;
    }
    change.repository().people().change(&person).await?;
    let details: [(&str, &(dyn std::fmt::Display + Sync)); 2] =
        [("change", &"changed"), ("role", &person.role.title())];
    change.audit(action(person.role), format!("person/{id}"), &details).await?;
    change.save(Reply::ok(&describe(&person))?).await
}

/// Removes somebody: their sessions and keys end at once. The audit log keeps their name.
#[utoipa::path(delete, path = "/members/{member}", tag = "Members", params(("member" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(once: Once, Named(id): Named<PersonId>) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let person = member(change.repository(), &caller, id).await?;
    may_change(&caller, person.role, now)?;
    keep_an_owner(change.repository(), &person).await?;
    refuse_contacts(change.repository(), &person).await?;
    let removed = Person { removed: Some(now), ..person.clone() };
    change.repository().people().change(&removed).await?;
    change.repository().sessions().end_all(caller.tenant, id, now).await?;
    let keys = change.repository().api_keys().list(caller.tenant, Some(id)).await?;
    for key in keys {
        if key.revoked.is_none() {
            change.repository().api_keys().revoke(caller.tenant, &key.id, now).await?;
        }
    }
    change.audit(action(person.role), format!("person/{id}"), &[("change", &"removed")]).await?;
    change.done().await
}

/// Which action it is to change somebody of a role.
fn action(role: Role) -> Action {
    match role {
        Role::Support | Role::SupportLead => Action::SupporterChange,
        _ => Action::MemberChange,
    }
}

fn may_change(caller: &Caller, role: Role, now: Timestamp) -> Result<(), Problem> {
    caller.may(action(role), &Policy::standard(), now)
}

async fn keep_an_owner(repository: &mut dyn Repository, person: &Person) -> Result<(), Problem> {
    let people = repository.people().list(person.tenant).await?;
    let others = people.iter().any(|other| other.role == Role::Owner && other.id != person.id);
    if person.role == Role::Owner && !others {
        return Err(Problem::refused("This is the last owner. Make somebody else an owner first."));
    }
    Ok(())
}

/// A recovery contact is taken off the source first, which others must agree to.
async fn refuse_contacts(repository: &mut dyn Repository, person: &Person) -> Result<(), Problem> {
    let sites = repository.sites().list(person.tenant).await?;
    for site in sites {
        let contacts = repository.people().contacts(person.tenant, site.id).await?;
        if contacts.iter().any(|contact| contact.person == person.id) {
            let detail =
                format!("{} is a recovery contact of {}. Ask for the removal there first.", person.name, site.name);
            return Err(Problem::refused(detail));
        }
    }
    Ok(())
}

/// An e-mail address, in lower case.
pub(super) fn email(typed: &str) -> Result<String, Problem> {
    let email = typed.trim().to_lowercase();
    let shape = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let clean =
        email.len() <= 320 && !email.contains(|character: char| character.is_whitespace() || character.is_control());
    if shape && clean { Ok(email) } else { Err(Problem::field("email", "this is not an e-mail address")) }
}

pub(super) fn name(typed: &str) -> Result<String, Problem> {
    let name = typed.trim();
    let clean = !name.contains(char::is_control) && (1..=100).contains(&name.chars().count());
    if clean { Ok(name.to_owned()) } else { Err(Problem::field("name", "a name has 1 to 100 characters on one line")) }
}
