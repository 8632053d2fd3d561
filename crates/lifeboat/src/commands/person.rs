//! `lifeboat person …`: who acts here, and what they may do.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::json;
use store::{Person, Role};

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
        RoleName::Administrator => Role::Administrator,
        RoleName::Support => Role::Support,
    };
    let person = ensure(app, &email, name, role).await?;
    app.output.result(&describe(&person), || format!("{} may act as {}", person.email, title(role)))
}

/// The person with this address, added if nobody has it yet. A person has one role: four eyes need two people.
pub(crate) async fn ensure(app: &App, email: &str, name: Option<String>, role: Role) -> Result<Person> {
    let email = email.trim().to_lowercase();
    if !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return Err(Fault::usage(format!("`{email}` is not an e-mail address")).into());
    }
    let mut repository = app.store.write().await?;
    if let Some(person) = repository.people().by_email(app.tenant, &email).await? {
        if person.role != role {
            let message = format!(
                "{email} is registered as {} already; the same person cannot be {} too",
                title(person.role),
                title(role)
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
    };
    repository.people().add(&person).await?;
    repository.save().await?;
    Ok(person)
}

async fn list(app: &App) -> Result<()> {
    let mut repository = app.store.read().await?;
    let people = repository.people().list(app.tenant).await?;
    drop(repository);
    let values: Vec<_> = people.iter().map(describe).collect();
    app.output.result(&values, || {
        people.iter().fold(String::new(), |mut text, person| {
            let _ = writeln!(text, "{:32} {:14} {}", person.email, title(person.role), person.name);
            text
        })
    })
}

fn describe(person: &Person) -> serde_json::Value {
    json!({ "email": person.email, "name": person.name, "role": title(person.role), "added": person.added.to_string() })
}

/// What people call a role.
pub(crate) fn title(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Support => "support",
        Role::Contact => "contact",
    }
}
