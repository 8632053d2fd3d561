//! `lifeboat person …`: who acts here, and what they may do.

use std::fmt::Write as _;

use anyhow::Result;
use control::audit::{Actor, Happening};
use serde_json::json;
use store::{Person, Repository, Role};

use crate::app::App;
use crate::cli::person::{PersonCommand, RoleName};
use crate::exit::Fault;

pub(crate) async fn run(app: &App, command: PersonCommand) -> Result<()> {
    match command {
        PersonCommand::Add { email, name, role } => add(app, email, name, role).await,
        PersonCommand::List => list(app).await,
    }
}

async fn add(app: &App, email: String, name: Option<String>, role: RoleName) -> Result<()> {
    let role = match role {
        RoleName::Owner => Role::Owner,
        RoleName::Administrator => Role::Administrator,
        RoleName::Operator => Role::Operator,
        RoleName::Auditor => Role::Auditor,
        RoleName::Support => Role::Support,
        RoleName::SupportLead => Role::SupportLead,
    };
    let mut repository = app.store.write().await?;
    // The first ones are added while there is nobody to act.
    let actor = match &app.acting {
        Some(acting) => repository.people().by_email(app.tenant, acting).await?,
        None => None,
    };
    let actor = actor.map_or(Actor::Unknown, |actor| Actor::Person(actor.id));
    let person = ensure(app, repository.as_mut(), actor, (&email, name, role)).await?;
    repository.save().await?;
    app.output.result(&describe(&person), || format!("{} may act as {}", person.email, role.title()))
}

/// The person with this address, added (by `actor`, says the audit log) if nobody has it yet. A person has one role: four eyes
/// need two people. Whoever began the transaction saves it.
pub(crate) async fn ensure(
    app: &App,
    repository: &mut dyn Repository,
    actor: Actor,
    (email, name, role): (&str, Option<String>, Role),
) -> Result<Person> {
    let email = email.trim().to_lowercase();
    if !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return Err(Fault::usage(format!("`{email}` is not an e-mail address")).into());
    }
    if let Some(person) = repository.people().by_email(app.tenant, &email).await? {
        if person.role != role {
            let message = format!(
                "{email} is registered as {} already; the same person cannot be {} too",
                person.role.title(),
                role.title()
            );
            return Err(Fault::refused(message).into());
        }
        return Ok(person);
    }
    let person = Person {
        id: store::new_id(&app.ambient),
        tenant: app.tenant,
        name: name.unwrap_or_else(|| email.clone()),
        email,
        role,
        added: app.ambient.now(),
        removed: None,
    };
    repository.people().add(&person).await?;
    let happening = Happening::done(person.added, actor, "member.add", format!("person/{}", person.id));
    repository.audit().append(app.tenant, happening.with("role", role.title())).await?;
    Ok(person)
}

async fn list(app: &App) -> Result<()> {
    let mut repository = app.store.read().await?;
    let people = repository.people().list(app.tenant).await?;
    drop(repository);
    let values: Vec<_> = people.iter().map(describe).collect();
    app.output.result(&values, || {
        people.iter().fold(String::new(), |mut text, person| {
            let _ = writeln!(text, "{:32} {:14} {}", person.email, person.role.title(), person.name);
            text
        })
    })
}

fn describe(person: &Person) -> serde_json::Value {
    json!({ "email": person.email, "name": person.name, "role": person.role.title(), "added": person.added.to_string() })
}
